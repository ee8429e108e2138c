package coverage

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// begin is the first hour of what tests count.
var begin = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

func instant(hours float64) telemetry.Instant {
	return telemetry.InstantOf(begin.Add(time.Duration(hours * float64(time.Hour))))
}

// said is one message of a host: action, hour since begin.
type said struct {
	host, action string
	hour         float64
}

func events(all ...said) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{Sensor: "syslog"}}
	for _, x := range all {
		e := telemetry.Event{Host: x.host}
		e.Occurred = instant(x.hour)
		if x.action != "" {
			e.Pairs = telemetry.Span{Start: uint32(len(b.Pairs)), Len: 1}
			b.Pairs = append(b.Pairs, telemetry.Pair{Field: telemetry.FieldNamed("event.action"), Text: x.action})
		}
		b.Event = append(b.Event, e)
	}
	return b
}

func registers(t *testing.T, devices string) *register.Registers {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "registers"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "registers/devices.yaml"), []byte("devices:\n"+devices), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := register.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// states writes a line as a letter an hour: s seen, . silent, g gap, - absent.
func states(l *Line, hours int) string {
	if l == nil {
		return "no line"
	}
	out := make([]byte, hours)
	for h := range out {
		out[h] = "s.g-"[l.At(h)]
	}
	return string(out)
}

func device(t *testing.T, s *Survey, name string) *Device {
	t.Helper()
	for _, d := range s.Devices {
		if d.Name == name {
			return d
		}
	}
	t.Fatalf("no device %s", name)
	return nil
}

var login = Sort{telemetry.KindEvent, telemetry.ClassLogin}

