#!/bin/sh
# SPDX-License-Identifier: MIT
# A wheel that brings its library along, made without a network: libtenantca and the shared objects of
# mbedTLS and jansson beside the package, tagged with the glibc that they need. The same sources and
# libraries make the same bytes.
#
#     make_wheel.sh PYTHON LIBRARY FOLDER DESTINATION
set -eu
umask 022
python=$1
library=$2
work=$3/wheel
destination=$4
here=$(dirname "$0")
fail() {
    echo "wheel: $*" >&2
    exit 1
}

# Its files are of the day of the last commit, of a release's day, or of the first that a zip file knows.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    if [ -e .git ]; then
        SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
    else
        day=$(sed -n 's/^## \[[0-9].*\] - \([0-9-]*\)$/\1/p' CHANGELOG.md | head -1)
        SOURCE_DATE_EPOCH=$(date -u -d "${day:-1980-01-01}" +%s)
    fi
fi
export SOURCE_DATE_EPOCH

rm -rf "$work"
mkdir -p "$work/tenantca"
cp "$here/README.md" LICENSE "$work"
cp "$here"/tenantca/*.py "$here/tenantca/py.typed" "$work/tenantca"
soname=$(objdump -p "$library" | sed -n 's/^ *SONAME *//p')
cp "$library" "$work/tenantca/$soname"
strip --strip-unneeded "$work/tenantca/$soname"

# What it needs besides the C library, and the terms under which that may be passed on: of a Debian
# package with the texts that they name, else what lies beside the library or above it.
needed=$(objdump -p "$library" | sed -n 's/^ *NEEDED *//p' | grep -v '^libc\.so')
for name in $needed; do
    path=$(ldd "$library" | sed -n "s/^[[:space:]]*$name => \\([^ ]*\\) .*/\\1/p")
    [ -n "$path" ] || fail "$name is not found"
    cp -L "$path" "$work/tenantca/$name"
    path=$(readlink -f "$path")
    package=$(dpkg-query -S "$path" 2>/dev/null | sed -n '1s/:.*//p' || true)
    terms=$(ls "/usr/share/doc/$package/copyright" "${path%/*}/LICENSE" "${path%/*}/../LICENSE" 2>/dev/null | head -1)
    [ -n "$terms" ] || fail "the terms of $name are not found: put them into ${path%/*}/LICENSE"
    cp -L "$terms" "$work/LICENSE.${name%%.so*}"
    for text in $(grep -o '/usr/share/common-licenses/[A-Za-z0-9.-]*[A-Za-z0-9]' "$terms" | sort -u); do
        cp -L "$text" "$work/LICENSE.${text##*/}"
    done
done

glibc=$(objdump -T "$work"/tenantca/*.so.* | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -uV | tail -1)
tag=manylinux_$(echo "$glibc" | tr . _)_$(uname -m)
# Its terms are those of all that it carries: mbedTLS is Apache-2.0, the others MIT.
sed 's/^license = .*/license = { text = "MIT AND Apache-2.0" }/' "$here/pyproject.toml" >"$work/pyproject.toml"
cat >"$work/setup.py" <<SETUP
import setuptools
from wheel.bdist_wheel import bdist_wheel


class Distribution(setuptools.Distribution):  # with what belongs to a kind of machine
    def has_ext_modules(self):
        return True


class Wheel(bdist_wheel):  # but to no version of Python
    def get_tag(self):
        return "py3", "none", "$tag"


setuptools.setup(distclass=Distribution, cmdclass={"bdist_wheel": Wheel})
SETUP
find "$work" -type f -exec chmod 644 {} +
rm -f "$destination"/tenantca-*.whl
"$python" -m pip --quiet wheel --no-build-isolation --no-deps --no-index --disable-pip-version-check \
    --wheel-dir "$destination" "$work"
ls "$destination"/tenantca-*.whl
