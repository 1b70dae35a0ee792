#!/bin/sh
# SPDX-License-Identifier: MIT
# The wheel in an empty environment: everything it needs is in it, and the README's lines run. Made once
# more by somebody with another umask, it is the same.
#
#     test_wheel.sh PYTHON SIMULATOR FOLDER WHEEL LIBRARY
set -eu
python=$1
wheel=$4
here=$(dirname "$0")
# shellcheck source=tests/tools/simulator.sh
. "$here/simulator.sh"
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
start_simulator "$2" "$3" --tenant "$tenant"

fail() {
    echo "wheel: $*" >&2
    exit 1
}

[ "$(ls build/tenantca-*.whl | wc -l)" -eq 1 ] || fail 'there are several'
"$python" -m venv "$work/environment"
"$work/environment/bin/pip" --quiet install --no-index --disable-pip-version-check "$wheel"
site=$("$work/environment/bin/python" -c 'import tenantca, os; print(os.path.dirname(tenantca.__file__))')
case $site in
"$(cd "$work" && pwd)"/*) ;;
*) fail "another package is imported: $site" ;;
esac

# Nothing is taken from the system but the C library.
loaded=$(env -u TENANTCA_LIBRARY -u LD_LIBRARY_PATH "$work/environment/bin/python" -c '
import tenantca
tenantca.load()
for line in open("/proc/self/maps"):
    path = line.split()[-1]
    if "tenantca" in path or "mbed" in path or "jansson" in path:
        print(path)
' | sort -u)
[ "$(echo "$loaded" | grep -c "^$site/")" -ge 3 ] || fail "not three libraries of its own: $loaded"
if echo "$loaded" | grep -v "^$site/"; then fail 'a library of the system is used'; fi
[ -f "$site/py.typed" ] || fail 'py.typed is not in it'
if readelf -d "$site"/*.so.* | grep -E 'R(UN)?PATH' | grep -vF '[$ORIGIN]'; then fail 'a library is looked for elsewhere'; fi

# What it says of itself, and the terms of all that it carries, none by a name only.
about=$(echo "$site"/../tenantca-*.dist-info)
for line in 'License: MIT AND Apache-2.0' 'Author: libtenantca maintainers' \
    "$(grep -m 1 '^# ' examples/python/README.md)"; do
    grep -qx "$line" "$about/METADATA" || fail "does not say '$line'"
done
grep -qx 'Root-Is-Purelib: false' "$about/WHEEL" || fail 'calls itself pure Python'
for name in LICENSE LICENSE.libmbedcrypto LICENSE.libjansson \
    $(sed -n 's|.*/usr/share/common-licenses/\([A-Za-z0-9.-]*[A-Za-z0-9]\).*|LICENSE.\1|p' "$about"/LICENSE.lib*); do
    [ -n "$(find "$about" -name "$name")" ] && grep -qx "License-File: $name" "$about/METADATA" || fail "$name is not in it"
done
grep -q 'of this software' "$about/LICENSE.libjansson" || fail "jansson's terms are not in its file"
grep -rq 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION' "$about" || fail "mbedTLS's terms are not in it"

(umask 077 && sh examples/python/make_wheel.sh "$python" "$5" "$work" "$work" >/dev/null)
cmp "$wheel" "$work/$(basename "$wheel")" || fail 'made once more it is another'
modes=$("$python" -c '
import sys, zipfile
files = [file for file in zipfile.ZipFile(sys.argv[1]).infolist() if not file.filename.endswith("/RECORD")]
print(*{oct(file.external_attr >> 16 & 0o777) for file in files})' "$wheel")
[ "$modes" = 0o644 ] || fail "its files have the modes $modes"

# The tag promises what the libraries need.
promised=$(basename "$wheel" | sed -n 's/.*manylinux_\([0-9]*_[0-9]*\)_.*/\1/p' | tr _ .)
needed=$(objdump -T "$site"/*.so.* | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -1)
[ "$promised" = "$needed" ] || fail "tagged $promised, needs $needed"

# The README's Python, against the simulator.
sed -n '/^```python$/,/^```$/p' README.md | sed '/^```/d' | sed "s|http://127.0.0.1:8080|$address|" >"$work/program.py"
[ -s "$work/program.py" ] || fail 'the README has no Python'
env -u TENANTCA_LIBRARY -u PYTHONPATH "$work/environment/bin/python" "$work/program.py" >"$work/out" || fail 'the README'"'"'s Python fails'
grep -q '^[0-9A-F]\{40\} Active' "$work/out" || fail "the README's Python says something else: $(cat "$work/out")"
echo "wheel: $(basename "$wheel") works alone"
