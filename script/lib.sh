# shellcheck shell=bash
# Sourced first by every script here: stand in the project, stop on errors, use the Node that script/bootstrap brought (.node/).
set -euo pipefail
export HERE=$PWD # where the caller stands
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
export ROOT PATH="$ROOT/.node/bin:$ROOT/node_modules/.bin:$PATH"
export LC_ALL=C.UTF-8 BOKGI_TEST_DATA="${BOKGI_TEST_DATA:-$ROOT/../shared/data}"

# Trust whom the machine trusts: Node has a list of its own.
[ ! -r /etc/ssl/certs/ca-certificates.crt ] || export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"

# Messages go to stderr: stdout belongs to the program that runs.
say() { printf '%s\n' "$*" >&2; }
die() {
	say "$*"
	exit 1
}

# The hash of the text on stdin; the hash of the named files.
hash() { sha256sum | cut -c1-16; }
hash_of() { cat "$@" | hash; }
