#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's program compiles and runs, and its commands for the tool work.
set -eu
build=$1
work=$build/readme
mkdir -p "$work"
sed -n '/^```c$/,/^```$/p' README.md | sed '/^```/d' >"$work/program.c"
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude "$work/program.c" -L"$build" \
    -Wl,-rpath,"$(pwd)/$build" -ltenantca -o "$work/program"
"$work/program" <tests/vectors/legacy-list-act.json >"$work/out"
grep -q '^act: ' "$work/out" || { echo 'readme: the program says something else' >&2; cat "$work/out" >&2; exit 1; }
sed -n '/^```sh$/,/^```$/p' README.md | grep '^build/tenantca ' >"$work/commands"
count=0
while read -r command; do
    sh -c "$command" >"$work/out" || { echo "readme: failed: $command" >&2; exit 1; }
    count=$((count + 1))
done <"$work/commands"
[ "$count" -ge 3 ] || { echo 'readme: its commands were not found' >&2; exit 1; }
echo "readme: its program and $count commands work"
