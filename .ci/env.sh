# shellcheck shell=bash
# Sourced by the scripts beside it: goes to the module root and sets what every step needs.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Only the race detector needs cgo, and it says so itself.
export CGO_ENABLED=0
# The toolchain of the machine, never a downloaded one.
export GOTOOLCHAIN=local
export GOFLAGS="${GOFLAGS:-} -buildvcs=false"
# A clone that belongs to another user is still ours to read.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'

# Data that nobody here wrote lies beside the module. Where it is, a test that does not find its
# part of it fails instead of skipping.
testdata=${STORMGLASS_TESTDATA:-../shared/data}
if [ -d "$testdata" ]; then
	export STORMGLASS_REQUIRE_TESTDATA=1
fi

# The files of the repository: tracked, and new ones that git does not ignore.
project_files() {
	git ls-files -z --cached --others --exclude-standard -- "$@" | while IFS= read -r -d '' f; do
		if [ -f "$f" ]; then printf '%s\0' "$f"; fi
	done
}

# go_tool NAME ARGS... runs a tool pinned in tools.mod.
go_tool() { go tool -modfile=tools.mod "$@"; }
