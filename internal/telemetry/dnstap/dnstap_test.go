package dnstap_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/dnstap"
	"stormglass/internal/telemetry/telemetrytest"
)

// read gives the records and the counts of a file, then what ended the reading.
func read(t testing.TB, data []byte) (string, *telemetry.Set, error) {
	t.Helper()
	s := new(telemetry.Set)
	var lines []string
	total := new(telemetry.Set)
	collect := func() error {
		laws(t, s)
		lines = append(lines, telemetrytest.Records(s)...)
		total.Lines += s.Lines
		total.Read += s.Read
		total.Undated += s.Undated
		total.Problems.Merge(&s.Problems)
		s.Reset()
		return nil
	}
	err := dnstap.New().Read(context.Background(), bytes.NewReader(data), s, collect)
	_ = collect()
	return strings.Join(append(lines, telemetrytest.Problems(total)), "\n"), total, err
}

func laws(t testing.TB, s *telemetry.Set) {
	t.Helper()
	if s.Len() != s.Batch(telemetry.KindDNS).Len() || uint64(s.Len()) != s.Read || s.Read > s.Lines || s.Undated > s.Read {
		t.Fatalf("%d records, lines %d read %d undated %d", s.Len(), s.Lines, s.Read, s.Undated)
	}
	last := uint64(0)
	for _, d := range s.Batch(telemetry.KindDNS).DNS {
		if d.Ordinal <= last || d.Ordinal > s.Ordinal {
			t.Fatalf("ordinal %d after %d", d.Ordinal, last)
		}
		last = d.Ordinal
		if strings.HasSuffix(d.Query, ".") && !strings.HasSuffix(d.Query, `\.`) || d.Answers.Len > 0 && d.RCode == "" {
			t.Fatalf("%+v", d)
		}
	}
}

const ends = "Src=192.0.2.10 Dst=192.0.2.53 SrcPort=40000 DstPort=53 Proto=17"

// at is how a record of client begins.
func at(n int) string {
	return fmt.Sprintf("dns %d Occurred=2023-11-14T22:13:20.25 ", n)
}

