package simulate

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// monthly is a month of operation with its cases, written once.
var monthly struct {
	sync.Once
	dir   string
	truth *Truth
	err   error
}

func month(t *testing.T) (dir string, truth *Truth) {
	t.Helper()
	if testing.Short() {
		t.Skip("a month takes its time")
	}
	monthly.Do(func() {
		monthly.dir, monthly.err = os.MkdirTemp("", "simulate") //nolint:usetesting // outlives the test that makes it
		if monthly.err == nil {
			monthly.truth, monthly.err = Write(t.Context(), monthly.dir, MonthConfig())
		}
	})
	if monthly.err != nil {
		t.Fatal(monthly.err)
	}
	return monthly.dir, monthly.truth
}

// TestMonthHasEachCase expects a case for each entry of the catalogue that logs, flows and names can show, behind two weeks without, and
// what resembles it and may be.
func TestMonthHasEachCase(t *testing.T) {
	_, truth := month(t)
	want := []string{"HST-01", "HST-02", "HST-03", "HST-06"}
	for group, n := range map[string]int{"AAA": 13, "SYS": 14, "FLW": 14, "DNS": 4, "PRV": 5} {
		for i := range n {
			want = append(want, fmt.Sprintf("%s-%02d", group, i+1))
		}
	}
	slices.Sort(want)
	var got []string
	keys := map[string]bool{}
	for _, c := range truth.Cases {
		if !slices.Contains(got, c.ID) {
			got = append(got, c.ID)
		}
		if keys[c.Key] {
			t.Errorf("%s stands there twice", c.Key)
		}
		keys[c.Key] = true
		if c.What == "" || c.Subject == "" || slices.Contains(c.Also, c.ID) || (c.Records == 0) != c.Absence {
			t.Errorf("%s lacks something: %+v", c.Key, c)
		}
		if c.First.Before(truth.Config.Start.Add(15*day)) || !c.Last.Before(truth.Config.end()) || c.Last.Before(c.First) {
			t.Errorf("%s: from %s to %s", c.Key, c.First, c.Last)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cases (-wanted +there):\n%s", diff)
	}
	var alike []string
	for _, a := range truth.LookAlikes {
		if a.Like != "" && !slices.Contains(alike, a.Like) {
			alike = append(alike, a.Like)
		}
		if a.Like != "" && ((a.Records == 0) != a.Absence || a.Subject == "" || a.Reason == "") {
			t.Errorf("%s lacks something: %+v", a.ID, a)
		}
	}
	slices.Sort(alike)
	if diff := cmp.Diff(want, alike); diff != "" {
		t.Errorf("entries with a look-alike (-wanted +there):\n%s", diff)
	}
}

// event is an entry of the truth and what the files hold of it.
type event struct {
	id       string
	observed [][]string
	of       *Occurrence
	found    family
}

// TestMonthTruthIsWhatTheFilesHold counts, in every record of the time of a case or look-alike, those that show it.
func TestMonthTruthIsWhatTheFilesHold(t *testing.T) {
	dir, truth := month(t)
	events := eventsOf(truth)
	sums, published := map[string]uint64{}, map[string]int{}
	eachRecord(t, dir, func(r written) {
		sums[r.family]++
		for _, x := range indicators {
			if x.list == "" && strings.Contains(r.line, x.value) {
				published[x.value]++
			}
		}
		at := timeOf(t, r, truth.Config.Start.Year())
		for _, e := range events {
			if at.Before(e.of.First.Truncate(time.Second)) || at.After(e.of.Last) {
				continue
			}
			for _, texts := range e.observed {
				if holdsAll(r.line, texts) {
					e.found[r.family]++
					break
				}
			}
		}
	})
	for _, e := range events {
		if diff := cmp.Diff(byFamily(*e.of), e.found); diff != "" {
			t.Errorf("%s (-truth +files):\n%s", e.id, diff)
		}
	}
	planted := map[string]int{}
	for _, p := range truth.Planted {
		planted[p.Value] += p.Records
	}
	if diff := cmp.Diff(planted, published); diff != "" {
		t.Errorf("published values (-truth +files):\n%s", diff)
	}
	if diff := cmp.Diff(truth.Records, sums); diff != "" {
		t.Errorf("records (-truth +files):\n%s", diff)
	}
}

func eventsOf(truth *Truth) []*event {
	var l []*event
	add := func(id string, of *Occurrence, observed ...string) {
		e := &event{id: id, of: of, found: family{}}
		for _, o := range observed {
			e.observed = append(e.observed, strings.Split(o, " + "))
		}
		l = append(l, e)
	}
	for _, c := range truth.Cases {
		add(c.Key, &c.Occurrence, c.Observed...)
	}
	for _, a := range truth.LookAlikes {
		if a.Like != "" && !a.Absence {
			add(a.ID, &a.Occurrence, a.Observed)
		}
	}
	return l
}

// holdsAll reports whether a line holds all texts; those that are addresses not as a part of others.
func holdsAll(line string, texts []string) bool {
	for _, text := range texts {
		_, err := netip.ParseAddr(text)
		if !strings.Contains(line, text) || err == nil && !holdsAddress(line, text) {
			return false
		}
	}
	return true
}

func holdsAddress(line, address string) bool {
	isDigit := func(c byte) bool { return c >= '0' && c <= '9' }
	for at := strings.Index(line, address); at >= 0; {
		end := at + len(address)
		before := at > 0 && (isDigit(line[at-1]) || line[at-1] == '.')
		after := end < len(line) && (isDigit(line[end]) || line[end] == '.' && end+1 < len(line) && isDigit(line[end+1]))
		if !before && !after {
			return true
		}
		next := strings.Index(line[end:], address)
		if next < 0 {
			return false
		}
		at = end + next
	}
	return false
}

var (
	vrpClock = regexp.MustCompile(`^<\d+>(\w{3} [ \d]\d \d{4} \d\d:\d\d:\d\d) `)
	anyClock = regexp.MustCompile(`(\w{3} [ \d]\d \d\d:\d\d:\d\d)`)
)

// timeOf gives the time that a line states, to the second.
func timeOf(t *testing.T, r written, year int) time.Time {
	t.Helper()
	for _, c := range clocks {
		if m := c.pattern.FindStringSubmatch(r.line); m != nil {
			at, err := c.parse(m[1])
			if err != nil {
				t.Fatal(err)
			}
			return at.Truncate(time.Second)
		}
	}
	layout, text := "2006 Jan _2 15:04:05", ""
	if m := vrpClock.FindStringSubmatch(r.line); m != nil {
		layout, text = "Jan _2 2006 15:04:05", m[1]
	} else if len(r.line) > 20 && r.line[4] == '-' {
		layout, text = "2006-01-02T15:04:05", r.line[:19]
	} else if m := anyClock.FindStringSubmatch(r.line); m != nil {
		text = fmt.Sprintf("%d %s", year, m[1])
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		t.Fatalf("%s: no time in %s", r.family, r.line)
	}
	return at
}

// light leaves out the traffic of many for a test.
func light(t *testing.T) {
	t.Helper()
	all := parts
	t.Cleanup(func() { parts = all })
	parts = slices.DeleteFunc(slices.Clone(all), func(p namedPart) bool { return p.in == inBoth && p.name != "peering" })
}

func TestSameMonthSameBytes(t *testing.T) {
	light(t)
	one, _ := write(t, MonthConfig())
	two, _ := write(t, MonthConfig())
	if diff := cmp.Diff(digests(t, one), digests(t, two)); diff != "" {
		t.Errorf("the second run differs:\n%s", diff)
	}
}

// TestBenignMonthIsSampled writes a month without cases, in which only routers tell of flows.
func TestBenignMonthIsSampled(t *testing.T) {
	light(t)
	cfg := DefaultConfig()
	cfg.Days, cfg.Benign, cfg.Sampling = MonthDays, true, 1000
	dir, truth := write(t, cfg)
	if len(truth.Cases) > 0 || len(truth.Planted) > 0 || len(truth.LookAlikes) == 0 {
		t.Errorf("%d cases, %d planted, %d look-alikes", len(truth.Cases), len(truth.Planted), len(truth.LookAlikes))
	}
	for _, x := range truth.Exporters {
		if x.Sampling != 1000 || truth.Records[x.Telemetry] == 0 {
			t.Errorf("%s looks at one packet in %d, and tells of %d flows", x.Device, x.Sampling, truth.Records[x.Telemetry])
		}
	}
	for _, path := range []string{"telemetry/flows", "telemetry/eve"} {
		if _, err := os.Stat(filepath.Join(dir, path)); err == nil {
			t.Errorf("%s is there", path)
		}
	}
	if truth.Records["zeek/conn"] > 0 || truth.Records["zeek/dns"] == 0 {
		t.Errorf("Zeek wrote %d conversations and %d look-ups", truth.Records["zeek/conn"], truth.Records["zeek/dns"])
	}
}

// TestCasesFitIntoEveryMonth lets a month begin on each day of the week, at no midnight.
func TestCasesFitIntoEveryMonth(t *testing.T) {
	for n := range 7 {
		cfg := MonthConfig().EndingAt(time.Date(2026, 12, 5+n, 13, 37, 0, 0, time.UTC))
		op, truth := siteOf(cfg), &Truth{}
		for _, named := range parts {
			p, ok := named.make(newCast(named.name, cfg, op, truth)).(*plan)
			if !ok || named.in != inCases {
				continue
			}
			if len(p.acts) == 0 {
				t.Errorf("%s does nothing", named.name)
			}
			for _, a := range p.acts {
				if a.at.Before(cfg.Start.Add(14*day)) || !a.at.Before(cfg.end()) {
					t.Errorf("%s begins %s of a month that begins %s", named.name, a.at, cfg.Start)
				}
			}
		}
	}
}

func TestMonthIsRefused(t *testing.T) {
	for _, cfg := range []Config{
		{Days: 29, Cases: true}, {Days: 30, Cases: true, Benign: true}, {Days: 3, Sampling: MaxSampling + 1},
	} {
		cfg.Scale, cfg.Start = 1, DefaultConfig().Start
		if err := cfg.Validate(); err == nil || strings.Count(err.Error(), "\n") != 0 {
			t.Errorf("%+v: one complaint wanted, not %v", cfg, err)
		}
	}
}
