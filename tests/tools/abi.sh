#!/bin/sh
# SPDX-License-Identifier: MIT
# The binary interface that the public headers make, as it is kept in the repository: write it, or see
# whether it is still that. That the library has each of these functions, and no other, is
# check-symbols' affair; what its own structs are is nobody's, so they are not in it.
#
#     abi.sh write|check DUMP MAP HEADER FILE...    of what HEADER includes, the functions that FILEs declare
set -eu
what=$1
dump=$2
map=$3
header=$4
shift 4
if [ "$(uname -m)" != x86_64 ] || ! command -v abidw >/dev/null; then
    echo 'abi: kept for x86-64 and looked at with abigail-tools (make deps): skipped'
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
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
echo "abi: as $dump says"
