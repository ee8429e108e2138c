package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stormglass/internal/fault"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

func domain(n int) observable.Value {
	return observable.Of(observable.Domain, fmt.Sprintf("h%d.example.net", n))
}

// addIntel adds file n, named after its number.
func addIntel(t testing.TB, s *Store, n byte, at time.Time, values ...observable.Value) {
	t.Helper()
	if err := s.AddIntel(t.Context(), IntelFile{ID: IntelID{n, n}, Name: fmt.Sprintf("f%d.csv", n), Added: at, Bytes: 9}, values); err != nil {
		t.Fatal(err)
	}
}

// inForce gives the indicators by value.
func inForce(t testing.TB, s *Store) map[observable.Value]Indicator {
	t.Helper()
	out := map[observable.Value]Indicator{}
	if err := s.Indicators(t.Context(), func(i Indicator) error { out[i.Value] = i; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestIntelIsAModel holds the store against maps of what is in force.
func TestIntelIsAModel(t *testing.T) {
	s := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		for _, f := range must[[]IntelFile](t)(s.Intel(t.Context(), false)) {
			must[IntelFile](t)(s.RemoveIntel(t.Context(), f.ID.String()))
		}
		files := map[byte]map[observable.Value]bool{}
		looked := map[observable.Value]uint64{}
		entry := uint64(0)
		rt.Repeat(map[string]func(*rapid.T){
			"add": func(rt *rapid.T) {
				n := rapid.ByteRange(1, 3).Draw(rt, "file")
				var values []observable.Value
				files[n] = map[observable.Value]bool{}
				for _, v := range rapid.SliceOfN(rapid.IntRange(0, 60), 0, 2*batchRows).Draw(rt, "values") {
					values = append(values, domain(v))
					files[n][domain(v)] = true
				}
				addIntel(t, s, n, start, values...)
			},
			"remove": func(rt *rapid.T) {
				n := rapid.ByteRange(1, 3).Draw(rt, "file")
				_, err := s.RemoveIntel(t.Context(), fmt.Sprintf("f%d.csv", n))
				if _, ok := files[n]; ok != (err == nil) {
					rt.Fatalf("remove file %d: %v", n, err)
				}
				delete(files, n)
			},
			"look": func(rt *rapid.T) {
				f := must[Fresh](t)(s.NewIndicators(t.Context()))
				entry++
				for _, v := range f.Values {
					if looked[v] != 0 {
						rt.Fatalf("%s was looked up already", v)
					}
					looked[v] = entry
				}
				if err := s.SetLooked(t.Context(), f, entry); err != nil {
					rt.Fatal(err)
				}
			},
			"": func(rt *rapid.T) {
				want := map[observable.Value]int{}
				for _, values := range files {
					for v := range values {
						want[v]++
					}
				}
				for v := range looked {
					if want[v] == 0 {
						delete(looked, v) // once gone it is new again
					}
				}
				got := inForce(t, s)
				for v, n := range want {
					if got[v].Files != n || got[v].Looked != looked[v] {
						rt.Fatalf("%s is %+v, want %d files, looked up to %d", v, got[v], n, looked[v])
					}
				}
				counts, err := s.CountIndicators(t.Context())
				if len(got) != len(want) || err != nil || counts[observable.Domain] != uint64(len(want)) {
					rt.Fatalf("%d indicators, counted %v, want %d", len(got), counts, len(want))
				}
			},
		})
	})
	wantSound(t, s)
}

func TestIntelFiles(t *testing.T) {
	s, now := openClock(t)
	report := &intel.FileReport{File: "f1.csv", Format: "csv", Total: 3, Loaded: 2, Listed: map[string]int{"too short": 1}}
	file := IntelFile{ID: IntelID{0xab, 0xcd, 1}, Name: "f1.csv", Added: start, Bytes: 100, Report: report}
	v := []observable.Value{domain(2), domain(1), domain(2)}
	if err := s.AddIntel(t.Context(), file, v); err != nil {
		t.Fatal(err)
	}
	file.Values = 2
	other := IntelFile{ID: IntelID{0xab, 0xcd, 2}, Name: "f2.csv", Added: start.Add(time.Hour)}
	if err := s.AddIntel(t.Context(), other, v[:1]); err != nil {
		t.Fatal(err)
	}
	other.Values = 1
	if diff := cmp.Diff([]IntelFile{other, file}, must[[]IntelFile](t)(s.Intel(t.Context(), false)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	values := must[[]observable.Value](t)(s.IntelValues(t.Context(), file.ID))
	if diff := cmp.Diff([]observable.Value{domain(1), domain(2)}, values, sameFinding); diff != "" {
		t.Errorf("values: -want +got:\n%s", diff)
	}
	if i := inForce(t, s)[domain(2)]; !i.First.Equal(start) || !i.Last.Equal(other.Added) || i.Files != 2 {
		t.Errorf("%+v", i)
	}

	for name, want := range map[string]struct {
		kind fault.Kind
		says string
	}{
		"abcd": {fault.Invalid, `means more than one file: abcd020000000000 (f2.csv), abcd010000000000 (f1.csv)`},
		"abc":  {fault.NotFound, "no file in force"},
		"f3":   {fault.NotFound, "no file in force"},
		"abcf": {fault.NotFound, "no file in force"},
	} {
		_, err := s.RemoveIntel(t.Context(), name)
		wantFault(t, err, want.kind, want.says)
	}
	now.Time = start.Add(2 * time.Hour)
	file.Removed = now.Time
	if diff := cmp.Diff(file, must[IntelFile](t)(s.RemoveIntel(t.Context(), "abcd01")), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]IntelFile{other, file}, must[[]IntelFile](t)(s.Intel(t.Context(), true)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, err := s.RemoveIntel(t.Context(), "f1.csv")
	wantFault(t, err, fault.NotFound, "no file in force")
	_, err = s.IntelValues(t.Context(), IntelID{})
	wantFault(t, err, fault.NotFound, "no file")
}

func TestSetLookedLeavesWhatCameSince(t *testing.T) {
	s := open(t)
	addIntel(t, s, 1, start, domain(1))
	f := must[Fresh](t)(s.NewIndicators(t.Context()))
	if _, err := s.RemoveIntel(t.Context(), "f1.csv"); err != nil {
		t.Fatal(err)
	}
	addIntel(t, s, 2, start, domain(0), domain(2))
	if err := s.SetLooked(t.Context(), f, 5); err != nil {
		t.Fatal(err)
	}
	if got := must[Fresh](t)(s.NewIndicators(t.Context())); len(got.Values) != 2 {
		t.Errorf("%d of 2 values are new", len(got.Values))
	}
}

func TestIntelRefusesSubscribersInClear(t *testing.T) {
	s := open(t)
	token := "tok:e164:0011aabb:0123456789abcdef0123456789abcdef"
	for _, text := range []string{
		"+15550100", "", "tok:imsi:0011aabb:0123456789abcdef0123456789abcdef", "tok:e164:+15550100", "tok:e164:0011aabb:0123456789abcdef+15550100",
		"tok:e164:0011aabb:15550100", token + "0",
	} {
		err := s.AddIntel(t.Context(), IntelFile{Name: "f"}, []observable.Value{domain(1), observable.Of(observable.E164, text)})
		wantFault(t, err, fault.Invalid, "e164")
		if text != "" && len(err.Error()) > len("add intelligence f: a value of kind e164 in clear: only its token may be kept") {
			t.Errorf("the error names the value: %v", err)
		}
	}
	if n := len(inForce(t, s)); n != 0 {
		t.Fatalf("%d values were added", n)
	}
	addIntel(t, s, 1, start, observable.Of(observable.E164, token))
	if n := len(inForce(t, s)); n != 1 {
		t.Errorf("%d values were added", n)
	}
}

// A file is named by the end of its path, too, where only one ends so and none is named so whole.
func TestRemoveIntelByTheEndOfItsPath(t *testing.T) {
	s := open(t)
	for i, name := range []string{"/srv/feeds/a.txt", "/srv/other/a.txt", "/srv/feeds/b.txt", "b.txt"} {
		if err := s.AddIntel(t.Context(), IntelFile{ID: IntelID{byte(i + 1)}, Name: name, Added: time.Now()}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.RemoveIntel(t.Context(), "a.txt"); fault.KindOf(err) == fault.NotFound || err == nil {
		t.Errorf("two files end so: %v", err)
	}
	for _, tt := range []struct{ name, removed string }{{"feeds/a.txt", "/srv/feeds/a.txt"}, {"a.txt", "/srv/other/a.txt"}, {"b.txt", "b.txt"}, {"b.txt", "/srv/feeds/b.txt"}} {
		if f, err := s.RemoveIntel(t.Context(), tt.name); err != nil || f.Name != tt.removed {
			t.Errorf("%s: removed %q, %v; want %s", tt.name, f.Name, err, tt.removed)
		}
	}
	for _, name := range []string{"", ".txt", "xt"} {
		if _, err := s.RemoveIntel(t.Context(), name); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A whole id names its file, whatever others are called.
func TestRemoveIntelByItsWholeID(t *testing.T) {
	s := open(t)
	id := IntelID{1, 2, 3}
	for _, f := range []IntelFile{{ID: id, Name: "a.txt"}, {ID: IntelID{9}, Name: id.String()}} {
		f.Added = time.Now()
		if err := s.AddIntel(t.Context(), f, nil); err != nil {
			t.Fatal(err)
		}
	}
	if f, err := s.RemoveIntel(t.Context(), id.String()); err != nil || f.Name != "a.txt" {
		t.Errorf("removed %q, %v", f.Name, err)
	}
	if f, err := s.RemoveIntel(t.Context(), id.String()); err != nil || f.ID != (IntelID{9}) {
		t.Errorf("then, by its name, %q, %v", f.ID, err)
	}
}
