package lake_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/telemetry"
)

// TestParquet: another reader sees the columns of telemetry.Schema, by name, with their values, and
// null where a field is absent.
func TestParquet(t *testing.T) {
	for _, kind := range laketest.Kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			m := laketest.New(9, 2)
			d := disktest.NewMemory()
			var want []string
			var batches []*telemetry.Batch
			for n := range 5 {
				b := m.Batch(kind, m.Source(n), 700)
				batches = append(batches, b)
				for i := range b.Len() {
					want = append(want, fmt.Sprint(laketest.Fields(b, i)))
				}
			}
			var got []string
			for _, f := range write(t, d, lake.Options{}, batches...) {
				got = append(got, foreign(t, disktest.Bytes(t, d, f.Name))...)
			}
			diff(t, want, got)
		})
	}
}

// foreign reads a file with parquet-go's own reader, filters included.
func foreign(t *testing.T, content []byte) (rows []string) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	paths := f.Schema().Columns()
	for _, g := range f.RowGroups() {
		r := g.Rows()
		buf := make([]parquet.Row, 64)
		for {
			n, err := r.ReadRows(buf)
			for _, row := range buf[:n] {
				rows = append(rows, fmt.Sprint(foreignRow(t, g, paths, row)))
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

func foreignRow(t *testing.T, g parquet.RowGroup, paths [][]string, row parquet.Row) map[string]any {
	t.Helper()
	all := make(map[string]any)
	for _, v := range row {
		if v.IsNull() {
			continue
		}
		path := paths[v.Column()]
		if f := g.ColumnChunks()[v.Column()].BloomFilter(); f != nil {
			if ok, err := f.Check(v); !ok || err != nil {
				t.Fatalf("the filter of %s knows not %s: %v", path[0], v, err)
			}
		}
		if len(path) == 3 {
			list, _ := all[path[0]].([]string)
			all[path[0]] = append(list, v.String())
			continue
		}
		switch v.Kind() {
		case parquet.Boolean:
			all[path[0]] = v.Boolean()
		case parquet.Int32:
			all[path[0]] = int64(v.Int32())
		case parquet.Int64:
			all[path[0]] = v.Int64()
		default:
			all[path[0]] = string(v.ByteArray())
		}
	}
	return all
}

// TestBounds: the least and greatest value of each column in the footer are those of its rows.
func TestBounds(t *testing.T) {
	m := laketest.New(10, 1)
	d := disktest.NewMemory()
	looked := 0
	for _, f := range write(t, d, lake.Options{}, m.Batch(telemetry.KindFlow, m.Source(0), 2000), m.Batch(telemetry.KindDNS, m.Source(0), 2000)) {
		content := disktest.Bytes(t, d, f.Name)
		p, err := parquet.OpenFile(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range p.RowGroups() {
			for j, c := range g.ColumnChunks() {
				meta := p.Metadata().RowGroups[i].Columns[j].MetaData
				var values []parquet.Value
				pages := c.Pages()
				for {
					page, err := pages.ReadPage()
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil {
						t.Fatal(err)
					}
					some := make([]parquet.Value, page.NumValues())
					n, _ := page.Values().ReadValues(some)
					for _, v := range some[:n] {
						if !v.IsNull() {
							values = append(values, v.Clone())
						}
					}
				}
				pages.Close()
				if len(values) == 0 || meta.Statistics.MinValue == nil {
					continue
				}
				looked++
				least := slices.MinFunc(values, c.Type().Compare)
				most := slices.MaxFunc(values, c.Type().Compare)
				if d := gocmp.Diff([][]byte{least.Bytes(), most.Bytes()}, [][]byte{meta.Statistics.MinValue, meta.Statistics.MaxValue}); d != "" {
					t.Errorf("%s %v: -rows +footer:\n%s", f.Name, meta.PathInSchema, d)
				}
			}
		}
	}
	if looked < 30 {
		t.Errorf("only %d columns have bounds", looked)
	}
}
