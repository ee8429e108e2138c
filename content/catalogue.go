package content

import (
	_ "embed" // of the table
	"encoding/csv"
	"strings"
)

//go:embed catalogue.csv
var catalogue string

// Entry is one entry of the catalogue of detections: something that intruders of these campaigns do.
type Entry struct {
	ID    string // "AAA-01"; rules name it as the tag stormglass.aaa-01
	Shows string // what is shown, in plain words
	// Limits says what is not seen of it, or, where no rule speaks of it, why not. A leading "indicator: " says that it is found as a
	// match of intelligence and needs no rule.
	Limits string
}

// Tag is by what rules name the entry.
func (e Entry) Tag() string { return "stormglass." + strings.ToLower(e.ID) }

// Catalogue gives all entries, those that nothing speaks of too, in the order of docs/coverage.md.
func Catalogue() []Entry {
	r := csv.NewReader(strings.NewReader(catalogue))
	r.Comment, r.FieldsPerRecord = '#', 3
	rows, err := r.ReadAll()
	if err != nil {
		panic(err) // a test reads the table
	}
	entries := make([]Entry, 0, len(rows))
	for _, row := range rows[1:] {
		entries = append(entries, Entry{ID: row[0], Shows: row[1], Limits: row[2]})
	}
	return entries
}
