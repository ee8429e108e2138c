package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// RuleReplay is what rules would have reported on each day.
type RuleReplay struct {
	From, To    telemetry.Day
	Rules       []RuleReplayed // those that would have reported most first
	NotAssessed []RuleRow
	Remarks     []string // what of these days could not be read
}

// RuleReplayed is what one rule would have reported.
type RuleReplayed struct {
	Rule     *hunt.RuleInfo
	Records  uint64
	Findings int // subjects
	Days     []ReplayDay
	Whom     []string // some subjects
}

// ReplayDay is one day of a replay; day 0 is of records without a time.
type ReplayDay struct {
	Day      telemetry.Day
	Records  uint64
	Findings int
}

// WriteRuleReplay writes what rules would have reported by day, as a table, JSON, or JSON lines with a rule and day each.
func WriteRuleReplay(w io.Writer, f Format, r *RuleReplay, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		r.table(newPage(b, o))
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.rule-replay/1")
		j.field("from", r.From.String())
		j.field("to", r.To.String())
		j.field("remarks", list(r.Remarks))
		j.list("rules", len(r.Rules), func(i int) any { return replayedOf(&r.Rules[i]) })
		j.field("not_assessed", list(r.NotAssessed))
		err = j.end()
	case JSONL:
		for i := range r.Rules {
			x := replayedOf(&r.Rules[i])
			for _, d := range x.Days {
				if err = writeLine(b, struct {
					Rule  string `json:"rule"`
					Title string `json:"title"`
					replayDayJSON
				}{x.Rule.Key, x.Rule.Title, d}); err != nil {
					return err
				}
			}
		}
	default:
		err = fmt.Errorf("a replay is written as table, json or jsonl, not as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func (r *RuleReplay) table(p *page) {
	met := 0
	for i := range r.Rules {
		if r.Rules[i].Findings > 0 {
			met++
		}
	}
	p.text(0, bold, number(met)+" of "+count(len(r.Rules)+len(r.NotAssessed), "rule")+" would have reported something from "+r.From.String()+" to "+r.To.String()+" (UTC).")
	if n := len(r.NotAssessed); n > 0 {
		p.text(0, warn, count(n, "rule")+" could not be asked (stormglass rules check).")
	}
	for _, s := range r.Remarks {
		p.text(0, warn, upper(prose(s))+".")
	}
	for i := range r.Rules {
		if r.Rules[i].Findings > 0 {
			p.replayed(&r.Rules[i], r.From, r.To)
		}
	}
}

// maxBars is how many days are drawn.
const maxBars = 62

func (p *page) replayed(r *RuleReplayed, from, to telemetry.Day) {
	p.heading(ruleTitle(r.Rule.Title, r.Rule.Key) + " (" + joined(", ", r.Rule.Level.String(), shortKey(r.Rule.Key)) + ")")
	p.field("would be", count(r.Findings, "finding")+" of "+count(r.Records, "record")+" on "+count(len(r.Days), "day"))
	if to-from < maxBars {
		p.field("by day", bars(r.Days, from, to))
	}
	busiest := 0
	for i := range r.Days {
		if r.Days[i].Records > r.Days[busiest].Records {
			busiest = i
		}
	}
	if len(r.Days) > 0 {
		d := &r.Days[busiest]
		p.field("most", replayDayText(d.Day)+": "+count(d.Findings, "finding")+", "+count(d.Records, "record"))
	}
	p.field("about", listed(names(r.Whom), 5))
}

func replayDayText(d telemetry.Day) string {
	if d <= 0 {
		return "records without a time"
	}
	return d.String()
}

// bars draws a day a character: a dot for none, else how many findings beside the day with most.
func bars(days []ReplayDay, from, to telemetry.Day) string {
	signs := []rune("▁▂▃▄▅▆▇█")
	most, by := 1, map[telemetry.Day]int{}
	for _, d := range days {
		by[d.Day] = d.Findings
		most = max(most, d.Findings)
	}
	var b strings.Builder
	for d := from; d <= to; d++ {
		if n := by[d]; n > 0 {
			b.WriteRune(signs[(n*len(signs)-1)/most])
		} else {
			b.WriteByte('.')
		}
	}
	return b.String()
}

type replayedJSON struct {
	Rule     *RuleJSON       `json:"rule"`
	Records  uint64          `json:"records"`
	Findings int             `json:"findings"`
	Days     []replayDayJSON `json:"days"`
	Subjects []string        `json:"subjects"` // some
}

type replayDayJSON struct {
	Day      string `json:"day"` // "" of records without a time
	Records  uint64 `json:"records"`
	Findings int    `json:"findings"`
}

func replayedOf(r *RuleReplayed) replayedJSON {
	out := replayedJSON{ruleOf(r.Rule), r.Records, r.Findings, []replayDayJSON{}, list(r.Whom)}
	for _, d := range r.Days {
		day := ""
		if d.Day > 0 {
			day = d.Day.String()
		}
		out.Days = append(out.Days, replayDayJSON{day, d.Records, d.Findings})
	}
	return out
}
