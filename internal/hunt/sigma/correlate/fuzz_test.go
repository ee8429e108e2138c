package correlate

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

// everyType is a correlation of each type over two detections, one with complete windows, and one above.
func everyType() (bases []*rule.Rule, all *rule.Collection) {
	bases = []*rule.Rule{detection("r0"), detection("r1")}
	all = &rule.Collection{Rules: bases}
	for _, k := range []rule.CorrelationType{rule.EventCount, rule.ValueCount, rule.Temporal, rule.TemporalOrdered, rule.ValueSum, rule.ValueAvg, rule.ValuePercentile, rule.ValueMedian} {
		c := &rule.Correlation{Type: k, Rules: refs(bases...), GroupBy: []string{"g"}, Timespan: 60, Percentile: 50, Conditions: []rule.Bound{{Op: rule.GreaterOrEqual, Number: 2}}}
		if !temporal(k) && k != rule.EventCount {
			c.Fields = []string{"v"}
		}
		all.Rules = append(all.Rules, &rule.Rule{Name: k.String(), Correlation: c})
	}
	above := &rule.Correlation{Type: rule.EventCount, Rules: refs(all.Rules[2]), GroupBy: []string{"g"}, Timespan: 60, Conditions: []rule.Bound{{Op: rule.LessOrEqual, Number: 3}}}
	all.Rules = append(all.Rules, &rule.Rule{Name: "above", Correlation: above})
	return bases, all
}

func fuzzLimits() Limits {
	l := testLimits()
	l.Live, l.Kept, l.Groups, l.History = true, 16, 50, 200
	return l
}

// seed is the snapshot of a correlator that took some matches.
func seed(tb testing.TB, matches int) []byte {
	bases, all := everyType()
	c, complaints, err := New(all, fuzzLimits(), nil)
	must(tb, err)
	if len(complaints) > 0 {
		tb.Fatal(*complaints[0])
	}
	c.salt = [16]byte{}
	for i := range matches {
		at := telemetry.Instant(1000 + i*7%100)
		must(tb, c.Add(Match{Rule: bases[i%2], At: at, Doubt: 3, Values: []string{string(rune('a' + i%3)), "12"}, Ref: Ref{Source: "s", Ordinal: uint64(i), Subject: "x"}}))
		if i%10 == 9 {
			must(tb, c.Advance(at-20))
		}
	}
	var b bytes.Buffer
	must(tb, c.Snapshot(&b, 5))
	return b.Bytes()
}

// What Restore takes, Snapshot writes again byte by byte, and it can be worked with; what it does not take leaves nothing behind.
func FuzzRestore(f *testing.F) {
	for _, n := range []int{0, 1, 9, 40, 200} {
		b := seed(f, n)
		f.Add(b[:len(b)-sha256.Size])
	}
	bases, all := everyType()
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		data := append(bytes.Clone(body), sum[:]...)
		c, _, err := New(all, fuzzLimits(), func(Found) {})
		must(t, err)
		position, err := c.Restore(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, ErrSnapshot) && !errors.Is(err, ErrOtherRules) {
				t.Fatal(err)
			}
			if got := c.Totals(); got.Groups != 0 || got.Bytes != 0 || got.Pending != 0 {
				t.Fatalf("left behind: %+v", got)
			}
			return
		}
		var again bytes.Buffer
		must(t, c.Snapshot(&again, position))
		if !bytes.Equal(again.Bytes(), data) {
			t.Fatal("written differently")
		}
		mark := c.Watermark()
		for i := range 20 {
			at := min(mark+telemetry.Instant(i*9), latest)
			must(t, c.Add(Match{Rule: bases[i%2], At: max(at-30, 1), Values: []string{"a", "1"}}))
			must(t, c.Advance(at))
		}
		must(t, c.Finish())
		if got := c.Totals(); got.Groups != 0 || got.Bytes != 0 {
			t.Fatalf("not all is given up at the end: %+v", got)
		}
	})
}

// A snapshot that was cut or changed, or is of other rules, is refused with a reason.
func TestRestoreRefuses(t *testing.T) {
	good := seed(t, 40)
	_, all := everyType()
	_, other := counted(rule.EventCount, 3)
	changed := bytes.Clone(good)
	changed[len(changed)/2] ^= 1
	for name, c := range map[string]struct {
		rules *rule.Collection
		data  []byte
		want  error
	}{
		"empty":   {all, nil, ErrSnapshot},
		"cut":     {all, good[:len(good)-1], ErrSnapshot},
		"longer":  {all, append(bytes.Clone(good), 0), ErrSnapshot},
		"changed": {all, changed, ErrSnapshot},
		"other":   {other, good, ErrOtherRules},
		"good":    {all, good, nil},
	} {
		k, _, err := New(c.rules, fuzzLimits(), nil)
		must(t, err)
		if _, err := k.Restore(bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
