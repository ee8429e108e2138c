package hunt

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// loaderOf makes a loader of values; "kind=value" states a kind that cannot be guessed.
func loaderOf(t testing.TB, values ...string) *intel.Loader {
	t.Helper()
	l := intel.NewLoader()
	src := l.Source(&intel.Source{Title: "made up", Org: "Test CERT", TLP: intel.Green})
	for _, s := range values {
		v, err := observable.Parse(s)
		if kind, text, ok := strings.Cut(s, "="); ok && kind == "ja3" || kind == "filename" {
			k, kerr := observable.ParseKind(kind)
			if kerr != nil {
				t.Fatal(kerr)
			}
			v, err = observable.ParseAs(k, text)
		}
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		l.Indicator(intel.Indicator{Value: v, Source: src})
	}
	return l
}

func mustIndex(t testing.TB, l *intel.Loader) *intel.Index {
	t.Helper()
	x, err := l.Index()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// huntBatch hunts one batch and gives its findings as lines: value, subject, roles, fields, level.
func huntBatch(t testing.TB, l *intel.Loader, n Networks, b *telemetry.Batch) []string {
	t.Helper()
	tally := NewTally(mustIndex(t, l))
	src := &telemetry.Source{Name: "test.log", ID: telemetry.SourceID{1}}
	b.Source = src
	part := tally.Part(src)
	e := &Engine{Index: tally.index, Networks: n, Sink: part}
	if err := e.Batch(context.Background(), b); err != nil {
		t.Fatal(err)
	}
	part.Commit()
	got := []string{}
	for _, f := range tally.Outcome(&l.Library, nil, n).Findings {
		got = append(got, fmt.Sprintf("%s <- %s | %s | %s | %s | %d", f.Value, f.Subject, strings.Join(f.Roles.Words(), ", "),
			strings.Join(f.Fields, ","), f.Level, f.Records))
	}
	slices.Sort(got)
	return got
}

func ends(src, dst string, dport uint16) telemetry.Ends {
	return telemetry.Ends{Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst), SrcPort: 40000, DstPort: dport, Proto: 6}
}

