package coverage

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/register"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/text"
)

// arrivals are lines as sockets receive them, read by the decoder of syslog.
type arrivals struct {
	t       *testing.T
	counter Counter
}

// from has a sender send a line at the begin of each of some hours.
func (a *arrivals) from(sender, line string, hours ...float64) {
	a.t.Helper()
	for _, h := range hours {
		s := &telemetry.Set{}
		said := strings.Replace(line, "00:00:01.000", instant(h).Time().UTC().Format("15:04:05.000"), 1)
		(&text.Messages{}).Decode(&telemetry.Datagram{From: netip.AddrPortFrom(netip.MustParseAddr(sender), 514), At: instant(h), Data: []byte(said)}, s)
		a.set(s)
	}
}

// file has a line of a file.
func (a *arrivals) file(line string) {
	s := &telemetry.Set{}
	text.New(nil, "").Decode(&telemetry.Block{Data: []byte(line + "\n"), Line: 1}, s)
	a.set(s)
}

func (a *arrivals) set(s *telemetry.Set) {
	for b := range s.Batches {
		b.Source = &telemetry.Source{Sensor: "syslog"}
		a.counter.Batch(b)
	}
}

// survey writes what was counted and reads it again, as a data folder does.
func (a *arrivals) survey(r *register.Registers) *Survey {
	a.t.Helper()
	raw, err := a.counter.Encode()
	if err != nil {
		a.t.Fatal(err)
	}
	c, err := Decode(raw)
	if err != nil || c.Cut() != 0 {
		a.t.Fatal(err, c.Cut())
	}
	return Take(&Question{Rows: c.Rows(), Cut: c.Cut(), Registers: r, Sorts: []Sort{login}})
}

func serversAndDevices(t *testing.T, servers, devices string) *register.Registers {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "registers"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"servers": servers, "devices": devices} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, "registers", name+".yaml"), []byte(name+":\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := register.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	aRelay    = "  - {service: relay, addresses: [192.0.2.50]}\n"
	anAAA     = "  - {service: aaa, addresses: [192.0.2.60]}\n"
	twoOfThem = "  - {id: r1, names: [edge-r1], addresses: [192.0.2.1]}\n  - {id: r2, names: [edge-r2], addresses: [192.0.2.2]}\n"
	bare      = "  - {id: r1, names: [edge-r1]}\n"

	loggedIn  = "<189>edge-r1: *Sep  1 2026 00:00:01.000 UTC: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op] [Source: 192.0.2.9] [localport: 22] at 00:00:01 UTC Tue Sep 1 2026"
	nameless  = "<189>%SYS-5-CONFIG_I: Configured from console by op on vty0 (192.0.2.9)"
	withR1    = ` [origin ip="192.0.2.1"]`
	withOther = ` [origin ip="198.51.100.66"]`
	other     = "198.51.100.66"
)

// TestForgedLines: a line that names a device, or an origin, counts as that device's only when the device sent it, or a relay that the
// register states. The attack: an intruder on another machine writes in the name of a router whose log he switched off.
func TestForgedLines(t *testing.T) {
	type claim struct {
		Device, Sender string
		Records        uint64
	}
	forged := []claim{{"r1", other, 1}}
	for name, c := range map[string]struct {
		servers, devices string
		sender, line     string
		heard            uint64 // records of r1
		claims           []claim
		unproven         int
	}{
		"the device itself":                    {"", twoOfThem, "192.0.2.1", loggedIn, 1, nil, 0},
		"another in its name":                  {"", twoOfThem, other, loggedIn, 0, forged, 0},
		"another device in its name":           {"", twoOfThem, "192.0.2.2", loggedIn, 0, []claim{{"r1", "192.0.2.2", 1}}, 0},
		"another that states its origin":       {"", twoOfThem, other, loggedIn + withR1, 0, forged, 0},
		"another, an origin and no name":       {"", twoOfThem, other, nameless + withR1, 0, forged, 0},
		"the same in structured data":          {"", twoOfThem, other, `<165>1 2026-09-01T00:00:00Z edge-r1 mgd 1 UI_COMMIT [origin ip="192.0.2.1"] commit`, 0, forged, 0},
		"the address as the name":              {"", twoOfThem, other, "<189>Sep  1 2026 00:00:01: 192.0.2.1 : %SYS-5-CONFIG_I: Configured", 0, forged, 0},
		"a relay that nobody states":           {"", twoOfThem, "192.0.2.50", loggedIn + withR1, 0, []claim{{"r1", "192.0.2.50", 1}}, 0},
		"a relay":                              {aRelay, twoOfThem, "192.0.2.50", loggedIn + withR1, 1, nil, 0},
		"a relay, and no name":                 {aRelay, twoOfThem, "192.0.2.50", nameless + withR1, 1, nil, 0},
		"a relay that states no origin":        {aRelay, twoOfThem, "192.0.2.50", loggedIn, 1, nil, 0},
		"another behind the relay":             {aRelay, twoOfThem, "192.0.2.50", loggedIn + withOther, 0, forged, 0},
		"another's origin before the relay's":  {aRelay, twoOfThem, "192.0.2.50", loggedIn + withR1 + withOther, 0, forged, 0},
		"past the relay":                       {aRelay, twoOfThem, other, loggedIn + withR1, 0, forged, 0},
		"no addresses stated":                  {"", bare, other, loggedIn, 1, nil, 1},
		"none stated, though relays are":       {aRelay, bare, other, loggedIn, 0, forged, 0},
		"none stated, by the relay":            {aRelay, bare, "192.0.2.50", loggedIn + withOther, 1, nil, 0},
		"an AAA server in the device's name":   {anAAA, twoOfThem, "192.0.2.60", loggedIn, 0, []claim{{"r1", "192.0.2.60", 1}}, 0},
		"a relay before it was one":            {"  - {service: relay, addresses: [192.0.2.50], valid_from: 2026-10-01}\n", twoOfThem, "192.0.2.50", loggedIn + withR1, 0, []claim{{"r1", "192.0.2.50", 1}}, 0},
		"an address that the device had later": {"", "  - {id: r1, names: [edge-r1], addresses: [192.0.2.1], valid_until: 2026-08-01}\n  - {id: r1, names: [edge-r1], addresses: [198.51.100.66], valid_from: 2026-08-02}\n", other, loggedIn, 1, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := arrivals{t: t}
			a.from(c.sender, c.line, 0.2)
			s := a.survey(serversAndDevices(t, c.servers, c.devices))
			var heard uint64
			if l := device(t, s, "r1").Line(Sort{Kind: telemetry.KindEvent}); l != nil {
				heard = l.Records
			}
			var claims []claim
			for _, x := range s.Claims() {
				claims = append(claims, claim{x.Device, x.Senders[0].String(), x.Records})
			}
			if diff := cmp.Diff(c.claims, claims); heard != c.heard || diff != "" || s.Unproven() != c.unproven {
				t.Errorf("r1 has %d records, want %d; %d unproven, want %d; claims -want +got:\n%s", heard, c.heard, s.Unproven(), c.unproven, diff)
			}
		})
	}
}

