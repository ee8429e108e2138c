package text_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/text"
)

var (
	received = telemetry.InstantOf(time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC))
	relay    = netip.MustParseAddrPort("192.0.2.250:514")
)

// message is what is read of a datagram.
func message(t *testing.T, data string) (e telemetry.Event, pairs map[string]string) {
	t.Helper()
	var s telemetry.Set
	new(text.Messages).Decode(&telemetry.Datagram{From: relay, At: received, Data: []byte(data)}, &s)
	b := s.Batch(telemetry.KindEvent)
	if len(b.Event) != 1 || s.Read != 1 || s.Lines != 1 {
		t.Fatalf("%q: %d events, %d read of %d", data, len(b.Event), s.Read, s.Lines)
	}
	return b.Event[0], pairsOf(b)
}

// pairsOf gives the pairs of a batch's first event.
func pairsOf(b *telemetry.Batch) map[string]string {
	pairs := map[string]string{}
	for _, p := range b.PairsOf(b.Event[0].Pairs) {
		pairs[p.Field.String()] = p.Text
	}
	return pairs
}

func TestMessages(t *testing.T) {
	tests := []struct {
		data, when, host, message string
		stated                    string
		doubt                     time.Duration
	}{
		{"<189>1 2024-03-01T11:59:58Z edge1 app - - - up\n", "2024-03-01T11:59:58Z", "edge1", "up", "", 0},
		{"<189>Mar  1 11:59:58 edge1 sshd[7]: hello\x00", "2024-03-01T11:59:58Z", "edge1", "sshd[7]: hello", "", 24 * time.Hour},
		{"<189>47: *Mar  1 1993 00:00:09: %SYS-5-CONFIG_I: Configured", "2024-03-01T12:00:00Z", "", "Configured", "1993-03-01T00:00:09Z", 24 * time.Hour},
		{"<189>%LINK-3-UPDOWN: down", "2024-03-01T12:00:00Z", "", "down", "", 0},
		{"<189>1 2024-03-01T12:05:00Z edge1 a - - - five minutes ahead", "2024-03-01T12:05:00Z", "edge1", "five minutes ahead", "", 0},
		{"<189>1 2024-03-01T12:05:01Z edge1 a - - - more", "2024-03-01T12:00:00Z", "edge1", "more", "2024-03-01T12:05:01Z", 24 * time.Hour},
		{"<189>1 2024-02-23T12:00:00Z edge1 a - - - seven days behind", "2024-02-23T12:00:00Z", "edge1", "seven days behind", "", 0},
		{"<189>1 2024-02-23T11:59:59Z edge1 a - - - more", "2024-03-01T12:00:00Z", "edge1", "more", "2024-02-23T11:59:59Z", 24 * time.Hour},
		{"<13>first\nsecond\r\n", "2024-03-01T12:00:00Z", "", "first\nsecond", "", 0},
	}
	for _, tt := range tests {
		e, pairs := message(t, tt.data)
		stated := ""
		if e.Stated.Known() {
			stated = e.Stated.Time().Format(time.RFC3339)
		}
		got := []any{e.Occurred.Time().Format(time.RFC3339), e.Host, pairs["message"], stated, e.Doubt, e.Received, e.Raw, pairs["log.source.address"]}
		want := []any{tt.when, tt.host, tt.message, tt.stated, tt.doubt, received, strings.TrimRight(tt.data, "\x00\r\n"), "192.0.2.250"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tt.data, diff)
		}
	}
}

func TestMessagesWithoutContent(t *testing.T) {
	var s telemetry.Set
	var m text.Messages
	for _, data := range []string{"", "\n", "\x00\x00", " \t\r\n"} {
		m.Decode(&telemetry.Datagram{From: relay, At: received, Data: []byte(data)}, &s)
	}
	if s.Len() != 0 || s.Lines != 4 || s.Problems.Losses() != 4 {
		t.Errorf("%d records, %d lines, %d problems", s.Len(), s.Lines, s.Problems.Losses())
	}
}

// A sender's name is not that of the one before.
func TestMessagesOfSenders(t *testing.T) {
	var s telemetry.Set
	var m text.Messages
	for _, from := range []string{"192.0.2.1:1", "192.0.2.2:1", "[2001:db8::1]:1", "192.0.2.1:2"} {
		m.Decode(&telemetry.Datagram{From: netip.MustParseAddrPort(from), At: received, Data: []byte("<13>x")}, &s)
	}
	b := s.Batch(telemetry.KindEvent)
	var got []string
	for _, p := range b.Pairs {
		if p.Field.String() == "log.source.address" {
			got = append(got, p.Text)
		}
	}
	if diff := cmp.Diff([]string{"192.0.2.1", "192.0.2.2", "2001:db8::1", "192.0.2.1"}, got); diff != "" {
		t.Errorf("senders (-want +got)\n%s", diff)
	}
}

// FuzzMessages: a message is one event, or one that is counted as missing, and what is read of it is what is read of
// the same line in a file. What is read as its origin is one that it ends in or that its structured data states, and of the message
// with an origin behind it the same is read.
func FuzzMessages(f *testing.F) {
	f.Add([]byte("<34>Feb 29 03:04:05 gw1 sshd[7]: x"))
	f.Add([]byte("<189>7: sw1: *Jan  2 03:04:05.678 CET: %SYS-5-X : y\n"))
	f.Add([]byte("<165>1 2024-01-02T03:04:05Z h a - - [a@1 b=\"c\"] z\x00"))
	f.Add([]byte("<13>up [origin ip=\"192.0.2.1\"]"))
	f.Add([]byte("<165>1 - - - - - [origin software=\"x\" ip=\"2001:db8::1\"][a@1] z [origin ip=\"192.0.2.1\"]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s telemetry.Set
		new(text.Messages).Decode(&telemetry.Datagram{From: relay, At: received, Data: data}, &s)
		b := s.Batch(telemetry.KindEvent)
		if uint64(len(b.Event))+s.Problems.Losses() != 1 || s.Lines != 1 {
			t.Fatalf("%d events and %d problems of one message", len(b.Event), s.Problems.Losses())
		}
		if len(b.Event) == 0 {
			return
		}
		e := b.Event[0]
		if !e.Occurred.Known() || e.Occurred > received+telemetry.Instant(5*time.Minute) || e.Occurred < received-telemetry.Instant(7*24*time.Hour) {
			t.Fatalf("occurred %v, received %v", e.Occurred, received)
		}
		checkOrigin(t, &e, pairsOf(b))
		if !strings.HasPrefix(withoutPriority(e.Raw), "1 ") && !strings.HasSuffix(e.Raw, `"]`) {
			relayed(t, e.Raw, e.Raw+origin("192.0.2.1"), "192.0.2.1")
		}
		if strings.ContainsAny(e.Raw, "\r\n") || strings.Trim(e.Raw, " \t") == "" {
			return
		}
		var file telemetry.Set
		d := text.New(nil, "")
		d.RefTime = received.Time()
		d.Decode(&telemetry.Block{Data: []byte(e.Raw), Line: 1, Last: true}, &file)
		line := file.Batch(telemetry.KindEvent).Event[0]
		if line.Host != e.Host || line.Dataset != e.Dataset || line.Raw != e.Raw {
			t.Fatalf("%q: host %q, dataset %q; as a line %q, %q", e.Raw, e.Host, e.Dataset, line.Host, line.Dataset)
		}
	})
}
