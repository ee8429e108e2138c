package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"stormglass/internal/hunt"
)

// WriteRecords writes the records of inspected files, a JSON object on a line each: the file, where the record stands in it, its kind and
// class, and its fields by name, all texts. A field that a record holds more than once has an array.
func WriteRecords(w io.Writer, files []hunt.Inspected) error {
	b := bufio.NewWriter(w)
	for i := range files {
		for n := range files[i].Records {
			if err := writeRecord(b, fileOfInspected(&files[i]), &files[i].Records[n]); err != nil {
				return fmt.Errorf("write records: %w", err)
			}
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write records: %w", err)
	}
	return nil
}

func writeRecord(b *bufio.Writer, file string, r *hunt.RecordFields) error {
	type entry struct {
		name  string
		value any
	}
	entries := []entry{{"file", file}, {"record", r.Ordinal}, {"kind", r.Kind.String()}}
	if r.Class != "" {
		entries = append(entries, entry{"class", r.Class})
	}
	values := map[string][]string{}
	for _, f := range r.Fields {
		values[f.Name] = append(values[f.Name], f.Value)
	}
	for _, f := range r.Fields {
		switch all := values[f.Name]; len(all) {
		case 0: // written before
		case 1:
			entries = append(entries, entry{f.Name, all[0]})
		default:
			entries = append(entries, entry{f.Name, all})
		}
		delete(values, f.Name)
	}
	text := []byte{'{'}
	for i, e := range entries {
		if i > 0 {
			text = append(text, ',')
		}
		key, err := json.Marshal(e.name)
		if err != nil {
			return err
		}
		value, err := json.Marshal(e.value)
		if err != nil {
			return err
		}
		text = append(append(append(text, key...), ':'), value...)
	}
	_, _ = b.Write(harmless(append(text, "}\n"...)))
	return nil
}