// TestForgedLinesHideNoSilence: lines that another machine writes in the name of a router which fell silent leave it silent: no hour of it is
// looked at, and that they came shows no hour in which somebody was heard.
func TestForgedLinesHideNoSilence(t *testing.T) {
	a := arrivals{t: t}
	a.from("192.0.2.1", loggedIn, 0, 1)
	a.from(other, loggedIn, 2, 3, 4)
	s := a.survey(serversAndDevices(t, "", twoOfThem))
	if got := states(device(t, s, "r1").Line(login), 5); got != "ssggg" {
		t.Errorf("the hours of r1 are %s, want ssggg", got)
	}
	if s.QuietHours(telemetry.KindEvent) != 3 || s.Unknown != 0 {
		t.Errorf("%d quiet hours, %d unknown devices", s.QuietHours(telemetry.KindEvent), s.Unknown)
	}
	d := device(t, s, "unproven:r1")
	if d.Registered || len(d.Lines) != 2 || d.Claim.Last != instant(4) {
		t.Errorf("the claim is %+v", d)
	}
}

// TestLinesInFiles: a file does not say who sent its lines; the origin that its relay wrote is held against the register.
func TestLinesInFiles(t *testing.T) {
	r := serversAndDevices(t, "", twoOfThem)
	for line, want := range map[string]uint64{loggedIn: 1, loggedIn + withR1: 1, loggedIn + withOther: 0} {
		a := arrivals{t: t}
		a.file(line)
		s := a.survey(r)
		l := device(t, s, "r1").Line(Sort{Kind: telemetry.KindEvent})
		if l == nil && want > 0 || l != nil && l.Records != want || s.Unproven() != 0 {
			t.Errorf("of %q r1 has %+v, want %d records; %d unproven", line, l, want, s.Unproven())
		}
	}
}

// TestToldFromAAA: what an AAA server tells of a device counts when an AAA server of the register sent it.
func TestToldFromAAA(t *testing.T) {
	line := "<86>Sep  1 00:00:01 tac tac_plus[7]: 192.0.2.1\top\tvty0\t192.0.2.9\tstop\ttask_id=7\tservice=shell\tcmd=show version <cr>"
	for sender, want := range map[string]uint64{"192.0.2.60": 1, other: 0} {
		a := arrivals{t: t}
		a.from(sender, line, 0.2)
		s := a.survey(serversAndDevices(t, anAAA, twoOfThem))
		l := device(t, s, "r1").Line(Sort{telemetry.KindEvent, telemetry.ClassCommand})
		if got := l != nil && l.Records == 1; got != (want == 1) {
			t.Errorf("from %s r1 has %+v, want %d records", sender, l, want)
		}
	}
}

// TestManySenders: whoever forges senders makes no survey grow without bounds.
func TestManySenders(t *testing.T) {
	c := &Claim{}
	for i := range heldSenders + 5 {
		c.by(netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}), 1, 7)
	}
	c.by(netip.MustParseAddr("198.51.0.9"), 1, 7)
	c.sum()
	if len(c.Senders) != maxSenders || c.Senders[0].String() != "198.51.0.9" || c.More != heldSenders+5-maxSenders || c.Records != heldSenders+6 {
		t.Errorf("%v and %d more, %d records", c.Senders, c.More, c.Records)
	}
}

// TestSpeakers: each form of a speaker reads as it was written, and no other text does.
func TestSpeakers(t *testing.T) {
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	for _, s := range []Speaker{{Host: "r1"}, {Host: "a/b:c"}, {Host: "r1", From: a}, {Host: "r1/x", From: a, Origin: b}, {Host: "r1", Origin: b}, {}} {
		if got, ok := ParseSpeaker(s.String()); !ok || got != s {
			t.Errorf("%q reads as %+v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"line:", "line:-/-/r1", "line:192.0.2.1/-/", "line:x/-/r1", "line:192.0.2.01/-/r1"} {
		if got, ok := ParseSpeaker(s); ok {
			t.Errorf("%q reads as %+v", s, got)
		}
	}
}
