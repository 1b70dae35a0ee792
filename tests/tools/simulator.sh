# SPDX-License-Identifier: MIT
# To be sourced: the simulated service on a port of its own, and checks of what a tool says to it.
# shellcheck shell=sh
passed=0
failed=0

# SIMULATOR WORK ARGUMENT...: sets $work, emptied, and $address; ends with the shell.
start_simulator() {
    program=$1
    work=$2
    shift 2
    rm -rf "$work"
    mkdir -p "$work"
    : >"$work/simulator"
    "$program" --port 0 "$@" >"$work/simulator" &
    simulator=$!
    trap 'kill $simulator' EXIT
    tries=0
    until grep -q 'listening on' "$work/simulator"; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { echo 'the simulator does not start' >&2; exit 1; }
        sleep 0.1
    done
    address=$(sed -n 's/^listening on //p' "$work/simulator")
}

# PATH BODY: to the simulator's control.
post() {
    curl -sf -o /dev/null -X POST "$address/_simulator/$1" -d "$2" || echo "control $1 failed" >&2
}

passes() {
    passed=$((passed + 1))
}

fails() { # WHAT
    failed=$((failed + 1))
    echo "FAIL  $1"
}

# WHAT STATUS TEXT COMMAND...: exit status, and a fragment of what it says; never a token.
check() {
    what=$1 status=$2 text=$3
    shift 3
    "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ "$got" -eq "$status" ] && { [ -z "$text" ] || cat "$work/out" "$work/err" | grep -qF -- "$text"; } &&
        ! grep -q secret-token "$work/out" "$work/err"; then
        passes
    else
        fails "$what: exit $got, wanted $status with '$text'"
        head -5 "$work/err"
    fi
}

same() { # WHAT FILE FILE
    if cmp -s "$2" "$3"; then passes; else fails "$1"; fi
}

count_up() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
