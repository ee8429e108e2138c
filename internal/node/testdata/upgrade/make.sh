#!/bin/bash
# Writes data folders with the programs of earlier commits, and packs them: make.sh [NAME…]. See README.md.
# Needs git, go, jq, GNU tar. All values are made up: addresses and names are those reserved for documentation.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(git -C "$here" rev-parse --show-toplevel)
export CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-buildvcs=false TZ=UTC
unset STORMGLASS_DATA

declare -A commit=(
	[first]=9c23599   # the first that keeps a data folder
	[parts]=58f9cd1   # large edits lie in several frames of the manifest
	[flow2]=7dfa122   # flow/2: columns of what exporters state
	[log]=90a07f6     # wal/, and its position in the manifest
	[service]=bff7d7d # sources that are listeners, templates/
)

# inputs writes telemetry and intelligence below in/ and intel/, the first part of it or the second.
inputs() {
	mkdir -p in intel
	if [ "$1" = 1 ]; then
		printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\n' > in/conn.log
		conn 0 120
		awk 'BEGIN { for (i = 0; i < 60; i++) printf "{\"_path\":\"dns\",\"ts\":%d.25,\"uid\":\"D%d\",\"id.orig_h\":\"10.0.0.%d\",\"id.orig_p\":%d,\"id.resp_h\":\"10.0.0.53\",\"id.resp_p\":53,\"proto\":\"udp\",\"query\":\"%s\",\"qtype_name\":\"A\",\"answers\":[\"192.0.2.%d\"]}\n",
			1772323200 + i * 60, i, i % 9 + 1, 20000 + i, (i % 20 == 7 ? "c2.evil.example" : "host" i ".example"), i + 1 }' > in/dns.json
		awk 'BEGIN { for (i = 0; i < 20; i++) {
			t = sprintf("2026-03-01T01:%02d:00.000000+0000", i)
			printf "{\"timestamp\":\"%s\",\"event_type\":\"tls\",\"src_ip\":\"10.0.0.%d\",\"src_port\":%d,\"dest_ip\":\"198.51.100.%d\",\"dest_port\":443,\"proto\":\"TCP\",\"tls\":{\"sni\":\"www%d.example\",\"version\":\"TLS 1.2\"}}\n", t, i + 1, 30000 + i, 100 + i, i
			printf "{\"timestamp\":\"%s\",\"event_type\":\"http\",\"src_ip\":\"10.0.0.%d\",\"src_port\":%d,\"dest_ip\":\"198.51.100.%d\",\"dest_port\":80,\"proto\":\"TCP\",\"http\":{\"hostname\":\"files.example\",\"url\":\"/%d/a.php\",\"http_method\":\"GET\",\"status\":200,\"length\":12}}\n", t, i + 1, 31000 + i, 130 + i, i
		} }' > in/eve.json
		printf 'evil[.]example\n198.51.100[.]7\n203.0.113.66\nhttp://files.example/3/a.php\n' > intel/list.txt
		printf '192.0.2.9\n' > intel/gone.txt
		return
	fi
	conn 120 200
	awk 'BEGIN { for (i = 0; i < 30; i++) printf "2026-03-03T%02d:00:00Z fw1 accept src=10.0.0.%d dst=198.51.100.%d\n", i % 2, i % 9 + 1, 60 + i % 10 }' > in/fw.log
	awk 'BEGIN { for (i = 0; i < 20; i++) printf "{\"@timestamp\":\"2026-03-02T01:%02d:00Z\",\"source.ip\":\"10.0.0.%d\",\"source.port\":%d,\"destination.ip\":\"198.51.100.%d\",\"destination.port\":443,\"network.transport\":\"tcp\",\"source.bytes\":%d,\"observer.ip\":\"192.0.2.250\",\"source.nat.ip\":\"203.0.113.%d\",\"source.nat.port\":%d,\"source.as.number\":64496}\n",
		i, i + 1, 2000 + i, 200 + i, 100 + i, 200 + i, 5000 + i }' > in/nat.jsonl
}

# conn adds connections from one number to another: some by subscribers, who alone meet 192.0.2.77, one in twenty with what
# intelligence names.
conn() {
	awk -v from="$1" -v to="$2" 'BEGIN { OFS = "\t"; for (i = from; i < to; i++)
		print (1772323200 + i * 60 + (i < 120 ? 0 : 79200)) ".000001", "C" i, (i % 7 == 3 ? "100.64.0." i % 5 + 1 : "10.0.0." i % 9 + 1), 40000 + i,
			(i % 70 == 3 ? "192.0.2.77" : "198.51.100." (i < 120 && i % 20 == 19 ? 99 : i % 20)), 443, "tcp", "ssl", "1.5", 100, 2000 + i, "SF" }' >> in/conn.log
}

