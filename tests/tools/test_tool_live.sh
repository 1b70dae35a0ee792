#!/bin/sh
# SPDX-License-Identifier: MIT
# The tool against the simulated service: both services, every fault, files checked by OpenSSL.
# usage: test_tool_live.sh TOOL SIMULATOR WORK
set -u
tool=$1
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
. "$(dirname "$0")/simulator.sh"
start_simulator "$2" "$3" --clock 2026-01-01T00:00:00Z --tenant $tenant
export TENANTCA_TOKEN=secret-token

service() { # KIND: the options that name it
    case $1 in
    legacy) echo "--service legacy --tenant $tenant --endpoint $address" ;;
    *) echo "--service integrated --subscription s --resource-group g --catalog $tenant --endpoint $address" ;;
    esac
}

cat >"$work/configuration.json" <<END
{ "tenants": [
    { "name": "contoso", "service": { "kind": "legacy", "tenant": "$tenant", "endpoint": "$address" } },
    { "name": "catalog", "service": { "kind": "integrated", "subscription": "s", "resource_group": "g",
                                      "catalog": "$tenant", "endpoint": "$address" } } ],
  "identity": { "tenant": "d", "client_id": "c", "secret_file": "$work/secret", "endpoint": "http://127.0.0.1:1" },
  "policy": { "lead_days": 36500 } }
END
check 'a policy of a configuration' 0 'successor-due' "$tool" status --config "$work/configuration.json" --tenant catalog --now 2026-01-01T00:00:00Z

for day in '2026-01-01 0 steady' '2027-10-13 650 act' '2027-11-22 690 switched' '2028-01-02 731 removable'; do
    # shellcheck disable=SC2086
    set -- $day
    now=$1T12:00:00Z
    post clock "{\"now\": \"$now\"}"
    for kind in legacy integrated; do
        # shellcheck disable=SC2046
        check "status, $kind, day $2" 0 "\"stage_name\": \"$3\"" "$tool" status $(service $kind) --now "$now" --json
        # shellcheck disable=SC2046
        "$tool" list $(service $kind) --now "$now" --json | grep -E '"(thumbprint|status|phase)"' >"$work/$kind"
    done
    # An expired certificate's body, and with it its phase, is given by the integrated service only.
    [ "$3" = removable ] || same "both services list the same on day $2" "$work/legacy" "$work/integrated"
    if [ "$3" = act ]; then
        for kind in legacy integrated; do
            # shellcheck disable=SC2046
            set -- $(service $kind) --now "$now" --force
            check "download, $kind" 0 '' "$tool" download 2 "$@" --destination "$work/$kind.pem"
            check "download DER, $kind" 0 '' "$tool" download 2 "$@" --output-file "$work/$kind.cer"
            check "chain, $kind" 0 '' "$tool" download-chain 2 "$@" --destination "$work/$kind.p7b"
            check "proof, $kind" 0 '' "$tool" download-proof 2 "$@" --verification-code 00DF14 --destination "$work/$kind-proof.cer"
            openssl pkcs7 -inform der -in "$work/$kind.p7b" -print_certs -out "$work/chain.pem" 2>/dev/null
            check "OpenSSL verifies the chain, $kind" 0 OK openssl verify -no_check_time -partial_chain -CAfile "$work/chain.pem" "$work/$kind.pem"
            openssl x509 -inform der -in "$work/$kind.cer" -out "$work/der.pem"
            same "DER and PEM are one, $kind" "$work/der.pem" "$work/$kind.pem"
            openssl x509 -inform der -in "$work/$kind-proof.cer" -out "$work/proof.pem"
            check "OpenSSL verifies the proof, $kind" 0 OK openssl verify -no_check_time -purpose any -ignore_critical -partial_chain -CAfile "$work/$kind.pem" "$work/proof.pem"
        done
        same 'both services give the same certificate' "$work/legacy.cer" "$work/integrated.cer"
        same 'both services give the same chain' "$work/legacy.p7b" "$work/integrated.p7b"
    fi
done

