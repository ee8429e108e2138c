// Package telemetrytest holds what the tests of decoders share: running a decoder over text, the
// laws that every decoder keeps, and records as comparable text.
package telemetrytest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
)

// Decoder is what the packages below telemetry offer.
type Decoder interface {
	Name() string
	Prepare(b *telemetry.Block)
	Decode(b *telemetry.Block, s *telemetry.Set)
}

// Read decodes text as one source that is cut into blocks of whole lines, each ending at or after
// one of the offsets given.
func Read(d Decoder, text []byte, offsets ...int) []*telemetry.Set {
	var sets []*telemetry.Set
	line, from := uint64(1), 0
	for _, at := range append(offsets, len(text)) {
		end := len(text)
		if at < len(text) && at >= from {
			if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
				end = at + i + 1
			}
		}
		b := telemetry.Block{Data: text[from:end], Line: line, Last: end == len(text)}
		line += uint64(bytes.Count(b.Data, []byte{'\n'}))
		from = end
		s := new(telemetry.Set)
		d.Prepare(&b)
		d.Decode(&b, s)
		sets = append(sets, s)
	}
	return sets
}

// Laws checks what holds of every decoder on any text: counts that add up, spans within their
// batch, ordinals that grow within a batch, and records that do not depend on where blocks end.
func Laws(t testing.TB, open func() Decoder, text []byte, split int) {
	t.Helper()
	whole := Read(open(), text)
	halves := Read(open(), text, split)
	for _, s := range append(whole, halves...) {
		checkSet(t, s)
	}
	var a, b telemetry.Set
	one, two := Records(whole...), Records(halves...)
	for i := range max(len(one), len(two)) {
		if i >= len(one) || i >= len(two) || one[i] != two[i] {
			t.Fatalf("split at %d: %d and %d records, record %d differs:\n%s\n%s", split, len(one), len(two), i, at(one, i), at(two, i))
		}
	}
	sum(&a, whole)
	sum(&b, halves)
	if a.Lines != b.Lines || a.Read != b.Read || a.Undated != b.Undated || !reflect.DeepEqual(a.Problems, b.Problems) {
		t.Fatalf("split at %d changes the counts:\n%+v\n%+v", split, a.Problems, b.Problems)
	}
}

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return "(none)"
}

func sum(to *telemetry.Set, sets []*telemetry.Set) {
	for _, s := range sets {
		to.Lines += s.Lines
		to.Read += s.Read
		to.Undated += s.Undated
		to.Problems.Merge(&s.Problems)
	}
}

func checkSet(t testing.TB, s *telemetry.Set) {
	t.Helper()
	if s.Read > s.Lines || s.Undated > s.Read {
		t.Fatalf("lines %d, read %d, undated %d", s.Lines, s.Read, s.Undated)
	}
	records := uint64(0)
	for b := range s.Batches {
		records += uint64(b.Len())
		last := uint64(0)
		for i := range b.Len() {
			h := b.Head(i)
			if h.Ordinal <= last {
				t.Fatalf("%s %d: ordinal %d after %d", b.Kind, i, h.Ordinal, last)
			}
			last = h.Ordinal
			if h.Doubt < 0 || h.Occurred < 0 {
				t.Fatalf("%s %d: time %d, doubt %d", b.Kind, i, h.Occurred, h.Doubt)
			}
			_ = record(b, i) // out of range spans panic here
		}
	}
	if records != s.Read {
		t.Fatalf("%d records, %d counted", records, s.Read)
	}
}

// Records gives every record as text, by kind and then in order.
func Records(sets ...*telemetry.Set) []string {
	var all []string
	for k := range telemetry.NumKinds {
		for _, s := range sets {
			b := s.Batch(k)
			for i := range b.Len() {
				all = append(all, record(b, i))
			}
		}
	}
	return all
}

// record writes a record as "kind ordinal Field=value …", zero and unknown values left out.
func record(b *telemetry.Batch, i int) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s %d", b.Kind, b.Head(i).Ordinal)
	kinds := reflect.ValueOf(b).Elem()
	for n := range kinds.NumField() {
		f := kinds.Field(n)
		if f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct && strings.EqualFold(kindField(b.Kind), kinds.Type().Field(n).Name) {
			fields(&w, b, f.Index(i))
		}
	}
	return w.String()
}

func kindField(k telemetry.Kind) string { return k.String() }

func fields(w *strings.Builder, b *telemetry.Batch, v reflect.Value) {
	for n := range v.NumField() {
		f, name := v.Field(n), v.Type().Field(n).Name
		switch x := f.Interface().(type) {
		case telemetry.Head, telemetry.Ends:
			fields(w, b, f)
		case telemetry.Span:
			if name == "Extra" || name == "Pairs" {
				for _, p := range b.PairsOf(x) {
					fmt.Fprintf(w, " %s=%q", p.Field, p.Text)
				}
			} else if x.Len > 0 {
				fmt.Fprintf(w, " %s=%q", name, b.TextsOf(x))
			}
		case telemetry.Instant:
			if x.Known() {
				fmt.Fprintf(w, " %s=%s", name, x.Time().Format("2006-01-02T15:04:05.999999999"))
			}
		case string:
			if x != "" {
				fmt.Fprintf(w, " %s=%q", name, x)
			}
		case uint64:
			if x != telemetry.NoCount && name != "Ordinal" {
				fmt.Fprintf(w, " %s=%d", name, x)
			}
		default:
			if !f.IsZero() {
				fmt.Fprintf(w, " %s=%v", name, x)
			}
		}
	}
}

// Problems gives a set's counts and problems as text: "lines read undated", then "REASON COUNT
// [EXAMPLES]" for each reason, with "passed" before what was left out on purpose.
func Problems(s *telemetry.Set) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%d %d %d", s.Lines, s.Read, s.Undated)
	for _, p := range s.Problems.List {
		passed := ""
		if p.Notice {
			passed = "passed "
		}
		fmt.Fprintf(&w, "\n%s%s %d %v", passed, p.Reason, p.Count, p.Examples)
	}
	return w.String()
}

// WithoutRaw takes the line itself out of a record of Records.
func WithoutRaw(r string) string {
	if i := strings.LastIndex(r, ` Raw="`); i >= 0 {
		return r[:i]
	}
	return r
}

// Load reads a file whole, through gzip when its name says so.
func Load(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(path) != ".gz" {
		return data
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	data, err = io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Head gives what a caller shows to Sniff and New.
func Head(text []byte) []byte { return text[:min(len(text), 64<<10)] }
