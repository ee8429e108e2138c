package hunt

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"stormglass/internal/collect"
	"stormglass/internal/datatest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// eachBatch reads files as a hunt does, one batch at a time.
func eachBatch(t *testing.T, paths []string, handle func(b *telemetry.Batch)) {
	t.Helper()
	files := &collect.Files{}
	err := files.Each(context.Background(), paths, func(m *collect.Member) error {
		r := collect.Reader{Workers: 1, Handle: func(_ context.Context, b *telemetry.Batch) error {
			handle(b)
			return nil
		}}
		_, err := r.Read(context.Background(), m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// maxSampled bounds the values that are hunted in real telemetry, of one kind.
const maxSampled = 1500

// sampleValues gives values that telemetry holds, with parents of names and networks of addresses.
func sampleValues(t *testing.T, paths []string) []observable.Value {
	t.Helper()
	var o Observer
	seen := map[observable.Value]bool{}
	count := map[observable.Kind]int{}
	take := func(v observable.Value) {
		if !seen[v] && count[v.Kind()] < maxSampled {
			seen[v] = true
			count[v.Kind()]++
		}
	}
	n := 0
	eachBatch(t, paths, func(b *telemetry.Batch) {
		o.Batch(b, Networks{}, func(x *Observation) {
			v, ok := indicatorOf(x)
			if n++; !ok || n%7 == 0 {
				return
			}
			switch v = observable.Of(v.Kind(), strings.Clone(v.String())); v.Kind() { //nolint:exhaustive // the others have nothing around them
			case observable.Addr:
				if p, err := v.Addr().Prefix(24); err == nil && n%5 == 0 && count[observable.Prefix] < 100 {
					take(observable.Of(observable.Prefix, p.String()))
				}
			case observable.Domain:
				if _, parent, _ := strings.Cut(v.String(), "."); strings.Contains(parent, ".") && n%3 == 0 {
					take(observable.Of(observable.Domain, parent))
				}
			case observable.URL:
				path, _, _ := strings.Cut(v.String(), "?")
				take(observable.Of(observable.URL, path))
			}
			take(v)
		})
	})
	out := make([]observable.Value, 0, len(seen))
	for v := range seen {
		out = append(out, v)
	}
	return out
}

// TestObserverOverForeignTelemetry holds the law of TestObserverSeesWhatTheEngineHits over telemetry
// that nobody here wrote.
func TestObserverOverForeignTelemetry(t *testing.T) {
	var paths []string
	for _, p := range []string{"zeek-rita", "zeek-wrccdc", "syslog-wazuh", "syslog-napalm", "syslog-elastic", "aaa-elastic", "zeek-intel"} {
		paths = append(paths, datatest.Path(t, "telemetry", p))
	}
	l := lawOf(t, NewNetworks([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/9")}), sampleValues(t, paths))
	var records, unmet int
	eachBatch(t, paths, func(b *telemetry.Batch) {
		records += b.Len()
		unmet += len(l.check(t, b))
	})
	t.Logf("%d records, %d values hunted, %d observations not hunted", records, l.index.Len(), unmet)
	for _, k := range []observable.Kind{
		observable.Addr, observable.Prefix, observable.Domain, observable.URL, observable.MD5, observable.SHA1, observable.Email, observable.JA3, observable.FileName,
	} {
		if l.index.Count(k) == 0 {
			t.Errorf("no %s in any file", k)
		}
	}
}
