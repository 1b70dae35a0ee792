#!/bin/sh
# SPDX-License-Identifier: MIT
# Every fenced line of the README and the guides is run as it stands: the tool's commands against a
# simulated service, in a folder that has the files they name; compilers against a copy that was installed.
# A line that no case below knows is an error. What the prose names is there.
# The guide of examples/operate/ is run by test_operate.sh, the Python package's by its own tests.
#
#     check_readme.sh BUILD
set -eu
build=$1
root=$(pwd)
# shellcheck source=tests/tools/pages.sh
. "$(dirname "$0")/pages.sh"
start_folder "$build" "$build/readme"
pages=$(find README.md examples -name '*.md' ! -path 'examples/operate/*' ! -path 'examples/python/*')
count=0

fail() {
    echo "readme: $*" >&2
    exit 1
}

# ---- what compilers find: an installed copy, a tree with the source ----
stage=$work/stage
quietly make --no-print-directory install DESTDIR="$stage" PREFIX=/usr/local || fail 'make install'
export PKG_CONFIG_SYSROOT_DIR="$stage" PKG_CONFIG_PATH="$stage/usr/local/lib/pkgconfig"
mkdir "$folder/include" "$folder/src"
cp -r include/. "$folder/include"
cp -r src/. "$folder/src"
cat >"$folder/yours.c" <<'END'
#include <tenantca/tenantca.h>
const char *yours(void) {
    return tca_version_string();
}
END
cd "$folder"

# ---- C ----
try_program() { # PROGRAM: the README's, with a list and with none
    LD_LIBRARY_PATH="$stage/usr/local/lib" "$1" <"$root/tests/vectors/legacy-list-act.json" >out || fail 'its program fails'
    grep -qx 'act: [1-9] to do' out || fail "its program says something else: $(cat out)"
    ! LD_LIBRARY_PATH="$stage/usr/local/lib" "$1" </dev/null >out || fail 'its program does not see that there is no list'
    [ ! -s out ] || fail "its program says something of no list: $(cat out)"
}

run_c() { # FILE
    cp "$1" program.c
    quietly "${CC:-cc}" -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$root/include" program.c -L"$root/$build" \
        -ltenantca -o program || fail 'its program does not compile'
    try_program ./program
    count=$((count + 1))
}

# ---- commands ----
run_line() { # LINE
    case $1 in
    'make deps demo' | 'make deps check') ;; # they fetch packages; the second runs this
    'make wheel && python3 -m venv venv && venv/bin/pip install '*)
        # With what there is: nothing is fetched.
        (cd "$root" && export PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1 &&
            quietly sh -ec "$(echo "$1" | sed "s| venv venv | venv $work/venv |; s| venv/bin/| $work/venv/bin/|")")
        ;;
    'build/tenantca '*) (cd "$root" && quietly sh -c "$1") ;;
    'export TENANTCA_TOKEN=...') eval "$1" ;;
    'tenantca '*) run_tool "$1" ;;
    'cc program.c '*)
        quietly sh -c "$1 -o linked" && try_program ./linked
        ;;
    'cc -shared '*)
        quietly sh -c "$1" && { [ -z "$(nm -D --defined-only libyours.so)" ] || fail 'a shared object shows what is in it'; }
        ;;
    *) fail "$page: no test runs this line: $1" ;;
    esac || fail "$page: failed: $1"
    count=$((count + 1))
}

run_sh() { # FILE: each command in one line, without its comment
    sed -e :more -e '/\\$/{N;s/\\\n *//;b more' -e '}' -e 's/ *#.*//' -e '/^$/d' "$1" >"$1.lines"
    while read -r line <&3; do
        run_line "$line"
    done 3<"$1.lines"
}

# ---- the rest ----
run_cmake() { # FILE
    if ! command -v cmake >/dev/null; then
        echo 'readme: no cmake here, its lines are not run (make deps)'
        return
    fi
    mkdir -p cmake
    cp program.c cmake
    { printf 'cmake_minimum_required(VERSION 3.16)\nproject(program C)\nadd_executable(program program.c)\n' && cat "$1"; } >cmake/CMakeLists.txt
    quietly cmake -S cmake -B cmake/build -DCMAKE_PREFIX_PATH="$stage/usr/local" || fail "$page: CMake does not take its lines"
    quietly cmake --build cmake/build || fail "$page: CMake does not build"
    try_program cmake/build/program
    count=$((count + 1))
}

run_json() { # FILE: a configuration
    ! tenantca list --config "$1" --tenant nobody 2>err || fail "$page: lists a tenant that is not there"
    grep -q 'no such tenant' err || fail "$page: $(cat err)"
    count=$((count + 1))
}

run_python() { # FILE: with the wheel that the page installs
    sed "s|http://127.0.0.1:8080|$address|" "$1" >program.py
    quietly env -u TENANTCA_LIBRARY -u PYTHONPATH "$work/venv/bin/python" program.py || fail "$page: its Python fails"
    grep -q 'certificates let devices in' "$work/said" || fail "$page: its Python says something else: $(cat "$work/said")"
    count=$((count + 1))
}

# ---- the pages, block by block ----
for page in $pages; do
    rm -rf blocks
    mkdir blocks
    awk '/^```/ { inside = !inside; name = sprintf("blocks/%02d.%s", ++fences, substr($0, 4)); next }
         inside { print >name }
         END { exit inside }' "$root/$page" || fail "$page: a fence is open at its end"
    for block in blocks/*; do
        case $block in
        'blocks/*') ;; # there is none
        *.sh) run_sh "$block" ;;
        *.c) run_c "$block" ;;
        *.cmake) run_cmake "$block" ;;
        *.json) run_json "$block" ;;
        *.python) run_python "$block" ;;
        *) fail "$page: no test runs a block of ${block#*.}" ;;
        esac
    done
done
for file in next.cer tenant-ca.pem edge.pem libyours.so linked program.py; do
    [ -s "$file" ] || fail "$file was not written"
done
cd "$root"

# ---- what the prose names ----
pages="$pages examples/operate/README.md CONTRIBUTING.md"
for page in $pages; do
    for link in $(grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/#.*//; s/)$//'); do
        [ -e "$(dirname "$page")/$link" ] || fail "$page: $link leads nowhere"
    done
    sed '/^```/,/^```$/d' "$page" | grep -o '`[^`]*`' | tr -d '`' | sort -u >"$work/named"
    for name in $(grep -oE '\b(tca|TCA)_[A-Za-z0-9_]+' "$work/named"); do
        case $name in
        *_) grep -rq "$name" include/tenantca ;; # TCA_E_*
        *) grep -rqw "$name" include/tenantca ;;
        esac || fail "$page: there is no $name"
    done
    for target in $(sed -n 's/^make \([a-z-]*\)$/\1/p' "$work/named"); do
        grep -qE "^(\.PHONY:.* )?([a-z-]+ )*$target( |:)" Makefile || fail "$page: there is no target $target"
    done
    for path in $(grep -xE '(examples|include|src|tests)/[A-Za-z0-9_./-]+' "$work/named"); do
        [ -e "$path" ] || fail "$page: there is no $path"
    done
done
echo "readme: $count programs and commands of its pages work"
