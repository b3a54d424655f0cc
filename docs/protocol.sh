#!/bin/sh
# docs/PROTOCOL.md has tables that are printed from the source.
#   docs/protocol.sh PROGRAM          writes them
#   docs/protocol.sh PROGRAM --check  prints TAP: are they those of the source?
set -eu
page=docs/PROTOCOL.md
begin='<!-- tables: make protocol writes them from the source -->'

fresh() {
	sed "/^$begin\$/q" $page
	echo
	"$1"
}

if [ "${2:-}" = --check ]; then
	echo 1..1
	if fresh "$1" | diff $page - | sed 's/^/# /' | grep .; then
		echo "not ok 1 - tables of PROTOCOL.md are the source's"
		exit 1
	fi
	echo "ok 1 - tables of PROTOCOL.md are the source's"
else
	fresh "$1" >$page.new
	mv $page.new $page
fi
