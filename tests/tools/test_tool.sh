#!/bin/sh
# SPDX-License-Identifier: MIT
# What the command-line tool promises: exit statuses, what it prints where, what it refuses.
# Argument: the tool.
set -u
case $1 in
/*) tool=$1 ;;
*) tool=$PWD/$1 ;;
esac
here=$PWD
vectors=${TENANTCA_VECTORS:-tests/vectors}
data=${TENANTCA_DATA:-../shared/data}/azure-sphere-real
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset NO_COLOR || :
TERM=xterm
export TERM
passed=0
failed=0
now=2026-05-20T00:00:00Z
A=D15E9A82AF0A564FC924A6ECD37F1608BA99B3B1
B=64D74B15CF20C0E30FCB1A052273EC9DF3FF56D5
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
list=$vectors/legacy-list-act.json

verdict() { # name, reason or nothing
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL  $1: $2"
    fi
}

# The fragments, one a line, that a file must hold; one that begins with ! must not be there.
missing() { # file, fragments
    printf '%s\n' "$2" | while IFS= read -r fragment; do
        case $fragment in
        '') ;;
        !*) ! grep -Fq -- "${fragment#!}" "$1" || printf '"%s" is there; ' "${fragment#!}" ;;
        *) grep -Fq -- "$fragment" "$1" || printf '"%s" is missing; ' "$fragment" ;;
        esac
    done
}

# name, exit status, fragments of standard output, of standard error, arguments
try() {
    name=$1 wanted=$2 out=$3 err=$4
    shift 4
    "$tool" "$@" >"$work/out" 2>"$work/err"
    status=$?
    reason=
    [ "$status" -eq "$wanted" ] || reason="exit status $status, not $wanted; "
    reason=$reason$(missing "$work/out" "$out")$(missing "$work/err" "$err")
    # A failure leaves standard output empty and says why; success is silent unless told otherwise.
    if [ "$wanted" -ne 0 ] && [ -s "$work/out" ]; then reason="${reason}partial output; "; fi
    if [ "$wanted" -ne 0 ] && [ ! -s "$work/err" ]; then reason="${reason}no error; "; fi
    if [ "$wanted" -eq 0 ] && [ -z "$err" ] && [ -s "$work/err" ]; then
        reason="${reason}unexpected: $(head -1 "$work/err"); "
    fi
    if grep -q "$(printf '\033')" "$work/out" "$work/err"; then reason="${reason}escapes; "; fi
    verdict "$name" "$reason"
}

# The keys of the JSON printed last, in the order in which they first come.
keys() { # name, keys
    found=$(sed -n 's/^ *"\([a-z0-9_]*\)":.*/\1/p' "$work/out" | awk '!seen[$0]++' | tr '\n' ' ')
    [ "$found" = "$2 " ] && verdict "$1" '' || verdict "$1" "keys: $found"
}

# ---- help, version, usage ----
try 'no command is wrong usage' 2 '' 'tenantca --help' 
try 'help begins with examples' 0 'Examples:
Commands:
  timeline
--from PATH' '' --help
tail -5 "$work/out" | grep -q 'verify: 0 trusted' && verdict 'exit statuses come last' '' || verdict 'exit statuses come last' 'not of verify'
sed -n 3p "$work/out" | grep -q '^Examples:' && verdict 'examples come first' '' ||
    verdict 'examples come first' "$(sed -n 3p "$work/out")"
for command in list show status timeline download download-chain download-proof plan apply check verify export metrics demo; do
    try "help of $command" 0 "tenantca $command: 
Examples:
Options:" '' "$command" --help
    try "help $command" 0 "tenantca $command: " '' help "$command"
    try "$command -h" 0 "tenantca $command: " '' "$command" -h
