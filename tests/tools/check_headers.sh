#!/bin/sh
# SPDX-License-Identifier: MIT
# Each public header alone, as C99 and as C++11, by gcc and by clang, without hidden padding.
set -eu
out=$1/headers
mkdir -p "$out"
strict='-Wall -Wextra -Wpedantic -Wpadded -Werror -fsyntax-only -Iinclude'
failed=0
for header in include/tenantca/*.h; do
    name=tenantca/$(basename "$header")
    # Twice: a header guards itself. The object makes the unit non-empty.
    printf '#include "%s"\n#include "%s"\nextern int nothing;\n' "$name" "$name" >"$out/alone.c"
    cp "$out/alone.c" "$out/alone.cpp"
    for compiler in gcc clang; do
        $compiler -std=c99 $strict -Wc++-compat "$out/alone.c" || failed=1
    done
    for compiler in g++ clang++; do
        $compiler -std=c++11 $strict "$out/alone.cpp" || failed=1
    done
done
[ "$failed" -eq 0 ] && echo 'headers: each stands alone in C99 and C++11'
exit "$failed"
