package text_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/text"
)

const (
	fieldSource = "log.source.address"
	fieldRelay  = "stormglass.log.relay.address"
)

// origin is what a relay puts behind a message.
func origin(addr string) string { return ` [origin ip="` + addr + `"]` }

func TestOrigin(t *testing.T) {
	const head = "<165>1 2024-03-01T11:59:58Z "
	tests := []struct {
		name, line            string
		host, source, message string // no source: the message states no origin
	}{
		{"nameless", `<13>up [origin ip="192.0.2.1"]`, "192.0.2.1", "192.0.2.1", "up"},
		{"named", `<189>Mar  1 11:59:58 edge1 sshd[7]: hello [origin ip="192.0.2.1"]`, "edge1", "192.0.2.1", "sshd[7]: hello"},
		{"nothing else", `<13> [origin ip="192.0.2.1"]`, "192.0.2.1", "192.0.2.1", ""},
		{"header only", `<13>Mar  1 11:59:58 edge1 [origin ip="192.0.2.1"]`, "192.0.2.1", "192.0.2.1", "edge1"},
		{"blanks before", "<13>up \t  [origin ip=\"192.0.2.1\"]", "192.0.2.1", "192.0.2.1", "up"},
		{"IPv6", `<13>up [origin ip="2001:db8::1"]`, "2001:db8::1", "2001:db8::1", "up"},
		{"IPv6 in another form", `<13>up [origin ip="2001:DB8:0::1"]`, "2001:db8::1", "2001:db8::1", "up"},
		{"IPv4 in IPv6", `<13>up [origin ip="::ffff:192.0.2.1"]`, "192.0.2.1", "192.0.2.1", "up"},
		{"zone", `<13>up [origin ip="fe80::1%eth0"]`, "fe80::1", "fe80::1", "up"},
		{"several relays", `<13>up [origin ip="192.0.2.1"] [origin ip="192.0.2.9"]`, "192.0.2.9", "192.0.2.9", `up [origin ip="192.0.2.1"]`},
		{"without a priority", `Mar  1 11:59:58 sshd[7]: hello [origin ip="192.0.2.1"]`, "192.0.2.1", "192.0.2.1", "sshd[7]: hello"},
		{"Cisco", `<189>7: sw1: Mar  1 2024 11:59:58 UTC: %SYS-5-X: y [origin ip="192.0.2.1"]`, "sw1", "192.0.2.1", "y"},
		{"no blank", `<13>up[origin ip="192.0.2.1"]`, "", "", `up[origin ip="192.0.2.1"]`},
		{"not at the end", `<13>up [origin ip="192.0.2.1"] and`, "", "", `up [origin ip="192.0.2.1"] and`},
		{"no address", `<13>up [origin ip="192.0.2"]`, "", "", `up [origin ip="192.0.2"]`},
		{"empty", `<13>up [origin ip=""]`, "", "", `up [origin ip=""]`},
		{"a name", `<13>up [origin ip="edge1"]`, "", "", `up [origin ip="edge1"]`},
		{"a blank in it", `<13>up [origin ip="192.0.2.1 "]`, "", "", `up [origin ip="192.0.2.1 "]`},
		{"long zone", `<13>up [origin ip="fe80::1%` + strings.Repeat("e", 64) + `"]`, "", "", `up [origin ip="fe80::1%` + strings.Repeat("e", 64) + `"]`},
		{"quote in a zone", `<13>up [origin ip="fe80::1%e"x"]`, "", "", `up [origin ip="fe80::1%e"x"]`},
		{"more parameters", `<13>up [origin ip="192.0.2.1" ip="192.0.2.2"]`, "", "", `up [origin ip="192.0.2.1" ip="192.0.2.2"]`},
		{"other case", `<13>up [Origin ip="192.0.2.1"]`, "", "", `up [Origin ip="192.0.2.1"]`},

		{"data", head + `- a - - [origin ip="192.0.2.1"] up`, "192.0.2.1", "192.0.2.1", "up"},
		{"data and a name", head + `edge1 a - - [origin ip="192.0.2.1"] up`, "edge1", "192.0.2.1", "up"},
		{"data of the device", head + `edge1 a - - [origin ip="192.0.2.1"][x@1 a="\"]"] up`, "edge1", "192.0.2.1", "up"},
		{"data without message", head + `edge1 a - - [origin ip="192.0.2.1"]`, "edge1", "192.0.2.1", ""},
		{"several addresses", head + `edge1 a - - [origin ip="192.0.2.1" ip="192.0.2.2"] up`, "edge1", "192.0.2.1", "up"},
		{"several origins", head + `edge1 a - - [origin ip="192.0.2.1"][origin ip="192.0.2.2"] up`, "edge1", "192.0.2.1", "up"},
		{"other parameters", head + `edge1 a - - [x@1 ip="192.0.2.3"][origin software="a\" ip=\"192.0.2.2" ip="192.0.2.1"] up`, "edge1", "192.0.2.1", "up"},
		{"data behind is broken", head + `edge1 a - - [origin ip="192.0.2.1"][x up`, "edge1", "192.0.2.1", "[x up"},
		{"first is no address", head + `edge1 a - - [origin ip="x" ip="192.0.2.2"][origin ip="192.0.2.3"] up`, "edge1", "", "up"},
		{"no address in data", head + `edge1 a - - [origin software="x"] up`, "edge1", "", "up"},
		{"no quotes", head + `edge1 a - - [origin ip=192.0.2.1] up`, "edge1", "", "up"},
		{"parameter without blank", head + `edge1 a - - [origin software="x"ip="192.0.2.1"] up`, "edge1", "", "up"},
		{"other element", head + `edge1 a - - [origin@1 ip="192.0.2.1"] up`, "edge1", "", "up"},
		{"old form behind data", head + `edge1 a - - - up [origin ip="192.0.2.1"]`, "edge1", "", `up [origin ip="192.0.2.1"]`},
		{"both", head + `edge1 a - - [origin ip="192.0.2.1"] up [origin ip="192.0.2.2"]`, "edge1", "192.0.2.1", `up [origin ip="192.0.2.2"]`},
		{"without data", head + `edge1 a - - up and running [origin ip="192.0.2.1"]`, "edge1", "192.0.2.1", "up and running"},
		{"version only", `<13>1  [origin ip="192.0.2.1"]`, "192.0.2.1", "192.0.2.1", "1"},
		{"too few words", head + `edge1 a - [origin ip="192.0.2.1"]`, "1", "192.0.2.1", "edge1 a -"}, // the host is as without the origin
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, pairs := one(t, tt.line)
			got := []string{e.Host, pairs[fieldSource], pairs["message"], e.Raw, pairs[fieldRelay]}
			if diff := cmp.Diff([]string{tt.host, tt.source, tt.message, tt.line, ""}, got); diff != "" {
				t.Errorf("%q in a file (-want +got)\n%s", tt.line, diff)
			}
			source, sender := tt.source, relay.Addr().String()
			if source == "" {
				source, sender = sender, ""
			}
			e, pairs = message(t, tt.line)
			got = []string{e.Host, pairs[fieldSource], pairs["message"], e.Raw, pairs[fieldRelay]}
			if diff := cmp.Diff([]string{tt.host, source, tt.message, tt.line, sender}, got); diff != "" {
				t.Errorf("%q received (-want +got)\n%s", tt.line, diff)
			}
		})
	}
}

