#!/bin/sh
# SPDX-License-Identifier: MIT
# verify: the tenant's devices through a rollover, and everybody who is none.
#
#     test_verify.sh TOOL SIMULATOR FOLDER
set -u
tool=$1
here=$(dirname "$0")
# shellcheck source=tests/tools/simulator.sh
. "$here/simulator.sh"
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
stranger=2f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
start_simulator "$2" "$3" --clock 2026-01-01T00:00:00Z --tenant "$tenant" --tenant "$stranger"
export TENANTCA_TOKEN=secret-token

at=2026-01-01T00:00:00Z
go_to() {
    at=$1
    post clock "{\"now\": \"$at\"}"
}

device() { # TENANT FILE: a device's certificate, issued now
    curl -sf -X POST "$address/_simulator/device" -d "{\"tenant\": \"$1\", \"device\": \"00aa\"}" |
        sed -n 's/.*"certificate": *"\([^"]*\)".*/\1/p' | { read -r line; printf '%b' "$line"; } >"$work/$2"
}

ca() { # TENANT FILE NAME
    "$tool" download ${3:+"$3"} --service legacy --tenant "$1" --endpoint "$address" --destination "$work/$2" --force
}

verify() { # FILE OPTION...
    file=$1
    shift
    "$tool" verify "$work/$file" --service legacy --tenant "$tenant" --endpoint "$address" --now "$at" "$@"
}

device "$tenant" a.pem
check 'a device of A' 0 'trusted, device 00aa' verify a.pem
check 'the verdict names the CA' 0 '(Active)' verify a.pem
openssl x509 -in "$work/a.pem" -outform der -out "$work/a.der"
check 'the same as DER' 0 'trusted' verify a.der
check 'as JSON' 0 '"trusted": true' verify a.pem --json
check 'JSON names its schema' 0 'tenantca.verify/1' verify a.pem --json

device "$stranger" other.pem
check "another tenant's device" 1 'not trusted (unknown-issuer)' verify other.pem
ca "$stranger" other-ca.pem ''
cat "$work/other.pem" "$work/other-ca.pem" >"$work/other-chain.pem"
check 'and with its own CA behind it' 1 'not trusted (unknown-issuer)' verify other-chain.pem
ca "$tenant" own-ca.pem ''
check 'a CA certificate is no device' 1 'not trusted' verify own-ca.pem
cat "$work/a.pem" "$work/other-ca.pem" >"$work/a-and.pem"
check 'what stands behind the first is not looked at' 0 'trusted' verify a-and.pem
check 'two files, one of them refused' 1 'not trusted' \
    "$tool" verify "$work/a.pem" "$work/other.pem" --service legacy --tenant "$tenant" --endpoint "$address" --now "$at"
echo garbage >"$work/garbage"
check 'what is no certificate' 2 'certificate is wanted' verify garbage
check 'a file that is not there' 2 '' verify nothing.pem
check 'no file' 2 'which device' "$tool" verify --service legacy --tenant "$tenant" --endpoint "$address"
check 'no source' 2 '--from' "$tool" verify "$work/a.pem"
check 'a configuration that is not there' 2 'No such file' "$tool" verify "$work/a.pem" --config "$work/nothing.json"
check 'a service that does not answer' 2 'Failed to connect' "$tool" verify "$work/a.pem" --service legacy --tenant "$tenant" \
    --endpoint http://127.0.0.1:1
if [ -c /dev/full ]; then
    check 'a verdict that cannot be written' 2 'No space left' sh -c '"$@" >/dev/full' - "$tool" verify "$work/a.pem" \
        --service legacy --tenant "$tenant" --endpoint "$address" --now "$at"
fi
sed '3s/[A-Z]/a/' "$work/a.pem" >"$work/flipped.pem"
check 'a flipped character' 1 'not trusted' verify flipped.pem

# ---- through a rollover: both at once ----
check 'a day later it has ended' 1 'not trusted (expired)' "$tool" verify "$work/a.pem" --service legacy \
    --tenant "$tenant" --endpoint "$address" --now 2026-01-02T00:00:01Z
check 'its last second still counts' 0 'trusted' "$tool" verify "$work/a.pem" --service legacy \
    --tenant "$tenant" --endpoint "$address" --now 2026-01-02T00:00:00Z
go_to 2027-11-16T20:00:00Z
device "$tenant" older.pem
go_to 2027-11-17T00:00:01Z
device "$tenant" newer.pem
check 'on the mixed day a device of A' 0 '(Inactive, retired)' verify older.pem
check 'and a device of B' 0 '(Active)' verify newer.pem
thumbprint=$(verify newer.pem --json | sed -n 's/.*"ca": "\([0-9A-F]*\)".*/\1/p')
post revoke "{\"tenant\": \"$tenant\", \"thumbprint\": \"$thumbprint\"}"
check 'a device of a revoked CA' 1 'not trusted (ca-revoked)' verify newer.pem
check 'the other is still trusted' 0 'trusted' verify older.pem
count_up
