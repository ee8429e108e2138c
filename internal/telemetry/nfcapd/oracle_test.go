package nfcapd_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"stormglass/internal/telemetry"
)

// TestEqualsNfdump has nfcapd write files of made-up packets in every compression that it offers, and
// compares each record with what nfdump prints of it.
func TestEqualsNfdump(t *testing.T) {
	peer(t, "nfcapd", "nfdump")
	for name, flags := range map[string][]string{"uncompressed": nil, "lz4": {"-y"}, "lzo": {"-z"}, "bzip2": {"-j"}, "forced rate": {"-s", "-10"}, "default rate": {"-s", "5"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareWithNfdump(t, capture(t, scene(40), flags...))
		})
	}
}

// TestSeveralBlocks reads files of several blocks, and one that nfcapd is still writing.
func TestSeveralBlocks(t *testing.T) {
	peer(t, "nfcapd", "nfdump")
	var early *result
	file := captureAnd(t, scene(3000), func(current string) {
		data, err := os.ReadFile(current)
		if err != nil {
			t.Fatal(err)
		}
		early = read(t, data)
	}, "-z")
	whole := compareWithNfdump(t, file)
	if early.err != nil || len(early.entries) == 0 || len(early.entries) >= len(whole.entries) {
		t.Fatalf("unfinished: %d records, %v; finished: %d", len(early.entries), early.err, len(whole.entries))
	}
	for i, text := range early.texts() {
		if text != whole.entries[i].text {
			t.Fatalf("record %d:\n%s\n%s", i, text, whole.entries[i].text)
		}
	}
}

