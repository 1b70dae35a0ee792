# SPDX-License-Identifier: MIT
# To be sourced: what the commands of the README, the guides and the man pages find when they are run.
# shellcheck shell=sh
# shellcheck source=tests/tools/simulator.sh
. "$(dirname "$0")/simulator.sh"
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93

# BUILD WORK: a simulated service ten days after the issue of the successor, and $folder with the files
# that the commands name. Sets $now and $tool.
start_folder() {
    tool=$(pwd)/$1/tenantca
    start_simulator "$1/tenantca-simulator" "$2" --clock 2026-01-01T00:00:00Z --tenant $tenant
    work=$(cd "$work" && pwd)
    folder=$work/folder
    now=$(date -u -d "@$((650 * 86400 + $(date -u -d 2026-01-01T00:00:00Z +%s)))" +%Y-%m-%dT%H:%M:%SZ)
    post clock "{\"now\": \"$now\"}"
    mkdir -p "$folder/certificates"
    curl -sf -H 'Authorization: Bearer t' "$address/v2/tenants/$tenant/certificates" >"$folder/saved-list.json"
    cp "$folder/saved-list.json" "$folder/certificates/list.json"
    curl -sf -X POST "$address/_simulator/device" -d "{\"tenant\": \"$tenant\", \"device\": \"00aa\"}" |
        sed -n 's/.*"certificate": *"\([^"]*\)".*/\1/p' | { read -r line || :; printf '%b' "$line"; } >"$folder/device.pem"
    cat >"$folder/tenantca.json" <<END
{ "tenants": [ { "name": "contoso", "service": { "kind": "legacy", "tenant": "$tenant", "endpoint": "$address" },
    "targets": [ { "name": "edge", "kind": "trust-file", "path": "edge.pem" } ] } ], "store": "store" }
END
}

# The tool at the service's time.
tenantca() {
    case $* in
    demo*) "$tool" "$@" ;;
    *--service*) "$tool" "$@" --endpoint "$address" --now "$now" ;;
    *) "$tool" "$@" --now "$now" ;;
    esac
}

quietly() { # COMMAND...: what it says is in $work/said, and is shown if it fails
    "$@" >"$work/said" 2>&1 </dev/null || { tail -5 "$work/said" >&2; return 1; }
}

# LINE: one of the tool's as a page writes it; placeholders become the simulated service's names.
run_tool() {
    quietly eval "$(echo "$1" | sed "s/--tenant GUID/--tenant $tenant/; s/--catalog C/--catalog $tenant/")"
}
