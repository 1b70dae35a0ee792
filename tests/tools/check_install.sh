#!/bin/sh
# SPDX-License-Identifier: MIT
# Install into a stage, compare with what should be there, build against it, move it, uninstall; the
# same for the core alone.
#
#     check_install.sh STAGE BUILD    with MAKE CC VERSION in the environment
set -eu
stage=$(pwd)/$1
build=$2
prefix=/opt/tenantca
libdir=$prefix/lib/x86_64-linux-gnu
rm -rf "$stage"
mkdir -p "$stage"
touch "$stage/begun"
fail() {
    echo "install: $*" >&2
    exit 1
}
run_make() {
    (umask 077 && $MAKE --no-print-directory DESTDIR="$stage" PREFIX=$prefix LIBDIR=$libdir "$@" >"$stage/said")
}
run_make install
run_make install # again, over what is there
written=$(find build -path "$1" -prune -o -newer "$stage/begun" -print)
[ -z "$written" ] || fail "writes into what was built: $written"

# ---- what is there, with its mode ----
major=${VERSION%%.*}
lib=./lib/x86_64-linux-gnu
doc=./share/doc/libtenantca
library() { # NAME
    echo "644 $lib/$1.a"
    echo "777 $lib/$1.so"
    echo "777 $lib/$1.so.$major"
    echo "755 $lib/$1.so.$VERSION"
    echo "644 $lib/pkgconfig/$1.pc"
}
{
    for header in include/tenantca/*.h; do echo "644 ./$header"; done | grep -v adapters
    library libtenantca
    echo "644 $lib/cmake/tenantca/tenantca-config.cmake"
    echo "644 $lib/cmake/tenantca/tenantca-config-version.cmake"
    echo "644 ./share/man/man3/libtenantca.3"
    for name in README.md CHANGELOG.md LICENSE; do echo "644 $doc/$name"; done
} | sort >"$stage/core"
{
    cat "$stage/core"
    library libtenantca-adapters
    echo "644 ./include/tenantca/adapters.h"
    echo "755 ./bin/tenantca"
    echo "644 ./share/man/man1/tenantca.1"
    for name in configuration.md configuration.json alerts.yml; do echo "644 $doc/examples/tenantca/$name"; done
    for file in examples/operate/*; do echo "$([ "$file" = "${file%.sh}" ] && echo 644 || echo 755) $doc/$file"; done
} | sort >"$stage/all"
compare() { # MANIFEST FOLDER
    (cd "$2" && find . ! -type d -printf '%m %p\n' | sort) | diff "$stage/$1" - || fail "$1: not what it should be"
}
compare all "$stage$prefix"
[ -z "$(find "$stage$prefix" -type d ! -perm 755)" ] || fail 'a folder is not for everybody'
for file in "$stage$prefix/bin/tenantca" "$stage$libdir"/*.so; do
    if readelf -d "$file" | grep -E 'RPATH|RUNPATH'; then fail "$(basename "$file") looks for libraries in a folder"; fi
done
if grep -rl "$(pwd)" "$stage$prefix"; then fail 'names the place it was built at'; fi

# ---- programs against a copy that lies elsewhere, below a link too: does a device belong? ----
root=$stage/elsewhere
moved=$root/usr
mkdir "$root"
cp -a "$stage$prefix" "$moved"
ln -s usr/lib "$root/lib"
cat >"$stage/adapters.c" <<'PROGRAM'
#include <string.h>
#include <tenantca/adapters.h>
#include <tenantca/error.h>
int main(void) {
    tca_clock clock = {.struct_size = sizeof(clock)};
    return strcmp(tca_result_name(tca_system_clock(&clock)), tca_result_name(TCA_OK));
}
PROGRAM
cp examples/verify_device.c "$stage/program.c"
judges() { # PROGRAM
    "$1" tests/vectors/integrated-list.json tests/vectors/device-of-a.der 2026-07-01T07:00:00Z |
        grep -q '^[0-9a-f]\{128\} of tenant ' || fail "$1 does not know the device"
}
export PKG_CONFIG_PATH="$moved/lib/x86_64-linux-gnu/pkgconfig"
config="pkg-config --define-variable=prefix=$moved"
libraries=$moved/lib/x86_64-linux-gnu
library_path=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
[ "$(pkg-config --modversion libtenantca libtenantca-adapters | sort -u)" = "$VERSION" ] || fail 'a .pc file has another version'
$CC "$stage/program.c" $($config --cflags --libs libtenantca) -o "$stage/shared"
(LD_LIBRARY_PATH="$library_path" && export LD_LIBRARY_PATH && judges "$stage/shared")
$CC "$stage/program.c" $($config --static --cflags --libs libtenantca | sed 's/-ltenantca/-l:libtenantca.a/') -o "$stage/static"
judges "$stage/static"
mbedtls_of() {
    readelf -d "$1" | grep -o 'libmbedcrypto\.[^]]*'
}
[ "$(mbedtls_of "$stage/static")" = "$(mbedtls_of "$libraries/libtenantca.so")" ] || fail 'a static link takes another mbedTLS'
if [ -z "${MBEDTLS_LIBDIR:-}" ] || [ -e "$MBEDTLS_LIBDIR/libmbedcrypto.a" ]; then
    $CC -static "$stage/program.c" $($config --static --cflags --libs libtenantca) -o "$stage/static-alone"
    judges "$stage/static-alone"
fi
$CC "$stage/adapters.c" $($config --cflags --libs libtenantca-adapters) -o "$stage/adapters"
LD_LIBRARY_PATH="$library_path" "$stage/adapters" || fail 'the program with adapters'
LD_LIBRARY_PATH="$library_path" "$moved/bin/tenantca" --version | grep -q "$VERSION" || fail 'the tool'

# ---- the core, where libcurl's headers are missing ----
core_build=$1/core-build
mkdir -p "$core_build/obj"
cp -a "$build/obj/shared" "$build/obj/static" "$core_build/obj"
cp -a "$build/flags.mk" "$build"/libtenantca.* "$core_build"
sed -i "s/^CC = .*/& -DOTHER/; s/^LDFLAGS = .*/LDFLAGS = -Wl,-rpath,'\$\$ORIGIN'/" "$core_build/flags.mk" # as if built so
find "$core_build" -type f -exec touch -r "$stage/begun" {} +
(unset MAKEFLAGS && run_make install VARIANT="$(basename "$build")" BUILD="$core_build" has_header=false \
    PREFIX=/opt/core LIBDIR=/opt/core/lib/x86_64-linux-gnu)
compare core "$stage/opt/core"
! grep ' src/' "$stage/said" || fail 'install builds anew with other flags'

# ---- through CMake ----
if command -v cmake >/dev/null; then
    through_cmake() { # FOLDER PREFIX
        cmake -S "$stage/$1" -B "$stage/$1/build" -DCMAKE_PREFIX_PATH="$2" -DCMAKE_LIBRARY_ARCHITECTURE=x86_64-linux-gnu \
            >"$stage/cmake.log" 2>&1 && cmake --build "$stage/$1/build" >>"$stage/cmake.log" 2>&1 ||
            fail "through CMake: $(cat "$stage/cmake.log")"
    }
    mkdir "$stage/programs" "$stage/asked"
    cp "$stage/program.c" "$stage/adapters.c" "$stage/programs"
    cat >"$stage/programs/CMakeLists.txt" <<'LISTS'
cmake_minimum_required(VERSION 3.16)
project(program C)
find_package(tenantca REQUIRED)
add_executable(shared program.c)
target_link_libraries(shared PRIVATE tenantca::tenantca)
add_executable(static program.c)
target_link_libraries(static PRIVATE tenantca::tenantca_static)
add_executable(with_adapters adapters.c)
target_link_libraries(with_adapters PRIVATE tenantca::adapters)
LISTS
    through_cmake programs "$root"
    judges "$stage/programs/build/shared"
    judges "$stage/programs/build/static"
    "$stage/programs/build/with_adapters" || fail "CMake's program with adapters"

    pointer=$(echo __SIZEOF_POINTER__ | $CC -x c -E -P -)
    cat >"$stage/asked/CMakeLists.txt" <<'LISTS'
cmake_minimum_required(VERSION 3.16)
project(asked NONE)
function(expect wanted)
  find_package(tenantca ${ARGN} QUIET)
  unset(tenantca_DIR CACHE)
  if(NOT wanted EQUAL tenantca_FOUND)
    message(SEND_ERROR "${ARGN}: found ${tenantca_FOUND}, not ${wanted}")
  endif()
endfunction()
include(expected.cmake)
LISTS
    cp -a "$stage/asked" "$stage/asked-core"
    cat >"$stage/asked-core/expected.cmake" <<LISTS
expect(0 COMPONENTS adapters)
expect(1 COMPONENTS tenantca)
LISTS
    through_cmake asked-core "$stage/opt/core"
    cat >"$stage/asked/expected.cmake" <<LISTS
expect(1)
expect(1 ${VERSION%.*})
expect(1 $VERSION EXACT)
expect(0 99)
expect(0 0.0)
expect(0 $major.99)
expect(1 0.0...99)
expect(1 ${VERSION%.*}...<99)
expect(1 0.0...$VERSION)
expect(0 0.0...<$VERSION)
expect(0 $major.99...99)
expect(1 COMPONENTS adapters tenantca tenantca_static OPTIONAL_COMPONENTS unknown)
expect(0 COMPONENTS unknown)
set(CMAKE_SIZEOF_VOID_P $pointer)
expect(1)
set(CMAKE_SIZEOF_VOID_P $((12 - pointer)))
expect(0)
LISTS
    through_cmake asked "$root"
else
    echo 'install: no cmake here, not tried through it (make deps)'
fi

# ---- the system's cache of libraries: brought up to date, or somebody is told to ----
mkdir "$stage/fake"
cat >"$stage/fake/ldconfig" <<'FAKE'
#!/bin/sh
case $* in -p) cat "$0.cache" ;; *) touch "$0.ran" ;; esac
FAKE
chmod +x "$stage/fake/ldconfig"
: >"$stage/fake/ldconfig.cache"
real_install() {
    (PATH="$stage/fake:$PATH" && run_make install DESTDIR= PREFIX="$stage/real" LIBDIR="$stage/real/lib")
}
(PATH="$stage/fake:$PATH" && run_make install)
[ ! -e "$stage/fake/ldconfig.ran" ] || fail 'a staged install runs ldconfig'
real_install
[ -e "$stage/fake/ldconfig.ran" ] || fail 'ldconfig is not run'
grep -q "^Programs find the library once $stage/real/lib" "$stage/said" || fail 'nobody is told to run ldconfig'
echo "	libtenantca.so.$major (libc6,x86-64) => $stage/real/lib/libtenantca.so.$major" >"$stage/fake/ldconfig.cache"
real_install
! grep 'Programs find' "$stage/said" || fail 'says that the library is not found'

run_make uninstall PREFIX=/opt/core LIBDIR=/opt/core/lib/x86_64-linux-gnu
run_make uninstall
left=$(find "$stage$prefix" ! -type d)
[ -z "$left" ] || fail "uninstall left $left"
left=$(find "$stage$prefix" -mindepth 1 -name '*tenantca*')
[ -z "$left" ] || fail "uninstall left $left"

# ---- folders of other names ----
run_make install DESTDIR="$stage/it's there"
[ -x "$stage/it's there$prefix/bin/tenantca" ] || fail 'a DESTDIR with an apostrophe'
run_make uninstall DESTDIR="$stage/it's there"
[ -z "$(find "$stage/it's there" ! -type d)" ] || fail 'uninstall left something where an apostrophe is'
for wrong in relative '/with a space' '/with:colon' ''; do
    ! run_make install PREFIX="$wrong" 2>"$stage/said" || fail "takes '$wrong' as PREFIX"
    [ "$(grep -c . "$stage/said")" -eq 1 ] || fail "is not brief about '$wrong'"
done
echo 'install: as listed, usable through pkg-config and CMake, gone afterwards'
