#!/bin/sh
# install.sh BUILD DESTDIR PREFIX: puts what is built and what is installed
# with it under DESTDIR. Files for systemd name the programs' folders as
# @bindir@ and @libexecdir@. Nothing is started or enabled.
set -eu
build=$1 destdir=$2 prefix=$3
bin=$prefix/bin
libexec=$prefix/libexec/zegel

# put MODE FILE TARGET
put() {
	echo "  $destdir$3"
	install -D -m "$1" "$2" "$destdir$3"
}

filled=$(mktemp)
trap 'rm -f "$filled"' EXIT
put_filled() {
	sed -e "s|@bindir@|$bin|g" -e "s|@libexecdir@|$libexec|g" "$1" >"$filled"
	put 644 "$filled" "$2"
}

put 755 "$build/bin/zegel" "$bin/zegel"
put 755 "$build/bin/zegeld" "$libexec/zegeld"

for file in host/man/*.[1-9]; do
	[ -e "$file" ] || continue
	put 644 "$file" "$prefix/share/man/man${file##*.}/${file##*/}"
done

for file in host/systemd/*; do
	name=${file##*/}
	case $name in
	*.service | *.socket | *.timer | *.target | *.slice)
		put_filled "$file" "$prefix/lib/systemd/system/$name" ;;
	*sysusers*)
		put_filled "$file" "$prefix/lib/sysusers.d/zegel.conf" ;;
	*tmpfiles*)
		put_filled "$file" "$prefix/lib/tmpfiles.d/zegel.conf" ;;
	esac
done

for file in host/udev/*.rules; do
	put 644 "$file" "$prefix/lib/udev/rules.d/${file##*/}"
done

for file in README.md LICENSE docs/*.md; do
	[ -e "$file" ] || continue
	put 644 "$file" "$prefix/share/doc/zegel/${file##*/}"
done

[ -n "$destdir" ] ||
	echo "Next: 'systemd-sysusers zegel.conf' and what follows it in" \
	    "$prefix/share/doc/zegel/OPERATIONS.md"
