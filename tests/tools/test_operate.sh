#!/bin/sh
# SPDX-License-Identifier: MIT
# examples/operate/ as it stands, but for the paths: the guide's commands, the unit's, and a real nginx and
# HAProxy, through an activation. They accept the tenant's devices, the successor's too once the trust file is
# written anew, and nobody else's.
# The activation is laid two minutes before now, since the servers go by the machine's clock.
#
#     test_operate.sh TOOL SIMULATOR FOLDER
set -eu
tool=$1
simulator=$2
folder=$3
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
stranger=2f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
day=86400
passed=0
units=examples/operate
PATH=$PATH:/usr/sbin
servers=
for server in nginx haproxy; do
    if command -v $server >/dev/null; then
        servers="$servers $server"
    else
        echo "operate: no $server here, skipped (make deps)"
    fi
done
umask 022
rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

fail() {
    echo "operate: $*" >&2
    [ ! -f "$folder/error.log" ] || tail -3 "$folder/error.log" >&2
    exit 1
}

pass() {
    passed=$((passed + 1))
}

moment() { # seconds since 1970 as RFC 3339
    date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}

placed() { # a file of examples/operate, with the paths and ports of this test
    sed "s|/usr/local/bin/tenantca|$tool|; s|/var/lib/tenantca|$folder|g
        s|/etc/tenantca/client-secret|$folder/client-secret|; s|/etc/tenantca|$folder|; s|/etc/nginx|$folder|; s|/etc/haproxy|$folder|
        s|/run/haproxy|$folder|; s|8443|$2|" "$units/$1"
}

# ---- the units ----
tool=$(cd "$(dirname "$tool")" && pwd)/$(basename "$tool")
mkdir "$folder/units"
for unit in tenantca.service tenantca.timer tenantca-reload.path tenantca-reload.service; do
    placed $unit 0 | sed '/^Documentation=/d' >"$folder/units/$unit"
done
if command -v systemd-analyze >/dev/null; then
    (cd "$folder/units" && systemd-analyze verify --man=no ./*.service ./*.timer ./*.path) >"$folder/verify.out" 2>&1 ||
        fail "systemd does not take the units: $(cat "$folder/verify.out")"
    ! grep "$folder\|tenantca" "$folder/verify.out" || fail 'systemd has something to say of the units'
    pass
else
    echo 'operate: no systemd-analyze here, the units are not looked at'
fi
# The servers run as other users: a trust file that only its writer can reach serves none of them.
for line in User=tenantca StateDirectory=tenantca StateDirectoryMode=0755 ProtectSystem=strict NoNewPrivileges=yes; do
    grep -qx "$line" "$units/tenantca.service" || fail "tenantca.service lacks $line"
done
! grep -E 'DynamicUser|UMask' "$units/tenantca.service" || fail 'others cannot read what tenantca.service writes'
for server in nginx haproxy; do
    grep -qx "ExecStart=-.* $server.service" "$units/tenantca-reload.service" || fail "tenantca-reload.service: $server has no line of its own"
done
pass

unit_command() { # KEY: what the service runs
    sed -n "s/^$1=-*//p" "$folder/units/tenantca.service"
}

now=$(date +%s)
activation=$((now - 120))
start=$((activation - 685 * day))
mkfifo "$folder/hold"
: >"$folder/simulator.out" # it is looked at before the simulator may have begun
"$simulator" --port 0 --clock "$(moment "$start")" --tenant "$tenant" --tenant "$stranger" \
    --until-stdin-closes <"$folder/hold" >"$folder/simulator.out" &
exec 9>"$folder/hold"
stop() {
    exec 9>&-
    for server in $servers; do
        if [ -f "$folder/$server.pid" ]; then kill "$(cat "$folder/$server.pid")" 2>/dev/null || true; fi
    done
}
trap stop EXIT
tries=0
url=
while [ -z "$url" ] && [ "$tries" -lt 100 ]; do
    url=$(sed -n 's/^listening on //p' "$folder/simulator.out")
    tries=$((tries + 1))
    sleep 0.1
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
    command=$1
    shift
    "$tool" "$command" --config "$folder/tenantca.json" --store "$folder/store" --identity client \
        --now "$(moment "$at")" "$@"
}

