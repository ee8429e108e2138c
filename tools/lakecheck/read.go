package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// counts are what was looked at.
type counts struct {
	columns map[string]int // values by column
	asked   int            // values asked of Bloom filters
}

// readFile gives the rows of a file as JSON, and asks the filters for every value they stand for.
func readFile(ctx context.Context, name string, found *counts) (rows []string, err error) {
	f, err := file.OpenParquetFile(name, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := checkFooter(f.MetaData()); err != nil {
		return nil, err
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return nil, err
	}
	leaves := make([]int, f.MetaData().Schema.NumColumns())
	for i := range leaves {
		leaves[i] = i
	}
	for g := range f.NumRowGroups() {
		table, err := r.RowGroup(g).ReadTable(ctx, leaves)
		if err != nil {
			return nil, err
		}
		if err := askFilters(f, g, table, found); err != nil {
			return nil, err
		}
		more, err := tableRows(table, found)
		table.Release()
		if err != nil {
			return nil, err
		}
		if int64(len(more)) != f.RowGroup(g).NumRows() {
			return nil, fmt.Errorf("row group %d: %d rows, %d in the footer", g, len(more), f.RowGroup(g).NumRows())
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// checkFooter demands the version of the schema that docs/format/lake.md gives the kind today.
func checkFooter(m *metadata.FileMetaData) error {
	schema := m.KeyValueMetadata().FindValue("stormglass.schema")
	if schema == nil {
		return errors.New("stormglass.schema is missing")
	}
	kind, version, _ := strings.Cut(*schema, "/")
	want := "1"
	if kind == "flow" {
		want = "2"
	}
	if version != want {
		return fmt.Errorf("stormglass.schema is %s, want version %s", *schema, want)
	}
	return nil
}

func tableRows(t arrow.Table, found *counts) ([]string, error) {
	all := make([]map[string]any, t.NumRows())
	for i := range all {
		all[i] = make(map[string]any)
	}
	for i := range int(t.NumCols()) {
		name, at := t.Schema().Field(i).Name, 0
		for _, chunk := range t.Column(i).Data().Chunks() {
			for j := range chunk.Len() {
				v, err := value(chunk, j)
				if err != nil {
					return nil, fmt.Errorf("column %s: %w", name, err)
				}
				if v != nil {
					all[at][name] = v
					found.columns[name]++
				}
				at++
			}
		}
	}
	rows := make([]string, len(all))
	for i, row := range all {
		text, err := json.Marshal(row)
		if err != nil {
			return nil, err
		}
		rows[i] = string(text)
	}
	return rows, nil
}

// value gives one value as a dump has it, nil for null. Types that a lake has not are errors.
func value(a arrow.Array, i int) (any, error) {
	if a.IsNull(i) {
		return nil, nil
	}
	switch a := a.(type) {
	case *array.String:
		return a.Value(i), nil
	case *array.Boolean:
		return a.Value(i), nil
	case *array.Uint8:
		return a.Value(i), nil
	case *array.Uint16:
		return a.Value(i), nil
	case *array.Uint64:
		return a.Value(i), nil
	case *array.Int64:
		return a.Value(i), nil
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		if t.Unit != arrow.Nanosecond || t.TimeZone != "UTC" {
			return nil, fmt.Errorf("times are %s", t)
		}
		return int64(a.Value(i)), nil
	case *array.List:
		from, to := a.ValueOffsets(i)
		texts, ok := a.ListValues().(*array.String)
		if !ok {
			return nil, fmt.Errorf("a list of %s", a.DataType())
		}
		list := make([]string, 0, to-from)
		for k := from; k < to; k++ {
			list = append(list, texts.Value(int(k)))
		}
		return list, nil
	}
	return nil, fmt.Errorf("type %s", a.DataType())
}

// askFilters asks each filter for every value of its column.
func askFilters(f *file.Reader, group int, t arrow.Table, found *counts) error {
	filters, err := f.GetBloomFilterReader().RowGroup(group)
	if err != nil || filters == nil {
		return err
	}
	meta := f.MetaData().RowGroup(group)
	for leaf := range meta.NumColumns() {
		filter, err := filters.GetColumnBloomFilter(leaf)
		if err != nil {
			return err
		}
		if filter == nil {
			continue
		}
		top := f.MetaData().Schema.ColumnRoot(leaf).Name()
		typed := metadata.TypedBloomFilter[parquet.ByteArray]{BloomFilter: filter}
		for _, chunk := range t.Column(t.Schema().FieldIndices(top)[0]).Data().Chunks() {
			texts, ok := chunk.(*array.String)
			if list, isList := chunk.(*array.List); isList {
				texts, ok = list.ListValues().(*array.String)
			}
			if !ok {
				return fmt.Errorf("a filter on column %s of %s", top, chunk.DataType())
			}
			for i := range texts.Len() {
				if texts.IsNull(i) {
					continue
				}
				found.asked++
				if !typed.Check(parquet.ByteArray(texts.Value(i))) {
					return fmt.Errorf("the filter of %s knows not %q", top, texts.Value(i))
				}
			}
		}
	}
	return nil
}
