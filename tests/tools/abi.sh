#!/bin/sh
# SPDX-License-Identifier: MIT
# The binary interface that the public headers make, as it is kept in the repository: write it, or see
# whether it is still that. That the library has each of these functions, and no other, is
# check-symbols' affair; what its own structs are is nobody's, so they are not in it. Beside the dump are
# the headers' numbers, which a program has compiled in and abidiff does not see.
#
#     abi.sh write|check DUMP MAP HEADER FILE...    of what HEADER includes, the functions that FILEs declare
set -eu
what=$1
dump=$2
map=$3
header=$4
shift 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- numbers, but for those that count what is there ----
constants=${dump%.abi}.constants
cat "$@" | sed -e :more -e '/\\$/{N;s/\\\n//;b more' -e '}' |
    sed -nE '/TCA_VERSION_|_KINDS /!s|^#define (TCA_[A-Z0-9_]+) +([-(]*(U?INT[0-9]+_C\()?-?[0-9][^ ]*).*|\1 \2|p' | LC_ALL=C sort >"$work/constants"
if [ "$what" = write ]; then
    cp "$work/constants" "$constants"
elif ! diff "$constants" "$work/constants" >"$work/difference"; then
    grep '^[<>]' "$work/difference" >&2
    if grep -q '^<' "$work/difference"; then
        echo "abi: numbers of $constants are others (<) or gone: a program that has them would mean something else" >&2
    else
        echo "abi: more numbers than $constants has: 'make abi'" >&2
    fi
    exit 1
fi

# ---- functions and structs ----
if [ "$(uname -m)" != x86_64 ] || ! command -v abidw >/dev/null; then
    echo 'abi: kept for x86-64 and looked at with abigail-tools (make deps): skipped'
    exit 0
fi
{
    echo "#include <$header>"
    cat "$@" | sed 's|/\*.*\*/||' | tr '\n' ' ' | sed 's|/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/| |g' |
        grep -oE 'TCA_API [^;]*;' | sed 's/^TCA_API //; s/;$/ { __builtin_trap(); }/'
} >"$work/functions.c"
name=$(basename "$dump" .abi)
${CC:-cc} -ffile-prefix-map="$work"=. -g -O0 -w -shared -fPIC -Iinclude -Wl,-soname,"$name.so.0" \
    -Wl,--version-script="$map" "$work/functions.c" -o "$work/$name.so"
if [ "$what" = write ]; then
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --no-parameter-names \
        --out-file "$dump" "$work/$name.so"
    exit 0
fi
status=0
changes=$(abidiff "$dump" "$work/$name.so") || status=$?
[ "$status" -eq 0 ] || echo "$changes" >&2
if [ $((status & 3)) -ne 0 ]; then # abidiff could not tell
    exit 1
elif echo "$changes" | grep -qE 'summary: [1-9][0-9]* Removed|Removed, [1-9][0-9]* Changed'; then
    echo "abi: $dump is broken: a program that was linked with it would not work any more" >&2
    exit 1
elif [ "$status" -ne 0 ]; then
    echo "abi: more than $dump has: with the symbols in the map's newest node, 'make abi'" >&2
    exit 1
fi
echo "abi: as $dump says, and $(grep -c . "$constants") numbers"
