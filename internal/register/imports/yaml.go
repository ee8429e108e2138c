package imports

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"stormglass/internal/observable"
)

// YAML writes what is proposed for a register as its file: entries that a person may copy, each with where it comes from. What
// there are doubts about is a comment. Nil when nothing is proposed for it.
func (p *Proposal) YAML(register string) []byte {
	items := p.items[register]
	if len(items) == 0 {
		return nil
	}
	var w bytes.Buffer
	fmt.Fprintf(&w, "# Proposed from %s. Nothing of this is in force: look at each entry, and copy what is right to\n# registers/%s.yaml. An intruder who could write to the source has written this too.\n", p.Source, register)
	p.writeNotes(&w)
	w.WriteString(register + ":")
	if n, doubtful := p.Count(register); n == doubtful {
		w.WriteString(" # no entry is without doubt")
	}
	w.WriteByte('\n')
	for _, i := range items {
		i.write(&w)
	}
	if len(w.Bytes()) > maxYAML {
		return append([]byte(fmt.Sprintf("# This has over %d MiB, which is more than a register reads as YAML: take parts of it, or summarise.\n", maxYAML>>20)), w.Bytes()...)
	}
	return w.Bytes()
}

// maxYAML is how much of YAML a register reads.
const maxYAML = 4 << 20

func (p *Proposal) writeNotes(w *bytes.Buffer) {
	for _, n := range p.Notes {
		fmt.Fprintf(w, "#\n# %s: %d entries; %d items were not taken\n", observable.Printable(n.File), n.Taken, n.Left)
		for _, s := range n.Remarks {
			fmt.Fprintf(w, "#   %s\n", comment(s))
		}
		for _, l := range n.Lines {
			fmt.Fprintf(w, "#   line %d: %s\n", l.Line, comment(l.Text))
		}
		if more := n.Left - len(n.Lines); more > 0 {
			fmt.Fprintf(w, "#   and %d further ones\n", more)
		}
	}
}

// write writes one entry.
func (i *item) write(w *bytes.Buffer) {
	fmt.Fprintf(w, "  # %s", comment(i.String()))
	for _, s := range i.remarks {
		w.WriteString("; " + comment(s))
	}
	w.WriteByte('\n')
	for _, d := range i.doubts {
		fmt.Fprintf(w, "  # doubt: %s\n", comment(d))
	}
	begin := "  "
	if len(i.doubts) > 0 {
		begin = "  # "
	}
	lead := "- "
	for _, k := range i.keys {
		fmt.Fprintf(w, "%s%s%s: %s\n", begin, lead, k.name, k.text())
		lead = "  "
	}
}

func (k key) text() string {
	if !k.many {
		return quote(k.values[0])
	}
	all := make([]string, 0, len(k.values))
	for _, v := range k.values {
		all = append(all, quote(v))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// quote writes a value of a register, which can be shown, as YAML reads it: quoted, unless it is a plain word.
func quote(s string) string {
	if plainWord(s) {
		return s
	}
	return strconv.Quote(s)
}

// plainWord reports whether YAML reads a text as it stands: the words of registers and days.
func plainWord(s string) bool {
	switch s {
	case "infrastructure", "management", "server", "subscriber", "person", "automation", "break_glass":
		return true
	}
	return false
}

// comment gives a text that stays within one line and can be shown.
func comment(s string) string {
	return observable.Printable(strings.Join(strings.Fields(s), " "))
}
