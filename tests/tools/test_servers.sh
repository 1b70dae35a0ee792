#!/bin/sh
# SPDX-License-Identifier: MIT
# The TLS servers of examples/servers through a whole rollover, never restarted: no device of the
# tenant is refused, on the mixed day neither, everybody else is, with the reason in the log.
#
#     test_servers.sh TOOL SIMULATOR PROGRAMS FOLDER
set -u
tool=$1
programs=$3
here=$(dirname "$0")
# shellcheck source=tests/tools/simulator.sh
. "$here/simulator.sh"
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
stranger=2f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
hour=3600
day=$((24 * hour))
# Day 0 is an hour from now: what OpenSSL signs here is valid from now on.
start=$(($(date +%s) + hour))

moment() { # SECONDS: after the start
    date -u -d "@$((start + $1))" +%Y-%m-%dT%H:%M:%SZ
}

start_simulator "$2" "$4" --clock "$(moment 0)" --tenant "$tenant" --tenant "$stranger"

# ---- time, lists and devices ----

save_list() { # renamed into its place, as whoever saves it does
    curl -sf -H 'Authorization: Bearer t' "$address/v2/tenants/$tenant/certificates" >"$work/list.new" ||
        fails 'the list is not given'
    mv "$work/list.new" "$work/list.json"
}

tell_time() { # the servers only
    moment "$1" >"$work/clock.new"
    mv "$work/clock.new" "$work/clock"
}

go_to() { # everybody; the servers see the list as it is then
    post clock "{\"now\": \"$(moment "$1")\"}"
    tell_time "$1"
    save_list
}

member() { # NAME: of a JSON object, unescaped
    printf '%b' "$(sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p")"
}

device() { # TENANT NAME: a certificate issued now, and its key
    curl -sf -X POST "$address/_simulator/device" -d "{\"tenant\": \"$1\", \"device\": \"00aa\"}" >"$work/device.json"
    member certificate <"$work/device.json" >"$work/$2.pem"
    member private_key <"$work/device.json" >"$work/$2.key"
}

download() { # COMMAND TENANT FILE: of its active certificate
    TENANTCA_TOKEN=t "$tool" "$1" --service legacy --tenant "$2" --endpoint "$address" --destination "$3" \
        >/dev/null 2>"$work/err" || fails "$1"
}

# ---- certificates that only look right ----

# Of the tenant's CA everything but the key: same subject, same serial number, in the same form.
make_look_alike() {
    subject=$(openssl x509 -in "$work/ca.pem" -noout -subject -nameopt compat | sed 's/^subject=//')
    serial=$(openssl x509 -in "$work/ca.pem" -noout -serial | sed 's/^serial=//')
    cat >"$work/ca.cnf" <<END
[req]
string_mask = nombstr
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, digitalSignature
[device]
basicConstraints = critical, CA:false
extendedKeyUsage = clientAuth
END
    openssl ecparam -genkey -name secp384r1 -noout -out "$work/like.key"
    openssl req -x509 -config "$work/ca.cnf" -extensions ca -new -key "$work/like.key" -subj "$subject" \
        -set_serial "0x$serial" -days 3650 -sha384 -out "$work/like.pem" 2>"$work/err" || fails 'look-alike CA'
    [ "$(openssl x509 -in "$work/like.pem" -noout -subject_hash)" = "$(openssl x509 -in "$work/ca.pem" -noout -subject_hash)" ] ||
        fails 'the look-alike has another name'
}

forge() { # NAME CA CAKEY SECTION OPTION...: a device's certificate by whoever has that key
    name=$1 signer=$2 signer_key=$3 section=$4
    shift 4
    openssl ecparam -genkey -name prime256v1 -noout -out "$work/$name.key"
    openssl req -config "$work/ca.cnf" -new -key "$work/$name.key" -subj /CN=00aa -out "$work/$name.csr" 2>"$work/err"
    openssl x509 -req -in "$work/$name.csr" -CA "$work/$signer" -CAkey "$work/$signer_key" -set_serial 7 -days 3650 \
        -extfile "$work/ca.cnf" -extensions "$section" "$@" -out "$work/$name.pem" 2>"$work/err" || fails "forging $name"
}

