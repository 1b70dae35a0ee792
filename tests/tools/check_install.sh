#!/bin/sh
# SPDX-License-Identifier: MIT
# Install into a stage, compare with what should be there, build against it, uninstall.
set -eu
stage=$(pwd)/$1
prefix=/opt/tenantca
rm -rf "$stage"
mkdir -p "$stage"
$MAKE --no-print-directory install DESTDIR="$stage" PREFIX=$prefix >/dev/null

major=${VERSION%%.*}
{
    echo ./bin/tenantca
    for header in include/tenantca/*.h; do echo "./$header"; done
    echo ./lib/libtenantca.a
    echo ./lib/libtenantca-adapters.a
    echo ./lib/libtenantca-adapters.so
    echo "./lib/libtenantca-adapters.so.$major"
    echo "./lib/libtenantca-adapters.so.$VERSION"
    echo ./lib/pkgconfig/libtenantca-adapters.pc
    echo ./lib/libtenantca.so
    echo "./lib/libtenantca.so.$major"
    echo "./lib/libtenantca.so.$VERSION"
    echo ./lib/pkgconfig/libtenantca.pc
} | sort >"$stage/manifest"
(cd "$stage$prefix" && find . ! -type d | sort) >"$stage/installed"
diff "$stage/manifest" "$stage/installed" || { echo 'install: not what it should be' >&2; exit 1; }

cat >"$stage/program.c" <<'PROGRAM'
#include <stdio.h>
#include <tenantca/tenantca.h>
int main(void) {
    puts(tca_version_string());
    return tca_version_number() == (TCA_VERSION_MAJOR << 16 | TCA_VERSION_MINOR << 8 | TCA_VERSION_PATCH) ? 0 : 1;
}
PROGRAM
export PKG_CONFIG_PATH="$stage$prefix/lib/pkgconfig"
config="pkg-config --define-variable=prefix=$stage$prefix"
$CC "$stage/program.c" $($config --cflags --libs libtenantca) -o "$stage/shared"
LD_LIBRARY_PATH="$stage$prefix/lib" "$stage/shared" | grep -qx "$VERSION"
$CC "$stage/program.c" $($config --cflags libtenantca) "$stage$prefix/lib/libtenantca.a" \
    $($config --static --libs-only-l libtenantca | sed 's/-ltenantca//') -o "$stage/static"
"$stage/static" | grep -qx "$VERSION"
cat >"$stage/adapters.c" <<'PROGRAM'
#include <tenantca/adapters.h>
int main(void) {
    tca_clock clock = {.struct_size = sizeof(clock)};
    return tca_system_clock(&clock) == TCA_OK ? 0 : 1;
}
PROGRAM
$CC "$stage/adapters.c" $($config --cflags --libs libtenantca-adapters) -o "$stage/adapters"
LD_LIBRARY_PATH="$stage$prefix/lib" "$stage/adapters"
LD_LIBRARY_PATH="$stage$prefix/lib" "$stage$prefix/bin/tenantca" --version | grep -q "$VERSION"

$MAKE --no-print-directory uninstall DESTDIR="$stage" PREFIX=$prefix >/dev/null
left=$(find "$stage$prefix" ! -type d)
[ -z "$left" ] || { echo "install: uninstall left $left" >&2; exit 1; }
echo 'install: as listed, usable through pkg-config, gone afterwards'
