#!/bin/sh
# npm.sh FOLDER: installs what tests/npm.txt names into FOLDER/node_modules,
# and nothing else: no scripts, no other versions, no other contents.
set -eu
folder=$1
list=${0%.sh}.txt

packages=
wanted=
while read -r name version integrity; do
	case $name in '' | '#'*) continue ;; esac
	packages="$packages $name@$version"
	wanted="$wanted$integrity
"
done <"$list"

rm -rf "$folder"
mkdir -p "$folder"
# shellcheck disable=SC2086
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund \
    --no-update-notifier --loglevel=error $packages </dev/null

lock=$folder/node_modules/.package-lock.json
got=$(sed -n 's/.*"integrity": "\([^"]*\)".*/\1/p' "$lock" | sort)
if [ "$got" != "$(printf %s "$wanted" | sort)" ]; then
	echo "npm.sh: what was installed is not what $list names:" >&2
	printf '%s\n' "$got" >&2
	rm -rf "$folder"
	exit 1
fi
