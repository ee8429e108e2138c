package hunt

import (
	"strconv"
	"strings"

	"stormglass/internal/telemetry"
)

// Bounds of a sample's texts, in bytes.
const (
	maxSampleText  = 400
	maxSampleValue = 160
)

// sampleOf makes a sample of a hit's record. It copies every text: the batch does not last.
func sampleOf(source string, b *telemetry.Batch, h *Hit) Sample {
	head := b.Head(h.Record)
	s := Sample{
		Source: source, Ordinal: head.Ordinal, Occurred: head.Occurred, Doubt: head.Doubt, Kind: b.Kind,
		Field: h.Field.String(), Seen: strings.Clone(cut(h.Seen, maxSampleValue)),
	}
	if h.SeenAddr.IsValid() {
		s.Seen = h.SeenAddr.String()
	}
	if e := b.Ends(h.Record); e != nil {
		s.Ends = *e
		s.Ends.UID = strings.Clone(e.UID)
		s.Flow = telemetry.CommunityID(e)
	}
	s.Text = telemetry.Redact(cut(textOf(b, h.Record), maxSampleText))
	return s
}

// textOf writes a record in short: the line of an event, the set fields of any other kind.
func textOf(b *telemetry.Batch, i int) string {
	if b.Kind == telemetry.KindEvent && b.Event[i].Raw != "" && isLine(b.Event[i].Dataset) {
		return b.Event[i].Raw
	}
	var w strings.Builder
	for _, f := range telemetry.Schema(b.Kind) {
		if !told(f.ID) && w.Len() < maxSampleText {
			put(&w, f.ID, fieldText(&f, b, i))
		}
	}
	pairs := b.PairsOf(b.Head(i).Extra)
	if b.Kind == telemetry.KindEvent {
		pairs = b.PairsOf(b.Event[i].Pairs)
	}
	for _, p := range pairs {
		if w.Len() < maxSampleText {
			put(&w, p.Field, p.Text)
		}
	}
	return w.String()
}

// isLine reports whether an event's raw line is what a person would read.
func isLine(dataset string) bool { return dataset == "text" || dataset == "syslog" }

// told reports whether a sample says a field elsewhere.
func told(id telemetry.FieldID) bool {
	switch id {
	case telemetry.FieldTimestamp, telemetry.FieldSourceIP, telemetry.FieldSourcePort, telemetry.FieldDestinationIP,
		telemetry.FieldDestinationPort, telemetry.FieldTransport, telemetry.FieldSessionUID, telemetry.FieldCommunityID,
		telemetry.FieldOriginal, telemetry.FieldDataset:
		return true
	}
	return false
}

func put(w *strings.Builder, id telemetry.FieldID, text string) {
	if text == "" {
		return
	}
	if w.Len() > 0 {
		w.WriteByte(' ')
	}
	name := id.String()
	w.WriteString(name)
	w.WriteByte('=')
	w.WriteString(telemetry.RedactField(name, cut(text, maxSampleValue)))
}

func fieldText(f *telemetry.Field, b *telemetry.Batch, i int) string {
	switch f.Type {
	case telemetry.TypeText:
		return f.Text(b, i)
	case telemetry.TypeTexts:
		return strings.Join(f.Texts(b, i), ",")
	case telemetry.TypeInt:
		if n, ok := f.Int(b, i); ok {
			return strconv.FormatInt(n, 10)
		}
	case telemetry.TypeAddr:
		if a := f.Addr(b, i); a.IsValid() {
			return a.String()
		}
	case telemetry.TypeTime:
		if t := f.Time(b, i); t.Known() {
			return t.Time().Format("2006-01-02T15:04:05Z")
		}
	}
	return ""
}

// cut bounds a text, at a rune's edge.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
