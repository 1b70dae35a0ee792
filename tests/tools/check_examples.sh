#!/bin/sh
# SPDX-License-Identifier: MIT
# Every small example runs as its comment "run: ARGUMENTS" says; @SIMULATOR@ is the address of a
# simulated service that is started for it, @TENANT@ its tenant.
set -eu
build=$1
tenant=1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93
out=$build/examples
"$build/tenantca-simulator" --port 0 --clock 2026-01-01T00:00:00Z --tenant $tenant >"$out/simulator.out" &
simulator=$!
trap 'kill $simulator' EXIT
tries=0
until grep -q 'listening on' "$out/simulator.out"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo 'examples: the simulator does not start' >&2; exit 1; }
    sleep 0.1
done
address=$(sed -n 's/^listening on //p' "$out/simulator.out")
count=0
for source in examples/*.c; do
    [ -f "$source" ] || continue
    arguments=$(sed -n 's|^/\* run: *\(.*\) \*/$|\1|p' "$source" |
        sed "s|@SIMULATOR@|$address|; s|@TENANT@|$tenant|")
    name=$(basename "$source" .c)
    # shellcheck disable=SC2086  # several arguments
    "$out/$name" $arguments >"$out/$name.out" ||
        { echo "examples: $name $arguments failed" >&2; exit 1; }
    [ -s "$out/$name.out" ] || { echo "examples: $name printed nothing" >&2; exit 1; }
    count=$((count + 1))
done
echo "examples: $count ran"
