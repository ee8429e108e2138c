package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"

	"stormglass/internal/hunt"
)

// Schema is the name and version of the JSON document. Fields are added under the same version;
// one that changes its meaning makes a new one.
const Schema = "stormglass.hunt/1"

// writeJSON writes one Document, a finding at a time: a hunt may have many thousands.
func writeJSON(b *bufio.Writer, r *hunt.Result, o Options) error {
	d := documentOf(r, o)
	w := &fieldWriter{b: b}
	w.field("schema", d.Schema)
	w.field("version", d.Version)
	w.field("started", d.Started)
	w.field("took_ms", d.TookMS)
	w.field("tlp", d.TLP)
	w.field("handling", d.Handling)
	w.field("verdict", d.Verdict)
	w.list("findings", len(r.Findings), func(i int) any { return findingOf(r.Findings[i]) })
	w.field("limits", d.Limits)
	w.field("not_assessed", d.NotAssessed)
	w.field("coverage", d.Coverage)
	w.field("intel", d.Intel)
	w.field("rules", d.Rules)
	w.field("verdicts", d.Verdicts)
	w.field("devices", d.Devices)
	if len(d.Analysers) > 0 {
		w.field("analysers", d.Analysers)
	}
	if len(d.Together) > 0 {
		w.field("together", d.Together)
	}
	return w.end()
}

// fieldWriter writes the fields of one object. It keeps the first error of encoding; those of
// writing stay in b.
type fieldWriter struct {
	b     *bufio.Writer
	begun bool
	err   error
}

func (w *fieldWriter) name(name string) {
	if w.begun {
		_, _ = w.b.WriteString(",\n")
	} else {
		_, _ = w.b.WriteString("{\n")
	}
	w.begun = true
	fmt.Fprintf(w.b, "  %q: ", name)
}

func (w *fieldWriter) field(name string, v any) {
	w.name(name)
	w.value(v, "  ")
}

func (w *fieldWriter) value(v any, prefix string) {
	text, err := json.MarshalIndent(v, prefix, "  ")
	if err != nil && w.err == nil {
		w.err = err
	}
	_, _ = w.b.Write(harmless(text))
}

// list writes a list of n values, one at a time.
func (w *fieldWriter) list(name string, n int, item func(i int) any) {
	w.name(name)
	_, _ = w.b.WriteString("[")
	for i := range n {
		if i > 0 {
			_ = w.b.WriteByte(',')
		}
		_, _ = w.b.WriteString("\n    ")
		w.value(item(i), "    ")
	}
	if n > 0 {
		_, _ = w.b.WriteString("\n  ")
	}
	_, _ = w.b.WriteString("]")
}

func (w *fieldWriter) end() error {
	_, _ = w.b.WriteString("\n}\n")
	return w.err
}

// writeJSONL writes one object a line: every finding with "type": "finding", then a Document
// without them with "type": "summary".
func writeJSONL(b *bufio.Writer, r *hunt.Result, o Options) error {
	for _, f := range r.Findings {
		if err := writeLine(b, struct {
			Type string `json:"type"`
			*FindingJSON
		}{"finding", findingOf(f)}); err != nil {
			return err
		}
	}
	return writeLine(b, struct {
		Type string `json:"type"`
		*Document
	}{"summary", documentOf(r, o)})
}

func writeLine(b *bufio.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, _ = b.Write(harmless(text))
	_ = b.WriteByte('\n')
	return nil
}

// harmless escapes what JSON lets stand in strings and a terminal may act on: DEL, C1 controls,
// bidirectional controls and other format characters. Outside strings JSON is ASCII, so escaping
// them wherever they stand changes no meaning.
func harmless(text []byte) []byte {
	at := bytes.IndexFunc(text, unsafe)
	if at < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for at >= 0 {
		out = append(out, text[:at]...)
		r, n := firstRune(text[at:])
		out = appendEscape(out, r)
		text = text[at+n:]
		at = bytes.IndexFunc(text, unsafe)
	}
	return append(out, text...)
}
