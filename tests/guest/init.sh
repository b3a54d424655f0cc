#!/bin/busybox sh
# The guest's only process at first. What the test looks for begins with "= ".
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/usr/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /run/pcscd /tmp
echo 3 >/proc/sys/kernel/printk
for module in usb-common usbcore xhci-hcd xhci-pci; do
	insmod "/modules/$module.ko"
done
module=/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so
pin=314159

# Until the kernel has enumerated it.
n=0
while ! device=$(grep -ls 1209 /sys/bus/usb/devices/*/idVendor) ||
	[ -z "$device" ]; do
	n=$((n + 1))
	[ $n -lt 150 ] || break
	sleep 0.2
done
device=${device%/idVendor}
for what in idVendor idProduct manufacturer product serial speed \
	bConfigurationValue bNumInterfaces; do
	echo "= $what $(cat "$device/$what")"
done
for interface in "$device"/*:1.*; do
	echo "= interface $(cat "$interface/bInterfaceNumber")" \
	    "$(cat "$interface/bInterfaceClass")" \
	    "$(cat "$interface/bNumEndpoints")"
done

echo "= $(usb_abuse 300)"

pcscd --foreground &
n=0
until name=$(opensc-tool -n 2>/dev/null) || [ $n -gt 50 ]; do
	n=$((n + 1))
	sleep 0.2
done
echo "= card $name"
pkcs11-tool --module $module -O --type cert 2>/dev/null |
    grep -q 'Certificate Object' && echo "= certificate is listed"

# Nobody approved this one.
head -c 32 /dev/urandom >/tmp/digest
pkcs11-tool --module $module -l --pin $pin --sign --id 01 -m ECDSA \
    -i /tmp/digest -o /tmp/signature >/tmp/said 2>&1
echo "= unapproved $? $(grep -c C_Sign /tmp/said)"

# The console, beside the card. The person is outside.
mkfifo /tmp/questions
card_host usb: </tmp/questions >/tmp/answers &
exec 3>/tmp/questions
answer() { # the last that begins with that word; none, if it is none
	n=0
	until grep "^$1" /tmp/answers >/dev/null || [ $n -gt 300 ]; do
		n=$((n + 1))
		sleep 0.1
	done
	grep "^$1" /tmp/answers | tail -n 1
}
echo "= $(answer hello | cut -c 1-5)"
echo "batch ES256 2 /certificate.der" >&3
echo "= $(answer root)"
echo "= $(answer approved | cut -c 1-8)"
mkfifo /tmp/digests
card_sign $module $pin </tmp/digests >/tmp/signatures &
exec 4>/tmp/digests
# A login disarms: it comes first.
n=0
until grep '^key' /tmp/signatures >/dev/null || [ $n -gt 100 ]; do
	n=$((n + 1))
	sleep 0.1
done
echo "arm 1" >&3
digest=$(answer armed)
echo "= $digest"
echo "${digest#armed }" >&4
exec 4>&-
wait $!
sed 's/^/= /' /tmp/signatures
echo "= end"
poweroff -f
