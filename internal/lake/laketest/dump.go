package laketest

import (
	"fmt"
	"reflect"
	"strings"

	"stormglass/internal/telemetry"
)

// Dump gives record i and its source as text, every field of it: equal text means equal records.
func Dump(b *telemetry.Batch, i int) string {
	var s strings.Builder
	src := telemetry.Source{}
	if b.Source != nil {
		src = *b.Source
	}
	fmt.Fprintf(&s, "%s of %q %s %q:", b.Kind, src.Name, src.ID, src.Sensor)
	dump(&s, b, records(b).Index(i))
	return s.String()
}

func dump(s *strings.Builder, b *telemetry.Batch, v reflect.Value) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch x := f.Interface().(type) {
		case telemetry.Head, telemetry.Ends:
			dump(s, b, f)
		case telemetry.Export:
			if x != (telemetry.Export{}) { // records of files of flow/1 have none
				dump(s, b, f)
			}
		case telemetry.Span:
			if name != "Extra" && name != "Pairs" {
				fmt.Fprintf(s, " %s=%q", name, b.TextsOf(x))
				continue
			}
			fmt.Fprintf(s, " %s=[", name)
			for _, p := range b.PairsOf(x) {
				fmt.Fprintf(s, "%q=%q ", p.Field.String(), p.Text)
			}
			s.WriteString("]")
		case string:
			fmt.Fprintf(s, " %s=%q", name, x)
		default:
			fmt.Fprintf(s, " %s=%v", name, x)
		}
	}
}
