#!/bin/sh
# SPDX-License-Identifier: MIT
# A real nginx with the trust file that `apply` writes, through an activation: it accepts the tenant's
# devices, also of the successor once the file is rewritten, and nobody else's.
# The activation is laid two minutes before now, since nginx goes by the machine's clock.
#
#     test_nginx.sh TOOL SIMULATOR FOLDER
set -eu
tool=$1
simulator=$2
folder=$3
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
stranger=2f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
day=86400
passed=0
export TENANTCA_TOKEN=of-the-test
nginx=$(command -v nginx || ls /usr/sbin/nginx 2>/dev/null || true)
if [ -z "$nginx" ]; then
    echo 'nginx: not installed, skipped (make deps)'
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

fail() {
    echo "nginx: $*" >&2
    [ ! -f "$folder/error.log" ] || tail -3 "$folder/error.log" >&2
    exit 1
}

pass() {
    passed=$((passed + 1))
}

moment() { # seconds since 1970 as RFC 3339
    date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}

now=$(date +%s)
activation=$((now - 120))
start=$((activation - 685 * day))
mkfifo "$folder/hold"
"$simulator" --port 0 --clock "$(moment "$start")" --tenant "$tenant" --tenant "$stranger" \
    --until-stdin-closes <"$folder/hold" >"$folder/simulator.out" &
exec 9>"$folder/hold"
stop() {
    exec 9>&-
    if [ -f "$folder/nginx.pid" ]; then kill "$(cat "$folder/nginx.pid")" 2>/dev/null || true; fi
}
trap stop EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
    url=$(sed -n 's/^listening on //p' "$folder/simulator.out")
    [ -z "$url" ] || break
    sleep 0.2
done
[ -n "$url" ] || fail 'the simulator did not start'

control() { # PATH BODY
    curl -sf -X POST "$url/_simulator/$1" -d "$2"
}

at=$start
go_to() { # a moment, of the services and of the tool
    at=$1
    control clock "{\"now\": \"$(moment "$at")\"}" >/dev/null
}

member() { # of a JSON object, unescaped
    printf '%b' "$(sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p")"
}

device() { # TENANT NAME: a certificate issued now, and its key
    answer=$(control device "{\"tenant\": \"$1\", \"device\": \"00aa\"}")
    printf '%s' "$answer" | member certificate >"$folder/$2.crt"
    printf '%s' "$answer" | member private_key >"$folder/$2.key"
}

run() { # the tool at the services' time
    "$tool" "$@" --config "$folder/configuration.json" --now "$(moment "$at")"
}

cat >"$folder/configuration.json" <<END
{ "tenants": [ { "name": "contoso",
    "service": { "kind": "legacy", "tenant": "$tenant", "endpoint": "$url" },
    "targets": [ { "name": "edge", "kind": "trust-file", "path": "$folder/trust.pem" } ] } ],
  "store": "$folder/store" }
END
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
    -keyout "$folder/server.key" -out "$folder/server.crt" 2>/dev/null
port=$((20000 + $$ % 20000))
cat >"$folder/nginx.conf" <<END
pid $folder/nginx.pid;
error_log $folder/error.log info;
events { }
http {
    access_log off;
    client_body_temp_path $folder/t1; proxy_temp_path $folder/t2; fastcgi_temp_path $folder/t3;
    uwsgi_temp_path $folder/t4; scgi_temp_path $folder/t5;
    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $folder/server.crt;
        ssl_certificate_key $folder/server.key;
        ssl_client_certificate $folder/trust.pem;
        ssl_verify_client on;
        ssl_verify_depth 1;
        ssl_session_tickets off;
        location / { return 200 "welcome\n"; }
    }
}
END

knock() { # CERTIFICATE KEY: welcome, or nothing
    curl -sk --cert "$1" --key "$2" "https://127.0.0.1:$port/" 2>/dev/null | grep -x welcome || true
}

accepts() { # NAME WHAT
    for _ in 1 2 3 4 5 6 7 8 9 10; do # nginx takes a moment to start and to reload
        if [ -n "$(knock "$folder/$1.crt" "$folder/$1.key")" ]; then
            pass
            return
        fi
        sleep 0.2
    done
    fail "$2 is refused"
}

refuses() {
    [ -z "$(knock "$folder/$1.crt" "$folder/$1.key")" ] || fail "$2 is let in"
    pass
}

refuses_soon() { # a worker with the old file may take a last connection
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if [ -z "$(knock "$folder/$1.crt" "$folder/$1.key")" ]; then
            pass
            return
        fi
        sleep 0.2
    done
    fail "$2 is let in"
}

# ---- before the activation: B was issued, and is in the file behind A ----
go_to $((start + 650 * day))
run apply >/dev/null || fail 'apply on day 650'
go_to $((now - 180))
run apply >/dev/null || fail 'apply before the activation'
[ "$(grep -c 'BEGIN CERTIFICATE' "$folder/trust.pem")" -eq 2 ] || fail 'the file lacks one of the two'
device "$tenant" older
device "$stranger" other
"$tool" download --service legacy --tenant "$stranger" --endpoint "$url" \
    --destination "$folder/other-ca.pem" >/dev/null 2>&1
"$tool" download-chain --service legacy --tenant "$stranger" --endpoint "$url" \
    --destination "$folder/other.p7b" >/dev/null 2>&1
openssl pkcs7 -inform der -in "$folder/other.p7b" -print_certs >"$folder/other-upper.pem"
cp "$folder/other.crt" "$folder/alone.crt"
cp "$folder/other.key" "$folder/alone.key"
cat "$folder/alone.crt" "$folder/other-ca.pem" >"$folder/other.crt"
cat "$folder/alone.crt" "$folder/other-upper.pem" >"$folder/upper.crt"
cp "$folder/other.key" "$folder/upper.key"
"$nginx" -c "$folder/nginx.conf" -p "$folder" 2>>"$folder/error.log" || fail 'nginx did not start'
accepts older 'a device of A before the activation'
refuses alone "another tenant's device"
refuses other "another tenant's device that sends its own CA along"
refuses upper "another tenant's device that sends its whole chain along"

# ---- the activation: until the file is rewritten, B is refused, and the tool says so ----
go_to $((now - 60))
device "$tenant" newer
refuses newer 'a device of B, with the file as it was: is the trap gone, this test can go too'
status=0
run check >"$folder/check.out" || status=$?
[ "$status" -eq 2 ] || fail "check says $status while the file is ordered for A"
grep -q '^TENANTCA CRITICAL' "$folder/check.out" || fail 'check does not begin as a plug-in does'
pass
run plan >"$folder/plan.out" || fail 'plan after the activation'
grep -qi 'mixed day' "$folder/plan.out" || fail 'plan does not tell of the mixed day'
pass
run apply >/dev/null || fail 'apply after the activation'
"$nginx" -c "$folder/nginx.conf" -p "$folder" -s reload 2>>"$folder/error.log"
accepts newer 'a device of B after the activation, the file rewritten'
refuses other "another tenant's device that sends its own CA along"
# The mixed day as it is: a file serves one of the two.
refuses_soon older 'a device of A on the mixed day: is the trap gone, the texts about it can go too'
run check >/dev/null || fail 'check after apply'
pass
[ -s "$folder/trust.pem.previous" ] || fail 'the file before is not kept'
pass
echo "nginx: $passed passed"
