#!/bin/sh
# What each process of a station, and each person, may touch: see rights.py.
# The users are those of zegel.sysusers, in a copy of /etc/passwd that only
# this test sees.
if [ "$(id -u)" -ne 0 ] || ! command -v systemd-sysusers >/dev/null ||
	! unshare -m true 2>/dev/null; then
	echo "1..0 # SKIP needs root, systemd and the right to mount"
	exit 0
fi
if [ "${1:-}" != inside ]; then
	etc=$(mktemp -d) || exit 1
	trap 'rm -rf "$etc"' EXIT
	unshare -m "$0" inside "$etc"
	exit $?
fi
mount --make-rprivate /
mkdir "$2/etc"
cp /etc/passwd /etc/group /etc/shadow "$2/etc/"
systemd-sysusers --root="$2" - <host/systemd/zegel.sysusers >/dev/null 2>&1 ||
	exit 1
echo teller:x:60001:60001::/:/bin/sh >>"$2/etc/passwd"
echo stranger:x:60002:60002::/:/bin/sh >>"$2/etc/passwd"
sed -i 's/^zegel:.*:$/&teller/' "$2/etc/group"
mount --bind "$2/etc/passwd" /etc/passwd
mount --bind "$2/etc/group" /etc/group
exec python3 tests/e2e/rights.py
