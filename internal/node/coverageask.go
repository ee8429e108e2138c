package node

import (
	"context"
	"errors"
	"io"
	"time"

	"stormglass/content"
	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/intel"
	"stormglass/internal/register"
	"stormglass/internal/report"
	"stormglass/internal/store"
)

// CoverageQuestion asks what could be seen: in a data folder, or in telemetry that is read for it.
type CoverageQuestion struct {
	Data      string // else Telemetry
	Telemetry []string
	Registers string    // folder; of a data folder its own when empty
	Rules     RulePaths // which are asked what they need; of a data folder those that lie in it, and these
	From, To  time.Time // zero: all
	Stdin     io.Reader
	Workers   int
	Progress  func(done int64)
}

// Ask answers. Nothing is kept, and who writes a data folder is not disturbed.
func (q *CoverageQuestion) Ask(ctx context.Context) (*report.CoverageAnswer, error) {
	if q.Data != "" {
		return q.ofData(ctx)
	}
	return q.ofTelemetry(ctx)
}

// needs reads the rules, if there are any.
func (q *CoverageQuestion) needs(paths RulePaths, r *register.Registers) (*hunt.RulesAccount, error) {
	if paths.None() {
		return nil, nil //nolint:nilnil // no rules are named, which is no error
	}
	set, err := paths.Load(r)
	if err != nil {
		return nil, err
	}
	return set.Account(), nil
}

func (q *CoverageQuestion) ofTelemetry(ctx context.Context) (*report.CoverageAnswer, error) {
	var registers *register.Registers
	var err error
	if q.Registers != "" {
		if registers, err = LoadRegisters(q.Registers); err != nil {
			return nil, err
		}
	}
	rules, err := q.needs(q.Rules, registers)
	if err != nil {
		return nil, err
	}
	x, err := intel.NewLoader().Index()
	if err != nil {
		return nil, err
	}
	counter := &coverage.Counter{}
	p := pass{Paths: q.Telemetry, Stdin: q.Stdin, Workers: q.Workers, Progress: q.Progress, Like: &hunt.Engine{Index: x}, Tally: hunt.NewTally(x), Covered: counter}
	if _, err := p.run(ctx); err != nil {
		return nil, err
	}
	survey := coverage.Take(&coverage.Question{
		Rows: counter.Rows(), Cut: counter.Cut(), Registers: registers, From: q.From, To: q.To, Now: time.Now(), Sorts: rules.NeededSorts(),
	})
	return answerOf(survey, rules)
}

func (q *CoverageQuestion) ofData(ctx context.Context) (out *report.CoverageAnswer, err error) {
	view, err := depot.OpenView(ctx, q.Data, 0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	if q.Registers != "" {
		if view.Registers, err = LoadRegisters(q.Registers); err != nil {
			return nil, err
		}
	}
	paths := RulesOf(q.Data)
	paths.Rules, paths.Pipelines = append(paths.Rules, q.Rules.Rules...), append(paths.Pipelines, q.Rules.Pipelines...)
	rules, err := q.needs(paths, view.Registers)
	if err != nil {
		return nil, err
	}
	var covered store.Covered
	err = Reading(ctx, q.Data, func(ctx context.Context, s *store.Store) error {
		covered, err = s.Coverage(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	survey := surveyOf(view, &covered, coverage.Question{From: q.From, To: q.To, Sorts: rules.NeededSorts()})
	if out, err = answerOf(survey, rules); err != nil {
		return nil, err
	}
	if covered.Until != 0 {
		out.Notes = append(out.Notes, "A part of what is held was taken in before coverage was counted: stormglass hunt --data "+q.Data+" counts it.")
	}
	return out, nil
}

// answerOf adds to a survey what would open most rules.
func answerOf(s *coverage.Survey, rules *hunt.RulesAccount) (*report.CoverageAnswer, error) {
	advice, err := coverage.ReadAdvice(content.Logging())
	if err != nil {
		return nil, err
	}
	a := &report.CoverageAnswer{Survey: s}
	if rules != nil {
		a.Changes, a.Rules, a.Opened = changesOf(s, rules, advice)
	}
	return a, nil
}
