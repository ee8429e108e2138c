package seen

import (
	"fmt"
	"net/netip"
	"time"

	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
)

// firstDay is the first of the days on which made-up records lie.
var firstDay = telemetry.InstantOf(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))

// madeDays is how many they are.
const madeDays = 40

const dayLong = telemetry.Instant(24 * time.Hour)

// maker draws records. Values come from small pools, so that they meet again.
type maker struct {
	t     *rapid.T
	hours []telemetry.Instant // on which records lie
	made  int                 // sources
}

var (
	madeAddrs = addrsOf(
		"203.0.113.1", "203.0.113.2", "203.0.113.77", "203.0.113.255", "198.51.100.0", "198.51.100.127", "198.51.100.200", "::ffff:203.0.113.1",
		"2001:db8:1::1", "2001:db8:1::2", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0", "255.255.255.255", "fe80::1%eth0", "fe80::1",
		"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "10.0.0.1", "10.0.0.2", "2001:db8:2::1",
		"192.0.2.200", "192.0.2.201", "192.0.2.202", "100.64.0.1", "100.64.0.2", "2001:db8:5::1", "2001:db8:5::2", "::ffff:192.0.2.200",
	)
	madeNames = []string{
		"example.com", "www.example.com", "a.b.example.com", "WWW.Example.NET", "example.net.", "myexample.com", "example.community", "com",
		"bad name.example.org", "example.org", "localhost", "xn--bcher-kva.example", "mail.example.org", "com.example.com", "example-com.example.com",
	}
	madePaths   = []string{"/", "/a", "/a?x=1", "/a?x=2&y=3", "/A", "/b/", ""}
	madeDigests = []string{
		"00112233445566778899aabbccddeeff", "00112233445566778899AABBCCDDEEFE", "0123456789abcdef0123456789abcdef01234567",
		"aa00bb11cc22dd33ee44ff5566778899aa00bb11cc22dd33ee44ff5566778899",
	}
	madeMails = []string{"bob@mail.example.org", "Eve@example.com", "x@a.b.example.com"}
	madeFiles = []string{"invoice.exe", "Invoice.EXE", "report.pdf", "a b.txt"}
	madeHosts = []string{"core-rtr-1", "core-rtr-2", "192.0.2.3", ""}
	sensors   = []string{"zeek", "zeek", "edge-r1", "edge-r2", ""}
)

func addrsOf(texts ...string) []netip.Addr {
	out := make([]netip.Addr, 0, len(texts))
	for _, s := range texts {
		out = append(out, netip.MustParseAddr(s))
	}
	return out
}

// newMaker draws few hours, so that records share days and files.
func newMaker(t *rapid.T) *maker {
	m := &maker{t: t}
	for range rapid.IntRange(2, 9).Draw(t, "hours") {
		day := rapid.IntRange(0, madeDays-1).Draw(t, "day")
		hour := rapid.SampledFrom([]int{0, 0, 7, 12, 23}).Draw(t, "hour")
		m.hours = append(m.hours, firstDay+telemetry.Instant(day)*dayLong+telemetry.Instant(hour)*telemetry.Instant(time.Hour))
	}
	return m
}

func pick[T any](m *maker, what string, from []T) T {
	return from[rapid.IntRange(0, len(from)-1).Draw(m.t, what)]
}

func (m *maker) chance(oneIn int) bool { return rapid.IntRange(1, oneIn).Draw(m.t, "chance") == oneIn }

func (m *maker) time() telemetry.Instant {
	if m.chance(20) {
		return 0
	}
	const hour = int64(time.Hour)
	within := rapid.SampledFrom([]int64{0, 1, 1e9, 1_500_000_000, hour / 2, hour - 1}).Draw(m.t, "within")
	return pick(m, "hour", m.hours) + telemetry.Instant(within)
}

func (m *maker) count() uint64 {
	return pick(m, "count", []uint64{telemetry.NoCount, 0, 1, 1, 40, 1500, 1 << 40, 1<<63 + 5})
}

func (m *maker) name() string { return pick(m, "name", madeNames) }

func (m *maker) addr() netip.Addr { return pick(m, "address", madeAddrs) }

// text is a line that people or machines wrote, with values in it.
func (m *maker) text() string {
	switch rapid.IntRange(0, 6).Draw(m.t, "line") {
	case 0:
		return fmt.Sprintf("deny tcp %s -> %s", m.addr(), m.addr())
	case 1:
		return fmt.Sprintf("got http://%s%s from %s", pick(m, "host", []string{"www.example.com", "evil.example.net", "203.0.113.2"}), pick(m, "path", madePaths), m.addr())
	case 2:
		return "route 198.51.100.0/24 and 2001:db8:1::/48 via 192.0.2.1, not 198.51.100.128/25"
	case 3:
		return "quarantined " + pick(m, "file", madeFiles) + " " + pick(m, "digest", madeDigests)
	case 4:
		return "mail to " + pick(m, "mail", madeMails) + " relayed by " + m.name()
	case 5:
		return "nothing of note"
	}
	return "hxxp://www[.]example[.]com/a?x=1 seen, and 203[.]0[.]113[.]77 too, and www.example.com twice www.example.com"
}

