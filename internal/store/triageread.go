package store

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// statusNow is the SQL of a finding's status at a time, of a row that triage is joined to as t.
func statusNow(now time.Time) string {
	return `CASE WHEN t.status = 2 AND t.until_us <> 0 AND t.until_us <= ` + strconv.FormatInt(micros(now), 10) + ` THEN 0 ELSE coalesce(t.status, 0) END`
}

// selectFindings is a query of findings with what was decided on them at a time.
func selectFindings(now time.Time) string {
	return `SELECT ` + findingSelect + `, f.n, coalesce(f.list, 0), f.changed, f.saved_us, f.gone, ` + statusNow(now) + `, ` + triageSelect +
		` FROM findings f LEFT JOIN triage t ON t.n = f.triage`
}

const triageSelect = `coalesce(t.status, 0), coalesce(t.reason, ''), coalesce(t.until_us, 0), coalesce(t.assignee, ''), coalesce(t.tickets, '[]'),
	coalesce(t.who, ''), coalesce(t.at_us, 0)`

// triageColumns are the status now and the columns of triageSelect.
type triageColumns struct {
	now, status, until, at         int64
	reason, assignee, tickets, who string
}

func (c *triageColumns) dest() []any {
	return []any{&c.now, &c.status, &c.reason, &c.until, &c.assignee, &c.tickets, &c.who, &c.at}
}

func (c *triageColumns) triage() (Triage, error) {
	t := Triage{
		Status: Status(c.now), Lapsed: c.now != c.status, Reason: c.reason, Until: timeOf(c.until),
		Assignee: c.assignee, Who: c.who, When: timeOf(c.at),
	}
	if c.tickets == "[]" {
		return t, nil
	}
	var tickets []text
	if err := decode(c.tickets, &tickets); err != nil {
		return t, fmt.Errorf("read tickets: %w", err)
	}
	t.Tickets = plain(tickets)
	return t, nil
}

// History gives the steps that were taken on a finding, the first one first, named as for Finding.
func (s *Store) History(ctx context.Context, id string) (out []Step, err error) {
	err = s.view(ctx, "read history of finding", func(t *txn) error {
		n, err := t.namedFinding(ctx, id)
		if err != nil {
			return err
		}
		return t.each(ctx, func(scan scanner) error {
			var c triageColumns
			var step Step
			if err := scan(append(c.dest(), &step.Action)...); err != nil {
				return err
			}
			step.Triage, err = c.triage()
			out = append(out, step)
			return err
		}, `SELECT t.status, `+triageSelect+`, t.action FROM triage t JOIN findings f ON f.id = t.finding WHERE f.n = ? ORDER BY t.n`, n)
	})
	return out, err
}

// scanFinding takes a row of a finding as a candidate, named by its value and subject.
func (c *candidates) scanFinding(scan scanner) error {
	var one candidate
	var f findingColumns
	err := scan(&one.n, &one.id, &f.kind, &f.value, &f.subjectKind, &f.subject)
	if err == nil {
		one.name = f.value + ", " + f.subject
	}
	*c = append(*c, one)
	return err
}
