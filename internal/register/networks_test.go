package register

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/telemetry"
)

func networksOf(t testing.TB, text string) Networks {
	t.Helper()
	n, err := parseNetworks("networks.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func day(s string) telemetry.Instant {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return telemetry.InstantOf(t)
}

const someNetworks = `
networks:
  - {prefix: "192.0.2.0/24", class: server, owner: a, reason: b}
  - {prefix: "192.0.2.128/25", class: subscriber, valid_from: 2024-03-01, valid_until: 2024-12-31}
  - {prefix: "192.0.2.128/25", class: management, valid_from: 2025-01-01T12:00:00Z}
  - {prefix: "10.9.0.0/16", class: subscriber, valid_until: 2024-01-31}
  - {prefix: "2001:db8::/32", class: infrastructure}
`

func TestClass(t *testing.T) {
	n := networksOf(t, someNetworks)
	for _, c := range []struct {
		addr string
		at   telemetry.Instant
		want Class
	}{
		{"192.0.2.1", day("2020-01-01"), Server},
		{"::ffff:192.0.2.1", day("2020-01-01"), Server},
		{"192.0.2.200", day("2024-02-29"), Server},
		{"192.0.2.200", day("2024-03-01"), Subscriber},
		{"192.0.2.200", day("2025-01-01") - 1, Subscriber}, // the last moment of a day that is included
		{"192.0.2.200", day("2025-01-01"), Server},
		{"192.0.2.200", day("2025-01-01") + telemetry.Instant(12*time.Hour), Management},
		{"192.0.2.200", 0, Subscriber},
		{"10.9.1.1", day("2024-01-31"), Subscriber},
		{"10.9.1.1", day("2024-02-01"), Own},
		{"10.8.1.1", day("2024-01-31"), Own},
		{"2001:db8:1::1", 0, Infrastructure},
		{"fe80::1%eth0", 0, Own},
		{"203.0.113.1", day("2024-03-01"), None},
		{"2001:db9::1", day("2024-03-01"), None},
	} {
		if got := n.Class(netip.MustParseAddr(c.addr), c.at); got != c.want {
			t.Errorf("class of %s at %s is %s, want %s", c.addr, c.at.Time(), got, c.want)
		}
	}
	if got := n.Class(netip.Addr{}, 0); got != None {
		t.Errorf("class of no address is %s", got)
	}
	want := []string{"10.9.0.0/16", "192.0.2.0/24", "192.0.2.128/25", "2001:db8::/32"}
	got := make([]string, 0, len(want))
	for _, p := range n.Prefixes() {
		got = append(got, p.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("prefixes (-want +got):\n%s", diff)
	}
}

func TestNothingStated(t *testing.T) {
	for name, n := range map[string]Networks{
		"zero value": {}, "empty file": networksOf(t, "# nothing\n"), "empty list": networksOf(t, "networks: []"), "no list": networksOf(t, "networks:\n"),
	} {
		if n.Stated() || n.Prefixes() != nil {
			t.Errorf("%s: something is stated", name)
		}
		if got := n.Class(netip.MustParseAddr("192.168.1.1"), 1); got != Own {
			t.Errorf("%s: a private address is %s", name, got)
		}
		if got := n.Class(netip.MustParseAddr("192.0.2.1"), 1); got != None {
			t.Errorf("%s: an address of others is %s", name, got)
		}
	}
}

func TestClassOf(t *testing.T) {
	n := networksOf(t, someNetworks)
	at := day("2024-05-01")
	for _, c := range []struct {
		src, dst string
		want     RowClass
	}{
		{"192.0.2.1", "203.0.113.1", RowsOwn},
		{"203.0.113.1", "192.168.0.1", RowsOwn},
		{"192.0.2.130", "192.0.2.1", RowsOwn},
		{"192.0.2.130", "203.0.113.1", RowsSubscriber},
		{"203.0.113.1", "192.0.2.130", RowsSubscriber},
		{"203.0.113.1", "203.0.113.2", RowsTransit},
		{"203.0.113.1", "", RowsTransit},
		{"", "192.0.2.130", RowsSubscriber},
		{"", "", RowsOwn},
	} {
		src, _ := netip.ParseAddr(c.src)
		dst, _ := netip.ParseAddr(c.dst)
		if got := n.ClassOf(src, dst, at); got != c.want {
			t.Errorf("%q to %q is %s, want %s", c.src, c.dst, got, c.want)
		}
	}
	for c := range NumRowClasses {
		if got, err := ParseRowClass(c.String()); err != nil || got != c {
			t.Errorf("%s comes back as %s, %v", c, got, err)
		}
	}
	if _, err := ParseRowClass("everybody"); err == nil {
		t.Error("an unknown class of records is taken")
	}
}

// Whatever is stated without complaint: Class agrees with a walk over all entries.
func TestClassAgreesWithWalk(t *testing.T) {
	type stated struct {
		prefix      netip.Prefix
		class       Class
		from, until int // days; until is included
	}
	rapid.Check(t, func(t *rapid.T) {
		days := func(n int) telemetry.Instant {
			return day("2024-01-01") + telemetry.Instant(n)*telemetry.Instant(24*time.Hour)
		}
		var entries []stated
		var text strings.Builder
		text.WriteString("networks:\n")
		for range rapid.IntRange(0, 12).Draw(t, "entries") {
			from := rapid.IntRange(0, 20).Draw(t, "from")
			e := stated{
				netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, 100, rapid.Byte().Draw(t, "byte")}), rapid.IntRange(20, 32).Draw(t, "bits")).Masked(),
				Class(rapid.IntRange(int(Infrastructure), int(Subscriber)).Draw(t, "class")), from, from + rapid.IntRange(0, 9).Draw(t, "long"),
			}
			clash := false
			for _, o := range entries {
				clash = clash || o.prefix == e.prefix && e.from <= o.until && o.from <= e.until
			}
			if clash {
				continue
			}
			entries = append(entries, e)
			fmt.Fprintf(&text, "- {prefix: %q, class: %s, valid_from: %s, valid_until: %s}\n", e.prefix, e.class,
				days(e.from).Time().Format(time.DateOnly), days(e.until).Time().Format(time.DateOnly))
		}
		n, err := parseNetworks("n", []byte(text.String()))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text.String())
		}
		a := netip.AddrFrom4([4]byte{198, 51, 100, rapid.Byte().Draw(t, "address")})
		d := rapid.IntRange(0, 30).Draw(t, "day")
		want, bits := None, -1
		for _, e := range entries {
			if e.prefix.Contains(a) && e.from <= d && d <= e.until && e.prefix.Bits() > bits {
				want, bits = e.class, e.prefix.Bits()
			}
		}
		if got := n.Class(a, days(d)+telemetry.Instant(time.Hour)); got != want {
			t.Fatalf("class of %s on day %d is %s, want %s, in\n%s", a, d, got, want, text.String())
		}
	})
}

func BenchmarkClass(b *testing.B) {
	var text strings.Builder
	text.WriteString("networks:\n")
	for i := range 2000 {
		fmt.Fprintf(&text, "- {prefix: \"198.%d.%d.0/24\", class: server, valid_from: 2020-01-01}\n", i/256, i%256)
	}
	n := networksOf(b, text.String())
	at := day("2024-01-01")
	for _, c := range []struct{ name, addr string }{{"own", "198.3.7.1"}, {"private", "10.1.2.3"}, {"outside", "203.0.113.9"}} {
		b.Run(c.name, func(b *testing.B) {
			a := netip.MustParseAddr(c.addr)
			for b.Loop() {
				n.Class(a, at)
			}
		})
	}
}
