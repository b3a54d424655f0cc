#!/bin/sh
# wolfcrypt.sh FOLDER: fetches Debian's source package of wolfSSL and leaves
# its wolfCrypt in FOLDER, patched, ready to be compiled for the appliance.
#
# apt checks the archive's signature over the patches; what they are applied to
# is pinned here by hash. Nothing outside FOLDER changes: the machine's own deb
# lines are read as deb-src lines in an apt configuration that lies in FOLDER.
set -eu

version=5.5.4
orig=wolfssl_$version.orig.tar.gz
pinned=b7ee150e49def77c765bc02aac92ddeb0bebefd4cb12aa263d8f95e405221fb8

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 64; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
apt=$folder/apt
rm -rf "$apt" "$folder/new"
mkdir -p "$apt/etc" "$apt/lists/partial" "$apt/cache/archives/partial" \
    "$folder/new"

# Both formats of apt's lists, sources.list(5).
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
	[ ! -f "$list" ] || sed -n 's/^[[:space:]]*deb\([[:space:]]\)/deb-src\1/p' \
	    "$list" >>"$apt/etc/one-line.list"
done
for list in /etc/apt/sources.list.d/*.sources; do
	[ ! -f "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" \
	    >"$apt/etc/$(basename "$list")"
done

own_apt()
{
	apt-get -qq -o Dir::Etc::sourcelist=/dev/null \
	    -o Dir::Etc::sourceparts="$apt/etc" \
	    -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" \
	    -o APT::Sandbox::User=root "$@"
}

# A list that has no sources is no reason to stop: the next step tells.
own_apt update || true
(cd "$folder/new" && own_apt --download-only source wolfssl >/dev/null) || {
	echo "wolfcrypt: no source package of wolfssl from this machine's" \
	    "package lists (Debian 12 has $version)" >&2
	exit 1
}
cd "$folder/new"
echo "$pinned  $orig" | sha256sum --check --status || {
	echo "wolfcrypt: $orig is not the pinned one; there is:" >&2
	sha256sum -- * >&2
	exit 1
}
dpkg-source --no-check --extract ./*.dsc source >unpack.log 2>&1 || {
	cat unpack.log >&2
	exit 1
}

# Of 100 MB, what the firmware is made from.
rm -rf source/wolfcrypt/benchmark source/wolfcrypt/test \
    source/wolfcrypt/user-crypto source/wolfcrypt/src/port
rm -f source/wolfcrypt/src/*.S source/wolfcrypt/src/*.asm
dpkg-parsechangelog -l source/debian/changelog -S Version >source/patch-level
for part in wolfcrypt wolfssl patch-level LICENSING COPYING; do
	rm -rf "${folder:?}/$part"
	mv "source/$part" "$folder/$part"
done
rm -rf "$apt" "$folder/new"
echo "wolfcrypt: wolfssl $(cat "$folder/patch-level")"
