#!/bin/sh
# The same batches over USB: the client's libusb, unmodified, at an emulated
# bus; and what a person sees of the device there.
set -u
. tests/e2e/tap.sh
dir=$(mktemp -d) || exit 1
ZEGEL_SIM=$dir build/firmware/sim/zegel-sim &
sim=$!
trap 'kill $sim 2>/dev/null; wait $sim 2>/dev/null; rm -rf "$dir"' EXIT

on_usb() {
	umockdev-wrapper build/tests/bridge/bridge "$dir/link" -- "$@"
}

said=$dir/lsusb
on_usb lsusb -v >"$said" 2>&1
grep -q 'ID 1209:0001 Zegel Zegel appliance' "$said" &&
	grep -q 'Short APDU level exchange' "$said" &&
	grep -q 'iInterface .* Zegel console' "$said"
result $? "lsusb shows a card reader and a console"
serial=$(sed -n 's/.*iSerial *3 *\([0-9A-F]\{16\}\)$/\1/p' "$said")

said=$dir/said
on_usb build/tests/e2e/appliance_sim "$dir" "$dir/screens.txt" \
	"usb:$serial" >"$said" 2>&1 && [ "$(grep -c '^ok' "$said")" -eq 10 ]
result $? "batches are shown, refused and signed by usb:SERIAL"
diff tests/data/appliance/screens.txt "$dir/screens.txt" >"$said"
result $? "screens are those of the socket"
on_usb build/tests/e2e/appliance_sim "$dir" "$dir/none.txt" \
	usb:0123456789ABCDEF >"$said" 2>&1
grep -q '^not ok 1' "$said"
result $? "another serial number is another device"
said=$dir/abuse
on_usb build/tests/guest/usb_abuse 400 >"$said" 2>&1
result $? "it survives requests, octets, halts and resets of any kind"
echo "1..$n"
exit "$failed"
