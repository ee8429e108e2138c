package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// Ingest is what an ingest did, as it is told.
type Ingest struct {
	Data     string               // the data folder
	Accounts []*telemetry.Account // of every source that was looked at
	Records  uint64               // taken in
	Known    int                  // sources of which everything was kept before
	Grown    int                  // sources of which a first part was
	Expired  uint64               // rows removed because their time was over
	Looked   int                  // values of the intelligence in force that were looked for in what is new
	// Findings are those that are new or changed by it, of intelligence and of rules, by level.
	Findings  [hunt.Critical + 1]int
	Cut       []CutRule // rules that were not asked of some of the records
	Uncounted uint64    // matches that correlations were not told of
	Unkept    uint64    // findings of rules that were left out
	Stopped   bool      // by an error: only what was committed before it is kept
	Took      time.Duration
}

// CutRule is a rule that was not asked of some records, because it had used up its budget.
type CutRule struct {
	Rule    *hunt.RuleInfo
	Records uint64
}

// WriteIngest writes what an ingest did, as a table or as JSON.
func WriteIngest(w io.Writer, f Format, g *Ingest, o Options) error {
	b := bufio.NewWriter(w)
	switch f {
	case Table:
		writeIngestTable(b, g, o)
	case JSON:
		if err := writeIngestJSON(b, g); err != nil {
			return err
		}
	default:
		return fmt.Errorf("ingest writes table or json, not %s", f)
	}
	return b.Flush()
}

func writeIngestTable(w *bufio.Writer, g *Ingest, o Options) {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	r := &hunt.Result{Accounts: g.Accounts}
	p := &page{w: w, width: max(o.Width, minWidth), color: o.Color}
	p.in = foldersOf(r)
	v, c := verdictOf(r), coverageOf(r, p.in.telemetry)
	p.text(0, bold, ingestText(g, v.files))
	if s := spanText(v.first, v.last); s != "" && g.Records > 0 {
		p.text(0, "", "They span "+s+".")
	}
	if g.Expired > 0 {
		p.text(0, "", number(g.Expired)+" rows were removed because their time was over (registers/retention.yaml).")
	}
	if g.Looked > 0 {
		p.text(0, "", "Looked for "+count(g.Looked, "value")+" of intelligence in it.")
	}
	p.ingestFound(g)
	if s := p.in.text(); s != "" {
		p.text(0, dim, s)
	}
	p.coverage(r, &v, &c, len(r.Accounts))
	p.line("")
	end := "Kept in " + name(g.Data)
	if g.Stopped {
		end = "Stopped: what is told as taken in above is kept in " + name(g.Data) + ", what was only read is not"
	}
	p.text(0, dim, end+"; took "+durationText(g.Took)+". All times are UTC.")
}

// ingestFound says what was found, and what rules could not be asked of.
func (p *page) ingestFound(g *Ingest) {
	var levels []string
	total := 0
	for l := hunt.Critical; ; l-- {
		if n := g.Findings[l]; n > 0 {
			total += n
			levels = append(levels, number(n)+" "+l.String())
		}
		if l == hunt.Informational {
			break
		}
	}
	switch {
	case total > 0:
		p.text(0, bold, "New or changed: "+count(total, "finding")+" ("+strings.Join(levels, ", ")+"). See stormglass hunt --new.")
	case g.Looked > 0:
		p.text(0, "", "No finding is new or changed by it.")
	}
	for i, x := range g.Cut {
		if i == shownCut {
			p.text(0, "", "Nor were "+count(len(g.Cut)-shownCut, "further rule")+" asked of all of it.")
			break
		}
		p.text(0, "", "Not asked in full: "+ruleName(x.Rule)+" had used up its budget before "+count(x.Records, "record")+".")
	}
	if g.Uncounted > 0 {
		p.text(0, "", "Correlations were not told of "+number(g.Uncounted)+" "+either(number(g.Uncounted), "match", "matches")+": one commit keeps at most 16 MiB of them.")
	}
	if g.Unkept > 0 {
		p.text(0, "", "Left out: "+count(g.Unkept, "finding")+" of rules, those of the lowest level: one commit keeps at most 16 MiB of them.")
	}
}

func ingestText(g *Ingest, files int) string {
	s := "Took in " + count(g.Records, "record") + " from " + count(files, "file")
	switch {
	case g.Known > 0 && g.Grown > 0:
		s += "; " + count(g.Known, "file") + " had been taken in before, and " + number(g.Grown) + " had grown"
	case g.Known > 0:
		s += "; " + count(g.Known, "file") + " had been taken in before"
	case g.Grown > 0:
		s += "; " + number(g.Grown) + " had grown since"
	}
	return s + "."
}

// ingestJSON is the machine form of an ingest.
type ingestJSON struct {
	Data    string             `json:"data"`
	Records uint64             `json:"records"`
	Known   int                `json:"known_sources"`
	Grown   int                `json:"grown_sources"`
	Expired uint64             `json:"expired_rows"`
	Looked  int                `json:"values_looked_for"`
	Changed int                `json:"findings_changed"`
	Levels  map[string]int     `json:"findings_changed_by_level,omitempty"`
	Cut     []ingestCutJSON    `json:"rules_cut,omitempty"`
	Lost    uint64             `json:"matches_not_counted,omitempty"`
	Unkept  uint64             `json:"findings_left_out,omitempty"`
	Seconds float64            `json:"seconds"`
	Sources []ingestSourceJSON `json:"sources"`
}

// ingestCutJSON is a rule that was not asked of some records.
type ingestCutJSON struct {
	Rule    string `json:"rule"`
	Records uint64 `json:"records"`
}

type ingestSourceJSON struct {
	Name    string `json:"name"`
	ID      string `json:"id,omitempty"`
	Format  string `json:"format,omitempty"`
	Records uint64 `json:"records"`
	Lost    uint64 `json:"lost"`
	Skipped string `json:"skipped,omitempty"`
	Failed  string `json:"failed,omitempty"`
	Known   bool   `json:"known,omitempty"`
}

func writeIngestJSON(w io.Writer, g *Ingest) error {
	d := ingestJSON{
		Data: g.Data, Records: g.Records, Known: g.Known, Grown: g.Grown, Expired: g.Expired, Looked: g.Looked, Seconds: g.Took.Seconds(), Sources: []ingestSourceJSON{},
		Lost: g.Uncounted, Unkept: g.Unkept, Levels: map[string]int{},
	}
	for l, n := range g.Findings {
		if d.Changed += n; n > 0 {
			d.Levels[hunt.Level(l).String()] = n
		}
	}
	for _, x := range g.Cut {
		d.Cut = append(d.Cut, ingestCutJSON{x.Rule.Key, x.Records})
	}
	for _, a := range g.Accounts {
		s := ingestSourceJSON{
			Name: a.Source.Name, Format: a.Format, Records: a.Read, Lost: a.Problems.Losses(), Skipped: a.Skipped, Failed: a.Failed, Known: a.SameAs != "",
		}
		if a.Skipped == "" {
			s.ID = a.Source.ID.String()
		}
		d.Sources = append(d.Sources, s)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}