func (m *maker) ends(e *telemetry.Ends) {
	e.Src, e.Dst = m.addr(), m.addr()
	if m.chance(12) {
		e.Src = netip.Addr{}
	}
	if m.chance(12) {
		e.Dst = netip.Addr{}
	}
	e.SrcPort, e.DstPort, e.Proto = pick(m, "port", []uint16{0, 53, 443, 40000}), pick(m, "port", []uint16{0, 53, 443, 40000}), 6
	e.SrcLocal, e.DstLocal = telemetry.Local(rapid.IntRange(0, 2).Draw(m.t, "local")), telemetry.Local(rapid.IntRange(0, 2).Draw(m.t, "local"))
}

var madeKinds = []telemetry.Kind{
	telemetry.KindFlow, telemetry.KindFlow, telemetry.KindDNS, telemetry.KindHTTP, telemetry.KindTLS, telemetry.KindCert, telemetry.KindFile,
	telemetry.KindMail, telemetry.KindEvent,
}

// batch draws some records of one kind from a source of their own.
func (m *maker) batch() *telemetry.Batch {
	m.made++
	b := &telemetry.Batch{
		Kind:   pick(m, "kind", madeKinds),
		Source: &telemetry.Source{Name: fmt.Sprintf("logs/s%d.log", m.made), ID: telemetry.SourceID{byte(m.made), byte(m.made >> 8), 1}, Sensor: pick(m, "sensor", sensors)},
	}
	for n := range rapid.IntRange(1, 6).Draw(m.t, "records") {
		i := b.Append(uint64(n + 1))
		m.record(b, i)
		b.Head(i).Occurred = m.time()
	}
	return b
}

func (m *maker) record(b *telemetry.Batch, i int) {
	if e := b.Ends(i); e != nil && (b.Kind != telemetry.KindEvent || m.chance(3)) {
		m.ends(e)
	}
	switch b.Kind {
	case telemetry.KindFlow:
		f := &b.Flow[i]
		f.SrcBytes, f.DstBytes, f.SrcPackets, f.DstPackets = m.count(), m.count(), m.count(), m.count()
		f.Answered, f.OneWay = telemetry.Answer(rapid.IntRange(0, 3).Draw(m.t, "answer")), m.chance(5)
	case telemetry.KindDNS:
		d := &b.DNS[i]
		d.Query, d.QType, d.RCode = m.name(), "A", "NOERROR"
		for range rapid.IntRange(0, 3).Draw(m.t, "answers") {
			if m.chance(2) {
				b.AddText(&d.Answers, m.name())
			} else {
				b.AddText(&d.Answers, m.addr().String())
			}
		}
	case telemetry.KindHTTP:
		h := &b.HTTP[i]
		h.Host, h.URI, h.UserAgent = pick(m, "host", []string{"www.example.com", "evil.example.net", "203.0.113.2:8080", ""}), pick(m, "path", madePaths), "curl/8"
		if m.chance(3) {
			h.Referrer = "http://www.example.com" + pick(m, "path", madePaths)
		}
		if m.chance(4) {
			b.AddText(&h.Files, pick(m, "file", madeFiles))
		}
	case telemetry.KindTLS:
		x := &b.TLS[i]
		x.ServerName, x.JA3, x.Established = m.name(), pick(m, "ja3", append([]string{""}, madeDigests[:2]...)), telemetry.Answer(rapid.IntRange(0, 3).Draw(m.t, "answer"))
		if m.chance(2) {
			x.JA4 = "t13d1516h2_8daaf6152771_e5627efa2ab1"
			b.AddText(&x.Fingerprints, madeDigests[2])
		}
	default:
		m.document(b, i)
	}
}

func (m *maker) document(b *telemetry.Batch, i int) {
	switch b.Kind { //nolint:exhaustive // record makes the others
	case telemetry.KindCert:
		c := &b.Cert[i]
		c.Fingerprint, c.Subject = pick(m, "digest", madeDigests[2:]), "CN="+m.name()
		b.AddText(&c.Names, m.name())
		b.AddText(&c.Names, m.addr().String())
	case telemetry.KindFile:
		f := &b.File[i]
		f.Name, f.MD5, f.SHA1, f.SHA256 = pick(m, "file", madeFiles), madeDigests[0], madeDigests[2], pick(m, "sha256", []string{"", madeDigests[3]})
	case telemetry.KindMail:
		x := &b.Mail[i]
		x.From, x.Subject, x.HELO = pick(m, "mail", madeMails), m.text(), m.name()
		b.AddText(&x.Addresses, pick(m, "mail", madeMails))
		b.AddText(&x.Path, m.addr().String())
	case telemetry.KindEvent:
		e := &b.Event[i]
		e.Dataset, e.Host, e.Raw = "syslog", pick(m, "device", madeHosts), m.text()
		if m.chance(2) {
			b.AddPair(&e.Pairs, telemetry.FieldNamed("message"), e.Raw)
		}
	}
}