func compareWithNfdump(t *testing.T, file string) *result {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, data)
	if got.err != nil || got.set.Problems.Losses() > 0 {
		t.Fatalf("%v, problems %+v", got.err, got.set.Problems.List)
	}
	var want []map[string]any
	d := json.NewDecoder(strings.NewReader(nfdump(t, "-r", file, "-o", "json")))
	d.UseNumber()
	if err := d.Decode(&want); err != nil {
		t.Fatal(err)
	}
	if len(want) == 0 || len(want) != len(got.entries) {
		t.Fatalf("%d records, nfdump has %d", len(got.entries), len(want))
	}
	compareWithCSV(t, got, nfdump(t, "-r", file, "-o", "csv"))
	for i, w := range want {
		mine := likeNfdump(&got.entries[i])
		for key, v := range w {
			want := fmt.Sprint(v)
			have, ok := mine[key]
			if !ok && !absent(key, want) {
				t.Errorf("record %d: nothing is known of %s = %q", i+1, key, want)
			}
			if ok && have != want && (have != "" || !absent(key, want)) {
				t.Errorf("record %d: %s is %q, nfdump says %q\n%s", i+1, key, have, want, got.entries[i].text)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	return got
}

// absent reports whether nfdump's text of a field says that there is nothing.
func absent(key, v string) bool {
	switch key {
	case "export_sysid", "src_net", "dst_net": // a number within the file, and what follows from address and mask
		return true
	case "aggr_flows":
		return v == "1"
	case "ip6_router", "ip4_router":
		return false
	}
	switch v {
	case "0", "", "<none>", "<empty>", "0.0.0.0", "::", "00:00:00:00:00:00", "0-0-0", "1970-01-01T00:00:00.000", "0x0/0x0/0x0", "IGNORE":
		return true
	}
	return false
}

// likeNfdump gives a record under the names, and in the forms, of nfdump's JSON.
func likeNfdump(e *entry) map[string]string {
	m := map[string]string{
		"type": "FLOW", "sampled": "0", "first": stamp(e.Occurred), "received": stamp(e.Received),
		"last":       stamp(e.Occurred + telemetry.Instant(e.Duration)),
		"in_packets": count(e.SrcPackets), "in_bytes": count(e.SrcBytes), "out_packets": count(e.DstPackets), "out_bytes": count(e.DstBytes),
		"proto": number(e.Proto), "tcp_flags": flags(e.TCPFlags), "src_port": number(e.SrcPort), "dst_port": number(e.DstPort),
		"src_tos": number(e.TOS), "input_snmp": number(e.InIf), "output_snmp": number(e.OutIf),
		"src_mask": number(e.SrcMask), "dst_mask": number(e.DstMask), "src_as": number(e.SrcAS), "dst_as": number(e.DstAS),
		"src_vlan": number(e.SrcVLAN), "dst_vlan": number(e.DstVLAN), "direction": "0",
		"icmp_type": number(e.ICMPType), "icmp_code": number(e.ICMPCode),
		"src_xlt_port": number(e.NATSrcPort), "dst_xlt_port": number(e.NATDstPort),
	}
	if e.Sampling > 0 {
		m["sampled"] = "1"
	}
	if e.Direction == telemetry.Egress {
		m["direction"] = "1"
	}
	addresses(m, "src%d_addr", e.Src)
	addresses(m, "dst%d_addr", e.Dst)
	addresses(m, "ip%d_next_hop", e.NextHop)
	addresses(m, "ip%d_router", e.Exporter)
	addresses(m, "src%d_xlt_ip", e.NATSrc)
	addresses(m, "dst%d_xlt_ip", e.NATDst)
	for key, field := range map[string]string{
		"bgp4_next_hop": "bgpNextHopIPv4Address", "bgp6_next_hop": "bgpNextHopIPv6Address", "fwd_status": "forwardingStatus", "dst_tos": "postIpClassOfService",
		"in_src_mac": "sourceMacAddress", "out_dst_mac": "postDestinationMacAddress", "in_dst_mac": "destinationMacAddress", "out_src_mac": "postSourceMacAddress",
		"mpls_1": "mplsTopLabelStackSection", "next_as": "bgpNextAdjacentAsNumber", "prev_as": "bgpPrevAdjacentAsNumber", "aggr_flows": "deltaFlowCount",
		"connect_id": "flowId", "event_id": "firewallEvent", "nat_event_id": "natEvent", "ingress_vrf": "ingressVRFID", "egress_vrf": "egressVRFID",
		"pblock_start": "portRangeStart", "pblock_end": "portRangeEnd", "pblock_step": "portRangeStepSize", "pblock_size": "portRangeNumPorts", "user_name": "userName",
		"ingress_acl": "nfdump.ingressAcl", "egress_acl": "nfdump.egressAcl", "xevent_id": "nfdump.fwXevent", "label": "nfdump.label",
	} {
		if !strings.Contains(field, ".") {
			field = "ipfix." + field
		}
		m[key] = e.pairs["stormglass."+field]
	}
	for i := 2; i <= 10; i++ {
		m[fmt.Sprintf("mpls_%d", i)] = e.pairs[fmt.Sprintf("stormglass.ipfix.mplsLabelStackSection%d", i)]
	}
	for key, field := range map[string]string{"cli_latency": "client", "srv_latency": "server", "app_latency": "application"} {
		if us, ok := telemetry.ParseUint(e.pairs["stormglass.nfdump."+field+"LatencyMicroseconds"]); ok {
			m[key] = fmt.Sprintf("%d.%03d000", us/1000, us%1000)
		}
	}
	event(m, e)
	return m
}

// event sets what differs for events: nfdump has its own words, and keeps an event's time apart.
func event(m map[string]string, e *entry) {
	if e.State == "" {
		return
	}
	m["type"] = "EVENT"
	if at := telemetry.ParseEpochAny(e.pairs["stormglass.ipfix.observationTimeMilliseconds"]); at.Known() {
		m["t_event"] = stamp(at)
		if e.Occurred == at {
			m["first"] = "" // taken from the event
		}
	}
	if e.Duration == 0 {
		m["last"] = ""
	}
	words := map[string]string{"created": "CREATE", "deleted": "DELETE", "denied": "DENIED", "alert": "ALERT", "updated": "UPDATE", "ignored": "IGNORE"}
	m["event"] = words[e.State]
	words = map[string]string{
		"translation created": "NAT translation create", "translation deleted": "NAT translation delete",
		"NAT44 session created": "NAT44 session create", "NAT44 session deleted": "NAT44 session delete",
	}
	m["nat_event"] = words[e.State]
}

func addresses(m map[string]string, key string, a netip.Addr) {
	n := 4
	if a.Is6() {
		n = 6
	}
	if a.IsValid() {
		m[fmt.Sprintf(key, n)] = a.String()
	}
}

func stamp(i telemetry.Instant) string {
	if !i.Known() {
		return ""
	}
	return i.Time().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.000")
}

func count(n uint64) string {
	if n == telemetry.NoCount {
		return "0"
	}
	return number(n)
}

func number[T uint8 | uint16 | uint32 | uint64](n T) string { return strconv.FormatUint(uint64(n), 10) }

func flags(f uint8) string {
	b := []byte("CEUAPRSF")
	for i := range b {
		if f&(0x80>>i) == 0 {
			b[i] = '.'
		}
	}
	return string(b)
}

// TestRates checks the rates of flows that nfcapd multiplied, by what the exporters and nfcapd were told.
// The nfcapd of Debian (1.7.1) does not take the options data that scene holds for 127.0.0.6 to .8.
func TestRates(t *testing.T) {
	peer(t, "nfcapd", "nfdump")
	for flag, want := range map[string]map[string]uint32{
		"":     {"127.0.0.1": 0, "127.0.0.4": 0, "127.0.0.5": 100},
		"-s5":  {"127.0.0.1": 5, "127.0.0.3": 5, "127.0.0.5": 100},
		"-s-7": {"127.0.0.1": 7, "127.0.0.4": 7, "127.0.0.5": 7},
	} {
		t.Run("nfcapd"+flag, func(t *testing.T) {
			t.Parallel()
			var flags []string
			if flag != "" {
				flags = []string{"-s", flag[2:]}
			}
			data, err := os.ReadFile(capture(t, scene(10), flags...))
			if err != nil {
				t.Fatal(err)
			}
			rates(t, data, want)
		})
	}
}

func rates(t *testing.T, data []byte, want map[string]uint32) {
	t.Helper()
	r := read(t, data)
	got := map[string]uint32{}
	for i := range r.entries {
		e := &r.entries[i]
		got[e.Exporter.String()] = e.Sampling
		if e.Sampling > 1 && e.SrcBytes != telemetry.NoCount && e.SrcBytes%uint64(e.Sampling) != 0 {
			t.Errorf("one in %d, but not multiplied: %s", e.Sampling, e.text)
		}
	}
	for from, rate := range want {
		if n, ok := got[from]; !ok || n != rate {
			t.Errorf("%s: one in %d, want %d", from, n, rate)
		}
	}
}
