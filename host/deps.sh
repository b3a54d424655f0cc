#!/bin/sh
# deps.sh LIST...: installs what the lists of Debian packages name and the
# machine lacks, after saying what and why. Says nothing if all is there.
set -eu

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "deps: not a Debian system; see that what is named in" "$@" \
	    "is installed" >&2
	exit 0
fi

# "PACKAGE COMMAND why" of each line; COMMAND is - if the line names none.
wanted() {
	sed -n 's/^\([a-z0-9][^ #]*\)  *\([^ #]*\) *#  */\1 \2 /p' "$@" |
	    sed 's/^\([^ ]*\)  /\1 - /'
}

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
    sed -n 's/^installed //p')

missing=
why=
while read -r package command reason; do
	if [ "$command" != - ] && command -v "$command" >/dev/null; then
		continue
	fi
	case "
$installed
" in
	*"
$package
"*) continue ;;
	esac
	missing="$missing $package"
	why="$why  $package: $reason
"
done <<END
$(wanted "$@")
END

[ -n "$missing" ] || exit 0

echo "deps: these packages are missing and will be installed with apt-get:"
printf %s "$why"

if [ "$(id -u)" -eq 0 ]; then
	root=
elif command -v sudo >/dev/null; then
	root=sudo
else
	echo "deps: neither root nor sudo: as root, run" >&2
	echo "apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi
# env, because sudo drops variables
# shellcheck disable=SC2086
$root apt-get update -qq
$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
    --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    $missing </dev/null
