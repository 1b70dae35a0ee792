#!/bin/sh
# SPDX-License-Identifier: MIT
# A wheel that brings its library along, made without a network: libtenantca and the shared objects of
# mbedTLS and jansson beside the package, tagged with the glibc that they need.
#
#     make_wheel.sh PYTHON LIBRARY FOLDER DESTINATION
set -eu
python=$1
library=$2
work=$3/wheel
destination=$4
here=$(dirname "$0")
rm -rf "$work"
mkdir -p "$work/tenantca/licences"
cp "$here/pyproject.toml" "$here/README.md" "$work"
cp "$here"/tenantca/*.py "$here/tenantca/py.typed" "$work/tenantca"
cp LICENSE "$work/tenantca/licences/libtenantca"
soname=$(objdump -p "$library" | sed -n 's/^ *SONAME *//p')
cp "$library" "$work/tenantca/$soname"
strip --strip-unneeded "$work/tenantca/$soname"

# What it needs besides the C library, and the terms under which that may be passed on.
needed=$(objdump -p "$library" | sed -n 's/^ *NEEDED *//p' | grep -v '^libc\.so')
for name in $needed; do
    path=$(ldd "$library" | sed -n "s/^[[:space:]]*$name => \\([^ ]*\\) .*/\\1/p")
    [ -n "$path" ] || { echo "wheel: $name is not found" >&2; exit 1; }
    cp -L "$path" "$work/tenantca/$name"
    package=$(dpkg-query -S "$(readlink -f "$path")" 2>/dev/null | sed -n '1s/:.*//p' || true)
    if [ -n "$package" ] && [ -f "/usr/share/doc/$package/copyright" ]; then
        cp "/usr/share/doc/$package/copyright" "$work/tenantca/licences/$package"
    fi
done

glibc=$(objdump -T "$work"/tenantca/*.so.* | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -1)
tag=manylinux_$(echo "$glibc" | tr . _)_$(uname -m)
printf '[bdist_wheel]\nplat_name = %s\n' "$tag" >"$work/setup.cfg"
rm -f "$destination"/tenantca-*.whl
"$python" -m pip --quiet wheel --no-build-isolation --no-deps --no-index --disable-pip-version-check \
    --wheel-dir "$destination" "$work"
ls "$destination"/tenantca-*.whl
