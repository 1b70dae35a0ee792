#!/bin/sh
# SPDX-License-Identifier: MIT
# A whole rollover on four kinds of targets: contoso runs apply when it should, fabrikam late, and of
# litware the new certificate is revoked.
# usage: test_rollout.sh TOOL SIMULATOR WORK
set -u
tool=$1
contoso=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
fabrikam=6f0d9c1e-58b3-4c7a-9e2f-1a2b3c4d5e6f
litware=0a1b2c3d-4e5f-4a6b-8c7d-8e9f0a1b2c3d
. "$(dirname "$0")/simulator.sh"
start_simulator "$2" "$3" --clock 2026-01-01T00:00:00Z --tenant $contoso --tenant $fabrikam --tenant $litware
unset TENANTCA_TOKEN || :
# Each service is given a token that only it accepts.
# shellcheck disable=SC2016  # the tool's shell expands it
token_command='echo "aud:$TENANTCA_AUDIENCE"'
XDG_STATE_HOME=$(cd "$work" && pwd)/state
export XDG_STATE_HOME

targets() { # NAME: four of them, at the simulated services
    cat <<END
"targets": [
  { "name": "hub", "kind": "iot-hub", "subscription": "s", "resource_group": "g", "resource": "$1-hub", "endpoint": "$address" },
  { "name": "dps", "kind": "dps", "subscription": "s", "resource_group": "g", "resource": "$1-dps", "endpoint": "$address",
    "enrollment_group": "sphere", "service_endpoint": "$address/dps/$1-dps" },
  { "name": "central", "kind": "iot-central", "application": "$1", "enrollment_group": "sphere", "endpoint": "$address/central/$1" },
  { "name": "edge", "kind": "trust-file", "path": "$work/$1.pem" } ]
END
}

cat >"$work/configuration.json" <<END
{ "tenants": [
  { "name": "contoso", "service": { "kind": "legacy", "tenant": "$contoso", "endpoint": "$address" }, $(targets contoso) },
  { "name": "fabrikam", "service": { "kind": "integrated", "subscription": "s", "resource_group": "g", "catalog": "$fabrikam",
                                     "endpoint": "$address" }, $(targets fabrikam) },
  { "name": "litware", "service": { "kind": "legacy", "tenant": "$litware", "endpoint": "$address" }, $(targets litware) } ] }
END

# COMMAND TENANT OPTION...
run() {
    command=$1 name=$2
    shift 2
    "$tool" "$command" --config "$work/configuration.json" --tenant "$name" --now "$now" \
        --token-command "$token_command" "$@"
}

day() { # NUMBER: time goes on
    now=$(date -u -d "2026-01-01T12:00:00Z + $1 days" +%Y-%m-%dT%H:%M:%SZ)
    day=$1
    post clock "{\"now\": \"$now\"}"
}

# The plan on standard input, one step a line: "due upload B hub". Certificates by letter.
steps() {
    awk -F'"' -v a="$A" -v b="$B" '
        /^ *"kind": /        { kind = $4 }
        /^ *"certificate": / { certificate = $4 == a ? "A" : $4 == b ? "B" : $4 }
        /^ *"target": /      { target = $4 == "" ? "-" : $4 }
        /^ *"due": /         { due = /true/ }
        /^ *"done": /        { print (/true/ ? "done" : due ? "due" : "later"), kind, certificate, target }'
}

# WHAT STATUS TENANT EXPECTED COMMAND OPTION...
expect() {
    what="$3, day $day, $1" wanted=$2 name=$3 expected=$4 command=$5
    shift 5
    run "$command" "$name" --json "$@" >"$work/out" 2>"$work/err"
    got=$?
    steps <"$work/out" >"$work/steps"
    printf '%s\n' "$expected" | sed '/^$/d' >"$work/expected"
    if [ $got -eq "$wanted" ] && cmp -s "$work/steps" "$work/expected"; then
        passes
    else
        fails "$what: exit $got, wanted $wanted"
        head -5 "$work/err"
        diff "$work/expected" "$work/steps" | head -30
    fi
}

