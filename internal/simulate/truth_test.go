package simulate

import (
	"encoding/json"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// meanings keeps, for every word met, the published values that it is, by the plain meaning of
// their kinds: most words come again and again.
type meanings map[string][]*indicator

func (m meanings) of(word string) []*indicator {
	l, known := m[word]
	if known {
		return l
	}
	for _, x := range indicators {
		if x.withheld == huntable && is(word, x) {
			l = append(l, x)
		}
	}
	m[word] = l
	return l
}

func is(word string, x *indicator) bool {
	switch x.kind.String() {
	case "domain":
		return word == x.value || strings.HasSuffix(word, "."+x.value)
	case "prefix":
		a, err := netip.ParseAddr(word)
		return err == nil && netip.MustParsePrefix(x.value).Contains(a)
	case "url": // host and path stand apart
		return strings.HasPrefix(x.value, "http://"+word+"/")
	}
	return word == x.value
}

// held gives the published values that a record holds.
func (m meanings) held(w map[string]bool) map[*indicator]bool {
	held := map[*indicator]bool{}
	for word := range w {
		for _, x := range m.of(word) {
			if host := "http://" + word; x.kind.String() != "url" || w[strings.TrimPrefix(x.value, host)] {
				held[x] = true
			}
		}
	}
	return held
}

// speaksOf reports whether a record is about a subject: a message is about the device that sent it, whatever addresses it names, but
// one of an access list is about those that it let through or not.
func speaksOf(subject, family string, w map[string]bool) bool {
	if device, ok := strings.CutPrefix(family, "syslog/"); ok && !w["MGMT-IN"] {
		return subject == device
	}
	return w[subject]
}

type family map[string]int

func byFamily(o Occurrence) family {
	m := family{}
	for _, s := range o.Seen {
		m[s.Telemetry] += s.Records
	}
	return m
}

// TestTruthIsWhatTheFilesHold counts by hand, in every record, every published value and every
// subject that the truth names with it.
func TestTruthIsWhatTheFilesHold(t *testing.T) {
	t.Run("default", func(t *testing.T) {
		dir, truth := operator(t)
		compareTruth(t, dir, truth)
	})
	t.Run("another seed, two days", func(t *testing.T) {
		cfg := oneDay(977)
		cfg.Days = 2
		dir, truth := write(t, cfg)
		compareTruth(t, dir, truth)
	})
	t.Run("beginning at no midnight", func(t *testing.T) {
		cfg := DefaultConfig().EndingAt(time.Date(2026, 12, 9, 13, 37, 21, 0, time.UTC))
		if want := time.Date(2026, 12, 6, 13, 37, 0, 0, time.UTC); !cfg.Start.Equal(want) {
			t.Errorf("starts %s, want %s", cfg.Start, want)
		}
		dir, truth := write(t, cfg)
		compareTruth(t, dir, truth)
		for _, p := range truth.Planted {
			checkOccurrence(t, p.ID, p.Occurrence, cfg)
		}
	})
}

func compareTruth(t *testing.T, dir string, truth *Truth) {
	t.Helper()
	times := map[string]*span{} // by value, subject and telemetry
	all := map[string]family{}  // by value
	with := map[string]family{} // by value and subject
	wanted := map[string]family{}
	subjects := map[string][]string{}
	known := meanings{}
	for _, p := range truth.Planted {
		key := p.Value + " " + p.Subject
		if wanted[key] != nil {
			t.Errorf("%s: a second entry for %s", p.ID, key)
		}
		wanted[key] = byFamily(p.Occurrence)
		subjects[p.Value] = append(subjects[p.Value], p.Subject)
		all[p.Value], with[key] = family{}, family{}
	}
	eachRecord(t, dir, func(r written) {
		w := words(r.line)
		for x := range known.held(w) {
			if all[x.value] == nil {
				t.Errorf("%s stands in %s: %s", x.key, r.family, r.line)
				continue
			}
			all[x.value][r.family]++
			for _, s := range subjects[x.value] {
				if speaksOf(s, r.family, w) {
					with[x.value+" "+s][r.family]++
					widen(t, times, x.value+" "+s+" "+r.family, r)
				}
			}
		}
	})
	if diff := cmp.Diff(wanted, with); diff != "" {
		t.Errorf("records by value and subject (-truth +files):\n%s", diff)
	}
	compareTimes(t, truth, times)
	sums := map[string]family{}
	for _, p := range truth.Planted {
		if sums[p.Value] == nil {
			sums[p.Value] = family{}
		}
		for f, n := range wanted[p.Value+" "+p.Subject] {
			sums[p.Value][f] += n
		}
	}
	if diff := cmp.Diff(sums, all); diff != "" {
		t.Errorf("records by value, whoever the subject (-truth +files):\n%s", diff)
	}
}

// span is what the lines themselves state of their times.
type span struct{ first, last time.Time }

var clocks = []struct {
	pattern *regexp.Regexp
	parse   func(string) (time.Time, error)
}{
	{regexp.MustCompile(`^(\d{10}\.\d{6})\t`), parseEpoch},
	{regexp.MustCompile(`^\{"ts":(\d{10}\.\d{6}),`), parseEpoch},
	{regexp.MustCompile(`"start":"([^"]+)"`), parseEve},
	{regexp.MustCompile(`^\{"timestamp":"([^"]+)"`), parseEve},
	{regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),`), func(s string) (time.Time, error) { return time.Parse(time.DateTime, s) }},
	{regexp.MustCompile(`^(\S+Z) agg-r1 `), func(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) }},
}

func parseEpoch(s string) (time.Time, error) {
	seconds, micros, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(seconds+micros, 10, 64)
	return time.UnixMicro(n).UTC(), err
}

func parseEve(s string) (time.Time, error) {
	at, err := time.Parse("2006-01-02T15:04:05.000000-0700", s)
	return at.UTC(), err
}

func widen(t *testing.T, times map[string]*span, key string, r written) {
	t.Helper()
	for _, c := range clocks {
		m := c.pattern.FindStringSubmatch(r.line)
		if m == nil {
			continue
		}
		at, err := c.parse(m[1])
		if err != nil {
			t.Fatal(err)
		}
		if times[key] == nil {
			times[key] = &span{at, at}
		}
		times[key].first, times[key].last = earlier(times[key].first, at), later(times[key].last, at)
		return
	}
	if !strings.HasPrefix(r.family, "syslog/") {
		t.Errorf("no time in %s", r.line)
	}
}

func compareTimes(t *testing.T, truth *Truth, times map[string]*span) {
	t.Helper()
	for _, p := range truth.Planted {
		for _, s := range p.Seen {
			x := times[p.Value+" "+p.Subject+" "+s.Telemetry]
			switch {
			case x == nil && s.NoYear:
			case x == nil:
				t.Errorf("%s: no times in %s", p.ID, s.Telemetry)
			case !x.first.Equal(s.First) || !x.last.Equal(s.Last):
				t.Errorf("%s in %s: files say %s to %s, the truth %s to %s", p.ID, s.Telemetry, x.first, x.last, s.First, s.Last)
			}
		}
	}
}

func TestLookAlikesOccurAsStated(t *testing.T) {
	dir, truth := operator(t)
	got, want := map[string]family{}, map[string]family{}
	for _, l := range truth.LookAlikes {
		got[l.ID], want[l.ID] = family{}, byFamily(l.Occurrence)
		if decoy := strings.HasPrefix(l.ID, "decoy-"); decoy != (l.Records == 0) {
			t.Errorf("%s occurs in %d records", l.ID, l.Records)
		}
	}
	eachRecord(t, dir, func(r written) {
		w := words(r.line)
		for _, l := range truth.LookAlikes {
			host, path, isURL := strings.Cut(l.Observed, "/pkg")
			if w[l.Observed] || isURL && w[host] && w["/pkg"+path] {
				got[l.ID][r.family]++
			}
		}
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records of look-alikes (-truth +files):\n%s", diff)
	}
}

func TestTracesOccurAsStated(t *testing.T) {
	dir, truth := operator(t)
	got, want := map[string]family{}, map[string]family{}
	for _, x := range truth.Traces {
		got[x.ID], want[x.ID] = family{}, byFamily(x.Occurrence)
	}
	eachRecord(t, dir, func(r written) {
		for _, x := range truth.Traces {
			if strings.Contains(r.line, x.Observed) {
				got[x.ID][r.family]++
			}
		}
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records of traces (-truth +files):\n%s", diff)
	}
}

// TestTruthIsWhole checks what every entry must say, and that the written truth is the returned one.
func TestTruthIsWhole(t *testing.T) {
	dir, truth := operator(t)
	roles, forms, kinds, standings := map[Role]int{}, map[Form]int{}, map[string]int{}, map[string]int{}
	for _, p := range truth.Planted {
		roles[p.Role]++
		forms[p.Form]++
		standings[p.Standing]++
		checkOccurrence(t, p.ID, p.Occurrence, truth.Config)
		for _, s := range p.Seen {
			kinds[s.Kind]++
		}
		if p.What == "" || p.Techniques == nil || len(p.Intel) == 0 {
			t.Errorf("%s lacks something: %+v", p.ID, p)
		}
		for _, doc := range p.Intel {
			if _, err := os.Stat(filepath.Join(dir, doc)); err != nil {
				t.Errorf("%s: %v", p.ID, err)
			}
		}
	}
	for _, want := range []int{
		roles[WeCalled], roles[CalledUs], roles[Scanned], forms[FormExact], forms[FormSubdomain], forms[FormPrefix], forms[FormURL],
		kinds["flow"], kinds["dns"], kinds["http"], kinds["tls"], kinds["event"], standings["valid"], standings["historical"],
	} {
		if want == 0 {
			t.Errorf("something is not planted: %v %v %v %v", roles, forms, kinds, standings)
		}
	}
	var read Truth
	b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(truth, &read, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("truth.json (-returned +written):\n%s", diff)
	}
}

func checkOccurrence(t *testing.T, id string, o Occurrence, cfg Config) {
	t.Helper()
	n := 0
	for _, s := range o.Seen {
		n += s.Records
		if s.First.Before(o.First) || s.Last.After(o.Last) {
			t.Errorf("%s: %s lies outside the whole", id, s.Telemetry)
		}
	}
	if n != o.Records || n == 0 {
		t.Errorf("%s: %d records, of which %d are told apart", id, o.Records, n)
	}
	if o.First.Before(cfg.Start) || !o.Last.Before(cfg.end()) || o.Last.Before(o.First) {
		t.Errorf("%s: from %s to %s", id, o.First, o.Last)
	}
}

// TestRecordsAreCounted compares the sums of the truth with the files.
func TestRecordsAreCounted(t *testing.T) {
	dir, truth := operator(t)
	got := map[string]uint64{}
	eachRecord(t, dir, func(r written) { got[r.family]++ })
	if diff := cmp.Diff(truth.Records, got); diff != "" {
		t.Errorf("records (-truth +files):\n%s", diff)
	}
	var sum uint64
	for n := range maps.Values(got) {
		sum += n
	}
	t.Logf("%d records", sum)
	if sum < 60_000 || sum > 110_000 {
		t.Errorf("%d records at the smallest scale", sum)
	}
}
