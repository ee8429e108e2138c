package report

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// RuleStats is what rules cost over given telemetry, the dearest first.
type RuleStats struct {
	Records   uint64
	Shortened uint64 // texts that were longer than rules look at
	Rules     []RuleCost
}

// RuleCost is what one rule cost.
type RuleCost struct {
	Key         string        `json:"key"`
	Title       string        `json:"title"`
	Steps       uint64        `json:"steps"`        // of work
	NotAssessed string        `json:"not_assessed"` // why it was asked of nothing; empty when it was asked
	Share       float64       `json:"share"`        // of all steps, 0 to 1
	Time        time.Duration `json:"time_ns"`      // an estimate
	Candidates  uint64        `json:"candidates"`   // records that the index could not rule out
	Asked       uint64        `json:"asked"`        // of these, records of its log source
	Matched     uint64        `json:"matched"`
	Cut         uint64        `json:"cut"` // records of which it was not asked, because it had used up its budget
}

// WriteRuleStats writes what rules cost, as a table, JSON or JSON lines.
func WriteRuleStats(w io.Writer, f Format, s *RuleStats, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		s.table(newPage(b, o))
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.rule-stats/1")
		j.field("records", s.Records)
		j.field("shortened", s.Shortened)
		j.list("rules", len(s.Rules), func(i int) any { return &s.Rules[i] })
		err = j.end()
	case JSONL:
		for i := range s.Rules {
			if err = writeLine(b, &s.Rules[i]); err != nil {
				return err
			}
		}
	default:
		err = fmt.Errorf("what rules cost is written as table, json or jsonl, not as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func (s *RuleStats) table(p *page) {
	rows := [][]string{{"rule", "id", "share", "time", "candidates", "asked", "matched", "cut"}}
	idle, cut, why := 0, 0, map[string]int{}
	keys := ruleKeysOf(s.Rules, func(r *RuleCost) string { return r.Key })
	for i := range s.Rules {
		r := &s.Rules[i]
		if r.Cut > 0 {
			cut++
		}
		if r.NotAssessed != "" {
			why[r.NotAssessed]++
			continue
		}
		if r.Candidates == 0 {
			idle++
			continue
		}
		rows = append(rows, []string{
			cutText(ruleTitle(r.Title, r.Key), maxRuleTitle), keys.short(r.Key), strconv.FormatFloat(100*r.Share, 'f', 1, 64) + " %", costText(r.Time),
			number(r.Candidates), number(r.Asked), number(r.Matched), number(r.Cut),
		})
	}
	p.text(0, bold, count(len(s.Rules), "rule")+", "+count(s.Records, "record")+": "+number(idle)+" had no candidate, "+noneOr(cut, "rule")+" cut short.")
	for _, w := range slices.Sorted(maps.Keys(why)) {
		p.text(0, warn, count(why[w], "rule")+" not assessed: "+name(w)+".")
	}
	if s.Shortened > 0 {
		p.text(0, warn, count(s.Shortened, "text")+map[bool]string{true: " was", false: " were"}[s.Shortened == 1]+" longer than rules look at.")
	}
	if len(rows) > 1 {
		p.shorten(rows, 0, 1)
		p.line("")
		p.columns(0, []bool{false, false, true, true, true, true, true, true}, rows)
		p.line("")
		p.text(0, dim, "share: of the work of all rules; time: an estimate from every 64th time that a rule was asked, - where none was timed. candidates: what the index could not rule out; asked: of these, records of the rule's log source.")
	}
}

// costText writes a time that may be short; none was taken of what was asked a few times.
func costText(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	if d < time.Millisecond {
		return strconv.FormatInt(d.Microseconds(), 10) + " µs"
	}
	return durationText(d)
}