# WHAT KEYS: those of the JSON printed last, in the order in which they first come
keys() {
    found=$(sed -n 's/^ *"\([a-z_]*\)":.*/\1/p' "$work/out" | awk '!seen[$0]++' | tr '\n' ' ')
    if [ "$found" = "$2 " ]; then passes; else fails "$1: $found"; fi
}

# STATUS TENANT TEXT...: the check of that day, which begins with its state
state_of() {
    wanted=$1 name=$2
    shift 2
    run check "$name" >"$work/out" 2>"$work/err"
    got=$?
    set -- "$@" "$(printf 'TENANTCA OK - \nTENANTCA WARNING - \nTENANTCA CRITICAL - \nTENANTCA UNKNOWN - ' | sed -n $((wanted + 1))p)"
    missing=
    for text; do
        grep -qF -- "$text" "$work/out" || missing="$missing '$text'"
    done
    if [ $got -eq "$wanted" ] && [ -z "$missing" ]; then
        passes
    else
        fails "$name, day $day, check: exit $got, wanted $wanted; missing$missing"
        cat "$work/out" "$work/err"
    fi
}

# TENANT VERDICT...: would hub, DPS and Central let a device of today in?
devices() {
    name=$1 tenant=$2 wanted=$3
    device=$(curl -sf -X POST "$address/_simulator/device" -d "{\"tenant\": \"$tenant\", \"device\": \"00ff\"}" |
        sed -n 's/.*"certificate": *"\([^"]*\)".*/\1/p')
    for place in "\"iot-hub\", \"name\": \"$name-hub\"" "\"dps\", \"name\": \"$name-dps\", \"enrollment_group\": \"sphere\"" \
        "\"iot-central\", \"name\": \"$name\", \"enrollment_group\": \"sphere\""; do
        answer=$(curl -s -X POST "$address/_simulator/connect" -d "{\"target\": {\"kind\": $place}, \"certificate\": \"$device\"}")
        case $answer in
        *"\"accepted\": $wanted"* | *"\"accepted\":$wanted"*) passes ;;
        *) fails "$name, day $day: a device at $place: $answer" ;;
        esac
    done
}

# TENANT LETTERS: which certificates its trust file holds, in their order; each in two forms
file_holds() {
    found=
    rest=$(openssl crl2pkcs7 -nocrl -certfile "$work/$1.pem" | openssl pkcs7 -print_certs -text -noout |
        sed -n 's/^ *Not Before: .* \(20[0-9]*\) .*/\1/p' | uniq)
    for year in $rest; do
        case $year in 2026) found=${found}A ;; *) found=${found}B ;; esac
    done
    if [ "$found" = "$2" ]; then passes; else fails "$1, day $day: the trust file holds '$found', not '$2'"; fi
}

thumbprint() { # TENANT INDEX
    "$tool" show "$2" --config "$work/configuration.json" --tenant "$1" --now "$now" --json \
        --token-command "$token_command" | sed -n 's/.*"thumbprint": "\(.*\)",/\1/p'
}

letters() { # TENANT: whose certificates A and B are
    A=$(thumbprint "$1" 1)
    B=$(thumbprint "$1" 2)
}

# STATE CERTIFICATE: all there is to do for it
adoption() {
    for step in "download -" "upload hub" "generate-code hub" "prove hub" "verify hub" \
        "upload dps" "generate-code dps" "prove dps" "verify dps" "trust dps" \
        "upload central" "generate-code central" "prove central" "verify central" "trust edge"; do
        echo "$1 ${step% *} $2 ${step#* }"
    done
}

removal() { # STATE: of A, at each target
    for target in hub dps central edge; do
        echo "$1 remove A $target"
    done
}

keeping() { # A stays until its end, and is taken away then
    for target in hub dps central edge; do
        echo "done keep A $target"
        echo "later remove A $target"
    done
}

