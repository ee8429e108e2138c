package scan

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// syslogLines makes lines of the kinds a carrier's collector sees: firewall, DNS, proxy, RADIUS, mail.
func syslogLines(size int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	ip := func() string {
		return fmt.Sprintf("%d.%d.%d.%d", r.IntN(223)+1, r.IntN(256), r.IntN(256), r.IntN(256))
	}
	name := func() string {
		b := make([]byte, 0, 24)
		for range 3 + r.IntN(8) {
			b = append(b, byte('a'+r.IntN(26)))
		}
		return string(b) + []string{".com", ".net", ".example", ".co.uk", ".ru"}[r.IntN(5)]
	}
	var b bytes.Buffer
	for b.Len() < size {
		clock := fmt.Sprintf("Nov 21 %02d:%02d:%02d", r.IntN(24), r.IntN(60), r.IntN(60))
		switch r.IntN(5) {
		case 0:
			fmt.Fprintf(&b, "<134>%s fw%d kernel: DROP IN=eth0 OUT=eth1 SRC=%s DST=%s LEN=60 TOS=0x00 PROTO=TCP SPT=%d DPT=443\n", clock, r.IntN(40), ip(), ip(), r.IntN(65536))
		case 1:
			n := name()
			fmt.Fprintf(&b, "<30>%s dns%d named[812]: client @0x7f %s#5353 (www.%s): query: www.%s IN A +E(0)\n", clock, r.IntN(9), ip(), n, n)
		case 2:
			fmt.Fprintf(&b, "<38>%s proxy squid[99]: 1700000000.123 85 %s TCP_MISS/200 5121 GET http://cdn.%s/path/file%d.js?x=%d - HIER_DIRECT/%s text/html\n", clock, ip(), name(), r.IntN(1000), r.IntN(1<<30), ip())
		case 3:
			fmt.Fprintf(&b, "<86>%s radius1 radiusd[3312]: (%d) Login OK: [user%d@isp.example/<via Auth-Type = PAP>] (from client bras%d port %d cli 02-00-5e-%02x) Framed-IP %s\n", clock, r.IntN(100000), r.IntN(1000000), r.IntN(40), r.IntN(4096), r.IntN(256), ip())
		case 4:
			fmt.Fprintf(&b, "<30>%s mail1 amavis[5]: (0%d) Passed CLEAN sha256=%016x%016x%016x%016x size=%d from <bob@%s> host 2001:db8:%x::%x\n", clock, r.IntN(1000), r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64(), r.IntN(1<<20), name(), r.IntN(1<<14), r.IntN(256))
		}
	}
	return b.Bytes()
}

func BenchmarkLines(b *testing.B) {
	text := syslogLines(16<<20, 4242)
	lines := bytes.Split(text, []byte("\n"))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var s Scanner
	n := 0
	for b.Loop() {
		n = 0
		for _, l := range lines {
			s.Reset(l)
			for s.Next() {
				n++
			}
		}
	}
	b.ReportMetric(float64(n)/float64(len(lines)), "tokens/line")
}

func BenchmarkText(b *testing.B) {
	text := syslogLines(16<<20, 4242)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var s Scanner
	for b.Loop() {
		s.Reset(text)
		for s.Next() {
		}
	}
}

// BenchmarkHostile shows that no text makes the scanner slow. The figures are those of the slowest shapes known.
func BenchmarkHostile(b *testing.B) {
	for _, unit := range []string{"a", ":", "1:", "a.", "a@", "a+", "a.b+", "http://", "[.]", "a[.]", "a[.]1 ", "::", "é", "。", "a。a", "1.1.1.1", "hxxp://", "http://a/[.]", "((((", "a[(", "f:f::", "\\."} {
		text := bytes.Repeat([]byte(unit), (1<<20)/len(unit))
		b.Run(unit, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var s Scanner
			for b.Loop() {
				s.Reset(text)
				for s.Next() {
				}
			}
		})
	}
}
