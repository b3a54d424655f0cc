#!/bin/sh
# kernel.sh FOLDER: Debian's kernel and the modules of it that a guest needs for
# USB, out of its package, which apt fetches and checks once.
set -eu
to=$1
[ ! -e "$to/vmlinuz" ] || exit 0
package=$(apt-cache depends linux-image-amd64 |
	sed -n 's/^ *Depends: \(linux-image-.*\)$/\1/p' | head -n 1)
version=${package#linux-image-}
mkdir -p "$to"
(cd "$to" && apt-get -o APT::Sandbox::User=root download "$package")
modules=lib/modules/$version/kernel/drivers/usb
dpkg-deb --fsys-tarfile "$to/$package"_*.deb | tar -x -C "$to" \
	"./boot/vmlinuz-$version" \
	"./$modules/common/usb-common.ko" \
	"./$modules/core/usbcore.ko" \
	"./$modules/host/xhci-hcd.ko" \
	"./$modules/host/xhci-pci.ko"
mkdir -p "$to/modules"
mv "$to/$modules"/*/*.ko "$to/modules"
mv "$to/boot/vmlinuz-$version" "$to/vmlinuz"
rm -rf "$to/lib" "$to/boot" "$to/$package"_*.deb
