package node

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
)

// Replayed is what rules would have reported of what a data folder holds.
type Replayed struct {
	From, To   telemetry.Day // inclusive
	Rules      []ReplayedRule
	Account    *hunt.RulesAccount // what became of the rules, and what could not be read of them
	Incomplete []telemetry.Day    // days of which some records are gone or damaged
	Unread     []string           // what of these days cannot be read, in words
}

// ReplayedRule is what one rule would have reported.
type ReplayedRule struct {
	Rule     *hunt.RuleInfo
	Records  uint64           // of which it would have reported something; of a correlation, that were counted
	Days     []ReplayedDay    // with anything, in order
	Findings []*hunt.Finding  // by weight, with samples
	Kinds    []telemetry.Kind // of the records
}

// ReplayedDay is what a rule would have reported of one day; day 0 is of records without a time.
type ReplayedDay struct {
	Day      telemetry.Day
	Records  uint64
	Findings int
}

// Replay says what rules would have reported of the records that a data folder holds of some days, both included. Nothing is saved, and
// nobody who writes has to stop. Rules that nothing can be asked of are in Account.
func Replay(ctx context.Context, data string, paths RulePaths, from, to telemetry.Day) (*Replayed, error) {
	const tries = 3
	for range tries {
		r, err := replayOnce(ctx, data, paths, ledger.Days{From: from, To: to})
		if !errors.Is(err, depot.ErrChanged) {
			return r, err
		}
	}
	return nil, fault.Wrap(fault.Busy, depot.ErrChanged)
}

func replayOnce(ctx context.Context, data string, paths RulePaths, days ledger.Days) (_ *Replayed, err error) {
	view, err := depot.OpenView(ctx, data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	rules, err := paths.Load(view.Registers)
	if err != nil {
		return nil, err
	}
	pass := rulePass{view: view, rules: rules, days: days, workers: runtime.GOMAXPROCS(0)}
	found, err := pass.gather(ctx)
	if err != nil {
		return nil, err
	}
	r := &Replayed{From: days.From, To: days.To, Account: rules.Account(), Unread: unreadOf(view, days)}
	_, r.Incomplete = completeDays(view, days)
	r.Rules = replayedOf(rules, found.Findings)
	return r, nil
}

// replayedOf sorts findings by rule: every rule is there, in the order of the set.
func replayedOf(rules *hunt.RuleSet, findings []*hunt.Finding) []ReplayedRule {
	out := make([]ReplayedRule, len(rules.Infos))
	at := make(map[*hunt.RuleInfo]*ReplayedRule, len(out))
	for i, info := range rules.Infos {
		out[i].Rule = info
		at[info] = &out[i]
	}
	for _, f := range findings {
		if r := at[f.Rule]; r != nil {
			r.add(f)
		}
	}
	return out
}

func (r *ReplayedRule) add(f *hunt.Finding) {
	r.Records += f.Records
	r.Findings = append(r.Findings, f)
	r.Kinds = append(r.Kinds, f.Kinds...)
	slices.Sort(r.Kinds)
	r.Kinds = slices.Compact(r.Kinds)
	for i := range f.Days {
		d := &f.Days[i]
		n, ok := slices.BinarySearchFunc(r.Days, d.Day, func(x ReplayedDay, day telemetry.Day) int { return cmp.Compare(x.Day, day) })
		if !ok {
			r.Days = slices.Insert(r.Days, n, ReplayedDay{Day: d.Day})
		}
		r.Days[n].Records += d.Records
		r.Days[n].Findings++
	}
}