flip_last_bit() { # NAME OF
    openssl x509 -in "$work/$2.pem" -outform der -out "$work/$1.der"
    size=$(wc -c <"$work/$1.der")
    last=$(tail -c 1 "$work/$1.der" | od -An -tu1 | tr -d ' ')
    { head -c $((size - 1)) "$work/$1.der"; printf '%b' "\\0$(printf %o $((last ^ 1)))"; } >"$work/$1.flipped"
    openssl x509 -inform der -in "$work/$1.flipped" >"$work/$1.pem"
    cp "$work/$2.key" "$work/$1.key"
}

# ---- servers and clients ----

servers=
for program in "$programs"/*_server; do
    [ -x "$program" ] || continue
    server=${program##*/}
    servers="$servers $server"
done
[ -n "$servers" ] || { echo 'servers: no TLS library here, skipped'; exit 0; }

start_servers() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
        -keyout "$work/server.key" -out "$work/server.pem" 2>/dev/null
    mkfifo "$work/hold"
    for server in $servers; do
        "$programs/$server" "$work/list.json" "$work/server.pem" "$work/server.key" "$work/clock" \
            <"$work/hold" >"$work/$server.out" 2>"$work/$server.log" &
    done
    exec 9>"$work/hold"
    for server in $servers; do
        tries=0
        until grep -q 'listening on' "$work/$server.out"; do
            tries=$((tries + 1))
            [ "$tries" -lt 100 ] || { echo "$server does not start" >&2; exit 1; }
            sleep 0.1
        done
    done
}

address_of() { # SERVER
    sed -n 's/^listening on //p' "$work/$1.out"
}

versions_of() { # SERVER: mbedTLS 2.28 speaks TLS 1.2
    case $1 in
    mbedtls_server) echo tls1_2 ;;
    *) echo tls1_2 tls1_3 ;;
    esac
}

knock() { # SERVER VERSION NAME OPTION...
    at=$(address_of "$1") version=$2 name=$3
    shift 3
    timeout 10 openssl s_client -connect "$at" "-$version" -quiet -cipher DEFAULT:@SECLEVEL=0 -cert "$work/$name.pem" -cert_chain "$work/$name.pem" \
        -key "$work/$name.key" "$@" </dev/null >"$work/said" 2>"$work/alert"
}

accepts() { # NAME WHAT
    for server in $servers; do
        for version in $(versions_of "$server"); do
            knock "$server" "$version" "$1"
            if grep -q '^welcome 00aa of ' "$work/said"; then passes; else
                fails "$server, $version: $2 is refused"
                tail -1 "$work/$server.log"
            fi
        done
    done
}

refuses() { # NAME WHAT REASON: a name of tca_refusal_name(), or part of the text
    for server in $servers; do
        for version in $(versions_of "$server"); do
            lines=$(wc -l <"$work/$server.log")
            knock "$server" "$version" "$1"
            if grep -q welcome "$work/said"; then
                fails "$server, $version: $2 is let in"
            elif tail -n +$((lines + 1)) "$work/$server.log" | grep -q "^refused: .*$3" && grep -q 'alert' "$work/alert"; then
                passes
            else
                fails "$server, $version: $2 is not refused for '$3', or without an alert"
                tail -n 1 "$work/$server.log" "$work/alert"
            fi
        done
    done
}

tells() { # NAME ALERT: what OpenSSL's client calls it
    knock openssl_server tls1_2 "$1"
    if grep -q "alert $2" "$work/alert"; then passes; else fails "not told '$2': $(cat "$work/alert")"; fi
}

# A session is kept by whoever asks; is it taken up again?
resumes() { # NAME WHAT
    for server in $servers; do
        for version in $(versions_of "$server"); do
            rm -f "$work/session"
            knock "$server" "$version" "$1" -sess_out "$work/session"
            [ -s "$work/session" ] || { passes; continue; } # nothing was given to resume with
            timeout 10 openssl s_client -connect "$(address_of "$server")" "-$version" -cert "$work/$1.pem" \
                -key "$work/$1.key" -sess_in "$work/session" </dev/null 2>&1 | grep -q '^Reused' &&
                fails "$server, $version: $2" || passes
        done
    done
}

