package store

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// holding gives the files beside a store, and its own, that hold bytes in any case.
func holding(t *testing.T, s *Store, what string) (names []string) {
	t.Helper()
	paths := must[[]string](t)(filepath.Glob(s.path + "*"))
	if len(paths) == 0 {
		t.Fatal("there are no files")
	}
	for _, p := range paths {
		if bytes.Contains(bytes.ToLower(must[[]byte](t)(os.ReadFile(p))), []byte(strings.ToLower(what))) {
			names = append(names, filepath.Base(p))
		}
	}
	return names
}

// fillWith puts a value, in some spelling, into every place that may hold one, among much else.
func fillWith(t *testing.T, s *Store, v observable.Value, spelled string) {
	t.Helper()
	other := findingOn(values[0], 1, 2)
	for i := range 30 {
		other.Days[1].Samples[0].Line = fmt.Sprint("line ", i)
		save(t, s, Scope{}, other, findingOn(domain(i), 3))
	}
	other.Days[0].Samples = []hunt.Sample{
		{Source: "a.log", Line: "\xffconnect to " + spelled + ", refused"},
		{Source: "b.log", Line: "something else"},
		{Source: "c.log", Fields: []hunt.SampleField{{Name: "answers", Value: "x," + spelled}}},
		{Source: spelled + ".log"},
		{Seen: spelled},
	}
	source := &intel.Source{Title: "about " + spelled, Tags: []string{"t"}}
	other.Refs = []hunt.Ref{{Ref: intel.Ref{Comment: "see " + spelled, Names: []string{spelled}}, Source: source}, {Source: source}}
	other.Because, other.Warnings = []string{"for " + spelled}, []string{"list"}
	about := findingOn(v, 1)
	about.Refs = other.Refs
	bySource := findingOn(values[0], 1)
	bySource.Subject = hunt.Subject{Kind: hunt.SubjectSource, Name: "/logs/" + spelled + "/x.log"}
	byDevice := findingOn(values[1], 1)
	byDevice.Subject = hunt.Subject{Kind: hunt.SubjectDevice, Name: spelled}
	for _, f := range []*hunt.Finding{bySource, byDevice} {
		f.ID = hunt.IndicatorFindingID(f.Value, f.Subject)
	}
	save(t, s, Scope{}, other, about, bySource, byDevice)
	byRule, byFields := ruleFinding("a", ours, 2, 20_000), ruleFinding("a", hunt.Subject{Kind: hunt.SubjectFields, Name: "user.name=x, source.address=" + spelled}, 2, 20_000)
	for _, f := range []*hunt.Finding{byRule, byFields} {
		f.Rule.Title, f.Rule.Description, f.Rule.References = "finds "+spelled, "see "+spelled, []string{"https://x.example/" + spelled}
	}
	byRule.Days[0].Sensors = []hunt.SensorBytes{{Sensor: "sensor " + spelled}}
	byRule.Days[0].Samples = []hunt.Sample{{Line: "a line"}, {Line: "to " + spelled}}
	save(t, s, Scope{}, byRule, byFields)
	for _, f := range []*hunt.Finding{other, about} {
		must[hunt.FindingID](t)(s.Dismiss(t.Context(), f.ID.String(), Act{Who: "ana", Reason: spelled + " is ours", Assignee: "for " + spelled}, time.Time{}))
		must[hunt.FindingID](t)(s.Link(t.Context(), f.ID.String(), Act{Who: "ana"}, "T-1 "+spelled))
	}
	report := &intel.FileReport{File: spelled, Listed: map[string]int{spelled: 1}, Notes: []intel.Note{{Value: spelled}}}
	if err := s.AddIntel(t.Context(), IntelFile{Name: spelled + ".csv", Report: report}, []observable.Value{v, domain(1)}); err != nil {
		t.Fatal(err)
	}
	src := Source{ID: telemetry.SourceID{1}, Name: spelled + "!x", Sensor: spelled, Skipped: "no " + spelled, Problems: []telemetry.Problem{{
		Reason: "r", Examples: []telemetry.Example{{Detail: "at " + spelled}},
	}}}
	if _, err := s.Apply(t.Context(), 1, []Source{src}, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.AddHold(t.Context(), Hold{Name: "case " + spelled, Reason: "about " + spelled, Who: "ana", Values: []observable.Value{v}}); err != nil {
		t.Fatal(err)
	}
	if err := s.LogRead(t.Context(), Read{Who: "ana", Command: "reveal", Reason: "for " + spelled}); err != nil {
		t.Fatal(err)
	}
	must[uint64](t)(s.BeginPurge(t.Context(), Purge{Digest: make([]byte, 32), Who: "ana", Why: "asked for " + spelled}))
}

func TestPurgeLeavesNoByte(t *testing.T) {
	for _, tt := range []struct {
		value   observable.Value
		spelled string
	}{
		{observable.Of(observable.Domain, "victim.example.org"), "WWW.Victim.example.org"},
		{observable.Of(observable.Addr, "203.0.113.77"), "203.0.113.77:443"},
		{observable.Of(observable.Addr, "2001:db8::abcd:77"), "[2001:db8::abcd:77]:443"},
		{observable.Of(observable.Prefix, "203.0.113.64/26"), "203.0.113.64/26"},
		{observable.Of(observable.URL, `http://victim.example.org/"a\b"?q=%20`), `victim.example.org/"a\b"?q=%20`},
		{observable.Of(observable.UserName, "ülrike"), "ülrike"},
		{observable.Of(observable.IMSI, "tok:imsi:00000000:0123456789abcdef0123456789abcdef"), "tok:imsi:00000000:0123456789abcdef0123456789abcdef"},
	} {
		t.Run(tt.value.Kind().String(), func(t *testing.T) {
			s := open(t)
			fillWith(t, s, tt.value, tt.spelled)
			found := tt.value.String()
			if tt.value.Kind() == observable.URL {
				found = tt.spelled
			}
			plain := strings.Trim(found, `"`)
			if tt.value.Kind() == observable.URL {
				plain = "victim" // the rest is escaped in JSON
			}
			if len(holding(t, s, plain)) == 0 {
				t.Fatal("the value was not there")
			}
			_, err := s.PurgeValue(t.Context(), tt.value)
			wantFault(t, err, fault.Conflict, "covers the value")
			if err := s.ReleaseHold(t.Context(), "case "+tt.spelled, "ana"); err != nil {
				t.Fatal(err)
			}
			purged := must[Purged](t)(s.PurgeValue(t.Context(), tt.value))
			if diff := cmp.Diff(Purged{Findings: 3, Samples: 5, Indicators: 1}, purged, cmpopts.IgnoreFields(Purged{}, "Texts")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if names := holding(t, s, plain); len(names) > 0 {
				t.Errorf("%s is still in %v", plain, names)
			}
			wantSound(t, s)
			wantReadable(t, s)
			if again := must[Purged](t)(s.PurgeValue(t.Context(), tt.value)); again != (Purged{}) {
				t.Errorf("a second purge found %+v", again)
			}
		})
	}
}

// wantReadable reads everything.
func wantReadable(t *testing.T, s *Store) {
	t.Helper()
	for _, f := range must[[]Stored](t)(s.Findings(t.Context(), Filter{Gone: true})) {
		must[[]Step](t)(s.History(t.Context(), f.ID.String()))
	}
	must[[]Source](t)(s.Sources(t.Context(), SourceFilter{}))
	must[[]IntelFile](t)(s.Intel(t.Context(), true))
	must[[]Hold](t)(s.Holds(t.Context(), true))
	must[[]Purge](t)(s.Purges(t.Context()))
	must[[]Read](t)(s.Reads(t.Context(), time.Time{}, 0))
	inForce(t, s)
}

func TestPurgeLeavesTheRest(t *testing.T) {
	s := open(t)
	v := observable.Of(observable.Addr, "203.0.113.7")
	near := observable.Of(observable.Addr, "203.0.113.77")
	kept, changed := findingOn(near, 1), findingOn(values[0], 1)
	kept.Days[0].Samples[0].Line = "203.0.113.70 and 1.203.0.113.7"
	changed.Days[0].Samples = append(changed.Days[0].Samples, hunt.Sample{Ends: telemetry.Ends{Dst: netip.MustParseAddr("203.0.113.7")}})
	save(t, s, Scope{}, kept, changed, findingOn(v, 1))
	addIntel(t, s, 1, start, v, near)
	want := Purged{Findings: 1, Samples: 1, Indicators: 1}
	if diff := cmp.Diff(want, must[Purged](t)(s.PurgeValue(t.Context(), v))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	changed.Days[0].Samples = changed.Days[0].Samples[:1]
	got := findingsOf(t, s)
	if diff := cmp.Diff(map[hunt.FindingID]*hunt.Finding{kept.ID: kept, changed.ID: changed}, got, sameFinding); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, ok := inForce(t, s)[near]; !ok {
		t.Error("another indicator went")
	}
	_, err := s.PurgeValue(t.Context(), observable.Value{})
	wantFault(t, err, fault.Invalid, "no value")
}

func TestPurgeWaitsForReaders(t *testing.T) {
	s := open(t)
	save(t, s, Scope{}, findingOn(values[0], 1))
	r := openAt(t, s.path, Options{ReadOnly: true})
	if _, err := s.write.ExecContext(t.Context(), `PRAGMA busy_timeout = 1`); err != nil {
		t.Fatal(err)
	}
	err := r.view(t.Context(), "hold a state", func(tx *txn) error {
		if _, err := tx.counter(t.Context(), "changed"); err != nil {
			return err
		}
		_, err := s.PurgeValue(t.Context(), values[0])
		wantFault(t, err, fault.Busy, "reads an older state")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	must[Purged](t)(s.PurgeValue(t.Context(), values[0]))
	if names := holding(t, s, values[0].String()); len(names) > 0 {
		t.Errorf("it is still in %v", names)
	}
}

func TestPurges(t *testing.T) {
	s, now := openClock(t)
	digest := bytes.Repeat([]byte{7}, 32)
	p := Purge{Kind: observable.E164, Digest: digest, Who: "ana", Why: "request 12"}
	for _, bad := range []Purge{{}, {Digest: digest, Who: "ana"}, {Digest: digest, Why: "x"}, {Digest: digest[:15], Who: "ana", Why: "x"}} {
		_, err := s.BeginPurge(t.Context(), bad)
		wantFault(t, err, fault.Invalid, "it needs")
	}
	p.Number = must[uint64](t)(s.BeginPurge(t.Context(), p))
	p.Asked = start
	for _, done := range []time.Time{{}, start.Add(time.Hour), start.Add(time.Hour)} {
		p.Done = done
		if diff := cmp.Diff([]Purge{p}, must[[]Purge](t)(s.Purges(t.Context()))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		now.Time = now.Add(time.Hour)
		if err := s.FinishPurge(t.Context(), p.Number); err != nil {
			t.Fatal(err)
		}
	}
	wantFault(t, s.FinishPurge(t.Context(), p.Number+1), fault.NotFound, "no purge has number")
}
