// Package inteltest holds what the tests of the intel readers share: the way to the real data
// beside the module, and the laws that hold for every reader.
package inteltest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// ReadFunc is the Read of a reader.
type ReadFunc func(ctx context.Context, r io.Reader, name string, l *intel.Loader) error

// Load reads a text and holds the result against the laws of every reader.
func Load(t testing.TB, read ReadFunc, name, text string, set ...func(*intel.Loader)) (*intel.Loader, error) {
	t.Helper()
	l := intel.NewLoader()
	l.KeepNotes = true
	for _, f := range set {
		f(l)
	}
	err := read(t.Context(), strings.NewReader(text), name, l)
	Check(t, l)
	return l, err
}

// Check holds a loader against the laws of every reader: the sums of each file add up, each item
// that is not loaded has its note, and every value that is hunted is canonical and not too broad.
func Check(t testing.TB, l *intel.Loader) {
	t.Helper()
	for _, r := range l.Reports() {
		if got := r.Count(intel.Loaded) + r.Count(intel.Listed) + r.Count(intel.Reported); got != r.Total {
			t.Errorf("%s: loaded, listed and reported are %d, total is %d", r.File, got, r.Total)
		}
		notes := 0
		for _, n := range r.Notes {
			if !n.Part {
				notes++
			}
		}
		if l.KeepNotes && len(r.Notes) < intel.MaxNotes && notes != r.Total-r.Loaded {
			t.Errorf("%s: %d notes for %d items not loaded", r.File, notes, r.Total-r.Loaded)
		}
	}
	x, err := l.Index()
	if err != nil {
		t.Error(err)
		return
	}
	for id, v := range x.Values {
		again, err := observable.ParseAs(v.Kind(), v.String())
		if err != nil || again != v {
			t.Errorf("%v %q is not canonical: %v, %v", v.Kind(), v, again, err)
		}
		if why, broad := intel.TooBroad(v); broad {
			t.Errorf("%v %q is hunted and %s", v.Kind(), v, why)
		}
		for _, ref := range x.Refs(id) {
			if int(ref.Source) >= len(l.Library.Sources) {
				t.Errorf("%q has no source", v)
			}
		}
	}
}

// Hunted gives the values of a loader as lines "kind value", with what the sources say beside.
func Hunted(t testing.TB, l *intel.Loader) []string {
	t.Helper()
	x, err := l.Index()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for id, v := range x.Values {
		for _, r := range x.Refs(id) {
			s := v.Kind().String() + " " + v.String()
			if r.Port != 0 {
				s += fmt.Sprintf(" port %d", r.Port)
			}
			if r.TLP != intel.Unmarked {
				s += " " + r.TLP.String()
			}
			if len(r.Names) > 0 {
				s += " (" + strings.Join(r.Names, ", ") + ")"
			}
			out = append(out, s)
		}
	}
	return out
}

// Account gives the account of the last file as lines, most frequent reason first.
func Account(l *intel.Loader) []string {
	r := l.Reports()[len(l.Reports())-1]
	out := []string{fmt.Sprintf("total %d loaded %d", r.Total, r.Loaded)}
	for _, g := range []struct {
		name string
		m    map[string]int
	}{{"listed", r.Listed}, {"reported", r.Reported}, {"part", r.Parts}} {
		for _, why := range intel.Reasons(g.m) {
			out = append(out, fmt.Sprintf("%s %d %s", g.name, g.m[why], why))
		}
	}
	return out
}