# ---- day 0: A alone ----
go_to 0
download download "$tenant" "$work/ca.pem"
start_servers
device "$tenant" a
accepts a 'a device of A'
device "$stranger" other
download download "$stranger" "$work/other-ca.pem"
refuses other "another tenant's device" unknown-issuer
cp "$work/other.key" "$work/with-ca.key"
cat "$work/other.pem" "$work/other-ca.pem" >"$work/with-ca.pem"
refuses with-ca "another tenant's device with its CA" unknown-issuer
download download-chain "$stranger" "$work/upper.p7b"
openssl pkcs7 -inform der -in "$work/upper.p7b" -print_certs -out "$work/upper.pem" || fails 'no chain'
cp "$work/other.key" "$work/with-chain.key"
cat "$work/other.pem" "$work/upper.pem" >"$work/with-chain.pem"
refuses with-chain "another tenant's device with its whole chain" unknown-issuer
make_look_alike
forge forged like.pem like.key device -sha256
refuses forged 'a device of a CA of the same name and number' signature
forge old-hash like.pem like.key device -sha1
refuses old-hash 'a device signed with SHA-1' weak-algorithm
forge little-ca like.pem like.key ca -sha256
refuses little-ca 'a CA as a device' is-ca
forge child a.pem a.key device -sha256
cat "$work/a.pem" >>"$work/child.pem"
refuses child 'a device signed by a device' unknown-issuer
flip_last_bit flipped a
refuses flipped 'a device with a bit flipped' signature
tell_time -1
refuses a 'a device a second too early' not-yet-valid
tell_time $day
accepts a 'a device in its last second'
tell_time $((day + 1))
refuses a 'a device a second later' expired
tells a 'certificate expired'
tells other 'unknown ca'
tell_time 0
for server in $servers; do # who has no certificate, and who does not speak TLS
    timeout 10 openssl s_client -connect "$(address_of "$server")" -quiet </dev/null >"$work/said" 2>/dev/null
    if grep -q welcome "$work/said"; then fails "$server: no certificate is let in"; else passes; fi
    curl -s --max-time 5 "http://$(address_of "$server")/" >"$work/said" 2>/dev/null
    if grep -q welcome "$work/said"; then fails "$server: no TLS is let in"; else passes; fi
done

# ---- B is issued, and becomes the active one ----
go_to $((640 * day))
device "$tenant" a
accepts a 'a device of A, B being issued'
go_to $((685 * day - 4 * hour))
device "$tenant" a
go_to $((685 * day + 1))
device "$tenant" b
accepts a 'on the mixed day a device of A'
accepts b 'on the mixed day a device of B'
refuses other "another tenant's device on the mixed day" unknown-issuer
resumes b 'a session is resumed'

# ---- what a list that cannot be read changes: nothing ----
echo garbage >"$work/list.json"
accepts b 'a device of B, the list being garbage'
for server in $servers; do
    if grep -q '^trust: as it was: ' "$work/$server.log"; then passes; else fails "$server: does not say that the list is garbage"; fi
done

# ---- B is revoked: trusted until the list says so ----
go_to $((735 * day)) # A has ended
device "$tenant" b
accepts b "a device of B after A's end"
refuses a 'a device of A' expired
thumbprint=$(knock openssl_server tls1_2 b; sed -n 's/.*signed by //p' "$work/said")
for server in $servers; do
    knock "$server" tls1_2 b -sess_out "$work/$server.session"
done
post revoke "{\"tenant\": \"$tenant\", \"thumbprint\": \"$thumbprint\"}"
accepts b 'a device of B, revoked but not yet known to be'
save_list
refuses b 'a device of a revoked CA' ca-revoked
tells b 'certificate revoked'
for server in $servers; do
    [ -s "$work/$server.session" ] || { passes; continue; }
    knock "$server" tls1_2 b -sess_in "$work/$server.session"
    if grep -q welcome "$work/said"; then fails "$server: a session outlives the revoked CA"; else passes; fi
done
device "$tenant" c
accepts c 'a device of its successor'

# ---- evidence of use ----
exec 9>&-
for server in $servers; do
    tries=0
    until grep -q '^seen: ' "$work/$server.log" || [ $tries -ge 50 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    if [ "$(grep -c '^seen: ' "$work/$server.log")" -eq 3 ]; then passes; else fails "$server: three CAs were not seen"; fi
done
count_up