done
try 'version, of the library too' 0 'tenantca 
(libtenantca ' '' --version
try 'unknown command' 2 '' 'steal: there is no such command' steal
try 'unknown option' 2 '' '--bogus' list --from "$list" --bogus
try 'an option another command takes' 2 '' '--force' list --from "$list" --force
try 'an option without its value' 2 '' '--from lacks its value' list --from
try 'a token given as an option is not repeated' 2 '' 'takes no --token
!secret' list --from "$list" --token=secret
try 'no source' 2 '' '--from PATH' list
try 'time that is none' 2 '' '2026-04-05T00:00:00Z' list --from "$list" --now tomorrow
try 'tenant that is none' 2 '' '--tenant' list --from "$list" --tenant contoso
try 'unknown output' 2 '' "'table' or 'json'" list --from "$list" --output yaml
try 'unknown format' 2 '' "'text', 'svg' or 'json'" timeline --from "$list" --format png
try 'two formats' 2 '' '--json' timeline --from "$list" --format svg --json
try 'two certificates named' 2 '' 'one is wanted' show --from "$list" 1 --index 2
try 'single letters are no options' 2 '' 'list: takes no single-letter option' list -xy --from "$list"
try 'two sources: files and a service' 2 '' 'two sources' list --from "$list" --service legacy --tenant $tenant
try 'two sources: files twice' 2 '' 'twice' list --from "$list" --from "$list"
try 'the legacy service, no tenant' 2 '' '--tenant GUID' list --service legacy
try 'the integrated service, no catalog' 2 '' '--catalog' list --service integrated --subscription s --resource-group r
try 'help before all else' 0 'Options:' '' list --service legacy --help
try 'an index that is none' 2 '' '--index' show --from "$list" --index D15E
try 'a thumbprint that is an index' 2 '' '--thumbprint' show --from "$list" --thumbprint 1
try 'list takes no certificate' 2 '' 'takes no 1' list --from "$list" 1

# ---- the configuration ----
example=$(dirname "$0")/../../examples/tenantca/configuration.json
service='"service": {"kind": "legacy", "tenant": "'$tenant'"}'
hub='"name": "hub", "kind": "iot-hub", "subscription": "s", "resource_group": "g", "resource": "h"'
dps='"name": "dps", "kind": "dps", "subscription": "s", "resource_group": "g", "resource": "d"'
edge='"name": "edge", "kind": "trust-file", "path": "'$work'/edge.pem"'

wrong() { # what is said, the document
    printf '%s' "$2" >"$work/wrong.json"
    try "configuration: $1" 1 '' "wrong.json: $1" list --config "$work/wrong.json"
}
wrong_tenant() { # what is said of tenants[0], its members
    wrong "tenants[0]$1" "{\"tenants\": [{$2}]}"
}
wrong_target() { # what is said of targets[1], its members
    wrong_tenant ".targets[1]$1" "\"name\": \"contoso\", $service, \"targets\": [{$edge}, {$2}]"
}
whole() { # what is said, further members of the whole
    wrong "$1" "{\"tenants\": [{\"name\": \"contoso\", $service}], $2}"
}

wrong 'line 1, column 0: the document ends within a value' ''
wrong 'line 1, column 12: this is not JSON' '{"tenants" 1}'
wrong 'line 1, column 15: the document ends here' '{"tenants":[]}}'
wrong 'line 1, column 22: an object has a member of that name already' '{"store": "a", "store": "b" }'
wrong 'is no object' '[]'
wrong "'tenants' is missing" '{}'
wrong "unknown member 'tenant'; there are tenants, store, identity, policy, checks" '{"tenant": []}'
wrong 'tenants: is a list of 10000 at most' '{"tenants": {}}'
wrong 'tenants: is empty' '{"tenants": []}'
wrong 'tenants[0]: is no object' '{"tenants": [1]}'
wrong_tenant ": 'name' is missing" "$service"
wrong_tenant ": 'service' is missing" '"name": "contoso"'
wrong_tenant ".name: is no text, or an empty one" "\"name\": 1, $service"
wrong_tenant ".name: is no text, or an empty one" "\"name\": \"\", $service"
wrong_tenant ": unknown member 'target'; there are name, service, identity, targets" "\"name\": \"contoso\", $service, \"target\": []"
wrong_tenant '.service: is no object' '"name": "contoso", "service": "legacy"'
wrong_tenant ".service: 'kind' is missing" '"name": "contoso", "service": {}'
wrong_tenant '.service.kind: is one of "legacy", "integrated"' '"name": "contoso", "service": {"kind": "old"}'
wrong_tenant '.service.kind: is one of' '"name": "contoso", "service": {"kind": 1}'
wrong_tenant ".service: 'tenant' is missing" '"name": "contoso", "service": {"kind": "legacy"}'
wrong_tenant ".service: 'catalog' is missing" '"name": "contoso", "service": {"kind": "integrated", "subscription": "s", "resource_group": "g"}'
wrong_tenant ".service: this kind takes no member 'catalog'; there are kind, tenant, endpoint" '"name": "contoso", "service": {"kind": "legacy", "catalog": "c"}'
wrong_tenant '.targets: is a list of 64 at most' "\"name\": \"contoso\", $service, \"targets\": {}"
wrong_tenant ".identity: unknown member 'secret'" "\"name\": \"contoso\", $service, \"identity\": {\"secret\": \"s\"}"
wrong_target ": 'kind' is missing" '"name": "hub"'
wrong_target '.kind: is one of "iot-hub", "dps", "iot-central", "trust-file"' '"name": "hub", "kind": "hub"'
wrong_target ": unknown member 'foo'" "$hub, \"foo\": 1"
wrong_target ": 'resource' is missing" '"name": "hub", "kind": "iot-hub", "subscription": "s", "resource_group": "g"'
wrong_target ": 'name' is missing" '"kind": "trust-file", "path": "p"'
wrong_target ": 'path' is missing" '"kind": "trust-file", "name": "file"'
wrong_target ": 'application' is missing" '"kind": "iot-central", "name": "central", "enrollment_group": "g"'
wrong_target ": 'enrollment_group' is missing" '"kind": "iot-central", "name": "central", "application": "a"'
wrong_target ": this kind takes no member 'path'" "$hub, \"path\": \"p\""
wrong_target ": this kind takes no member 'devices'" "$dps, \"devices\": \"direct\""
wrong_target ": this kind takes no member 'verification'" '"name": "file", "kind": "trust-file", "verification": "proof"'
wrong_target '.verification: is one of "proof", "on-upload"' "$hub, \"verification\": \"none\""
wrong_target '.devices: is one of "direct", "through-dps"' "$hub, \"devices\": true"
wrong_target '.order: is one of "active-first", "active-last", "any"' '"name": "file", "kind": "trust-file", "path": "p", "order": "first"'
for capacity in 0 1000001 -1 2.5 '"25"' null; do
    wrong_target '.capacity: is a whole number from 1 to 1000000' "$dps, \"capacity\": $capacity"
done
wrong_target ': has the name of targets[0]' '"name": "edge", "kind": "trust-file", "path": "p"'
wrong 'tenants[1]: has the name of tenants[0]' "{\"tenants\": [{\"name\": \"a\", $service}, {\"name\": \"a\", $service}]}"
whole 'store: is no text' '"store": 1'
whole 'identity.client_id: is no text' '"identity": {"client_id": 1}'
whole 'policy: unknown member '"'lead'" '"policy": {"lead": 90}'
whole 'policy.lead_days: is a whole number from 1 to 36500' '"policy": {"lead_days": "90"}'
whole 'policy.lead_days: is a whole number from 1 to 36500' '"policy": {"lead_days": 0}'
whole 'policy.removal_days: is a whole number from 1 to 36500' '"policy": {"removal_days": 36501}'
whole 'policy.activation_days[0]: is a whole number from 1 to 36500' '"policy": {"activation_days": [0, 45, 60]}'
whole 'policy.activation_days: is [earliest, expected, latest]' '"policy": {"activation_days": [30, 45]}'
whole 'policy.activation_days[1]: is a whole number' '"policy": {"activation_days": [30, "45", 60]}'
whole 'policy.activation_days: falls' '"policy": {"activation_days": [45, 30, 60]}'
for threshold in missing_warning_days missing_critical_days registered_warning_days activation_critical_days proof_warning_days \
    expires_warning_days expires_critical_days removal_warning_days; do
    whole "checks.$threshold: is a whole number from 1 to 36500" "\"checks\": {\"$threshold\": 0}"
done
for threshold in stale_warning_seconds stale_critical_seconds; do
    whole "checks.$threshold: is a whole number from 1 to 3153600000" "\"checks\": {\"$threshold\": 0}"
done
whole "checks: unknown member 'struct_size'" '"checks": {"struct_size": 1}'
{ printf '{"tenants": [], "store": "' && head -c 1048576 /dev/zero | tr '\0' a && printf '"}'; } >"$work/wrong.json"
try 'configuration: too large' 1 '' 'is larger than 1048576 bytes' list --config "$work/wrong.json"
try 'configuration: not there' 1 '' 'No such file' list --config "$work/nowhere.json"

# What the library refuses is told with its place, before anything is done.
refused() { # what is said, the document
    printf '%s' "$2" >"$work/wrong.json"
    TENANTCA_TOKEN=t
    export TENANTCA_TOKEN
    try "configuration: $1" 1 '' "wrong.json: $1" plan --config "$work/wrong.json" --store "$work/none"
    unset TENANTCA_TOKEN
}
unset TENANTCA_TOKEN || :
refused 'tenants[0]: tenant' '{"tenants": [{"name": "a", "service": {"kind": "legacy", "tenant": "contoso"}}]}'
refused 'tenants[0]: endpoint' '{"tenants": [{"name": "a", "service": {"kind": "legacy", "tenant": "'$tenant'", "endpoint": "http://example.com"}}]}'
refused 'tenants[0]: name' '{"tenants": [{"name": "a b", '"$service"'}]}'
refused 'tenants[1].targets[1]: name' '{"tenants": [{"name": "a", '"$service"'}, {"name": "b", '"$service"', "targets": [{'"$edge"'}, {"name": "a/b", "kind": "trust-file", "path": "p"}]}]}'
refused 'tenants[0].targets[0]: endpoint' '{"tenants": [{"name": "a", '"$service"', "targets": [{'"$hub"', "endpoint": "http://example.com"}]}]}'

try 'the example is read' 1 '' 'no such tenant' list --config "$example" --tenant nobody
try 'several tenants, one is wanted' 1 '' '--tenant NAME says which' list --config "$example"
try 'a token for each service' 1 '' 'a token for https://firstparty.sphere.azure.net/api, https://management.azure.com, https://azure-devices-provisioning.net, https://apps.azureiotcentral.com is needed' \
    plan --config "$example" --store "$work/none"
try 'one token is shown to one service only' 1 '' '--token-file gives one token, but each of https://management.azure.com, https://azure-devices-provisioning.net, https://apps.azureiotcentral.com needs its own' \
    plan --config "$example" --store "$work/none" --tenant contoso --token-file "$example"
try 'the services that lack a token are named' 1 '' 'a token for https://azure-devices-provisioning.net, https://apps.azureiotcentral.com is needed' \
    plan --config "$example" --store "$work/none" --tenant contoso --token-file "https://management.azure.com=$example"
printf '{"tenants": [{"name": "contoso", %s}]}' "$service" >"$work/small.json"
try 'a client nobody described' 1 '' "the configuration's 'identity' gives no tenant, client_id and secret_file" \
    plan --config "$work/small.json" --identity client --store "$work/none"
try 'a client of no configuration' 2 '' '--config FILE, which says whose' list --service legacy --tenant $tenant --identity client
try 'two sources: a configuration and a service' 2 '' 'one is wanted' list --config "$example" --service legacy
try 'two sources: a configuration and files' 2 '' 'one is wanted' list --config "$example" --from "$list"
try 'an endpoint beside a configuration' 2 '' 'one is wanted' list --config "$example" --endpoint http://127.0.0.1
try 'plan without a configuration' 2 '' '--config FILE' plan
try 'apply without a configuration' 2 '' '--config FILE' apply
try 'plan takes no --from' 2 '' 'plan: takes no --from' plan --from "$list"
try 'whose certificate is removed?' 2 '' '--tenant NAME says whose' apply --config "$example" --remove D15E9A82
try 'plan --detailed-exitcode: wrong usage is not 2' 1 '' 'takes no --bogus' plan --bogus --detailed-exitcode
try 'plan --detailed-exitcode: no configuration is not 2' 1 '' '--config FILE' plan --detailed
[ ! -e "$work/none" ] && verdict 'nothing was begun' '' || verdict 'nothing was begun' 'the store was made'

# To monitoring every mistake is UNKNOWN, and said on standard output.
unknown() { # name, what is said, arguments
    name=$1 said=$2
    shift 2
    "$tool" check "$@" >"$work/out" 2>"$work/err"
    status=$?
    reason=$(missing "$work/out" "$said")
    [ "$status" -eq 3 ] || reason="exit status $status; $reason"
    verdict "$name" "$reason"
}
unknown 'check: no configuration' 'TENANTCA UNKNOWN - check: --config FILE'
unknown 'check: an option that is none' 'TENANTCA UNKNOWN - check: takes no --bogus' --bogus
unknown 'check: a configuration that is wrong' 'TENANTCA UNKNOWN - ' --config "$work/wrong.json"
unknown 'check: no tokens' 'TENANTCA UNKNOWN - a token for' --config "$example"
unknown 'check: as JSON' '"schema": "tenantca.check/1"
"status": "UNKNOWN"
"checks": []
"error": "a token for' --config "$example" --json

odd=$(printf 'a\377b')
unknown 'check: as JSON, of a name that is not UTF-8' '"error": "a\\xFFb: No such file' --config "$odd" --json

# ---- verify ----
cp "$vectors/device-of-a.der" "$work/$odd"
try 'verify: a file whose name is not UTF-8' 0 '"input": "'"$work"'/a\\xFFb"
"trusted": true' '' verify "$work/$odd" --from "$list" --now 2026-07-01T12:00:00Z --json
keys 'verify: keys in the order of the contract' 'schema now results input trusted tenant ca device valid_until reason message'

# ---- list ----
try 'list: a table' 0 "INDEX
$A  Active
$B  Inactive (new)
2026-08-01, in 73 days" '' list --from "$list" --now $now
try 'list --json' 0 '"schema": "tenantca.list/1"
"now": "2026-05-20T00:00:00Z"
"tenant": "'$tenant'"
"thumbprint": "'$A'"
"thumbprint_sha256": "EC13683F465B138DC7183B888A97B71D0AECC85674028F5344475F31CF4ABE5F"
"not_after": "2026-08-01T00:00:00Z"
"role": "tenant-ca"
"status": "Active"
"phase": null
"phase": "new"
"status_source": "service"
"body": true
"anomalies": []' '' list --from "$list" --now $now --json
keys 'list: keys in the order of the contract' 'schema now tenant certificates index thumbprint thumbprint_sha256 serial subject issuer not_before not_after role status phase status_source body anomalies'
cp "$work/out" "$work/list.json"
try 'list --output json' 0 '"tenantca.list/1"' '' list --from "$list" --now $now --output json
cmp -s "$work/out" "$work/list.json" && verdict '--json is --output json' '' || verdict '--json is --output json' differs
try 'list: without the service, dates predict' 0 'Active, predicted' '' list --from "$vectors/tenant-ca-a.der" --now 2025-01-01T00:00:00Z
try 'list: without a body' 0 '(no body)
no-dates' '' list --from "$vectors/legacy-list.json" --now 2026-08-20T00:00:00Z
try 'list: no body in JSON' 0 '"body": false
"not_before": null
"no-dates"' '' list --from "$vectors/legacy-list.json" --now 2026-08-20T00:00:00Z --json
try 'list: integrated document' 0 "$A" '' list --from "$vectors/integrated-list.json" --now $now
for file in tenant-ca-a.der tenant-ca-a-bom.cer tenant-ca-a.b64 tenant-ca-a.b64.json bundle.pem \
    bundle-crlf.pem chain.p7b chain.p7b.pem chain.p7b.b64; do
    try "list: $file" 0 "$A" '' list --from "$vectors/$file" --now $now
done

# ---- show ----
try 'show: the active one' 0 "$A
EC P-384
ecdsa-with-SHA384
-----BEGIN CERTIFICATE-----" '' show --from "$list" --now $now
try 'show: by index' 0 $B '' show --from "$list" --now $now --index 2
try 'show: by position' 0 $B '' show --from "$list" --now $now 2
try 'show: by thumbprint' 0 $B '' show --from "$list" --now $now --thumbprint $B
try 'show: by a prefix in lower case' 0 $B '' show --from "$list" --now $now 64d7
try 'show --json' 0 '"schema": "tenantca.show/1"
"certificate": {
"key": "EC P-384"
"signature_algorithm": "ecdsa-with-SHA384"
"is_ca": true
"keyCertSign"
-----BEGIN CERTIFICATE-----\n' '' show --from "$list" --now $now --json
keys 'show: keys in the order of the contract' 'schema certificate index thumbprint thumbprint_sha256 serial subject issuer not_before not_after role status phase status_source body anomalies key signature_algorithm is_ca key_usage pem'
try 'show: the only one' 0 "$A" '' show --from "$vectors/tenant-ca-a.der" --now 2030-01-01T00:00:00Z
try 'show: RSA' 0 'RSA 2048' '' show --from "$vectors/tenant-ca-rsa-2048.der" --now $now
try 'show: proof of possession' 0 'encipherOnly' '' show --from "$vectors/proof-of-a.der" --now $now
try 'show: none by that name' 1 '' "'tenantca list'" show --from "$list" --now $now 9
try 'show: no name at all' 1 '' 'zz' show --from "$list" --now $now zz
try 'show: no active one' 1 '' 'no certificate is the active one' show --from "$vectors/bundle.pem" --now 2040-01-01T00:00:00Z
try 'show: controls of a subject are shown, not sent' 0 'subject' '' show --from "$vectors/subject-torture.der" --now $now
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$work/out"; then
    verdict 'show: no control reaches the terminal' 'one does'
else
    verdict 'show: no control reaches the terminal' ''
fi

# ---- status ----
try 'status: steady' 0 'Stage 1, steady
the successor of D15E9A82AF0A is issued (predicted)
To do: nothing' '' status --from "$vectors/tenant-ca-a.der" --now 2025-01-01T00:00:00Z
try 'status: successor due' 0 'Stage 1, successor-due
investigate' '' status --from "$vectors/tenant-ca-a.der" --now 2026-05-10T00:00:00Z
try 'status: act' 0 'Stage 2, act
download, trust, register, prove 64D74B15CF20, by 2026-06-02, in 13 days
keep D15E9A82AF0A
 * overlap' '' status --from "$list" --now $now
try 'status: switched' 0 'Stage 3, switched
Inactive (retired)' '' status --from "$vectors/bundle.pem" --now 2026-07-05T00:00:00Z
try 'status: removable' 0 'Stage 4, removable
remove D15E9A82AF0A' '' status --from "$vectors/bundle.pem" --now 2026-08-05T00:00:00Z
try 'status: ambiguous' 0 'Stage 0, ambiguous
no-active
investigate' '' status --from "$vectors/bundle.pem" --now 2040-01-01T00:00:00Z
try 'status --json' 0 '"schema": "tenantca.status/1"
"stage": 2
"stage_name": "act"
"active": "'$A'"
"next": "'$B'"
"retired": []
"opens_certainty": "predicted"
"closes": null
"kind": "activation"
"at": "2026-06-17T00:00:00Z"
"kind": "register"
"target": null
"deadline": "2026-06-02T00:00:00Z"
"anomalies": []' '' status --from "$list" --now $now --json
keys 'status: keys in the order of the contract' 'schema now tenant stage stage_name active next retired windows kind certificate opens opens_certainty closes closes_certainty next_event at certainty actions target not_before deadline reason anomalies'

# ---- timeline ----
try 'timeline: text' 0 'Stage 2, act
A D15E9A82
B 64D74B15
act: trust B
^ 2026-05-20' '' timeline --from "$list" --now $now
try 'timeline: text of what is ahead' 0 'B (ahead)
~2026-05-03
<- 2025-01-01' '' timeline --from "$vectors/tenant-ca-a.der" --now 2025-01-01T00:00:00Z
try 'timeline: SVG' 0 '<svg xmlns="http://www.w3.org/2000/svg"
<title id="title">
<desc id="description">
today, 2026-05-20
~2026-06-02 to ~2026-07-02
</svg>' '' timeline --from "$list" --now $now --format svg
for day in 2024-08-01 2026-06-25 2027-01-01 9999-12-31; do
    try "timeline: SVG on $day" 0 '</svg>
!"nan
!"-nan
! nan
! -nan
!"inf' '' timeline --from "$vectors/bundle.pem" --now ${day}T23:59:59Z --format svg
done
try 'timeline: a certificate without end' 0 '</svg>' '' timeline --from "$vectors/tenant-ca-until-9999.der" --now $now --format svg
try 'timeline: JSON' 0 '"schema": "tenantca.timeline/1"
"stage_name": "act"
"kind": "start"
"kind": "expiry"
"at": "2026-06-17T00:00:00Z"
"activation_earliest": "2026-06-02T00:00:00Z"' '' timeline --from "$list" --now $now --format json
keys 'timeline: keys' 'schema now tenant stage stage_name windows kind certificate opens opens_certainty closes closes_certainty events at certainty rollovers issued issued_certainty activation_earliest activation_expected activation_latest predecessor_ends predecessor_ends_certainty'
sed 's/"IsActive": *true/"IsActive":X/g; s/"IsActive": *false/"IsActive":true/g; s/"IsActive":X/"IsActive":false/g' \
    "$list" >"$work/early.json"
try 'timeline: activated early, says the service' 0 'Stage 3, switched
(3)
as the service says
!B becomes active' '' timeline --from "$work/early.json" --now 2026-05-15T00:00:00Z
sed 's/"IsActive": *false/"IsActive":true/g' "$list" >"$work/both.json"
try 'status: two active ones' 0 'Stage 0, ambiguous
several-active' '' status --from "$work/both.json" --now $now
try 'timeline: nothing to draw' 1 '' 'nothing to draw' timeline --from "$vectors/root.der" --now $now
try 'timeline: to a file' 0 '' '' timeline --from "$list" --now $now --format svg --destination "$work/t.svg"
grep -q '</svg>' "$work/t.svg" && verdict 'timeline: the file is whole' '' || verdict 'timeline: the file is whole' 'it is not'
try 'timeline: not over a file' 1 '' '--force' timeline --from "$list" --now $now --destination "$work/t.svg"
grep -q '</svg>' "$work/t.svg" && verdict 'timeline: the file is as it was' '' || verdict 'timeline: the file is as it was' 'it is not'
try 'timeline: over a file by force' 0 '' '' timeline --from "$list" --now $now --output-file "$work/t.svg" --force
grep -q 'Stage 2' "$work/t.svg" && verdict 'timeline: the file is replaced' '' || verdict 'timeline: the file is replaced' 'it is not'
try 'timeline: into no folder' 1 '' 'No such file' timeline --from "$list" --now $now --destination "$work/none/t.svg"
try 'timeline: not over a folder' 1 '' 'no regular file' timeline --from "$list" --now $now --destination "$work" --force
try 'timeline: not over a device' 1 '' 'no regular file' timeline --from "$list" --now $now --destination /dev/null --force
[ -c /dev/null ] && verdict 'the device is still one' '' || verdict 'the device is still one' 'it is not'
left=$(find "$work" -name 't.svg.*')
verdict 'no temporary file is left' "$left"

# ---- demo ----
try 'demo' 0 'Stage 1, steady
Stage 1, successor-due
Stage 2, act
Stage 3, switched
Stage 4, removable
day 685, 2027-11-17
Inactive (retired)
The picture, as of day 665' '' demo --destination "$work/demo.svg"
cp "$work/out" "$work/demo.out"
cp "$work/demo.svg" "$work/demo.copy"
try 'demo: not over a file' 1 '' '--force' demo --destination "$work/demo.svg"
try 'demo: again' 0 '' '' demo --destination "$work/demo.svg" --force
if cmp -s "$work/out" "$work/demo.out" && cmp -s "$work/demo.svg" "$work/demo.copy"; then
    verdict 'demo: the same every time' ''
else
    verdict 'demo: the same every time' 'it differs'
fi

in_work() { # arguments
    (cd "$work" && "$tool" "$@" >out 2>err)
    echo $?
}
verdict 'demo: nothing named' "$(in_work demo | sed 's/^0$//')"
grep -Fq 'left as it was' "$work/out" && verdict 'demo: the picture is new' 'it is not' || verdict 'demo: the picture is new' ''
cmp -s "$work/build/demo/rollover.svg" "$work/demo.svg" && verdict 'demo: the picture is where it says' '' ||
    verdict 'demo: the picture is where it says' 'it is not'
cmp -s "$work/demo.svg" "$here/examples/rollover.svg" && verdict 'demo: the picture of the README' '' ||
    verdict 'demo: the picture of the README' 'is another one: make demo, and copy build/demo/rollover.svg to examples/'
legend() { # name, what is in it and !what is not, of the picture $work/legend.svg
    verdict "legend: $1" "$(missing "$work/legend.svg" "$2")"
}
cp "$work/demo.svg" "$work/legend.svg"
legend 'a successor that waits' '>inactive, new<
>window open today<
>window not open today<
!>not issued yet<
!>revoked<'
"$tool" timeline --from "$vectors/tenant-ca-a.der" --now 2026-04-20T00:00:00Z --format svg >"$work/legend.svg"
legend 'a successor that is ahead' '>not issued yet<
>window not open today<
!>inactive, new<
!>window open today<'
"$tool" timeline --from "$vectors/bundle.pem" --now 2026-08-05T00:00:00Z --format svg >"$work/legend.svg"
legend 'a successor that is active' '>active<
!>B may become active<
!>not issued yet<'
# No renderer here knows of dark screens: the rules for them are applied as if there were one.
if command -v rsvg-convert >/dev/null; then
    sed -n '/^<style>/,/<\/style>$/p' "$work/demo.svg" | sed '/style>/d' >"$work/dark.css"
    rsvg-convert "$work/demo.svg" -o "$work/light.png" &&
        rsvg-convert --stylesheet="$work/dark.css" "$work/demo.svg" -o "$work/dark.png" &&
        ! cmp -s "$work/light.png" "$work/dark.png" && verdict 'demo: the picture is another one in the dark' '' ||
        verdict 'demo: the picture is another one in the dark' 'it is not'
else
    echo "skip  the picture in the dark: there is no rsvg-convert"
fi
echo mine >"$work/build/demo/rollover.svg"
verdict 'demo: a picture is there already' "$(in_work demo | sed 's/^0$//')$(missing "$work/out" 'left as it was; --force')"
verdict 'demo: and is left as it was' "$(missing "$work/build/demo/rollover.svg" mine)"
verdict 'demo: over it by force' "$(in_work demo --force | sed 's/^0$//')$(missing "$work/build/demo/rollover.svg" '</svg>')"

# ---- on a terminal ----
escape=$(printf '\033')
if [ "$(script -qec 'echo yes' /dev/null </dev/null 2>/dev/null | tr -d '\r\n')" = yes ]; then
    coloured() { # name, fragment wanted or !unwanted, environment
        script -qec "env $3 '$tool' status --from '$list' --now $now" /dev/null </dev/null >"$work/out"
        verdict "$1" "$(missing "$work/out" "Inactive (new)
$2")"
    }
    coloured 'terminal: colours' "${escape}[" TERM=xterm
    coloured 'terminal: NO_COLOR' "!$escape" 'TERM=xterm NO_COLOR=1'
    coloured 'terminal: a dumb one' "!$escape" TERM=dumb
    script -qec "'$tool' show --from '$vectors/subject-torture.der' --json" /dev/null </dev/null >"$work/out"
    if LC_ALL=C grep -q "$(printf '[\001-\010\013\014\016-\037\177-\377]')" "$work/out"; then
        verdict 'terminal: JSON in plain letters' 'it is not'
    else
        verdict 'terminal: JSON in plain letters' "$(missing "$work/out" tenantca.show/1)"
    fi
else
    echo "skip  colours: there is no script(1) that gives a terminal"
fi

# ---- folders ----
mkdir "$work/folder" "$work/folder/inside" "$work/empty" "$work/pages" "$work/two"
cp "$vectors/tenant-ca-a.der" "$work/folder/2"
cp "$vectors/tenant-ca-b.der" "$work/folder/10"
cp "$vectors/chain.p7b" "$work/folder/chain"
echo hello >"$work/folder/.hidden"
echo hello >"$work/folder/inside/file"
try 'folder: order of names, no hidden file, no subfolder' 0 "    1  $B
Inactive (new)
(upper CA)" '' list --from "$work/folder" --now $now
echo hello >"$work/folder/README.txt"
try 'folder: a text is passed over and named' 0 "$A" 'README.txt: passed over' list --from "$work/folder/" --now $now
cp "$vectors/tenant-ca-c.der" "$work/folder/zz.txt"
try 'folder: certificates are read whatever their file is called' 0 '4478EE1D66EA2B6B6EDE67FC9B369F43B6BB94A2' \
    'README.txt: passed over' list --from "$work/folder" --now $now
head -c 600 "$vectors/bundle.pem" >"$work/folder/zz.txt"
try 'folder: a broken certificate is never passed over' 1 '' 'zz.txt' list --from "$work/folder" --now $now
rm "$work/folder/zz.txt"
try 'file: a text is no list' 1 '' 'README.txt: ' list --from "$work/folder/README.txt"
echo hello >"$work/folder/rubbish.cer"
try 'folder: rubbish is named' 1 '' 'rubbish.cer' list --from "$work/folder" --now $now
mkdir "$work/texts" "$work/many"
echo hello >"$work/texts/README.md"
try 'folder: texts and nothing else' 1 '' 'no file of certificates' list --from "$work/texts"
awk -v folder="$work/many" 'BEGIN { for (i = 0; i < 1001; i++) { f = folder "/" i ".txt"; print "hello" >f; close(f) } }'
try 'folder: too many files' 1 '' 'more than 1000 files' list --from "$work/many"
try 'folder: empty' 1 '' 'no file of certificates' list --from "$work/empty"
cp "$vectors/integrated-page-1.json" "$work/pages/1.json"
try 'folder: a page is missing' 1 '' 'all pages' list --from "$work/pages" --now $now
cp "$vectors/integrated-page-2.json" "$work/pages/2.json"
try 'folder: all pages' 0 "$A
$B" '' list --from "$work/pages" --now $now
cp "$vectors/tenant-ca-a.der" "$vectors/tenant-ca-other-tenant.der" "$work/two"
try 'two tenants' 1 '' "$tenant
--tenant GUID" list --from "$work/two" --now $now
try 'two tenants, one named' 0 "$A" '' list --from "$work/two" --now $now --tenant $tenant

# ---- bad input ----
try 'no such file' 1 '' 'No such file' list --from "$work/none"
: >"$work/nothing"
try 'empty file' 1 '' 'nothing' list --from "$work/nothing"
try 'one page of two' 1 '' 'another page' list --from "$vectors/integrated-page-1.json"
try 'endless file' 1 '' 'larger than 16777216 bytes' list --from /dev/zero
head -c 16777217 /dev/zero >"$work/large"
try 'file one byte too large' 1 '' 'larger than 16777216 bytes' list --from "$work/large"
printf '{"value": [' >"$work/broken.json"
try 'broken JSON' 1 '' 'broken.json' list --from "$work/broken.json"
head -c 300 "$vectors/tenant-ca-a.der" >"$work/cut.der"
try 'cut certificate' 1 '' 'cut.der' list --from "$work/cut.der"
for file in "$vectors"/bad-*.der; do
    try "refused: ${file##*/}" 1 '' "${file##*/}" list --from "$file"
done
cp "$work/nothing" "$work/$(printf 'a\033[31mb')"
try 'controls of a file name are shown, not sent' 1 '' 'a\x1B[31mb' list --from "$work/$(printf 'a\033[31mb')"

# ---- output that cannot be written ----
lost() { # name, status
    [ "$2" -eq 1 ] && verdict "$1" '' || verdict "$1" "exit status $2"
}
if [ -c /dev/full ]; then
    "$tool" list --from "$list" >/dev/full 2>/dev/null
    lost 'list to a full disk' $?
    "$tool" show --from "$list" >/dev/full 2>/dev/null
    lost 'show to a full disk' $?
    "$tool" demo --destination "$work/full.svg" >/dev/full 2>/dev/null
    lost 'demo to a full disk' $?
    "$tool" status --from "$list" --json >/dev/full 2>/dev/null
    lost 'status --json to a full disk' $?
    "$tool" timeline --from "$list" --format svg >/dev/full 2>/dev/null
    lost 'timeline to a full disk' $?
    "$tool" --help >/dev/full 2>/dev/null
    lost 'help to a full disk' $?
fi
(ulimit -f 1 && "$tool" timeline --from "$list" --format svg --destination "$work/cut.svg" 2>/dev/null)
lost 'timeline to a file that may not grow' $?
verdict 'and nothing of it is left' "$(find "$work" -name 'cut.svg*')"
"$tool" list --from "$list" >&- 2>/dev/null
lost 'list to a closed output' $?
mkfifo "$work/pipe"
: <"$work/pipe" &
exec 3>"$work/pipe"
wait
"$tool" list --from "$list" >&3 2>/dev/null
lost 'list to a closed pipe' $?
exec 3>&-

# ---- recorded answers of the real service ----
if [ -d "$data" ]; then
    real=$data/azps-mainscenario-list-certificates.response.json
    try 'real: list' 0 '"thumbprint": "54D2E787F1B3B3DFE33A20611A951717B60E956A"
"status": "Active"
"status_source": "service"
"serial": "0086BF02' '' list --from "$real" --json --now 2025-01-01T00:00:00Z
    try 'real: status' 0 '"stage": 1
"stage_name": "steady"
"kind": "issue"' '' status --from "$real" --json --now 2025-01-01T00:00:00Z
    try 'real: by serial without its leading zero' 0 54D2E787F1B3B3DFE33A20611A951717B60E956A '' \
        show --from "$real" --now 2025-01-01T00:00:00Z --name 86BF02
    try 'real: timeline' 0 '</svg>' '' timeline --from "$real" --now 2025-01-01T00:00:00Z --format svg
    for file in "$data"/*.cer "$data"/*.p7b; do
        try "real: ${file##*/}" 0 'INDEX' '' list --from "$file" --now 2025-01-01T00:00:00Z
    done
else
    echo "skip  the recorded answers are not here ($data)"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