// TestStates holds each way in which an hour may be read wrongly.
func TestStates(t *testing.T) {
	steady := func(host string, hours int, but ...int) (out []said) {
		for h := range hours {
			if !slices.Contains(but, h) {
				out = append(out, said{host, "", float64(h)})
			}
		}
		return out
	}
	tests := []struct {
		name string
		said []said
		lost []float64
		want string // of logins of r1, 8 hours
	}{
		{"switched on and quiet", append(steady("r1", 8), said{"r1", "login", 0.5}), nil, "s......."},
		{"switched on later: nothing is known of before", append(steady("r1", 8), said{"r1", "login", 3}), nil, "---s...."},
		{"never switched on", steady("r1", 8), nil, "--------"},
		{"an hour without the device, heard beside it", append(append(steady("r1", 8, 4), steady("r2", 8)...), said{"r1", "login", 0}), nil, "s......."},
		{"hours without the device", append(append(steady("r1", 8, 3, 4, 5), steady("r2", 8)...), said{"r1", "login", 0}), nil, "s...g..."},
		{"an hour without anybody", append(append(steady("r1", 8, 4), steady("r2", 8, 4)...), said{"r1", "login", 0}), nil, "s...g..."},
		{"an hour in which something was lost", append(steady("r1", 8), said{"r1", "login", 0}), []float64{2, 5}, "s.g..g.."},
		{"what came in an hour of loss came", append(steady("r1", 8), said{"r1", "login", 0}, said{"r1", "login", 2}), []float64{2}, "s.s....."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Counter
			c.Batch(events(tt.said...))
			for _, h := range tt.lost {
				c.Lost(telemetry.KindEvent, Speaker{Sensor: "syslog"}, instant(h), instant(h), 1)
			}
			s := Take(&Question{Rows: c.Rows(), Sorts: []Sort{login}})
			if got := states(device(t, s, "unregistered:r1").Line(login), 8); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestLosses: records that are known to be missing are counted by hour, of whom it is known, in all no fewer than were lost; what came late
// is taken back; and the strip does not show such hours as whole.
func TestLosses(t *testing.T) {
	a, b := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("192.0.2.8")
	var c Counter
	flows := &telemetry.Batch{Kind: telemetry.KindFlow}
	for h := range 8 {
		for _, x := range []netip.Addr{a, b} {
			f := telemetry.Flow{Export: telemetry.Export{Exporter: x, Sampling: 1}}
			f.Occurred = instant(float64(h))
			flows.Flow = append(flows.Flow, f)
		}
	}
	c.Batch(flows)
	var s telemetry.Set
	miss := func(who netip.Addr, from, to float64, n int64) {
		s.Miss(telemetry.Missed{Kind: telemetry.KindFlow, Exporter: who, From: instant(from), To: instant(to), Records: n})
	}
	miss(a, 1.5, 3.5, 10) // hours 1, 2 and 3
	miss(a, 5, 5.1, 4)
	miss(a, 5.1, 5.2, -3)
	miss(netip.Addr{}, 0, 6.5, 0) // nobody knows of whom, since when, how many
	c.Set(&s)
	flow := Sort{Kind: telemetry.KindFlow}
	v := Take(&Question{Rows: c.Rows()})
	la, lb := device(t, v, "unregistered:192.0.2.7").Line(flow), device(t, v, "unregistered:192.0.2.8").Line(flow)
	if got, want := la.Losses(nil), (Losses{4, 11, 4 + 11}); got != want {
		t.Errorf("of the one %+v, want %+v", got, want)
	}
	if got := lb.Losses(nil); got != (Losses{}) {
		t.Errorf("of the other %+v", got)
	}
	if got, want := v.Losses(telemetry.KindFlow, nil), (Losses{7, 0, 14}); got != want {
		t.Errorf("of nobody %+v, want %+v", got, want)
	}
	raw, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	w := Take(&Question{Rows: again.Rows()})
	if got, want := w.Losses(telemetry.KindFlow, nil), v.Losses(telemetry.KindFlow, nil); got != want {
		t.Errorf("once written and read %+v, want %+v", got, want)
	}
	if got := v.Losses(telemetry.KindFlow, NewDays(1)); got != (Losses{}) {
		t.Errorf("of another day %+v", got)
	}
	if states(la, 8) != "ssssssss" || la.Holed < 5 {
		t.Errorf("%s, %d of them with holes", states(la, 8), la.Holed)
	}
	if strip := la.Strip(8); strip[1] != Partly || strip[7] != Seen {
		t.Errorf("the strip is %v", strip)
	}
}

// TestUnswitched: messages that come rarely and need no switch count as silent where others are heard; so they do not of a device that
// never spoke.
func TestUnswitched(t *testing.T) {
	var c Counter
	c.Batch(events(said{"r1", "", 0}, said{"r1", "", 1}, said{"r1", "", 2}))
	container := Sort{telemetry.KindEvent, telemetry.ClassContainer}
	s := Take(&Question{
		Rows: c.Rows(), Sorts: []Sort{container, login},
		Registers: registers(t, "  - {id: r1, names: [r1]}\n  - {id: r2, names: [r2]}\n"),
	})
	for name, want := range map[string]string{"r1": "...", "r2": "---"} {
		if got := states(device(t, s, name).Line(container), 3); got != want {
			t.Errorf("containers of %s are %s, want %s", name, got, want)
		}
		if got := states(device(t, s, name).Line(login), 3); got != "---" {
			t.Errorf("logins of %s are %s, want absent", name, got)
		}
	}
}

// TestToldByAAA: what an AAA server tells of a device is no sign that the device would send its own messages.
func TestToldByAAA(t *testing.T) {
	var c Counter
	b := events(said{"r1", "command", 0}, said{"r1", "command", 2}, said{"r2", "command", 0}, said{"r2", "command", 2})
	for i := range 2 {
		e := &b.Event[i]
		e.Pairs = telemetry.Span{}
		b.AddPair(&e.Pairs, telemetry.FieldNamed("event.action"), "command")
		b.AddPair(&e.Pairs, telemetry.FieldNamed("stormglass.aaa.record"), "stop")
	}
	c.Batch(b)
	logging, command := Sort{telemetry.KindEvent, telemetry.ClassLogging}, Sort{telemetry.KindEvent, telemetry.ClassCommand}
	s := Take(&Question{Rows: c.Rows(), Sorts: []Sort{logging, command}, Registers: registers(t, "  - {id: r1, names: [r1]}\n  - {id: r2, names: [r2]}\n")})
	for name, want := range map[string][2]string{"r1": {"---", "sgs"}, "r2": {".g.", "sgs"}} {
		d := device(t, s, name)
		if got := [2]string{states(d.Line(logging), 3), states(d.Line(command), 3)}; got != want {
			t.Errorf("of %s logging and commands are %q, want %q", name, got, want)
		}
		if len(d.Lines) != 3 {
			t.Errorf("%s has %d lines, want all, commands and logging", name, len(d.Lines))
		}
	}
}

// TestDevices: names are resolved as of the record's time, by name, address and exporter; what matches nothing is unregistered.
func TestDevices(t *testing.T) {
	r := registers(t, `  - {id: old-r1, names: [core-r1], valid_until: 2026-08-31, addresses: [192.0.2.1]}
  - {id: new-r1, names: [core-r1], valid_from: 2026-09-01, addresses: [192.0.2.1], exporter: {address: 192.0.2.7, observation_domain: 3}}
  - {id: quiet, names: [quiet]}
`)
	var c Counter
	c.Batch(events(said{"core-r1", "login", 1}, said{"CORE-R1", "login", 2}, said{"192.0.2.1", "login", 3}, said{"stranger", "login", 3}, said{"core-r1", "login", -30}))
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Sensor: "192.0.2.7"}}
	for _, domain := range []uint32{3, 4} {
		f := telemetry.Flow{Export: telemetry.Export{Exporter: netip.MustParseAddr("192.0.2.7"), Domain: domain, Sampling: 1000}}
		f.Occurred = instant(3.5)
		b.Flow = append(b.Flow, f)
	}
	c.Batch(b)
	s := Take(&Question{Rows: c.Rows(), Registers: r})
	if s.Registered != 3 || s.Exporters != 1 || s.Unknown != 2 {
		t.Errorf("%d registered, %d exporters, %d unknown, want 3, 1 and 2", s.Registered, s.Exporters, s.Unknown)
	}
	if n := device(t, s, "new-r1").Line(login).Records; n != 3 {
		t.Errorf("%d logins of new-r1, want 3", n)
	}
	if n := device(t, s, "old-r1").Line(login).Records; n != 1 {
		t.Errorf("%d logins of old-r1, want 1", n)
	}
	if l := device(t, s, "new-r1").Line(Sort{Kind: telemetry.KindFlow}); l.Records != 1 || l.Sampling != 1000 {
		t.Errorf("%d flows at 1:%d, want 1 at 1:1000", l.Records, l.Sampling)
	}
	device(t, s, "unregistered:192.0.2.7")
	if d := device(t, s, "quiet"); d.Line(login) != nil && d.Line(login).Ever() {
		t.Error("a device that never spoke is said to have")
	}
}

// TestBounded: names and days from outside fill no memory, and what is left out is told.
func TestBounded(t *testing.T) {
	var c Counter
	for i := range MaxSpeakers + 500 {
		c.Batch(events(said{fmt.Sprint("host", i), "", 0}))
	}
	others := c.rows[place{Speaker{}, Sort{Kind: telemetry.KindEvent}, instant(0).Day()}]
	if len(c.rows) > MaxSpeakers+1 || others == nil || others.Hours[0] != 500 {
		t.Fatalf("%d rows, the rest %v", len(c.rows), others)
	}
	for day := range 20 {
		for i := range MaxSpeakers {
			c.Batch(events(said{fmt.Sprint("host", i), "", float64(24 * day)}))
		}
	}
	if len(c.rows) > MaxRows || c.Cut() == 0 {
		t.Errorf("%d rows, %d cut", len(c.rows), c.Cut())
	}
	c.Batch(events(said{strings.Repeat("x", 1000), "", 0}))
	if s := Take(&Question{Rows: c.Rows(), Cut: c.Cut()}); s.Cut == 0 {
		t.Error("the survey does not say that something was cut")
	}
}

// TestWindow: an hour of a wrong clock does not stretch the survey over decades, and nothing after now counts.
func TestWindow(t *testing.T) {
	var c Counter
	c.Batch(events(said{"r1", "login", -24 * 366 * 30}, said{"r1", "login", 0}, said{"r1", "login", 24 * 366 * 20}))
	s := Take(&Question{Rows: c.Rows(), Now: begin.Add(time.Hour)})
	if s.Hours != MaxHours || !s.Earlier || s.To != instant(1) {
		t.Errorf("%d hours to %s, earlier %v", s.Hours, s.To.Time(), s.Earlier)
	}
	s = Take(&Question{Rows: c.Rows(), From: begin.Add(-2 * time.Hour), To: begin.Add(2 * time.Hour)})
	if s.Hours != 4 || states(device(t, s, "unregistered:r1").Line(login), 4) != "--s." && states(device(t, s, "unregistered:r1").Line(login), 4) != "--sg" {
		t.Errorf("%d hours, %s", s.Hours, states(device(t, s, "unregistered:r1").Line(login), 4))
	}
}

func TestSmallestSeen(t *testing.T) {
	for rate, want := range map[uint32]uint64{0: 1, 1: 1, 2: 5, 100: 299, 1000: 2995} {
		if got := SmallestSeen(rate); got != want {
			t.Errorf("1:%d: got %d, want %d", rate, got, want)
		}
	}
}

// TestHoles: what can no longer be read is a gap, not silence.
func TestHoles(t *testing.T) {
	var c Counter
	for h := range 48 {
		c.Batch(events(said{"r1", "", float64(h)}))
	}
	c.Batch(events(said{"r1", "login", 0}))
	day := instant(24).Day()
	s := Take(&Question{Rows: c.Rows(), Holes: []Hole{{telemetry.KindEvent, day, day}}})
	l := device(t, s, "unregistered:r1").Line(login)
	if l.Hours[Silent] != 23 || l.Hours[Gap] != 24 || s.LostHours(telemetry.KindEvent) != 24 {
		t.Errorf("hours by state %v", l.Hours)
	}
	if n := l.AssessedHours(NewDays(day), nil); n != 0 {
		t.Errorf("%d hours of the hole assessed", n)
	}
	if n := l.AssessedHours(nil, nil); n != 24 {
		t.Errorf("%d hours assessed, want 24", n)
	}
}

// FuzzDecode: what decodes encodes to what decodes to the same.
func FuzzDecode(f *testing.F) {
	var c Counter
	c.Batch(events(said{"r1", "login", 0}, said{"r1", "", 1}))
	c.Lost(telemetry.KindFlow, Speaker{Exporter: netip.MustParseAddr("192.0.2.7"), Domain: 9}, instant(0), instant(3), 9)
	raw, err := c.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(raw))
	f.Add([]byte(`{"rows":[{"speaker":"others","kind":"flow","day":-5,"hours":[[3,4,1000]]}],"cut":2}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := Decode(raw)
		if err != nil {
			return
		}
		once, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		b, err := Decode(once)
		if err != nil {
			t.Fatalf("what was written does not read: %v\n%s", err, once)
		}
		twice, _ := b.Encode()
		if string(once) != string(twice) {
			t.Errorf("%s\nbecame\n%s", once, twice)
		}
		Take(&Question{Rows: a.Rows(), Cut: a.Cut(), Sorts: []Sort{login}})
	})
}

// TestNamesThatAreNoText: whatever a device calls itself, what was counted of it is read as it was written.
func TestNamesThatAreNoText(t *testing.T) {
	var c Counter
	for _, host := range []string{strings.Repeat("\xff", 200), "a" + strings.Repeat("\xff\xfe b", 60), strings.Repeat("\xff", 300), "\x00\u2028", strings.Repeat("x", 255)} {
		c.Batch(events(said{host, "login", 0}))
	}
	raw, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Decode(raw)
	if err != nil || d.Cut() != 0 {
		t.Fatalf("%d cut, %v", d.Cut(), err)
	}
	if again, err := d.Encode(); err != nil || string(again) != string(raw) {
		t.Errorf("%s\nbecame\n%s, %v", raw, again, err)
	}
}