// A device that states its own address was not relayed.
func TestOriginIsTheSender(t *testing.T) {
	e, pairs := message(t, `<13>up`+origin(relay.Addr().String()))
	want := map[string]string{"message": "up", "log.syslog.priority": "13", "log.syslog.facility.code": "1", "log.syslog.severity.code": "5", fieldSource: relay.Addr().String()}
	if diff := cmp.Diff(want, pairs); diff != "" || e.Host != relay.Addr().String() {
		t.Errorf("host %q, pairs (-want +got)\n%s", e.Host, diff)
	}
}

// relayed compares what is read of a message with what is read of it when a relay sent it on.
func relayed(t rapid.TB, direct, through, addr string) {
	t.Helper()
	read := func(line string) (telemetry.Event, map[string]string) {
		var s telemetry.Set
		new(text.Messages).Decode(&telemetry.Datagram{From: relay, At: received, Data: []byte(line)}, &s)
		b := s.Batch(telemetry.KindEvent)
		if len(b.Event) != 1 {
			t.Fatalf("%q: %d events", line, len(b.Event))
		}
		return b.Event[0], pairsOf(b)
	}
	want, wantPairs := read(direct)
	got, gotPairs := read(through)
	wantPairs[fieldRelay], wantPairs[fieldSource] = wantPairs[fieldSource], addr
	if want.Host == "" {
		want.Host, want.Dataset = addr, "syslog"
	}
	want.Raw = got.Raw
	want.Pairs = got.Pairs
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Fatalf("%q, relayed %q (-direct +relayed)\n%s", direct, through, diff)
	}
	if diff := cmp.Diff(wantPairs, gotPairs); diff != "" {
		t.Fatalf("%q, relayed %q (-direct +relayed)\n%s", direct, through, diff)
	}
}

