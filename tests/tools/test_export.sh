#!/bin/sh
# SPDX-License-Identifier: MIT
# export and metrics: what they write is read by who it is for.
#
#     test_export.sh TOOL SIMULATOR FOLDER
set -u
tool=$1
here=$(dirname "$0")
# shellcheck source=tests/tools/simulator.sh
. "$here/simulator.sh"
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
start_simulator "$2" "$3" --clock 2026-01-01T00:00:00Z --tenant "$tenant"
export TENANTCA_TOKEN=secret-token

at=2026-01-01T00:00:00Z
go_to() {
    at=$1
    post clock "{\"now\": \"$at\"}"
}

device() { # FILE: a device's certificate, issued now
    curl -sf -X POST "$address/_simulator/device" -d "{\"tenant\": \"$tenant\", \"device\": \"00aa\"}" |
        sed -n 's/.*"certificate": *"\([^"]*\)".*/\1/p' | { read -r line; printf '%b' "$line"; } >"$1"
}

export_for() { # READER FILE OPTION...
    reader=$1 file=$2
    shift 2
    "$tool" export --for "$reader" --service legacy --tenant "$tenant" --endpoint "$address" \
        --destination "$file" --now "$at" "$@"
}

trusts() { # WHAT FILE CERTIFICATE STATUS: OpenSSL, told nothing but the file
    openssl verify -CAfile "$2" -no-CApath -attime "$(date -u -d "$at" +%s)" -purpose sslclient "$3" \
        >"$work/openssl" 2>&1
    if [ $? -eq "$4" ]; then passes; else fails "$1"; cat "$work/openssl"; fi
}

# ---- export ----
for reader in openssl nginx haproxy envoy python; do
    check "export for $reader" 0 "$work/$reader.pem" export_for "$reader" "$work/$reader.pem"
    same "one file for every reader: $reader" "$work/openssl.pem" "$work/$reader.pem"
done
check 'export does not overwrite' 1 'is there already' export_for nginx "$work/nginx.pem"
check 'export by force' 0 'ssl_client_certificate' export_for nginx "$work/nginx.pem" --force
check 'export for nobody' 2 '--for openssl' "$tool" export --from tests/vectors --destination "$work/x.pem"
check 'export for somebody else' 2 "--for is 'openssl'" export_for java "$work/x.pem"
check 'export to nowhere' 2 '--destination' "$tool" export --for nginx --from tests/vectors
device "$work/a.pem"
trusts 'a device of A' "$work/openssl.pem" "$work/a.pem" 0
go_to 2027-10-10T00:00:00Z
device "$work/a.pem"
check 'export in the overlap' 0 'mixed day' export_for openssl "$work/both.pem"
trusts 'a device of A with A and B in the file' "$work/both.pem" "$work/a.pem" 0
go_to 2027-11-20T00:00:00Z
device "$work/b.pem"
trusts 'a device of B, the file as it was' "$work/both.pem" "$work/b.pem" 2
export_for openssl "$work/both.pem" --force >/dev/null
trusts 'a device of B, the file written again' "$work/both.pem" "$work/b.pem" 0
go_to 2028-02-01T00:00:00Z
check 'export after the end of A' 0 '' export_for openssl "$work/one.pem"
if [ "$(grep -c 'BEGIN CERTIFICATE' "$work/one.pem")" -eq 1 ]; then passes; else fails 'A is still there'; fi

# ---- metrics ----
cat >"$work/configuration.json" <<END
{ "tenants": [ { "name": "contoso",
    "service": { "kind": "legacy", "tenant": "$tenant", "endpoint": "$address" },
    "targets": [ { "name": "edge", "kind": "trust-file", "path": "$work/edge.pem" } ] } ],
  "store": "$work/store" }
END
metrics() {
    "$tool" metrics --config "$work/configuration.json" --now "$at" "$@"
}
check 'metrics' 0 'tenantca_up{tenant="contoso"} 1' metrics
check 'metrics into a file' 0 '' metrics --destination "$work/tenantca.prom"
check 'metrics into the same file again' 0 '' metrics --destination "$work/tenantca.prom"
awk '
    /^# HELP / { if ($3 in seen) { print "a family in two pieces: " $3; bad = 1 } family = $3; seen[family] = 1; next }
    /^# TYPE / { if ($3 != family || $4 != "gauge") { print "TYPE: " $0; bad = 1 } next }
    /^[a-z_]+\{tenant="contoso"(,[a-z0-9_]+="[^"\\]*")*\} -?[0-9]+$/ {
        split($0, name, "{"); if (name[1] != family) { print "not of its family: " $0; bad = 1 }
        split($0, labels, "} "); if (labels[1] in samples) { print "twice: " $0; bad = 1 }
        samples[labels[1]] = 1; next }
    { print "no sample: " $0; bad = 1 }
    END { exit bad }' "$work/tenantca.prom" >"$work/bad" 2>&1 && passes || { fails 'metrics: format'; cat "$work/bad"; }
sed -n 's/.*\(tenantca_[a-z_]*\).*/\1/p' examples/tenantca/alerts.yml | sort -u |
    while read -r name; do
        grep -q "^$name{" "$work/tenantca.prom" || echo "$name"
    done >"$work/missing"
if [ -s "$work/missing" ]; then fails "alerts.yml asks for what metrics does not write"; cat "$work/missing"; else passes; fi
sed -i "s|$address|http://127.0.0.1:1|" "$work/configuration.json"
check 'metrics without the service' 0 'tenantca_up{tenant="contoso"} 0' metrics
count_up
