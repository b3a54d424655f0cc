#!/bin/sh
# What is installed for systemd, asked of systemd's own tools in a folder:
# the unit loads without a warning, its users and its folder can be made, and
# its exposure stays under a bound.
. tests/e2e/tap.sh
unit=usr/lib/systemd/system/zegeld.service
exposure=25 # tenths, of 100; 'systemd-analyze security' shows the parts
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT

if ! command -v systemd-analyze >/dev/null; then
	echo "1..0 # SKIP systemd is not installed"
	exit 0
fi
echo 1..5
mkdir -p "$root/built/bin" "$root/etc"
for program in zegel zegeld; do
	printf '#!/bin/sh\n' >"$root/built/bin/$program"
done
host/install.sh "$root/built" "$root" /usr >/dev/null || exit 1

# Without its program in the host's /usr, and as the only unit in a root, it
# cannot be started; any other word about it is a fault.
program=$root/usr/libexec/zegel/zegeld
said=$(sed "s|^ExecStart=[^ ]*|ExecStart=$program|" "$root/$unit" \
	>"$root/zegeld.service" &&
	systemd-analyze verify --man=no "$root/zegeld.service" 2>&1)
[ -z "$said" ]
result $? "the unit loads without a warning"
[ -z "$said" ] || echo "$said" | sed 's/^/# /'

said=$(systemd-analyze security --offline=true --threshold=$exposure \
	--no-pager "$root/$unit" 2>&1)
result $? "its exposure stays under the bound"
echo "$said" | tail -n 1 | sed 's/^/# /'

users=0
said=$(systemd-sysusers --root="$root" 2>&1) || users=1
for user in front signer logger; do
	grep -q "^zegel-$user:.*nologin" "$root/etc/passwd" || users=1
done
result $users "each process gets a user that cannot log in"
[ -z "$said" ] || echo "$said" | sed 's/^/# /'

said=$(systemd-tmpfiles --create --root="$root" \
	"$root/usr/lib/tmpfiles.d/zegel.conf" 2>&1)
if [ "$(id -u)" -eq 0 ]; then
	[ "$(stat -c %a:%u "$root/var/lib/zegel")" = 1775:0 ]
	result $? "the station's folder is root's, and front may use it"
	[ -z "$said" ] || echo "$said" | sed 's/^/# /'
else
	n=$((n + 1))
	echo "ok $n - the station's folder # SKIP needs root"
fi

# The users that the program wants are those that are installed.
missing=$(sed -n 's/^#define \(USER\|GROUP\)_.* "\(.*\)"$/\2/p' \
	host/base/privileges.h | while read -r name; do
	grep -q "^[ug] $name\b" host/systemd/zegel.sysusers || echo "$name"
done)
[ -z "$missing" ]
result $? "the users of the program are the ones installed $missing"
exit $failed
