package node

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"stormglass/internal/collect"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// RuleExplain says why rules do or do not match records.
type RuleExplain struct {
	Rules     *hunt.RuleSet
	Only      *rule.Rule // nil: every detection
	Telemetry string     // a file, or - for standard input
	Ordinal   uint64     // the record's number, for lines its line; 0: the first records
	Most      int        // records explained
	Stdin     io.Reader
}

// Run reads the telemetry and explains, in the order of records and rules.
func (x *RuleExplain) Run(ctx context.Context) ([]report.RuleExplained, error) {
	var out []report.RuleExplained
	files := &collect.Files{Stdin: x.Stdin}
	records := 0
	err := files.Each(ctx, []string{x.Telemetry}, func(m *collect.Member) error {
		e := explaining{RuleExplain: x, left: x.Most - records}
		reader := collect.Reader{Workers: 1, Handle: e.batch, Exports: captured}
		a, err := reader.Read(ctx, m)
		if err != nil {
			return err
		}
		if a.Skipped != "" && m.Name == x.Telemetry {
			return fault.Wrap(fault.Invalid, fmt.Errorf("%s: %s", m.Name, a.Skipped))
		}
		records += e.records
		out = append(out, e.sorted()...)
		return nil
	})
	if err == nil && records == 0 {
		err = fault.Hint(fault.NotFound, fmt.Errorf("%s holds no record %s", x.Telemetry, place(x.Ordinal)), "records are numbered by line; of one JSON value over several lines by value. stormglass inspect PATH says what a file is")
	}
	return out, err
}

func place(ordinal uint64) string {
	if ordinal == 0 {
		return "that could be read"
	}
	return fmt.Sprintf("of number %d", ordinal)
}

// explaining explains the records of one source.
type explaining struct {
	*RuleExplain
	left int

	mu      sync.Mutex
	records int
	found   []report.RuleExplained
}

func (e *explaining) batch(_ context.Context, b *telemetry.Batch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range b.Len() {
		if e.records >= e.left {
			return nil
		}
		if e.Ordinal != 0 && b.Head(i).Ordinal != e.Ordinal {
			continue
		}
		e.records++
		for _, c := range e.Rules.Program.Rules() {
			if e.Only == nil || e.Only == c.Rule {
				e.found = append(e.found, report.RuleExplained{Explanation: e.Rules.Program.Explain(c.Number, b, i), Record: hunt.SampleOfRecord(b, i)})
			}
		}
	}
	return nil
}

func (e *explaining) sorted() []report.RuleExplained {
	slices.SortStableFunc(e.found, func(a, b report.RuleExplained) int { return cmp.Compare(a.Record.Ordinal, b.Record.Ordinal) })
	return e.found
}