variant() { # TARGETS FURTHER-MEMBERS
    cat >"$work/variant.json" <<END
{ "tenants": [ { "name": "contoso", "service": { "kind": "legacy", "tenant": "$contoso", "endpoint": "$address" },
    "targets": [ $1 ] } ] $2 }
END
}
hub() { # NAME RESOURCE FURTHER-MEMBERS
    echo "{ \"name\": \"$1\", \"kind\": \"iot-hub\", \"subscription\": \"s\", \"resource_group\": \"g\", \"resource\": \"$2\",
        \"endpoint\": \"$address\", $3 }"
}

# ---- day 0: A is adopted ----
day 0
B=none
A=$(thumbprint fabrikam 1)
expect 'everything is to be done' 2 fabrikam "$(adoption due A)" plan --detailed-exitcode
expect 'applied' 0 fabrikam "$(adoption 'done' A)" apply
A=$(thumbprint contoso 1)
state_of 2 contoso 'not-trusted-here' 'successor-not-registered'
devices contoso $contoso false
expect 'everything is to be done' 0 contoso "$(adoption due A)" plan
expect 'a plan changes nothing' 2 contoso "$(adoption due A)" plan --detailed-exitcode
expect 'applied' 0 contoso "$(adoption 'done' A)" apply
keys 'keys of apply' 'schema now tenants tenant name listed_at error targets kind states flags steps id certificate target reason not_before deadline needs due needs_word done'
expect 'nothing is left' 0 contoso '' plan --detailed-exitcode
expect 'nothing is done twice' 0 contoso '' apply
state_of 0 contoso
state_of 0 fabrikam
check 'check as JSON' 0 '"status": "OK"' run check contoso --json
if [ -c /dev/full ]; then
    check 'check to a full disk is UNKNOWN' 3 'No space left' sh -c '"$@" >/dev/full' - \
        "$tool" check --config "$work/configuration.json" --tenant contoso --now "$now" --token-command "$token_command"
    check 'check as JSON' 0 '"status": "OK"' run check contoso --json
fi
keys 'keys of check' 'schema now status checks name tenant tenant_name certificate target message remedy'
devices contoso $contoso true
file_holds contoso A
check 'litware' 0 'failed 0' run apply litware

# ---- day 640: B is issued ----
day 640
letters contoso
expect 'B is to be adopted' 2 contoso "$(adoption due B)
later trust B edge" plan --detailed-exitcode
state_of 1 contoso 'not-trusted-here'

# ---- day 650: contoso adopts it, fabrikam does not ----
day 650
expect 'B is still to be adopted' 2 contoso "$(adoption due B)
later trust B edge" plan --detailed-exitcode
state_of 1 contoso 'successor-not-registered'
expect 'applied' 0 contoso "$(adoption 'done' B)
later trust B edge" apply
check 'what is left is later' 0 'Steps: 1, due now 0, failed 0' run plan contoso --detailed-exitcode
state_of 0 contoso
file_holds contoso AB
devices contoso $contoso true
state_of 1 fabrikam
variant "{ \"name\": \"last\", \"kind\": \"trust-file\", \"path\": \"$work/last.pem\", \"order\": \"active-last\" }" ''
check 'a file for who looks at the last' 0 'failed 0' "$tool" apply --config "$work/variant.json" --now "$now" \
    --token-command "$token_command" --store "$work/last"
file_holds last BA

# ---- litware's new certificate is revoked ----
check 'litware' 0 'failed 0' run apply litware
letters litware
file_holds litware AB
post revoke "{\"tenant\": \"$litware\", \"thumbprint\": \"$B\"}"
state_of 2 litware 'revoked-still-trusted'
check 'a revoked one goes from the cloud on word only' 1 '"needs_word": true' run plan litware --json
check 'without the word there is no room for the next' 1 'on word' run apply litware
if grep -q "$B" "$work/litware.pem"; then fails 'litware: a revoked certificate is in the trust file'; else passes; fi
state_of 2 litware 'revoked-still-trusted'
check 'with the word' 0 'failed 0' run apply litware --remove-revoked
state_of 0 litware
devices litware $litware true
letters contoso

# ---- day 664: in six days B may sign ----
day 664
state_of 0 contoso
state_of 2 fabrikam 'successor-not-registered' 'not-trusted-here' ' | tenants=1'
check 'every tenant together' 2 'TENANTCA CRITICAL - fabrikam: ' "$tool" check --config "$work/configuration.json" --now "$now" \
    --token-command "$token_command"
