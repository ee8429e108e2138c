package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"stormglass/internal/observable"
)

// Purge is what purging values removed.
type Purge struct {
	Values     []PurgedValue
	Quarantine int // damaged files that lie aside and were not looked into
}

// PurgedValue is what purging one value removed.
type PurgedValue struct {
	Value      observable.Value
	Subscriber bool // it is of a subscriber: not shown

	LedgerRows, Records uint64
	Segments, Files     int // rewritten
	Sealed              int // copies
	Findings, Samples   int
	Indicators, Texts   int
	Intel               []string // files in force that state it
	Done                bool
}

// WritePurge writes what was purged, as text or as JSON.
func WritePurge(w io.Writer, f Format, r *Purge, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writePurge(b, r, o)
	case JSON:
		if err := writePurgeJSON(b, r); err != nil {
			return err
		}
	default:
		return fmt.Errorf("a purge is told as table or json, not as %s", f)
	}
	return b.Flush()
}

func (v *PurgedValue) shown() string {
	if v.Subscriber {
		return "a subscriber's " + v.Value.Kind().String()
	}
	return shown(v.Value) + "  (" + v.Value.Kind().String() + ")"
}

func (v *PurgedValue) nothing() bool {
	return v.LedgerRows+v.Records == 0 && v.Sealed+v.Findings+v.Samples+v.Indicators+v.Texts+v.Segments == 0
}

func writePurge(b *bufio.Writer, r *Purge, o Options) {
	p := newPage(b, o)
	for i := range r.Values {
		v := &r.Values[i]
		word := "PURGED"
		if !v.Done {
			word = "BEGUN"
		}
		p.hanging(p.paint(word, bold)+strings.Repeat(" ", bodyAt-len(word)), bodyAt, bold, v.shown())
		if v.nothing() {
			p.field("", "it stood nowhere in what is kept")
		} else {
			p.purged(v)
		}
		if len(v.Intel) > 0 {
			p.field("by hand", "intelligence in force states it and would bring it back: stormglass intel remove "+listed(names(v.Intel), 5))
		}
		p.line("")
	}
	if r.Quarantine > 0 {
		p.text(0, warn, "Not looked into: "+count(r.Quarantine, "damaged file")+" below quarantine, which may hold a value still. Remove them by hand when nobody needs them.")
	}
	p.text(0, dim, "Backups, file system snapshots and the logs themselves are not touched. A log that holds the value and is taken in again brings it back.")
}

func (p *page) purged(v *PurgedValue) {
	p.field("ledger", count(v.LedgerRows, "row")+" removed, "+count(v.Segments, "segment")+" written anew")
	p.field("records", number(v.Records)+" removed, "+count(v.Files, "file")+" written anew")
	if v.Sealed > 0 {
		p.field("vault", count(v.Sealed, "sealed copy")+" removed")
	}
	p.field("findings", number(v.Findings)+" removed, "+count(v.Samples, "sample")+" of others")
	if v.Indicators+v.Texts > 0 {
		p.field("database", count(v.Indicators, "indicator")+" removed; blanked in "+count(v.Texts, "text"))
	}
}

type purgedJSON struct {
	Value      string   `json:"value"` // "" when it is of a subscriber
	Kind       string   `json:"kind"`
	Done       bool     `json:"done"`
	LedgerRows uint64   `json:"ledger_rows"`
	Records    uint64   `json:"records"`
	Sealed     int      `json:"sealed"`
	Findings   int      `json:"findings"`
	Samples    int      `json:"samples"`
	Indicators int      `json:"indicators"`
	Texts      int      `json:"texts"`
	Intel      []string `json:"stated_by"`
}

func writePurgeJSON(b *bufio.Writer, r *Purge) error {
	w := &fieldWriter{b: b}
	w.list("values", len(r.Values), func(i int) any {
		v := &r.Values[i]
		j := purgedJSON{
			Value: observable.Mask(v.Value), Kind: v.Value.Kind().String(), Done: v.Done, LedgerRows: v.LedgerRows, Records: v.Records, Sealed: v.Sealed,
			Findings: v.Findings, Samples: v.Samples, Indicators: v.Indicators, Texts: v.Texts, Intel: list(v.Intel),
		}
		if v.Subscriber {
			j.Value = ""
		}
		return j
	})
	w.field("quarantined_files", r.Quarantine)
	return w.end()
}

// Hold exempts days from retention, and values from a purge, for a case.
type Hold struct {
	Case        string
	Reason      string
	Who         string
	Created     time.Time
	Values      []observable.Value
	First, Last string    // days, empty when open
	Released    time.Time // zero while it is in force
	ReleasedBy  string
}

// WriteHolds lists holds, as a table or as JSON.
func WriteHolds(w io.Writer, f Format, holds []Hold, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		p := newPage(b, o)
		if len(holds) == 0 {
			p.text(0, "", "No case holds anything.")
		}
		for i := range holds {
			p.hold(&holds[i])
		}
	case JSON:
		j := &fieldWriter{b: b}
		j.list("holds", len(holds), func(i int) any { return holdOf(&holds[i]) })
		if err := j.end(); err != nil {
			return err
		}
	default:
		return fmt.Errorf("holds are listed as table or json, not as %s", f)
	}
	return b.Flush()
}

func (p *page) hold(h *Hold) {
	p.text(0, bold, name(h.Case))
	p.field("days", h.days())
	list := make([]string, len(h.Values))
	for i, v := range h.Values {
		list[i] = shown(v)
	}
	if len(list) == 0 {
		list = []string{"every one"}
	}
	p.field("values", listed(list, maxHeldValues))
	p.field("reason", prose(h.Reason))
	p.field("made", h.Created.UTC().Format(minuteForm)+" UTC by "+name(h.Who))
	if !h.Released.IsZero() {
		p.field("released", h.Released.UTC().Format(minuteForm)+" UTC by "+name(h.ReleasedBy))
	}
}

const maxHeldValues = 20

func (h *Hold) days() string {
	switch {
	case h.First == "" && h.Last == "":
		return "all"
	case h.First == "":
		return "up to " + h.Last
	case h.Last == "":
		return "from " + h.First + " on"
	case h.First == h.Last:
		return h.First
	}
	return h.First + " to " + h.Last
}

type holdJSON struct {
	Case       string     `json:"case"`
	Reason     string     `json:"reason"`
	Who        string     `json:"who"`
	Created    *time.Time `json:"created"`
	Values     []string   `json:"values"`
	First      string     `json:"first_day"` // "" when open
	Last       string     `json:"last_day"`
	Released   *time.Time `json:"released"`
	ReleasedBy string     `json:"released_by"`
}

func holdOf(h *Hold) holdJSON {
	j := holdJSON{
		Case: h.Case, Reason: h.Reason, Who: h.Who, Created: timeOf(h.Created), Values: []string{}, First: h.First, Last: h.Last,
		Released: timeOf(h.Released), ReleasedBy: h.ReleasedBy,
	}
	for _, v := range h.Values {
		j.Values = append(j.Values, observable.Mask(v))
	}
	return j
}
