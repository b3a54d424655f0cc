# shellcheck shell=sh
# For tests in sh: the result of one, by an exit code. A test that failed is
# preceded by what stands in $said, where that names a file.
n=0
failed=0
said=

result() { # CODE NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		[ ! -f "$said" ] || sed 's/^/# /' "$said"
		echo "not ok $n - $2"
		failed=1
	fi
}
