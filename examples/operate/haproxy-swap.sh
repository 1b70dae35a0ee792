#!/bin/sh
# SPDX-License-Identifier: MIT
# Put the trust file in use in a running HAProxy (2.5 and later), in one step and without a reload.
# Lasts until HAProxy starts anew, which reads the file itself.
#
#     haproxy-swap.sh [FILE [SOCKET]]
set -eu
file=${1:-/var/lib/tenantca/trust.pem}
socket=${2:-/run/haproxy/admin.sock}
# An empty line ends what is sent along; the file has none.
printf 'set ssl ca-file %s <<\n%s\n\n' "$file" "$(cat "$file")" | socat stdio "UNIX-CONNECT:$socket"
printf 'commit ssl ca-file %s\n' "$file" | socat stdio "UNIX-CONNECT:$socket" | grep -q 'Success!'
