#!/bin/sh
# SPDX-License-Identifier: MIT
# The README's program compiles and runs, and its commands for the tool work: those with `build/tenantca`
# as they stand, those with `tenantca` in a folder that has the files they name, against a simulated
# service. Its Python is run by test_wheel.sh.
#
#     check_readme.sh BUILD
set -eu
build=$1
here=$(dirname "$0")
root=$(pwd)
# shellcheck source=tests/tools/simulator.sh
. "$here/simulator.sh"
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
start_simulator "$build/tenantca-simulator" "$build/readme" --clock 2026-01-01T00:00:00Z --tenant $tenant

# ---- C ----
sed -n '/^```c$/,/^```$/p' README.md | sed '/^```/d' >"$work/program.c"
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude "$work/program.c" -L"$build" \
    -Wl,-rpath,"$root/$build" -ltenantca -o "$work/program"
"$work/program" <tests/vectors/legacy-list-act.json >"$work/out"
grep -q '^act: ' "$work/out" || { echo 'readme: the program says something else' >&2; cat "$work/out" >&2; exit 1; }

# ---- commands: each in one line, without its comment ----
sed -n '/^```sh$/,/^```$/p' README.md | sed -e :more -e '/\\$/{N;s/\\\n *//;b more' -e '}' -e 's/ *#.*//' >"$work/lines"
grep '^build/tenantca ' "$work/lines" >"$work/commands"
count=0
while read -r command; do
    sh -c "$command" >"$work/out" || { echo "readme: failed: $command" >&2; exit 1; }
    count=$((count + 1))
done <"$work/commands"
[ "$count" -ge 3 ] || { echo 'readme: its commands were not found' >&2; exit 1; }

# ---- a folder with what the others name ----
day=$((650 * 86400 + $(date -u -d 2026-01-01T00:00:00Z +%s)))
post clock "{\"now\": \"$(date -u -d "@$day" +%Y-%m-%dT%H:%M:%SZ)\"}"
mkdir "$work/folder" "$work/folder/certificates"
curl -sf -H 'Authorization: Bearer t' "$address/v2/tenants/$tenant/certificates" >"$work/folder/certificates/list.json"
curl -sf -X POST "$address/_simulator/device" -d "{\"tenant\": \"$tenant\", \"device\": \"00aa\"}" |
    sed -n 's/.*"certificate": *"\([^"]*\)".*/\1/p' | { read -r line || :; printf '%b' "$line"; } >"$work/folder/device.pem"
cat >"$work/folder/tenantca.json" <<END
{ "tenants": [ { "name": "contoso", "service": { "kind": "legacy", "tenant": "$tenant", "endpoint": "$address" },
    "targets": [ { "name": "edge", "kind": "trust-file", "path": "edge.pem" } ] } ], "store": "store" }
END
tool=$root/$build/tenantca
now=$(date -u -d "@$day" +%Y-%m-%dT%H:%M:%SZ)
tenantca() {
    case $* in
    *--service*) TENANTCA_TOKEN=t "$tool" "$@" --endpoint "$address" --now "$now" ;;
    *) TENANTCA_TOKEN=t "$tool" "$@" --now "$now" ;;
    esac
}
# `check` comes after `plan` and `apply`, as in the README: then everything is well.
grep '^tenantca ' "$work/lines" | sed "s/--tenant GUID/--tenant $tenant/; s/--catalog C/--catalog $tenant/" >"$work/commands"
cd "$work/folder"
while read -r command; do
    eval "$command" >../out 2>../err || { echo "readme: failed: $command" >&2; cat ../err >&2; exit 1; }
    count=$((count + 1))
done <../commands
for file in next.cer tenant-ca.pem edge.pem; do
    [ -s "$file" ] || { echo "readme: $file was not written" >&2; exit 1; }
done
[ "$count" -ge 11 ] || { echo "readme: only $count commands were found" >&2; exit 1; }
echo "readme: its program and $count commands work"