var at = telemetry.InstantOf(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

func head(n uint64) telemetry.Head { return telemetry.Head{Ordinal: n, Occurred: at} }

func TestFlowRolesAndSubjects(t *testing.T) {
	b := &telemetry.Batch{Kind: telemetry.KindFlow}
	add := func(e telemetry.Ends, a telemetry.Answer) {
		b.Flow = append(b.Flow, telemetry.Flow{Head: head(uint64(len(b.Flow) + 1)), Ends: e, Answered: a, SrcBytes: 10, DstBytes: telemetry.NoCount})
	}
	add(ends("10.0.0.1", "198.51.100.7", 443), telemetry.Answered)
	add(ends("10.0.0.1", "198.51.100.7", 443), telemetry.Answered)
	add(ends("10.0.0.2", "198.51.100.7", 443), telemetry.Unanswered)
	add(ends("198.51.100.7", "10.0.0.3", 22), telemetry.Unanswered)
	add(ends("198.51.100.7", "10.0.0.3", 23), telemetry.Refused)
	add(ends("198.51.100.7", "10.0.0.4", 22), telemetry.Answered)
	add(ends("203.0.113.9", "198.51.100.7", 80), telemetry.Answered) // both outside: the peer is the subject
	add(ends("10.0.0.66", "203.0.113.1", 80), telemetry.Answered)    // the indicator is ours
	add(ends("10.0.0.5", "198.51.100.8", 443), telemetry.Answered)   // next to it
	got := huntBatch(t, loaderOf(t, "198.51.100.7", "10.0.0.66"), Networks{}, b)
	want := []string{
		"10.0.0.66 <- 10.0.0.66 | we called it | source.ip | low | 1",
		"198.51.100.7 <- 10.0.0.1 | we called it | destination.ip | high | 2",
		"198.51.100.7 <- 10.0.0.2 | we called, unanswered or refused | destination.ip | medium | 1",
		"198.51.100.7 <- 10.0.0.3 | scanned us, unanswered or refused | source.ip | informational | 2",
		"198.51.100.7 <- 10.0.0.4 | it called us | source.ip | high | 1",
		"198.51.100.7 <- 203.0.113.9 | we called it | destination.ip | high | 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestOneWayFlows(t *testing.T) {
	b := &telemetry.Batch{Kind: telemetry.KindFlow}
	add := func(src string, sport uint16, dst string, dport uint16, flags uint8) {
		e := ends(src, dst, dport)
		e.SrcPort = sport
		b.Flow = append(b.Flow, telemetry.Flow{Head: head(1), Ends: e, OneWay: true, TCPFlags: flags})
	}
	const evil = "198.51.100.7"
	add("10.0.0.1", 40000, evil, 443, 0x1b)  // we called a server's port
	add(evil, 443, "10.0.0.2", 40000, 0x1b)  // its answer to us
	add(evil, 40000, "10.0.0.3", 22, 0x02)   // nothing but SYN
	add(evil, 4444, "10.0.0.4", 40000, 0x1b) // two high ports: nobody can tell
	add("10.0.0.5", 22, evil, 50000, 0x1b)   // our server answers
	got := huntBatch(t, loaderOf(t, evil), Networks{}, b)
	want := []string{
		evil + " <- 10.0.0.1 | we called it | destination.ip | high | 1",
		evil + " <- 10.0.0.2 | we called it | source.ip | high | 1",
		evil + " <- 10.0.0.3 | scanned us, unanswered or refused | source.ip | informational | 1",
		evil + " <- 10.0.0.4 | spoke with us | source.ip | high | 1",
		evil + " <- 10.0.0.5 | it called us | destination.ip | high | 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestOwnPrefixesComeBeforeLocalFlags(t *testing.T) {
	e := ends("192.0.2.10", "198.51.100.7", 443)
	e.SrcLocal, e.DstLocal = telemetry.LocalNo, telemetry.LocalYes
	b := func() *telemetry.Batch {
		return &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{{Head: head(1), Ends: e}}}
	}
	l := loaderOf(t, "198.51.100.7")
	flags := huntBatch(t, l, Networks{}, b())
	own := huntBatch(t, l, NewNetworks([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}), b())
	if want := []string{"198.51.100.7 <- 198.51.100.7 | it called us | destination.ip | high | 1"}; !slices.Equal(flags, want) {
		t.Errorf("by flags: %v", flags)
	}
	if want := []string{"198.51.100.7 <- 192.0.2.10 | we called it | destination.ip | high | 1"}; !slices.Equal(own, want) {
		t.Errorf("by own prefixes: %v", own)
	}
}

func TestTypedRecords(t *testing.T) {
	const md5, ja3 = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	sha256 := strings.Repeat("ab", 32)
	e := ends("10.0.0.1", "192.0.2.80", 80)
	ours := func(b *telemetry.Batch, texts ...string) telemetry.Span {
		s := telemetry.Span{Start: uint32(len(b.Texts)), Len: uint32(len(texts))}
		b.Texts = append(b.Texts, texts...)
		return s
	}
	dns := &telemetry.Batch{Kind: telemetry.KindDNS}
	dns.DNS = []telemetry.DNS{
		{Head: head(1), Ends: e, Query: "a.b.EVIL.example", Answers: ours(dns, "198.51.100.7", "evil.example")},
		{Head: head(2), Ends: e, Query: "notevil.example", Answers: ours(dns, "198.51.100.70")},
		{Head: head(3), Ends: e, Query: "bücher.example"},
	}
	http := &telemetry.Batch{Kind: telemetry.KindHTTP}
	http.HTTP = []telemetry.HTTP{
		{Head: head(1), Ends: e, Host: "Web.example", URI: "/x/Tool.bin", Files: ours(http, `C:\tmp\Tool.BIN`)},
		{Head: head(2), Ends: ends("10.0.0.1", "192.0.2.80", 8080), Host: "web.example", URI: "/admin"},
		{Head: head(3), Ends: ends("10.0.0.1", "192.0.2.3", 3128), Method: "CONNECT", Host: "proxy", URI: "evil.example:443"},
		{Head: head(4), Ends: e, Host: "other.example", URI: "/x/tool.bin", Referrer: "http://evil.example/start"},
	}
	tls := &telemetry.Batch{Kind: telemetry.KindTLS}
	tls.TLS = []telemetry.TLS{{
		Head: head(1), Ends: e, ServerName: "evil.example", JA3: ja3, JA4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
		Subject: "CN=*.evil.example,O=None", Fingerprints: ours(tls, strings.ToUpper(sha256)), Established: telemetry.Answered,
	}}
	file := &telemetry.Batch{Kind: telemetry.KindFile, File: []telemetry.File{{Head: head(1), Ends: e, MD5: md5, SHA256: sha256, Name: "/tmp/tool.bin"}}}
	cert := &telemetry.Batch{Kind: telemetry.KindCert}
	cert.Cert = []telemetry.Cert{{Head: head(1), Fingerprint: sha256, Names: ours(cert, "*.evil.example", "198.51.100.7")}}
	mail := &telemetry.Batch{Kind: telemetry.KindMail}
	mail.Mail = []telemetry.Mail{{Head: head(1), Ends: e, From: "Boss <spy@evil.example>", HELO: "evil.example", Path: ours(mail, "198.51.100.7")}}
	event := &telemetry.Batch{Kind: telemetry.KindEvent}
	event.Pairs = []telemetry.Pair{{Field: telemetry.FieldMessage, Text: "login from 198.51.100.7:4711 via hxxp://web[.]example/x/Tool.bin failed"}}
	event.Event = []telemetry.Event{{Head: head(1), Host: "rtr1", Dataset: "syslog", Pairs: telemetry.Span{Len: 1}, Raw: "login from 198.51.100.7"}}

	l := loaderOf(t, "evil.example", "198.51.100.7", "http://web.example/x/Tool.bin", "http://web.example:8080/admin", md5, sha256, "ja3="+ja3,
		"t13d1516h2_8daaf6152771_e5627efa2ab1", "filename=tool.bin", "spy@evil.example", "bücher.example")
	for _, tc := range []struct {
		name string
		b    *telemetry.Batch
		want []string
	}{
		{"dns", dns, []string{
			"198.51.100.7 <- 10.0.0.1 | in a DNS answer | dns.answers.data | high | 1",
			"evil.example <- 10.0.0.1 | we called it | dns.question.name | high | 1",
			"xn--bcher-kva.example <- 10.0.0.1 | we called it | dns.question.name | high | 1",
		}},
		{"http", http, []string{
			"evil.example <- 10.0.0.1 | we called it | http.request.referrer,url.original | high | 2",
			"http://web.example/x/Tool.bin <- 10.0.0.1 | we called it | url.original | high | 1",
			"http://web.example:8080/admin <- 10.0.0.1 | we called it | url.original | high | 1",
			"tool.bin <- 10.0.0.1 | we called it | stormglass.http.files | low | 1",
		}},
		{"tls", tls, []string{
			sha256 + " <- 10.0.0.1 | we called it | tls.server.certificate_chain | high | 1",
			"evil.example <- 10.0.0.1 | we called it | tls.client.server_name | high | 1",
			ja3 + " <- 10.0.0.1 | we called it | tls.client.ja3 | medium | 1",
			"t13d1516h2_8daaf6152771_e5627efa2ab1 <- 10.0.0.1 | we called it | tls.client.ja4 | medium | 1",
		}},
		{"file", file, []string{
			md5 + " <- 10.0.0.1 | spoke with us | file.hash.md5 | high | 1",
			sha256 + " <- 10.0.0.1 | spoke with us | file.hash.sha256 | high | 1",
			"tool.bin <- 10.0.0.1 | spoke with us | file.name | low | 1",
		}},
		{"cert", cert, []string{
			"198.51.100.7 <- test.log | mentioned | x509.alternative_names | medium | 1",
			sha256 + " <- test.log | mentioned | x509.fingerprint | high | 1",
			"evil.example <- test.log | mentioned | x509.alternative_names | high | 1",
		}},
		{"mail", mail, []string{
			"198.51.100.7 <- 10.0.0.1 | we called it | stormglass.mail.path | high | 1",
			"evil.example <- 10.0.0.1 | we called it | email.from.address | high | 1",
			"spy@evil.example <- 10.0.0.1 | we called it | email.from.address | high | 1",
		}},
		{"event", event, []string{
			"198.51.100.7 <- unregistered:rtr1 | mentioned | message | medium | 1",
			"http://web.example/x/Tool.bin <- unregistered:rtr1 | mentioned | message | high | 1",
		}},
	} {
		slices.Sort(tc.want)
		if diff := cmp.Diff(tc.want, huntBatch(t, l, Networks{}, tc.b)); diff != "" {
			t.Errorf("%s: -want +got\n%s", tc.name, diff)
		}
	}
}

func TestCommunityIDIsComputedAndSearchable(t *testing.T) {
	// Values of the specification's baseline for this conversation, github.com/corelight/community-id-spec.
	e := telemetry.Ends{Src: netip.MustParseAddr("128.232.110.120"), Dst: netip.MustParseAddr("66.35.250.204"), SrcPort: 34855, DstPort: 80, Proto: 6}
	const id = "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: []telemetry.Flow{{Head: head(1), Ends: e}}}
	got := huntBatch(t, loaderOf(t, id), Networks{}, b)
	if want := []string{id + " <- 128.232.110.120 | we called it | network.community_id | high | 1"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}
