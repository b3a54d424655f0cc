#!/bin/sh
# log.sh [LOG [PROOF]]: the seal log in folder LOG, and a .tlog-proof of it,
# through the eyes of the Go project's transparency log code. Without
# arguments: the golden log and the proof that fuzzing starts from. TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=${1:-tests/data/log/golden}
proof=${2:-}
[ $# -gt 0 ] || proof=tests/fuzz/corpus/proof/seal.tlog-proof
case $log in /*) ;; *) log=$PWD/$log ;; esac
case $proof in ''|/*) ;; *) proof=$PWD/$proof ;; esac
out=$PWD/build/tests/peers

if ! command -v go >/dev/null 2>&1; then
	echo "1..0 # SKIP no go command"
	exit 0
fi
mkdir -p "$out"
if ! (cd tests/peers/log_go && go build -o "$out/log_go" . \
    >"$out/log_go.out" 2>&1); then
	if [ "$(cd tests/peers/log_go && go mod download 2>&1 | wc -l)" -gt 0 ]
	then
		echo "1..0 # SKIP golang.org/x/mod cannot be downloaded"
		exit 0
	fi
	sed 's/^/# /' "$out/log_go.out"
	echo "not ok 1 - log_go builds"
	echo "1..1"
	exit 1
fi
# shellcheck disable=SC2086
exec "$out/log_go" "$log" $proof
