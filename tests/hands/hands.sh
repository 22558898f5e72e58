# What sessions with real mouse and keyboard have in common: a display of their own, a window of their own whose settings and
# files are thrown away, and hands. Sourced by them with the binary as $1, in the folder of the project; no session itself.
# shellcheck shell=bash

fail() {
    printf 'hands: %s\n' "$@" >&2
    exit 1
}

absent=()
command -v Xvfb >/dev/null || absent+=(xvfb)
command -v xdotool >/dev/null || absent+=(xdotool)
[ -z "${HANDS_PICTURES:-}" ] || command -v import >/dev/null || absent+=(imagemagick)
[ ${#absent[@]} = 0 ] || fail "these packages are missing: ${absent[*]}" "for instance: apt-get install ${absent[*]}"

newest() {
    # shellcheck disable=SC2012 # the two names are known
    { ls -t target/debug/loadscape target/release/loadscape 2>/dev/null || true; } | head -n 1
}
binary=${1:-$(newest)}
[ -x "$binary" ] || fail "there is no program to try" "first: cargo build"

work=$(mktemp -d)
jobs_begun=()
finish() {
    for job in "${jobs_begun[@]}"; do kill "$job" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

# A display of its own; Xvfb picks a free number and tells it.
Xvfb -displayfd 3 -screen 0 1440x900x24 3>"$work/display" 2>/dev/null &
jobs_begun+=($!)
wait_for() {
    local what=$1
    shift
    for _ in $(seq 200); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    picture failed
    fail "waited in vain for $what"
}
wait_for "the display" test -s "$work/display"
DISPLAY=:$(cat "$work/display")
export DISPLAY
unset WAYLAND_DISPLAY

picture() {
    [ -z "${HANDS_PICTURES:-}" ] || import -window root "$HANDS_PICTURES/$1.png"
}

XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data HOME=$work "$binary" 2>"$work/said" &
window_job=$!
jobs_begun+=("$window_job")
wait_for "the window" xdotool search --onlyvisible --name Loadscape
window=$(xdotool search --onlyvisible --name Loadscape | head -n 1)
xdotool windowfocus "$window"
sleep 1

# What hands do. Positions are pixels of the screen; a frame of software drawing takes up to a twentieth of a second.
rest() { for _ in $(seq "${HANDS_PACE:-1}"); do sleep "${1:-0.12}"; done; }
keys() {
    xdotool key --delay 60 "$@"
    rest
}
words() {
    xdotool type --delay 25 "$1"
    rest 0.3
}
at() { xdotool mousemove "$1" "$2" && rest 0.06; }
click() {
    at "$1" "$2"
    xdotool click 1
    rest
}
drag() {
    at "$1" "$2"
    xdotool mousedown 1
    rest 0.06
    local steps=6 n
    for n in $(seq "$steps"); do
        xdotool mousemove $(($1 + ($3 - $1) * n / steps)) $(($2 + ($4 - $2) * n / steps))
        rest 0.04
    done
    xdotool mouseup 1
    rest
}