# Faults: nothing is written, and what happened is said.
# shellcheck disable=SC2046
set -- $(service legacy) --now 2028-01-02T12:00:00Z --destination "$work/never.p7b"
fault() { # FAULT-JSON TEXT
    post faults "[{\"match\": \"GET /v2/tenants/$tenant/certchain\", \"times\": 9, $1}]"
    fault_text=$2
    shift 2
    check "fault $fault_text" 1 "$fault_text" "$tool" download-chain 2 "$@"
    if [ -e "$work/never.p7b" ]; then failed=$((failed + 1)); echo "FAIL  a file was left behind"; fi
}
fault '"fault": "status", "status": 403' 'HTTP 403' "$@"
fault '"fault": "status", "status": 404' 'HTTP 404' "$@"
fault '"fault": "status", "status": 429, "retry_after": 4000' 'come back in 4000 s' "$@"
fault '"fault": "wrong-type"' 'holds no certificate' "$@"
fault '"fault": "wrong-certificate"' 'does not hold the certificate asked for' "$@"
fault '"fault": "huge"' 'more than 16777216 bytes' "$@"
post faults '[]'

# shellcheck disable=SC2046
set -- $(service legacy)
check 'an expired token' 1 'refused' env TENANTCA_TOKEN=expired "$tool" list "$@"
check 'a forbidden token' 1 'lacks the right' env TENANTCA_TOKEN=forbidden "$tool" list "$@"
check 'no token' 1 'a token for https://firstparty.sphere.azure.net/api is needed' env -u TENANTCA_TOKEN "$tool" list "$@"
# shellcheck disable=SC2016  # the tool's shell expands it
check 'a token command' 0 THUMBPRINT env -u TENANTCA_TOKEN "$tool" list "$@" --token-command 'echo "aud:$TENANTCA_AUDIENCE"'
if env --ignore-signal=CHLD true 2>/dev/null; then
    check 'a token command, of who ignores its end' 0 THUMBPRINT env -u TENANTCA_TOKEN --ignore-signal=CHLD "$tool" list "$@" \
        --token-command 'echo token'
fi
check 'a token command that fails' 1 'the token command failed' env -u TENANTCA_TOKEN "$tool" list "$@" --token-command false
echo 'aud:https://firstparty.sphere.azure.net/api' >"$work/token"
check 'a token file' 0 THUMBPRINT env -u TENANTCA_TOKEN "$tool" list "$@" --token-file "https://firstparty.sphere.azure.net/api=$work/token"
mkdir "$work/a=b"
cp "$work/token" "$work/a=b/token"
check 'a token file whose path holds the sign' 0 THUMBPRINT env -u TENANTCA_TOKEN "$tool" list "$@" --token-file "$work/a=b/token"
check 'a token file for another audience' 1 'is needed' env -u TENANTCA_TOKEN "$tool" list "$@" --token-file "https://management.azure.com=$work/token"
for name in contoso catalog $tenant; do
    check "the service of a configuration, $name" 0 THUMBPRINT "$tool" list --config "$work/configuration.json" --tenant "$name"
done
check 'a secret that is not there' 1 "the secret's file cannot be read" env -u TENANTCA_TOKEN "$tool" list --config "$work/configuration.json" --tenant contoso --identity client
echo secret-token >"$work/secret"
check 'a client nobody answers' 1 'Failed to connect to 127.0.0.1' env -u TENANTCA_TOKEN "$tool" list --config "$work/configuration.json" --tenant contoso --identity client
check 'an existing file' 1 '--force replaces it' "$tool" download "$@" --destination "$work/legacy.cer"
check 'no destination' 2 '--destination' "$tool" download-chain "$@"
check 'no code' 2 '--verification-code' "$tool" download-proof "$@" --destination "$work/x"
check 'a chain from files' 2 'takes no --from' "$tool" download-chain --from "$work" --destination "$work/x"
check 'another machine by http' 1 'use https' "$tool" list --service legacy --tenant $tenant --endpoint http://example.com
check 'nobody there' 1 'attempt 2 of 4' "$tool" list --service legacy --tenant $tenant --endpoint http://127.0.0.1:1
check 'a folder instead' 0 '' "$tool" download --from "$work/legacy.p7b" --destination "$work/from.pem" --force

count_up