printf 'of-the-test\n' >"$folder/client-secret"
chmod 600 "$folder/client-secret"
placed tenantca.json 0 | sed "s|\"catalog\": \"contoso\"|\"catalog\": \"$tenant\", \"endpoint\": \"$url\"|
    s|\"client_id\":|\"endpoint\": \"$url\", &|" >"$folder/tenantca.json"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
    -keyout "$folder/server.key" -out "$folder/server.crt" 2>/dev/null
cat "$folder/server.crt" "$folder/server.key" >"$folder/server.pem"
port_of_nginx=$((20000 + $$ % 20000))
port_of_haproxy=$((port_of_nginx + 1))
cat >"$folder/whole-nginx.conf" <<END
pid $folder/nginx.pid;
error_log $folder/error.log info;
events { }
http {
    access_log off;
    client_body_temp_path $folder/t1; proxy_temp_path $folder/t2; fastcgi_temp_path $folder/t3;
    uwsgi_temp_path $folder/t4; scgi_temp_path $folder/t5;
    server {
        $(placed nginx.conf $port_of_nginx)
        location / { return 200 "welcome\n"; }
    }
}
END
placed haproxy.cfg $port_of_haproxy >"$folder/haproxy.cfg"

start_nginx() {
    nginx -c "$folder/whole-nginx.conf" -p "$folder" 2>>"$folder/error.log" || fail 'nginx did not start'
}

swap_nginx() {
    nginx -c "$folder/whole-nginx.conf" -p "$folder" -s reload 2>>"$folder/error.log"
}

start_haproxy() {
    haproxy -D -p "$folder/haproxy.pid" -f "$folder/haproxy.cfg" 2>>"$folder/error.log" || fail 'HAProxy did not start'
}

swap_haproxy() {
    "$units/haproxy-swap.sh" "$folder/trust.pem" "$folder/admin.sock" >>"$folder/error.log" || fail 'HAProxy does not swap'
}

lets_in() { # SERVER NAME
    eval "port=\$port_of_$1"
    curl -sk --cert "$folder/$2.crt" --key "$folder/$2.key" "https://127.0.0.1:$port/" 2>/dev/null | grep -qx welcome
}

accepts() { # NAME WHAT
    for server in $servers; do
        tries=0
        until lets_in "$server" "$1"; do # a server takes a moment to start and to reload
            tries=$((tries + 1))
            [ $tries -lt 20 ] || fail "$server: $2 is refused"
            sleep 0.2
        done
        pass
    done
}

refuses() { # NAME WHAT: soon, since a worker with the old file may take a last connection
    for server in $servers; do
        tries=0
        while lets_in "$server" "$1"; do
            tries=$((tries + 1))
            [ $tries -lt 20 ] || fail "$server: $2 is let in"
            sleep 0.2
        done
        pass
    done
}

