package report

import (
	"bufio"
	"time"
)

// keptFindingJSON is a finding as hunt writes it, with what people decided.
type keptFindingJSON struct {
	*FindingJSON
	Triage  triageJSON `json:"triage"`
	Changed uint64     `json:"changed"` // number of its last change
	Saved   *time.Time `json:"first_saved"`
	Gone    bool       `json:"gone"`
}

type triageJSON struct {
	Status   string     `json:"status"`
	Lapsed   bool       `json:"lapsed"`
	Reason   string     `json:"reason"`
	Until    *time.Time `json:"until"`
	Assignee string     `json:"assignee"`
	Tickets  []string   `json:"tickets"`
	Who      string     `json:"who"`
	When     *time.Time `json:"when"`
}

type stepJSON struct {
	Action string `json:"action"`
	triageJSON
}

func keptOf(f *KeptFinding) keptFindingJSON {
	return keptFindingJSON{FindingJSON: findingOf(f.Finding), Triage: triageOf(&f.Triage), Changed: f.Changed, Saved: timeOf(f.Saved), Gone: f.Gone}
}

func triageOf(t *Triage) triageJSON {
	return triageJSON{
		Status: t.Status, Lapsed: t.Lapsed, Reason: t.Reason, Until: timeOf(t.Until), Assignee: t.Assignee, Tickets: list(t.Tickets),
		Who: t.Who, When: timeOf(t.When),
	}
}

func writeFindingListJSON(b *bufio.Writer, l *FindingList) error {
	w := &fieldWriter{b: b}
	w.field("text", l.text())
	w.field("last_change", l.LastChange)
	w.field("dismissed_not_shown", l.Dismissed)
	w.list("findings", len(l.Findings), func(i int) any { return keptOf(&l.Findings[i]) })
	return w.end()
}

// writeFindingListJSONL writes every finding on a line with "type": "finding", then a summary.
func writeFindingListJSONL(b *bufio.Writer, l *FindingList) error {
	for i := range l.Findings {
		if err := writeLine(b, struct {
			Type string `json:"type"`
			keptFindingJSON
		}{"finding", keptOf(&l.Findings[i])}); err != nil {
			return err
		}
	}
	return writeLine(b, struct {
		Type       string `json:"type"`
		Text       string `json:"text"`
		LastChange uint64 `json:"last_change"`
		Dismissed  int    `json:"dismissed_not_shown"`
		Findings   int    `json:"findings"`
	}{"summary", l.text(), l.LastChange, l.Dismissed, len(l.Findings)})
}

func writeDetailJSON(b *bufio.Writer, d *FindingDetail) error {
	w := &fieldWriter{b: b}
	w.field("finding", keptOf(&d.KeptFinding))
	w.list("history", len(d.History), func(i int) any {
		s := &d.History[i]
		return stepJSON{s.Action, triageOf(&s.Triage)}
	})
	return w.end()
}