# write has the program of a commit write a folder. Its answers go to want.json.
write() {
	local name=$1 sg=$2/stormglass.bin
	mkdir -p data/registers
	printf 'networks:\n  - prefix: "10.0.0.0/8"\n    class: infrastructure\n  - prefix: "100.64.0.0/10"\n    class: subscriber\n' > data/registers/networks.yaml
	# so long that no test has to turn the clock back
	printf 'rows:\n  own: {traffic: 36500, systems: 36500}\n  subscriber: {traffic: 36500, systems: 36500}\n  transit: {traffic: 36500, systems: 36500}\nledger: 36500\npeer_tokens: 36500\n' > data/registers/retention.yaml
	inputs 1
	"$sg" vault init -q --data data --identity identity.age > /dev/null
	"$sg" ingest -q --data data in > /dev/null
	"$sg" intel add -q --data data intel > /dev/null || [ $? = 3 ]
	"$sg" intel remove -q --data data intel/gone.txt > /dev/null
	local ids
	ids=$("$sg" finding list --data data -o json | jq -r '.findings | sort_by(.value, .subject.value) | .[].id')
	set -- $ids
	"$sg" finding ack -q --data data "$1" --assignee ana --reason 'looks bad'
	"$sg" finding link -q --data data "$1" SOC-1042
	"$sg" finding dismiss -q --data data "$2" --reason 'our scanner'
	if [ -x writer.bin ]; then ./writer.bin data fold; fi
	"$sg" purge -q --data data 198.51.100.99 --reason 'request 7' --yes > /dev/null
	"$sg" hold -q --data data case-17 198.51.100.7 --reason 'the regulator asked' > /dev/null
	inputs 2
	"$sg" ingest -q --data data in > /dev/null
	"$sg" hunt -q --data data > /dev/null || [ $? = 3 ]
	if [ -x writer.bin ]; then ./writer.bin data tail; fi

	ask() { "$sg" "$@" -q --data data -o json || [ $? = 3 ]; }
	jq -n --arg commit "${commit[$name]}" \
		--slurpfile seen <(ask seen 198.51.100.7 192.0.2.77 198.51.100.99 203.0.113.66 203.0.113.205 198.51.100.0/24 evil.example http://files.example/3/a.php www5.example never.example) \
		--slurpfile findings <(ask finding list --all) --slurpfile check <(ask check) --slurpfile privacy <(ask privacy report) \
		--slurpfile shown <(for id in $ids; do ask finding show "$id"; done) \
		'{commit: $commit, seen: $seen[0], findings: $findings[0], shown: $shown, check: $check[0], privacy: $privacy[0]}' > want.json
}

make() {
	name=$1 # not local: the trap needs them
	tree=/tmp/up-$name-${commit[$name]}
	work=$(mktemp -d)
	git -C "$repo" worktree add -q --detach "$tree" "${commit[$name]}"
	trap 'git -C "$repo" worktree remove --force "$tree"; rm -rf "$work"' EXIT
	if [ "$name" = parts ]; then # an edit that is large enough to be cut would not be a small archive
		sed -i 's/partBytes *= 8 << 20/partBytes = 600/' "$tree/internal/depot/editframes.go"
		grep -q 'partBytes = 600' "$tree/internal/depot/editframes.go"
	fi
	(cd "$tree" && go build -o stormglass.bin ./cmd/stormglass)
	if [ -d "$here/writer/$name" ]; then
		cp -r "$here/writer/$name" "$tree/cmd/writer"
		(cd "$tree" && go build -o "$work/writer.bin" ./cmd/writer)
	fi
	(cd "$work" && write "$name" "$tree")
	jq . "$work/want.json" > "$here/$name.want.json"
	rm -f "$work/want.json" "$work/writer.bin" "$work/data/LOCK"
	tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -c data in intel identity.age | gzip -9n > "$here/$name.tar.gz"
	ls -l "$here/$name.tar.gz"
}

if [ $# = 0 ]; then set -- first parts flow2 log service; fi
for n in "$@"; do (make "$n"); done