letters fabrikam
expect 'applied late' 0 fabrikam "$(adoption 'done' B)
later trust B edge" apply
letters contoso
state_of 0 fabrikam

# ---- day 690: B signs ----
day 690
devices contoso $contoso true
devices fabrikam $fabrikam true
state_of 2 contoso 'not-trusted-here'
expect 'the file is to be written anew' 2 contoso "due trust B edge
$(keeping)" plan --detailed-exitcode
check 'the trap is told' 0 'the active certificate does not come first' run plan contoso
expect 'applied' 0 contoso "done trust B edge
$(keeping)" apply
file_holds contoso BA
check 'the mixed day is told' 0 'the mixed day cannot be served by a file' run plan contoso
state_of 0 contoso

# ---- day 700: litware takes A away before its end ----
day 700
check 'litware' 0 'failed 0' run apply litware
letters litware
check 'the active one is never removed' 1 'the active certificate is needed' run apply litware --remove "$(thumbprint litware 3)"
check 'removed before its end' 0 'before its end' run apply litware --remove "$A"
if grep -q "$A" "$work/litware.pem"; then fails 'litware: A is in the trust file still'; else passes; fi
state_of 0 litware
letters contoso

# ---- day 735: A has ended ----
day 735
state_of 1 contoso 'not-trusted-here'
expect 'A is to be removed' 2 contoso "$(removal due)" plan --detailed-exitcode
expect 'applied' 0 contoso "$(removal 'done')" apply
expect 'nothing is left' 0 contoso '' plan --detailed-exitcode
file_holds contoso B
devices contoso $contoso true
state_of 0 contoso

# ---- day 750: fabrikam has not run it since day 664 ----
day 750
state_of 2 fabrikam 'not-trusted-here' 'expired-still-registered'
check 'what is done is told' 0 'edge: which devices it lets in has changed' run apply fabrikam
state_of 0 fabrikam
file_holds fabrikam B
devices fabrikam $fabrikam true

# ---- faults ----
post faults '[{"match": "GET /subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs", "times": 9, "fault": "status", "status": 403}]'
check 'a target that cannot be read' 1 'hub' run plan contoso
check 'a target that cannot be read, applied' 1 '"error": "' run apply contoso --json
state_of 3 contoso 'target-unreadable'
post faults '[{"match": "GET /v2/tenants", "times": 99, "fault": "status", "status": 403}]'
check 'a service that cannot be read' 1 "made of the service's answer of" run plan contoso
now=$(date -u -d "$now + 3 hours" +%Y-%m-%dT%H:%M:%SZ)
state_of 1 contoso 'stale-view'
now=$(date -u -d "$now + 1 day" +%Y-%m-%dT%H:%M:%SZ)
state_of 2 contoso 'stale-view'
check 'a service that cannot be read, nothing remembered' 3 'TENANTCA UNKNOWN - contoso: ' run check contoso --store "$work/empty"
check 'the others go on' 1 'fabrikam: Tenant' "$tool" plan --config "$work/configuration.json" --now "$now" --store "$work/empty" \
    --token-command "$token_command"
check 'the same, planned' 1 'HTTP 403' run plan contoso --store "$work/empty"
post faults '[]'
state_of 0 contoso
check 'a certificate that is not there' 1 'shows the certificates' run apply contoso --remove 0123456789ABCDEF


