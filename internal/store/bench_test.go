package store

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

func manyValues(n int) []observable.Value {
	out := make([]observable.Value, 0, n)
	for i := range n {
		if i%2 == 0 {
			out = append(out, observable.Of(observable.Domain, fmt.Sprintf("host-%x.example.org", uint64(i)*0x9e3779b97f4a7c15)))
		} else {
			out = append(out, observable.Of(observable.Addr, fmt.Sprintf("2001:db8::%x:%x", i>>16, i&0xffff)))
		}
	}
	return out
}

func BenchmarkAddIntel1M(b *testing.B) {
	values := manyValues(1_000_000)
	for b.Loop() {
		b.StopTimer()
		s := open(b)
		b.StartTimer()
		if err := s.AddIntel(b.Context(), IntelFile{Name: "a", Added: time.Now()}, values); err != nil {
			b.Fatal(err)
		}
		t0 := time.Now()
		if err := s.AddIntel(b.Context(), IntelFile{ID: IntelID{1}, Name: "b", Added: time.Now()}, values); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(t0).Seconds(), "again-s")
		t0 = time.Now()
		f, err := s.NewIndicators(b.Context())
		if err != nil || len(f.Values) != len(values) {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(t0).Seconds(), "new-s")
		t0 = time.Now()
		if err := s.SetLooked(b.Context(), f, 7); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(t0).Seconds(), "looked-s")
		t0 = time.Now()
		if _, err := s.RemoveIntel(b.Context(), "a"); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(t0).Seconds(), "remove-s")
		t0 = time.Now()
		if _, err := s.RemoveIntel(b.Context(), "b"); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(t0).Seconds(), "removeall-s")
	}
}

// manyFindings makes n findings of n/10 values, on two days each, with a sample a day and three
// statements of a hundred sources.
func manyFindings(n int) []*hunt.Finding {
	sources := make([]*intel.Source, 100)
	for i := range sources {
		sources[i] = &intel.Source{Format: "misp", Title: fmt.Sprintf("event %d", i), Tags: []string{"tlp:green", "kind:c2"}}
	}
	out := make([]*hunt.Finding, 0, n)
	for i := range n {
		v := observable.Of(observable.Domain, fmt.Sprintf("c2-%d.example.net", i/10))
		s := hunt.Subject{Addr: netip.AddrFrom4([4]byte{192, 0, 2, byte(i % 10)})}
		f := &hunt.Finding{
			ID: hunt.IndicatorFindingID(v, s), Value: v, Subject: s, Subjects: 1, Level: hunt.High, Kinds: []telemetry.Kind{telemetry.KindDNS},
			Fields: []string{"dns.question.name"}, Roles: hunt.Roles(hunt.RoleCalled), Statements: 3, Because: []string{"no answer came, or a refusal"},
		}
		if i%10 == 0 {
			for j := range 3 {
				f.Refs = append(f.Refs, hunt.Ref{Ref: intel.Ref{ID: fmt.Sprintf("5a3c-%d-%d", i, j), Comment: "from a report"}, Source: sources[(i/10+j)%100]})
			}
		} else {
			f.Refs = out[len(out)-1].Refs
		}
		for d := range telemetry.Day(2) {
			at := telemetry.Instant(int64(20_000+d) * int64(24*time.Hour))
			f.Days = append(f.Days, hunt.Day{Day: 20_000 + d, Records: 10, First: at, Last: at + 1, Samples: []hunt.Sample{{
				Source: "dns.log", Ordinal: uint64(i), Occurred: at, Kind: telemetry.KindDNS, Field: "dns.question.name", Seen: v.String(),
				Ends: telemetry.Ends{Src: s.Addr, Dst: netip.AddrFrom4([4]byte{192, 0, 2, 53}), SrcPort: 40000, DstPort: 53, Proto: 17},
				Flow: "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", Fields: []hunt.SampleField{{Name: "dns.answers", Value: "198.51.100.7"}},
			}}})
		}
		out = append(out, f)
	}
	return out
}

func BenchmarkFindings200k(b *testing.B) {
	fs := manyFindings(200_000)
	for b.Loop() {
		b.StopTimer()
		s := open(b)
		b.StartTimer()
		step := func(name string, f func() error) {
			began := time.Now()
			if err := f(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(began).Seconds(), name+"-s")
		}
		saveAll := func(sc Scope) func() error {
			return func() error {
				_, err := s.SaveFindings(b.Context(), fs, sc)
				return err
			}
		}
		read := func(f Filter) func() error {
			return func() error {
				_, err := s.Findings(b.Context(), f)
				return err
			}
		}
		step("save", saveAll(Scope{}))
		step("again", saveAll(Scope{Days: []telemetry.Day{20_000, 20_001}}))
		step("read", read(Filter{}))
		step("read-100", read(Filter{Limit: 100}))
		step("read-one", func() error {
			_, err := s.Finding(b.Context(), fs[777].ID.String())
			return err
		})
		step("purge", func() error {
			_, err := s.PurgeValue(b.Context(), observable.Of(observable.Addr, "192.0.2.3"))
			return err
		})
	}
}
