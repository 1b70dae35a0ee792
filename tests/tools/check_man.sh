#!/bin/sh
# SPDX-License-Identifier: MIT
# The man pages are well formed, and say what there is: commands, options, readers and exit statuses as the
# tool has them, the environment as the source reads it, headers as they lie in the folder; and their
# examples run.
#
#     check_man.sh TOOL BUILD
set -eu
build=$2
root=$(pwd)
tool_page=$root/examples/tenantca/tenantca.1
library_page=$root/include/tenantca/libtenantca.3
# shellcheck source=tests/tools/pages.sh
. "$(dirname "$0")/pages.sh"
start_folder "$build" "$build/man"
export TENANTCA_TOKEN=t
failed=0

if command -v mandoc >/dev/null; then
    # Which other pages this machine has is no matter.
    mandoc -T lint -W style "$tool_page" "$library_page" 2>"$work/err" >"$work/lint" || :
    if cat "$work/lint" "$work/err" | grep -v 'referenced manual not found\|mandoc.db' >&2; then failed=1; fi
else
    echo 'man: no mandoc here, the form is not looked at (make deps)'
fi

wrong() {
    echo "man: $*" >&2
    failed=1
}

compare() { # WHAT: $work/page and $work/real
    sort -u -o "$work/page" "$work/page"
    sort -u -o "$work/real" "$work/real"
    diff "$work/page" "$work/real" >"$work/difference" || wrong "$1: in the page (<) and in truth (>):
$(cat "$work/difference")"
}

section() { # NAME PAGE
    awk -v name="$1" '/^\.Sh / { inside = substr($0, 5) == name; next } inside' "$2"
}

# ---- what the tool takes ----
grep -o 'Fl -[a-z-]*' "$tool_page" | sed 's/Fl -/--/' >"$work/page"
"$tool" --help | sed -n '/^Options of/,$p' | grep -o '^ *--[a-z-]*' | tr -d ' ' >"$work/real"
compare options
sed -n '/^\.Ss Commands/,/^\.El/s/^\.It Cm \(.*\)/\1/p' "$tool_page" >"$work/page"
"$tool" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' >"$work/real"
compare commands
sed -n '/^\.It Fl -for /,/^whose/{/^\.It/d;/^whose/d;p}' "$tool_page" | tr -d ',:' | tr -s ' ' '\n' | grep -xv '\.Cm\|or' >"$work/page"
"$tool" export --help | sed -n 's/^  --for READER *//p' | tr -d , | tr ' ' '\n' | grep -xv or >"$work/real"
compare 'readers of --for'
while read -r reader; do
    "$tool" export --for "$reader" --from tests/vectors/tenant-ca-a.der --now 2026-05-10T00:00:00Z \
        --destination "$work/$reader.pem" >/dev/null || wrong "export --for $reader"
done <"$work/page"

# ---- the environment ----
section ENVIRONMENT "$tool_page" | sed -n 's/^\.It Ev //p' | sed 's/ , /\n/g' >"$work/page"
{
    grep -rhoE 'getenv\("[A-Z_]+"' src/adapters examples/tenantca | grep -oE '[A-Z_]+'
    grep -rhoE '"TENANTCA_[A-Z_]+=?"' src/adapters examples/tenantca | grep -oE '[A-Z_]+'
    printf 'HTTPS_PROXY\nNO_PROXY\n' # libcurl's
} >"$work/real"
compare environment

# ---- the library's headers and example ----
grep -o 'In tenantca/[a-z]*\.h' "$library_page" | sed 's/In //' >"$work/page"
(cd include && ls tenantca/*.h | grep -v export.h) >"$work/real"
compare headers
sed -n '/^\.Bd -literal/,/^\.Ed/p' "$library_page" | sed '/^\./d; s/\\e/\\/g' >"$work/example.c"
"${CC:-cc}" -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude "$work/example.c" -L"$build" \
    -Wl,-rpath,"$root/$build" -ltenantca -o "$work/example"
"$work/example" <tests/vectors/integrated-list.json | grep -qx '2 certificates' || wrong 'the example says something else'
! "$work/example" </dev/null || wrong 'the example does not see that there is no list'

# ---- the tool's examples, and an exit status of each kind ----
cd "$folder"
sed 's/"store":/"checks": { "expires_warning_days": 100 }, &/' tenantca.json >warning.json
: >"$work/real"
expect() { # COMMAND STATUS ARGUMENT...
    echo "$1 $2" >>"$work/real"
    command=$1 status=$2 got=0
    shift 2
    tenantca "$@" >/dev/null 2>&1 </dev/null || got=$?
    [ "$got" -eq "$status" ] || wrong "$command: exit status $got where the page says $status: tenantca $*"
}
expect 'plan --detailed-exitcode' 2 plan --config tenantca.json --detailed-exitcode
expect check 2 check --config tenantca.json
section EXAMPLES "$tool_page" | sed -n 's/^\.Dl //p' >"$work/examples"
[ -s "$work/examples" ] || wrong 'the page has no examples'
section EXAMPLES "$tool_page" | grep -v '^\.Dl tenantca ' >&2 && wrong 'these are no examples'
while read -r line <&3; do
    run_tool "$line" || wrong "the example fails: $line"
done 3<"$work/examples"
expect 'plan --detailed-exitcode' 0 plan --config tenantca.json --detailed-exitcode
expect 'plan --detailed-exitcode' 1 plan --bogus --detailed-exitcode
expect check 0 check --config tenantca.json
expect check 1 check --config warning.json
expect check 3 check --bogus
expect verify 0 verify device.pem --from certificates
expect verify 1 verify device.pem "$root/tests/vectors/device-of-a.der" --from certificates
expect verify 2 verify --bogus
expect verify 2 verify nowhere.pem --from certificates
expect any 0 list --from certificates
expect any 1 list --from nowhere
expect any 2 list --bogus
section 'EXIT STATUS' "$tool_page" | awk 'BEGIN { name = "any" }
    /^\.Cm / { name = substr($0, 5); sub(/ :$/, "", name); sub(/ Fl -/, " --", name); next }
    { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]$/) print name, $i }' >"$work/page"
compare 'exit statuses'

[ "$failed" -eq 0 ] && echo 'man: well formed, and true'
exit "$failed"
