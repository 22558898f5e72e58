#!/bin/sh
# Draws the shop MyClothes.com from nothing in the real window, with a real mouse and keyboard: a VPC with two Availability
# Zones, users, a name, a balancer, a scaling group in each zone, a cache, and a database with a standby and a read
# replica. Then runs it, looks at it, saves it, and checks the file. Run by hand or by a machine without a screen:
#
#     tests/hands/myclothes.sh [PROGRAM] [FOLDER]
#
# PROGRAM is the built window, target/debug/loadscape if none is named; pictures and the file are left in FOLDER. Needs
# Xvfb, xdotool and ImageMagick's import. Ends with 0 if everything was drawn as asked.
#
# Positions are those of a window of 1440 by 900; tiles of the palette are found by searching, so that they stand first.
set -eu
program=$(realpath "${1:-target/debug/loadscape}")
folder=${2:-$(mktemp -d)}
rm -rf "$folder/home"
mkdir -p "$folder/home"
folder=$(realpath "$folder")
display=:${HANDS_DISPLAY:-57}
Xvfb "$display" -screen 0 1440x900x24 >/dev/null 2>&1 &
screen=$!
trap 'kill "$app" "$screen" 2>/dev/null || true' EXIT
app=$screen
export DISPLAY="$display" HOME="$folder/home" XDG_CONFIG_HOME="$folder/home/config" XDG_DATA_HOME="$folder/home/data"
sleep 1
cd "$folder"
"$program" 2>"$folder/errors.txt" &
app=$!
for _ in $(seq 60); do
    xdotool search --name Loadscape >/dev/null 2>&1 && break
    sleep 0.5
done
sleep "${HANDS_START:-3}"
xdotool search --name Loadscape windowfocus

pause=${HANDS_PAUSE:-0.15}
do_() { xdotool "$@"; sleep "$pause"; }
click() { do_ mousemove "$1" "$2"; do_ click 1; }
write() { xdotool type --delay 45 "$1"; sleep "$pause"; }
press() { do_ key "$1"; }
picture() { import -window root "$folder/$1.png"; }
drag() {
    do_ mousemove "$1" "$2"
    do_ mousedown 1
    do_ mousemove $((($1 + $3) / 2)) $((($2 + $4) / 2))
    do_ mousemove "$3" "$4"
    do_ mousemove "$3" "$4"
    do_ mouseup 1
}
# A place whose help has these words, dropped with its middle at a point.
place() {
    click 115 100
    press ctrl+a
    write "$1"
    drag 43 "$tile" "$2" "$3"
    click 115 100
    press ctrl+a
    press BackSpace
    press Escape
}
# A service with its card's corner at a point, by quick add, and the name that it gets.
service() {
    do_ mousemove "$1" "$2"
    xdotool click --repeat 2 --delay 90 1
    sleep "$pause"
    write "$3"
    press Return
    press F2
    sleep "$pause"
    press ctrl+a
    write "$4"
    press Return
    press Escape
}
tile=158

click 985 217 # the welcome card
press ctrl+minus
press ctrl+minus
place "virtual private cloud" 840 340
drag 655 217 545 100
drag 1025 463 1120 600
picture 1-vpc
place "fails with it" 740 220
picture 2-zone
place "fails with it" 740 440
service 290 330 users Shoppers
service 425 330 "route 53" Names
service 590 330 elb ALB
service 740 230 asg "Web a"
service 740 450 asg "Web b"
service 985 190 elasticache Sessions
service 985 360 rds Orders
# Links: from the right edge of a card to the middle of another.
drag 343 330 425 330
drag 478 330 590 330
drag 643 330 740 230
drag 643 330 740 450
drag 793 230 985 190
drag 793 450 985 190
drag 793 230 985 360
drag 793 450 985 360
picture 3-links
# Settings in the inspector: a standby in another zone, and a read replica.
click 985 360
click 1370 237
press ctrl+a
write 1
press Return
click 1370 205
click 1336 270
do_ mousemove 700 620
press Escape
press Escape
picture 4-drawn
# Some seconds of a run, then the file.
press space
sleep 6
picture 5-running
press space
press ctrl+s
sleep 1
press ctrl+a
write "$folder/drawn.ron"
press Return
sleep 1
picture 6-saved
press ctrl+q
sleep 1

failed=0
wants() {
    grep -q "$2" "$folder/drawn.ron" || { echo "missing: $1"; failed=1; }
}
for name in Shoppers Names ALB "Web a" "Web b" Sessions Orders; do
    wants "the node $name" "label: \"$name\""
done
wants "the VPC" 'kind: "vpc"'
wants "zone a in the VPC" 'kind: "az", label: "a".*in: "vpc"'
wants "zone b in the VPC" 'kind: "az", label: "b".*in: "vpc"'
wants "the group in zone a" 'label: "Web a".*in: "az-a"'
wants "the group in zone b" 'label: "Web b".*in: "az-b"'
wants "the standby" '"multi_az": "on"'
wants "the read replica" '"replicas": 1'
links=$(grep -c '(from: ' "$folder/drawn.ron")
[ "$links" = 8 ] || { echo "$links links in place of 8"; failed=1; }
"$program" check "$folder/drawn.ron" >"$folder/check.txt" 2>&1 || [ $? = 1 ] || { echo "the file does not check"; failed=1; }
[ ! -s "$folder/errors.txt" ] || { cat "$folder/errors.txt"; failed=1; }
[ $failed = 0 ] && echo "drawn: $folder"
exit $failed