func TestRead(t *testing.T) {
	q := question(t, 7, "www.Example.com.", dns.TypeA)
	ask, reply := client(pack(t, q), answer(t, q, "www.Example.com. 60 IN CNAME edge.example.net.", "edge.example.net. 60 IN A 198.51.100.7", "edge.example.net. 60 IN AAAA 2001:db8::7"))
	const answers = `Query="www.Example.com" QType="A" RCode="NOERROR" Answers=["edge.example.net" "198.51.100.7" "2001:db8::7"]`
	both := func(kind string) string {
		return fmt.Sprintf(`dnstap.type=%q dnstap.identity="resolver1" `, kind) + ends
	}
	with := func(p tap, change func(*tap)) []byte {
		change(&p)
		return p.bytes()
	}
	other := question(t, 8, "other.example.", dns.TypeTXT)
	nx := new(dns.Msg)
	nx.SetRcode(other, dns.RcodeNameError)
	update := new(dns.Msg)
	update.SetUpdate("example.com.")
	odd := question(t, 9, ".", 65280)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"query and response are one", file(ask.bytes(), reply.bytes()), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0"},
		{"a query by itself", file(ask.bytes()), at(1) + both("CLIENT_QUERY") + ` Query="www.Example.com" QType="A"` + "\n1 1 0"},
		{"a response by itself", file(reply.bytes()), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0"},
		{"asked again", file(ask.bytes(), ask.bytes(), reply.bytes()), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0\npassed questions asked again 1 [line 1]"},
		{
			"another query in between", file(ask.bytes(), with(ask, func(p *tap) { p.query = pack(t, other) }), reply.bytes()),
			at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n" + at(2) + both("CLIENT_QUERY") + ` Query="other.example" QType="TXT"` + "\n2 2 0",
		},
		{"no such name", file(with(reply, func(p *tap) { p.response = pack(t, nx) })), at(1) + both("CLIENT_RESPONSE") + ` Query="other.example" QType="TXT" RCode="NXDOMAIN"` + "\n1 1 0"},
		{
			"a resolver asks", file(with(reply, func(p *tap) { p.kind, p.protocol, p.zone = 4, 3, []byte("\x07example\x03com\x00") })),
			at(1) + `dnstap.type="RESOLVER_RESPONSE" dnstap.identity="resolver1" dnstap.protocol="DOT" dnstap.zone="example.com" ` + strings.Replace(ends, "17", "6", 1) + " " + answers + "\n1 1 0",
		},
		{
			"ipv6", file(with(ask, func(p *tap) { p.src, p.dst = "2001:db8::10", "2001:db8::53" })),
			at(1) + `dnstap.type="CLIENT_QUERY" dnstap.identity="resolver1" Src=2001:db8::10 Dst=2001:db8::53 SrcPort=40000 DstPort=53 Proto=17 Query="www.Example.com" QType="A"` + "\n1 1 0",
		},
		{"only the time of the response", file(with(reply, func(p *tap) { p.asked = 0 })), strings.Replace(at(1), ".25", ".5", 1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0"},
		{"no time", file(with(reply, func(p *tap) { p.asked, p.answered = 0, 0 })), "dns 1 " + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 1"},
		{"the query in the response's place", file(with(ask, func(p *tap) { p.query, p.response = nil, p.query })), at(1) + both("CLIENT_QUERY") + ` Query="www.Example.com" QType="A"` + "\n1 1 0"},
		{"an update", file(with(ask, func(p *tap) { p.kind, p.query = 13, pack(t, update) })), at(1) + `dnstap.type="UPDATE_QUERY" dnstap.identity="resolver1" dnstap.opcode="UPDATE" ` + ends + ` Query="example.com" QType="SOA"` + "\n1 1 0"},
		{"root and a type without a name", file(with(ask, func(p *tap) { p.query = pack(t, odd) })), at(1) + both("CLIENT_QUERY") + ` QType="TYPE65280"` + "\n1 1 0"},
		{"a policy", file(with(reply, func(p *tap) { p.policy = true })), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0\npassed policies of dnstap: not kept 1 [line 1]"},
		{"two streams in a file", append(file(ask.bytes()), file(reply.bytes())...), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0"},
		{"a dialogue", bytes.Join([][]byte{control(4, "protobuf:dnstap.Dnstap"), control(1, "protobuf:dnstap.Dnstap"), file(reply.bytes()), control(5, "")}, nil), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0"},
		{"empty", file(), "0 0 0"},
		{"no end", append(append([]byte{}, start...), frame(reply.bytes())...), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n1 1 0\npassed dnstap stream without its end: still being written, or its writer was stopped 1 []"},

		{"no protocol buffer", file([]byte{0xff}, reply.bytes()), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n2 1 0\ndnstap frame is no protocol buffer 1 [line 1]"},
		{"another type", file(with(ask, func(p *tap) { p.otherType = true })), "1 0 0\ndnstap frame of a type that is not known 1 [line 1: type 2]"},
		{"another kind of message", file(with(ask, func(p *tap) { p.kind = 15 })), "1 0 0\ndnstap message of a type that is not known 1 [line 1: type 15]"},
		{"no message", file(with(ask, func(p *tap) { p.query = nil })), "1 0 0\ndnstap message without a DNS message 1 [line 1: CLIENT_QUERY]"},
		{"no DNS", file(with(ask, func(p *tap) { p.query = []byte("hello") })), "1 0 0\nDNS message shorter than its header 1 [line 1: CLIENT_QUERY]"},
		{"no question", file(with(ask, func(p *tap) { p.query = make([]byte, 12) })), "1 0 0\nDNS message without a question 1 [line 1: CLIENT_QUERY]"},
		{
			"an answer cut off", file(with(reply, func(p *tap) { p.response = p.response[:len(p.response)-1] })),
			at(1) + both("CLIENT_RESPONSE") + " " + strings.Replace(answers, ` "2001:db8::7"`, "", 1) + "\n1 1 0\nanswer of a DNS message not understood 1 [line 1: CLIENT_RESPONSE]",
		},
		{"a long frame", file(make([]byte, 200<<10), reply.bytes()), at(1) + both("CLIENT_RESPONSE") + " " + answers + "\n2 1 0\ndnstap frame is too long 1 [line 2]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := read(t, c.data)
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestAnswers holds how answers of every type that is kept are written.
func TestAnswers(t *testing.T) {
	q := question(t, 1, "a.example.", dns.TypeANY)
	for _, c := range []struct{ record, want string }{
		{"A 198.51.100.1", `["198.51.100.1"]`},
		{"AAAA 2001:db8::1", `["2001:db8::1"]`},
		{"CNAME b.example.", `["b.example"]`},
		{"DNAME b.example.", `["b.example"]`},
		{"NS ns.example.", `["ns.example"]`},
		{"PTR host.example.", `["host.example"]`},
		{"MX 10 mail.example.", `["mail.example"]`},
		{"MX 0 .", `[]`},
		{"SRV 1 2 443 srv.example.", `["srv.example"]`},
		{"SOA ns.example. host.example. 1 2 3 4 5", `["ns.example"]`},
		{`NAPTR 1 2 "s" "SIP+D2T" "" sip.example.`, `["sip.example"]`},
		{`TXT "v=spf1" "-all"`, `["TXT 6 v=spf1 TXT 4 -all"]`},
		{"HTTPS 1 cdn.example. ipv4hint=198.51.100.2 ipv6hint=2001:db8::2", `["cdn.example" "198.51.100.2" "2001:db8::2"]`},
		{"SVCB 1 . alpn=h2 ipv4hint=198.51.100.3", `["198.51.100.3"]`},
		{`CAA 0 issue "ca.example"`, `[]`},
	} {
		_, reply := client(nil, answer(t, q, "a.example. 60 IN "+c.record))
		got, total, err := read(t, file(reply.bytes()))
		if want := " Answers=" + c.want; err != nil || c.want != "[]" && !strings.Contains(got, want) || c.want == "[]" && strings.Contains(got, "Answers") {
			t.Errorf("%s: %v\n%s", c.record, err, got)
		}
		if strings.HasPrefix(c.record, "CAA") != (len(total.Problems.List) == 1) {
			t.Errorf("%s: %v", c.record, total.Problems.List)
		}
	}
}

// TestManyAnswers holds that a message that refers to a long name many times costs what is kept of it.
func TestManyAnswers(t *testing.T) {
	q := question(t, 1, strings.Repeat("abcdefghi.", 24)+"example.", dns.TypeNS)
	m := new(dns.Msg)
	m.SetReply(q)
	m.Compress = true
	for range 5000 {
		m.Answer = append(m.Answer, &dns.NS{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeNS, Class: 1}, Ns: q.Question[0].Name})
	}
	wire, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	_, reply := client(nil, wire[:min(len(wire), 65535)])
	s := new(telemetry.Set)
	if err := dnstap.New().Read(t.Context(), bytes.NewReader(file(reply.bytes())), s, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if n := s.Batch(telemetry.KindDNS).DNS[0].Answers.Len; n != 256 || len(s.Problems.List) != 1 {
		t.Errorf("%d answers, %v", n, s.Problems.List)
	}
}

// TestBroken holds what ends the reading of a source, and that what came before is kept.
func TestBroken(t *testing.T) {
	q := question(t, 7, "a.example.", dns.TypeA)
	ask, _ := client(pack(t, q), nil)
	good := frame(ask.bytes())
	for _, c := range []struct {
		name string
		data []byte
		want string
		read uint64
	}{
		{"cut in a frame", append(append(append([]byte{}, start...), good...), good[:20]...), "cut off in the middle of a frame", 1},
		{"cut in a length", append(append(append([]byte{}, start...), good...), 0, 0), "cut off in the middle of a frame", 1},
		{"another content", append(control(2, "protobuf:other"), good...), "a frame stream of something else than dnstap", 0},
		{"no content", append(control(2, ""), good...), "a frame stream of something else than dnstap", 0},
		{"no start", good, "data before the start of a frame stream", 0},
		{"data after the end", append(file(), good...), "data before the start of a frame stream", 0},
		{"an absurd length", append(append(append([]byte{}, start...), good...), 0xff, 0xff, 0xff, 0xff), "frame length beyond any sense: 4294967295 octets", 1},
		{"a long control frame", []byte{0, 0, 0, 0, 0, 0, 9, 0}, "control frame that contradicts itself", 0},
		{"a control frame of no kind", control(9, ""), "control frame that contradicts itself", 0},
		{"a long control field", append([]byte{0, 0, 0, 0}, frame([]byte{0, 0, 0, 2, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff})...), "control frame that contradicts itself", 0},
	} {
		_, total, err := read(t, c.data)
		if err == nil || err.Error() != c.want || total.Read != c.read {
			t.Errorf("%s: read %d, %v", c.name, total.Read, err)
		}
	}
	failed := errors.New("the disk is gone")
	err := dnstap.New().Read(t.Context(), iotest.ErrReader(failed), new(telemetry.Set), func() error { return nil })
	if !errors.Is(err, failed) {
		t.Error(err)
	}
}

// TestWaiting holds that queries do not wait for ever: by the time of the log, and by their number.
func TestWaiting(t *testing.T) {
	var frames [][]byte
	for id := range 30_000 {
		ask, _ := client(pack(t, question(t, uint16(id), "a.example.", dns.TypeA)), nil)
		frames = append(frames, ask.bytes())
	}
	s := new(telemetry.Set)
	flushes, most := 0, 0
	flush := func() error {
		flushes++
		most = max(most, s.Len())
		s.Reset()
		return nil
	}
	if err := dnstap.New().Read(t.Context(), bytes.NewReader(file(frames...)), s, flush); err != nil {
		t.Fatal(err)
	}
	if flushes < 10 || most > 3000 || s.Ordinal != 30_000 {
		t.Errorf("%d times at most %d, %d in all", flushes, most, s.Ordinal)
	}

	early, _ := client(pack(t, question(t, 1, "early.example.", dns.TypeA)), nil)
	late, _ := client(pack(t, question(t, 2, "late.example.", dns.TypeA)), nil)
	late.asked += 31
	later := late
	later.query = pack(t, question(t, 3, "later.example.", dns.TypeA))
	q := question(t, 2, "late.example.", dns.TypeA)
	_, reply := client(nil, answer(t, q))
	reply.asked += 31
	got, _, _ := read(t, file(early.bytes(), late.bytes(), later.bytes(), reply.bytes()))
	var order []string
	for line := range strings.Lines(got) {
		if _, rest, ok := strings.Cut(line, `Query="`); ok {
			order = append(order, rest[:strings.Index(rest, ".")])
		}
	}
	if want := []string{"early", "late", "later"}; !cmp.Equal(order, want) {
		t.Errorf("%v", order)
	}
}

// TestFlushFails holds that an error of flush ends the reading and comes back as it is.
func TestFlushFails(t *testing.T) {
	q := question(t, 7, "a.example.", dns.TypeA)
	_, reply := client(nil, answer(t, q))
	var frames [][]byte
	for range 5000 {
		frames = append(frames, reply.bytes())
	}
	failed := errors.New("no room")
	calls := 0
	err := dnstap.New().Read(t.Context(), bytes.NewReader(file(frames...)), new(telemetry.Set), func() error { calls++; return failed })
	if err != failed || calls != 1 { //nolint:errorlint // the very same error
		t.Errorf("%v after %d calls", err, calls)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = dnstap.New().Read(ctx, bytes.NewReader(file(frames...)), new(telemetry.Set), func() error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestSniff(t *testing.T) {
	for _, c := range []struct {
		name string
		head []byte
		want bool
	}{
		{"a file", file(), true},
		{"a dialogue", control(4, "protobuf:dnstap.Dnstap"), true},
		{"another content", control(2, "protobuf:other"), false},
		{"a stop", stop, false},
		{"cut off", start[:20], false},
		{"zeros", make([]byte, 64), false},
		{"text", []byte("#separator \\x09 and so on"), false},
		{"empty", nil, false},
	} {
		if got := dnstap.Sniff(c.head); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// FuzzRead holds the laws of a set for any file, that a file gives the same twice, and that it gives no less when
// it goes on.
func FuzzRead(f *testing.F) {
	q := question(f, 7, "www.example.com.", dns.TypeA)
	ask, reply := client(pack(f, q), answer(f, q, "www.example.com. 60 IN CNAME edge.example.net.", "edge.example.net. 60 IN HTTPS 1 . ipv4hint=198.51.100.3", `edge.example.net. 60 IN TXT "a" "b"`))
	reply.zone = []byte("\x07example\x03com\x00")
	f.Add(file(ask.bytes(), reply.bytes()))
	f.Add(file(ask.bytes()))
	f.Add(append(control(4, "protobuf:dnstap.Dnstap"), file(reply.bytes())...))
	f.Fuzz(func(t *testing.T, data []byte) {
		one, total, errOne := read(t, data)
		two, _, errTwo := read(t, data)
		if one != two || (errOne == nil) != (errTwo == nil) {
			t.Fatalf("not the same twice:\n%s\n%s", one, two)
		}
		if errOne != nil {
			return
		}
		_, more, err := read(t, append(append([]byte{}, data...), file(reply.bytes())...))
		if err != nil || more.Lines < total.Lines {
			t.Fatalf("%d lines, with one more %d: %v", total.Lines, more.Lines, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var frames [][]byte
	for id := range 1000 {
		q := question(b, uint16(id), "www.example.com.", dns.TypeA)
		ask, reply := client(pack(b, q), answer(b, q, "www.example.com. 60 IN CNAME edge.example.net.", "edge.example.net. 60 IN A 198.51.100.7"))
		frames = append(frames, ask.bytes(), reply.bytes())
	}
	data := file(frames...)
	s := new(telemetry.Set)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset()
		if err := dnstap.New().Read(b.Context(), bytes.NewReader(data), s, func() error { s.Reset(); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*2000/b.Elapsed().Seconds(), "frames/s")
}
