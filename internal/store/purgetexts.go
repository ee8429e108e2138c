package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"stormglass/internal/observable/trace"
)

// column is one that may hold a text from outside.
type column struct {
	table, name string
	json        bool
}

// columns are all of them, except those in which a trace removes the whole row.
var columns = []column{
	{"sources", "name", false},
	{"sources", "sensor", false},
	{"sources", "skipped", false},
	{"sources", "account", true},
	{"intel_files", "name", false},
	{"intel_files", "report", true},
	{"intel_sources", "says", true},
	{"statements", "says", true},
	{"rules", "says", true},
	{"findings", "subject", false}, // of findings about a source; others go
	{"findings", "details", true},
	{"finding_days", "sensors", true},
	{"matches", "body", true},
	{"triage", "who", false},
	{"triage", "reason", false},
	{"triage", "assignee", false},
	{"triage", "tickets", true},
	{"holds", "name", false},
	{"holds", "reason", false},
	{"purges", "why", false},
	{"reads", "reason", false},
	{"outbox_items", "key", false},
	{"outbox_items", "alarm", true},
	{"outbox_messages", "body", true},
	{"outbox_deliveries", "error", false},
	{"outbox_sinks", "error", false},
}

// blankTexts puts Blank where texts hold the value.
func (p *purger) blankTexts(ctx context.Context) error {
	for _, c := range columns {
		if err := p.blankColumn(ctx, c); err != nil {
			return fmt.Errorf("purge %s of %s: %w", c.name, c.table, err)
		}
	}
	return nil
}

func (p *purger) blankColumn(ctx context.Context, c column) error {
	changes := map[int64]string{}
	err := p.each(ctx, func(scan scanner) error {
		var n int64
		var s string
		if err := scan(&n, &s); err != nil {
			return err
		}
		out, changed, err := p.blanked(s, c.json)
		if changed {
			changes[n] = out
		}
		return err
	}, `SELECT n, `+c.name+` FROM `+c.table)
	if err != nil {
		return err
	}
	p.purged.Texts += len(changes)
	for n, s := range changes {
		if err := p.exec(ctx, `UPDATE `+c.table+` SET `+c.name+` = ? WHERE n = ?`, s, n); err != nil {
			return err
		}
		if err := p.forgetDigest(ctx, c.table, n); err != nil {
			return err
		}
	}
	return nil
}

// forgetDigest replaces the digest over a changed row, which would tell the value to who guesses it.
// The row is not shared any more by findings that are saved later.
func (p *purger) forgetDigest(ctx context.Context, table string, n int64) error {
	switch table {
	case "rules":
		return p.exec(ctx, `UPDATE rules SET digest = ? WHERE n = ?`, []byte(rand.Text()), n)
	case "intel_sources":
		return p.exec(ctx, `UPDATE intel_sources SET digest = ? WHERE n = ?`, []byte(rand.Text()), n)
	case "statements":
		return p.exec(ctx, `UPDATE statement_lists SET digest = ? WHERE n = (SELECT list FROM statements WHERE n = ?)`, []byte(rand.Text()), n)
	}
	return nil
}

func (p *purger) blanked(s string, isJSON bool) (out string, changed bool, err error) {
	if isJSON {
		return blankJSON(&p.trace, s)
	}
	out, changed = p.trace.Blank(s)
	return out, changed, nil
}

// blankJSON puts Blank where the strings of a JSON text hold the value, names of members included.
func blankJSON(t *trace.Trace, s string) (out string, changed bool, err error) {
	var b strings.Builder
	d := jsontext.NewDecoder(strings.NewReader(s), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	e := jsontext.NewEncoder(&b, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return strings.TrimSuffix(b.String(), "\n"), changed, nil
		}
		if err != nil {
			return s, false, err
		}
		if token.Kind() == '"' {
			text, found := t.Blank(token.String())
			changed = changed || found
			token = jsontext.String(text)
		}
		if err := e.WriteToken(token); err != nil {
			return s, false, err
		}
	}
}