# ---- the guide: its commands, but for the user and what takes a running systemd ----
guide() { # what its plan says in plan.out
    sed -n '/^```/,/^```$/p' "$units/README.md" | sed -e '/^```/d' -e :more -e '/\\$/{N;s/\\\n *//;b more' -e '}' -e 's/ *#.*//' \
        >"$folder/guide"
    [ -s "$folder/guide" ] || fail 'the guide has no commands'
    while read -r line; do
        # Nothing reaches this machine's own folders: each line is known, and led elsewhere.
        ours=$(echo "$line" | sed "s|/etc/tenantca|$folder|g; s|/var/lib/tenantca|$folder|g")
        case $line in
        systemd-sysusers)
            command -v systemd-sysusers >/dev/null || { echo 'operate: no systemd-sysusers here, no user is made'; continue; }
            mkdir -p "$folder/root/etc/sysusers.d"
            cp "$units/tenantca.sysusers" "$folder/root/etc/sysusers.d/tenantca.conf"
            systemd-sysusers --root="$folder/root" 2>/dev/null
            grep -q "^tenantca:.*:/var/lib/tenantca:.*nologin" "$folder/root/etc/passwd" || fail 'tenantca.sysusers makes no user'
            ;;
        'install -d -o tenantca -g tenantca /var/lib/tenantca') install -d "${ours##* }" ;;
        'chgrp tenantca /etc/tenantca/client-secret') [ -f "${ours##* }" ] ;;
        'chmod 640 /etc/tenantca/client-secret') sh -c "$ours" ;;
        'runuser -u tenantca -- tenantca plan '*)
            grep -q "^ExecStart=/usr/local/bin/tenantca apply ${line#* tenantca plan }\$" "$units/tenantca.service" ||
                fail "the guide plans something else than the unit applies: $line"
            sh -c "$tool plan ${ours#* tenantca plan }" >"$folder/plan.out"
            ;;
        systemctl\ *)
            named=$(echo "$line" | grep -o 'tenantca[a-z-]*\.[a-z]*')
            [ -n "$named" ] || fail "the guide: systemctl works on nothing: $line"
            for unit in $named; do [ -f "$units/$unit" ] || fail "the guide: there is no $unit"; done
            ;;
        *) fail "the guide: no test runs this line: $line" ;;
        esac || fail "the guide: $line"
        pass
    done <"$folder/guide"
    grep -q "secret_file\": \"$folder/client-secret\"" "$folder/tenantca.json" || fail 'the configuration names another secret'
}

# ---- before the activation: B was issued, and is in the file behind A ----
go_to $((start + 650 * day))
run apply >/dev/null 2>&1 || fail 'apply on day 650'
go_to $((now - 180))
run apply >/dev/null 2>&1 || fail 'apply before the activation'
[ "$(grep -c 'BEGIN CERTIFICATE' "$folder/trust.pem")" -eq 2 ] || fail 'the file lacks one of the two'
device "$tenant" older
device "$stranger" other
TENANTCA_TOKEN=of-the-test "$tool" download --service legacy --tenant "$stranger" --endpoint "$url" \
    --destination "$folder/other-ca.pem" >/dev/null 2>&1
TENANTCA_TOKEN=of-the-test "$tool" download-chain --service legacy --tenant "$stranger" --endpoint "$url" \
    --destination "$folder/other.p7b" >/dev/null 2>&1
openssl pkcs7 -inform der -in "$folder/other.p7b" -print_certs >"$folder/other-upper.pem"
cp "$folder/other.crt" "$folder/alone.crt"
cp "$folder/other.key" "$folder/alone.key"
cat "$folder/alone.crt" "$folder/other-ca.pem" >"$folder/other.crt"
cat "$folder/alone.crt" "$folder/other-upper.pem" >"$folder/upper.crt"
cp "$folder/other.key" "$folder/upper.key"
for server in $servers; do start_"$server"; done
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
guide
grep -qi 'mixed day' "$folder/plan.out" || fail 'plan does not tell of the mixed day'
pass
sh -c "$(unit_command ExecStart)" >"$folder/apply.out" 2>&1 || fail "the service's command: $(cat "$folder/apply.out")"
sh -c "$(unit_command ExecStopPost)" 2>&1 || fail "the service's command for the figures"
grep -q '^tenantca_up{tenant="contoso"} 1' "$folder/tenantca.prom" || fail 'no figures'
pass
for server in $servers; do swap_"$server"; done
accepts newer 'a device of B after the activation, the file rewritten'
refuses other "another tenant's device that sends its own CA along"
# The mixed day as it is: a file serves one of the two.
refuses older 'a device of A on the mixed day: is the trap gone, the texts about it can go too'
run check >/dev/null || fail 'check after apply'
pass
[ -s "$folder/trust.pem.previous" ] || fail 'the file before is not kept'
for file in trust.pem tenantca.prom; do
    [ "$(stat -c %a "$folder/$file")" = 644 ] || fail "not everybody can read $file"
done
[ "$(stat -c %a "$folder/store")" = 700 ] || fail 'the store is not its user'"'"'s alone'
pass
echo "operate: $passed passed"
