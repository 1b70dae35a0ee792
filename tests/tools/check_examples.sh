#!/bin/sh
# SPDX-License-Identifier: MIT
# Every small example runs as its comment "run: ARGUMENTS" says.
set -eu
build=$1
count=0
for source in examples/*.c; do
    [ -f "$source" ] || continue
    arguments=$(sed -n 's|^/\* run: *\(.*\) \*/$|\1|p' "$source")
    name=$(basename "$source" .c)
    # shellcheck disable=SC2086  # several arguments
    "$build/examples/$name" $arguments >"$build/examples/$name.out" ||
        { echo "examples: $name $arguments failed" >&2; exit 1; }
    [ -s "$build/examples/$name.out" ] || { echo "examples: $name printed nothing" >&2; exit 1; }
    count=$((count + 1))
done
echo "examples: $count ran"
