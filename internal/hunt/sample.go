package hunt

import (
	"strconv"
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// Bounds of a sample's texts, in bytes.
const (
	maxSampleText  = 400
	maxSampleValue = 160
	maxLookedAt    = 4096 // of a text, for secrets
)

// SampleOf makes a sample of a hit's record. It copies every text: the batch does not last.
func SampleOf(b *telemetry.Batch, h *Hit) Sample {
	s := recordSample(b, h.Record)
	s.Field, s.Seen = telemetry.RedactName(h.Field.String()), shown(h.Field.String(), h.Seen, maxSampleValue)
	if h.SeenAddr.IsValid() {
		s.Seen = h.SeenAddr.String()
	}
	return s
}

// recordSample makes a sample of a record, of which no field is singled out.
func recordSample(b *telemetry.Batch, record int) Sample {
	head := b.Head(record)
	s := Sample{Source: b.Source.Name, Ordinal: head.Ordinal, Occurred: head.Occurred, Doubt: head.Doubt, Kind: b.Kind}
	if e := b.Ends(record); e != nil {
		s.Ends = *e
		s.Ends.UID = strings.Clone(telemetry.RedactName(e.UID))
		s.Flow = telemetry.CommunityID(e)
	}
	if b.Kind == telemetry.KindEvent && isLine(b.Event[record].Dataset) {
		s.Line = shown("", b.Event[record].Raw, maxSampleText)
		s.Fields = accountIn(b, record)
	} else {
		s.Fields = fieldsOf(b, record)
	}
	return s
}

// accountIn gives whose doing a line says it was: findings about one account belong together.
func accountIn(b *telemetry.Batch, i int) []SampleField {
	for _, p := range b.PairsOf(b.Event[i].Pairs) {
		if p.Field == telemetry.FieldUserName && p.Text != "" {
			return []SampleField{{Name: p.Field.String(), Value: shown(p.Field.String(), p.Text, maxSampleValue)}}
		}
	}
	return nil
}

// fieldsOf gives what a record holds besides its ends and its time, up to a bound.
func fieldsOf(b *telemetry.Batch, i int) []SampleField {
	var out []SampleField
	room := maxSampleText
	add := func(id telemetry.FieldID, text string) {
		if text == "" || room <= 0 {
			return
		}
		name := id.String()
		f := SampleField{Name: telemetry.RedactName(name), Value: shown(name, text, maxSampleValue)}
		room -= len(f.Value)
		out = append(out, f)
	}
	for _, f := range telemetry.Schema(b.Kind) {
		if !told(f.ID) {
			add(f.ID, fieldText(&f, b, i))
		}
	}
	pairs := b.PairsOf(b.Head(i).Extra)
	if b.Kind.Eventful() {
		pairs = b.PairsOf(b.Event[i].Pairs)
	}
	for _, p := range pairs {
		add(p.Field, p.Text)
	}
	return out
}

// shown gives a copy of a field's text as a sample shows it: without secrets, and bounded. What is
// looked at ends at white space, so that no secret is met without its end and not known for one.
func shown(field, text string, n int) string {
	if len(text) > maxLookedAt {
		text = text[:maxLookedAt]
		if at := strings.LastIndexAny(text, " \t"); at > n {
			text = text[:at]
		}
	}
	if field == "" {
		text = telemetry.Redact(text)
	} else {
		text = telemetry.RedactField(field, text)
	}
	return strings.Clone(cut(text, n))
}

// isLine reports whether an event's raw line is what a person would read.
func isLine(dataset string) bool { return dataset == "text" || dataset == "syslog" }

// told reports whether a sample says a field elsewhere.
func told(id telemetry.FieldID) bool {
	switch id {
	case telemetry.FieldTimestamp, telemetry.FieldSourceIP, telemetry.FieldSourcePort, telemetry.FieldDestinationIP,
		telemetry.FieldDestinationPort, telemetry.FieldTransport, telemetry.FieldSessionUID, telemetry.FieldCommunityID,
		telemetry.FieldOriginal, telemetry.FieldDataset, telemetry.FieldHostName:
		return true
	}
	return false
}

func fieldText(f *telemetry.Field, b *telemetry.Batch, i int) string {
	switch f.Type {
	case telemetry.TypeText:
		return f.Text(b, i)
	case telemetry.TypeTexts:
		return strings.Join(f.Texts(b, i), ",")
	case telemetry.TypeInt:
		if n, ok := f.Int(b, i); ok {
			return number(f.ID, n)
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

// number writes a number as people read it: a duration in its units, TCP flags as letters.
func number(id telemetry.FieldID, n int64) string {
	switch id {
	case telemetry.FieldDuration:
		return time.Duration(n).Round(time.Millisecond).String()
	case telemetry.FieldTCPFlags:
		const letters = "FSRPAUEC"
		var out []byte
		for i := range len(letters) {
			if n&(1<<i) != 0 {
				out = append(out, letters[i])
			}
		}
		return string(out)
	}
	return strconv.FormatInt(n, 10)
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
