package hunt

import (
	"strings"

	"stormglass/internal/telemetry"
)

// RecordFields is what a record says, field by field under the names that rules use. Texts are copies, as they stand in the batch.
type RecordFields struct {
	Ordinal uint64 // counts the records of a file from 1
	Kind    telemetry.Kind
	Class   string // of a log message, empty for others
	Fields  []SampleField
}

// RecordFieldsOf gives the fields of a record: those of its kind that hold something, then those of its pairs. Secrets are blanked before
// where the batch was scrubbed.
func RecordFieldsOf(b *telemetry.Batch, i int) RecordFields {
	r := RecordFields{Ordinal: b.Head(i).Ordinal, Kind: b.Kind}
	add := func(id telemetry.FieldID, text string) {
		if text != "" {
			r.Fields = append(r.Fields, SampleField{Name: strings.Clone(telemetry.RedactName(id.String())), Value: strings.Clone(text)})
		}
	}
	for _, f := range telemetry.Schema(b.Kind) {
		text := fieldText(&f, b, i)
		if text == "0" && (f.ID == telemetry.FieldSourcePort || f.ID == telemetry.FieldDestinationPort) {
			continue // none was said
		}
		add(f.ID, text)
	}
	if d := b.Head(i).Doubt; d > 0 {
		r.Fields = append(r.Fields, SampleField{Name: "stormglass.doubt", Value: d.String()})
	}
	for _, p := range b.PairsOf(b.Head(i).Extra) {
		add(p.Field, p.Text)
	}
	if b.Kind.Eventful() {
		e := &b.Event[i]
		r.Class = b.ClassOf(e)
		for _, p := range b.PairsOf(e.Pairs) {
			add(p.Field, p.Text)
		}
	}
	return r
}