# ---- what a configuration can say besides ----
variant "$(hub through one '"devices": "through-dps"'), $(hub quick two '"verification": "on-upload"'),
    $(hub full contoso-hub '"capacity": 1'), { \"name\": \"last\", \"kind\": \"trust-file\", \"path\": \"$work/last.pem\", \"order\": \"active-last\" }" ''
"$tool" plan --config "$work/variant.json" --now "$now" --token-command "$token_command" --store "$work/variant" --json |
    steps >"$work/steps"
printf '%s\n' 'due download B -' 'due upload B quick' 'due trust B last' >"$work/expected"
same 'targets that want less' "$work/expected" "$work/steps"
set -- --config "$work/variant.json" --now "$now" --token-command "$token_command" --store "$work/variant"
check 'a hub that needs none' 0 '"not-needed"' "$tool" plan --json "$@"
check 'a full hub' 2 'WARNING - contoso: capacity' "$tool" check "$@"
variant '' ', "checks": { "expires_warning_days": 36500 }'
check 'a threshold' 1 'WARNING - contoso: active-expires' "$tool" check "$@"
variant '' ', "checks": { "missing_warning_days": 36500 }, "policy": { "lead_days": 36500 }'
check 'a policy' 1 'WARNING - contoso: successor-missing' "$tool" check "$@"
variant '' ', "identity": { "tenant": "d", "client_id": "c", "secret_file": "none" }'
check 'a client whose secret is not there' 1 "the secret's file cannot be read" "$tool" plan --config "$work/variant.json" \
    --now "$now" --store "$work/variant-empty" --identity client

# Each tenant asks in its own name.
echo secret-token >"$work/secret"
client() { # PORT
    echo "\"identity\": { \"tenant\": \"d\", \"client_id\": \"c\", \"secret_file\": \"$work/secret\", \"endpoint\": \"http://127.0.0.1:$1\" }"
}
served() { # NAME
    echo "\"name\": \"$1\", \"service\": { \"kind\": \"legacy\", \"tenant\": \"$contoso\", \"endpoint\": \"$address\" }"
}
echo "{ \"tenants\": [ { $(served one) }, { $(served two), $(client 2) } ], $(client 1) }" >"$work/clients.json"
set -- plan --config "$work/clients.json" --now "$now" --store "$work/clients" --identity client
check "everybody's identity" 1 'one: token source: Failed to connect to 127.0.0.1 port 1' "$tool" "$@"
check "a tenant's own identity" 1 'two: token source: Failed to connect to 127.0.0.1 port 2' "$tool" "$@"

# ---- where things are remembered, and tokens found ----
remembers() { # WHAT FOLDER COMMAND...: a run that makes it
    what=$1 folder=$2
    shift 2
    check "$what" 0 'contoso: Tenant' "$@"
    if [ -d "$folder" ]; then passes; else fails "$what: $folder is not there"; fi
}
if [ -d "$XDG_STATE_HOME/tenantca" ]; then passes; else fails 'XDG_STATE_HOME holds no store'; fi
set -- "$tool" plan --tenant contoso --now "$now" --token-command "$token_command"
home=$(cd "$work" && pwd)/home
remembers 'the usual place' "$home/.local/state/tenantca" env -u XDG_STATE_HOME HOME="$home" "$@" --config "$work/configuration.json"
sed "s|^{ \"tenants\"|{ \"store\": \"$work/a/b\", \"tenants\"|" "$work/configuration.json" >"$work/stored.json"
remembers "the configuration's place" "$work/a/b" "$@" --config "$work/stored.json"
remembers 'a place that is given' "$work/given" "$@" --config "$work/stored.json" --store "$work/given"
check 'no place' 1 '--store DIR does' env -u XDG_STATE_HOME -u HOME "$@" --config "$work/configuration.json"
: >"$work/file"
check 'a place that cannot be' 1 '--store DIR names a folder' "$@" --config "$work/configuration.json" --store "$work/file/store"
set -- "$tool" plan --tenant contoso --now "$now" --config "$work/configuration.json"
for audience in https://firstparty.sphere.azure.net/api https://management.azure.com \
    https://azure-devices-provisioning.net https://apps.azureiotcentral.com; do
    file=$work/token-$(echo "$audience" | tr -dc '[:lower:]')
    echo "aud:$audience" >"$file"
    set -- "$@" --token-file "$audience=$file"
done
check 'a token file for each service' 0 'Steps: none, every target trusts what it must' "$@"
check 'the token of another service is refused' 1 'refused' "$tool" list --config "$work/configuration.json" --tenant contoso \
    --now "$now" --token-file "$work/token-httpsmanagementazurecom"

count_up
