#!/bin/sh
# provision.sh FOLDER: makes a new device: FOLDER/device.bin, for the last page
# of the flash (address 0x3f000), and FOLDER/card.img, for the card of 8 MiB.
# device.c and store.c say what is in them. Never overwrites a device.
set -eu
umask 077

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 64; }
mkdir -p "$1"
cd "$1"
for file in device.bin card.img; do
	[ ! -e "$file" ] || { echo "$1/$file: exists already" >&2; exit 73; }
done

# text padded with zeros to so many octets
field() { # TEXT OCTETS
	printf %s "$1"
	head -c "$(($2 - ${#1}))" /dev/zero
}
random() { # OCTETS
	head -c "$1" /dev/urandom
}
# what stands in FILE, and its SHA-256
checked() { # FILE
	cat "$1"
	openssl dgst -sha256 -binary "$1"
}

part=$(mktemp)
trap 'rm -f "$part"' EXIT
{ field zegel-device-v1 16; random 32; } >"$part"
checked "$part" >device.bin

{ field zegel-seed-v1 16; field "" 8; random 32; } >"$part"
field zegel-card-v1 512 >card.img
checked "$part" >>card.img
truncate -s 8M card.img
