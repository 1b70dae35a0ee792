#!/bin/sh
# SPDX-License-Identifier: MIT
# The man pages are well formed, and say what there is: commands and options as the tool's help has them,
# headers as they lie in the folder, and an example that compiles and runs.
#
#     check_man.sh TOOL BUILD
set -eu
tool=$1
build=$2
tool_page=examples/tenantca/tenantca.1
library_page=include/tenantca/libtenantca.3
work=$build/man
mkdir -p "$work"
failed=0

if command -v mandoc >/dev/null; then
    # Which other pages this machine has is no matter.
    mandoc -T lint -W style "$tool_page" "$library_page" 2>"$work/err" >"$work/lint" || :
    if cat "$work/lint" "$work/err" | grep -v 'referenced manual not found\|mandoc.db' >&2; then failed=1; fi
else
    echo 'man: no mandoc here, the form is not looked at (make deps)'
fi

same() { # WHAT: $work/page and $work/real
    sort -u -o "$work/page" "$work/page"
    sort -u -o "$work/real" "$work/real"
    if ! diff "$work/page" "$work/real" >"$work/difference"; then
        echo "man: $1: in the page (<) and in truth (>):" >&2
        cat "$work/difference" >&2
        failed=1
    fi
}

grep -o 'Fl -[a-z-]*' "$tool_page" | sed 's/Fl -/--/' >"$work/page"
"$tool" --help | sed -n '/^Options of/,$p' | grep -o '^ *--[a-z-]*' | tr -d ' ' >"$work/real"
echo --json >>"$work/real"
same options
sed -n '/^\.Ss Commands/,/^\.El/s/^\.It Cm \(.*\)/\1/p' "$tool_page" >"$work/page"
"$tool" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' >"$work/real"
same commands
grep -o 'In tenantca/[a-z]*\.h' "$library_page" | sed 's/In //' >"$work/page"
(cd include && ls tenantca/*.h | grep -v export.h) >"$work/real"
same headers

sed -n '/^\.Bd -literal/,/^\.Ed/p' "$library_page" | sed '/^\./d; s/\\e/\\/g' >"$work/example.c"
${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude "$work/example.c" -L"$build" \
    -Wl,-rpath,"$(pwd)/$build" -ltenantca -o "$work/example"
"$work/example" <tests/vectors/integrated-list.json | grep -qx '2 certificates' || { echo 'man: the example says something else' >&2; failed=1; }
[ "$failed" -eq 0 ] && echo 'man: well formed, and true'
exit "$failed"
