# Short names for what CONTRIBUTING.md describes. What CI runs is .ci/run.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
export CGO_ENABLED := 0
GOTOOL := go tool -modfile=tools.mod
BENCH ?= .
FUZZ_SECONDS ?= 300

.PHONY: all build test race lint fmt fuzz bench bench-lookback soak check ci deb clean

all: build test lint

# The same commit and the same Go give the same bytes, wherever it is built.
build:
	go build -trimpath -buildvcs=auto -ldflags='-s -w' -o stormglass ./cmd/stormglass

test:
	go test ./...

race:
	.ci/race

lint:
	$(GOTOOL) golangci-lint run ./...

fmt:
	$(GOTOOL) golangci-lint fmt

# make fuzz FUZZ_SECONDS=3600: the time for all targets together.
fuzz:
	STORMGLASS_FUZZ_SECONDS=$(FUZZ_SECONDS) .ci/fuzz

# make bench BENCH=Flow, then: benchstat old.txt dist/bench.txt
bench:
	@mkdir -p dist
	go test -run='^$$' -bench='$(BENCH)' -benchmem -count=6 -timeout=4h ./... | tee dist/bench.txt
	$(GOTOOL) benchstat dist/bench.txt

# The look-back beside nfdump and DuckDB, which need cgo and Debian's nfdump: docs/benchmarks.md says how. Takes some
# 8 GB below LOOKBACK_DIR, and a quarter of an hour. make bench-lookback LOOKBACK_FLOWS=5000000 is a try.
LOOKBACK_DIR ?= /tmp/stormglass-bench
LOOKBACK_FLOWS ?= 50000000

bench-lookback: build
	@mkdir -p dist $(LOOKBACK_DIR)
	@test -z "$$(ls -A $(LOOKBACK_DIR))" || { echo "$(LOOKBACK_DIR) is not empty"; exit 1; }
	cd bench && CGO_ENABLED=1 go build -o ../dist/lookback .
	for stage in load nfcapd look peers processes live intel expire intake dense flood; do \
		dist/lookback -dir $(LOOKBACK_DIR) -flows $(LOOKBACK_FLOWS) -stormglass ./stormglass $$stage; \
	done | tee dist/lookback.md
	rm -r $(LOOKBACK_DIR)

# Hours: ten seeds of the made-up operator, long fuzzing, every benchmark six times.
soak:
	STORMGLASS_SOAK=1 go test -count=1 -timeout=4h ./...
	$(MAKE) fuzz FUZZ_SECONDS=3600
	$(MAKE) bench

check:
	.ci/check

ci:
	.ci/run

# dist/stormglass_VERSION_ARCH.deb: make deb ARCH=arm64 builds for another machine. The same commit gives the same bytes.
ARCH ?= $(shell go env GOARCH)
VERSION ?= $(shell git describe --tags --match 'v[0-9]*' 2>/dev/null | sed 's/^v//; s/-/+/; s/-/./g' | grep . || git show -s --format='0~%cd.%h' --date=format:%Y%m%d%H%M)

deb:
	rm -rf dist/deb
	mkdir -p dist/deb/man
	GOARCH=$(ARCH) go build -trimpath -buildvcs=auto -ldflags='-s -w' -o dist/deb/stormglass ./cmd/stormglass
	go build -trimpath -buildvcs=auto -ldflags='-s -w' -o dist/deb/here ./cmd/stormglass
	dist/deb/here --quiet man dist/deb/man
	gzip -9n dist/deb/man/*.1
	for shell in bash zsh fish; do dist/deb/here completion $$shell > dist/deb/stormglass.$$shell; done
	SOURCE_DATE_EPOCH=$$(git show -s --format=%ct) ARCH=$(ARCH) VERSION='$(VERSION)' \
		go tool -modfile=packaging/tools.mod nfpm package --config packaging/nfpm.yaml --packager deb --target dist/

clean:
	rm -rf stormglass dist