// Whatever a header is, the same is read of a message with an origin behind it or in its structured data.
func TestOriginChangesNothingElse(t *testing.T) {
	part := rapid.SampledFrom([]string{
		"<189>", "<13>", "1 ", "47: ", "edge1 ", "edge2: ", "*Mar  1 11:59:58.123 UTC: ", "Mar  1 11:59:58 ", "2024-03-01T11:59:58Z ", "1d03h: ",
		"%SYS-5-X: ", "sshd[7]: ", "RP/0/RP0/CPU0:", "[origin ip=\"x\"] ", "[", "]", "\"", " ", "\n", "date=2024-03-01 time=11:59:58 ", "CISE_X 1 2 3 ", "\ufeff", "x",
	})
	addr := rapid.SampledFrom([]string{"192.0.2.1", "2001:db8::1", "203.0.113.255", "::"})
	t.Run("behind", rapid.MakeCheck(func(t *rapid.T) {
		m, a := strings.Join(rapid.SliceOfN(part, 1, 8).Draw(t, "parts"), ""), addr.Draw(t, "address")
		if strings.Trim(m, "\x00\r\n \t") == "" || strings.HasPrefix(withoutPriority(m), "1 ") {
			t.Skip("empty, or RFC 5424")
		}
		relayed(t, m, m+origin(a), a)
	}))
	t.Run("data", rapid.MakeCheck(func(t *rapid.T) {
		host, a := rapid.SampledFrom([]string{"-", "edge1"}).Draw(t, "host"), addr.Draw(t, "address")
		data := rapid.SampledFrom([]string{"", `[x@1 a="b"]`, `[x@1 a="\"]"][y@1]`}).Draw(t, "data")
		tail := strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "message"), "")
		head, direct := "<165>1 2024-03-01T11:59:58Z "+host+" app - - ", data
		if data == "" {
			direct = "-"
		}
		relayed(t, head+direct+" "+tail, head+strings.TrimPrefix(origin(a), " ")+data+" "+tail, a)
	}))
}

// withoutPriority gives what follows the priority of a message.
func withoutPriority(m string) string {
	m = strings.TrimPrefix(m, "\ufeff")
	if before, after, ok := strings.Cut(m, ">"); ok && len(before) < 5 && strings.HasPrefix(before, "<") {
		return after
	}
	return m
}

// checkOrigin: what is read as the origin stands in the message in its form, and nothing else was cut off the message.
func checkOrigin(t *testing.T, e *telemetry.Event, pairs map[string]string) {
	t.Helper()
	line := e.Raw
	if sender, ok := pairs[fieldRelay]; ok {
		if sender != relay.Addr().String() {
			t.Fatalf("%q: relay %q", line, sender)
		}
		at := strings.LastIndex(line, ` [origin ip="`)
		inData := strings.HasPrefix(withoutPriority(line), "1 ") && strings.Contains(line, "[origin ") && strings.Contains(line, `ip="`)
		switch {
		case at >= 0 && strings.HasSuffix(line, `"]`) && telemetry.ParseAddr(line[at+len(` [origin ip="`):len(line)-2]).String() == pairs[fieldSource] &&
			!strings.HasSuffix(pairs["message"], line[at:]):
			line = strings.TrimRight(line[:at], "\x00\r\n \t")
		case !inData:
			t.Fatalf("%q: origin %q", line, pairs[fieldSource])
		}
	}
	if !strings.HasSuffix(line, pairs["message"]) {
		t.Fatalf("%q: message %q", e.Raw, pairs["message"])
	}
}

// A message that ends in an origin costs nothing more.
func TestOriginAllocatesNothing(t *testing.T) {
	data := []byte(strings.Repeat("<13>up"+origin("192.0.2.1")+"\n<13>1 - - - - - [origin ip=\"2001:db8::1\"] up\n", 1000))
	d := text.New(nil, "")
	var s telemetry.Set
	n := testing.AllocsPerRun(10, func() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
	})
	if n > 20 || s.Read != 2000 {
		t.Errorf("%v allocations for %d records", n, s.Read)
	}
}
