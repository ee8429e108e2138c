package node

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// Heard says in short what verdicts about the last hours would rest on: who was heard, what was lost, what rules could see.
type Heard struct {
	At         time.Time // when it was counted
	Registered int       // devices; 0: nobody knows how many there are
	Devices    int       // of them that were heard; of all where there is no register
	Unknown    int       // devices that were heard and are in no register
	Kinds      []HeardKind
	Sensors    []HeardName       // what sees records that name no device, last heard first
	Silent     []HeardName       // devices and sensors that were heard in the days before and are no more; those longest silent first
	Never      []string          // devices of the register that were not heard in the days before either
	Claims     []*coverage.Claim // devices in whose names other machines wrote in the last hours, those of the most lines first
	Unproven   int               // devices of which nobody states from where they speak: whoever may send may write in their names
	Rules      HeardRules
}

// HeardKind is one kind of record over the last hours.
type HeardKind struct {
	Kind    telemetry.Kind
	From    int // devices and sensors
	Records uint64
	Last    telemetry.Instant // the last hour with records, its begin
	Gaps    int               // hours in which something was lost of somebody, or nothing came from anybody
	Lost    uint64            // records, as far as it is known
}

// HeardName is a device or sensor, and the last hour in which it was heard.
type HeardName struct {
	Name string
	Last telemetry.Instant
}

// HeardRules counts rules by what they could see in the last hours.
type HeardRules struct{ Rules, Assessed, Gaps, NotAssessed, Never int }

// The hours that Heard tells of; who was heard within the days and not in the last hours is silent.
const (
	heardHours  = 24
	heardDays   = 7
	silentHours = 3
)

// Heard counts. It reads the rows of coverage of a week.
func (k *Keeper) Heard(ctx context.Context, now time.Time) (out *Heard, err error) {
	today := telemetry.InstantOf(now).Day()
	covered, err := k.Store.CoverageFrom(ctx, today-heardDays)
	if err != nil {
		return nil, err
	}
	view, err := depot.OpenView(ctx, k.Data, 0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, view.Close()) }()
	end := now.UTC().Truncate(time.Hour).Add(time.Hour)
	week := surveyOf(view, &covered, coverage.Question{From: end.AddDate(0, 0, -heardDays), To: end})
	e := k.rules.edition()
	var account *hunt.RulesAccount
	if e.set != nil {
		account = e.set.Account()
	}
	last := surveyOf(view, &covered, coverage.Question{From: end.Add(-heardHours * time.Hour), To: end, Sorts: account.NeededSorts()})
	out = &Heard{At: now.UTC(), Registered: last.Registered, Unknown: last.Unknown, Claims: last.Claims(), Unproven: last.Unproven()}
	out.names(week, telemetry.InstantOf(end.Add(-silentHours*time.Hour)))
	out.kinds(last)
	if account != nil {
		out.Rules, err = k.heardRules(ctx, e, account, last, &covered)
	}
	return out, err
}

// names tells who was heard when.
func (h *Heard) names(s *coverage.Survey, since telemetry.Instant) {
	for _, d := range s.Devices {
		last := telemetry.Instant(0)
		for _, l := range d.Lines {
			last = max(last, l.Last)
		}
		switch {
		case last == 0 && d.Registered:
			h.Never = append(h.Never, d.Name)
			continue
		case last == 0, d.Claim != nil:
			continue
		case last < since && (d.Registered || d.Sensor || s.Registered == 0): // names that the register lacks may be made up
			h.Silent = append(h.Silent, HeardName{d.Name, last})
		}
		if d.Sensor {
			h.Sensors = append(h.Sensors, HeardName{d.Name, last})
		}
	}
	slices.SortStableFunc(h.Silent, func(a, b HeardName) int { return cmp.Compare(a.Last, b.Last) })
	slices.SortStableFunc(h.Sensors, func(a, b HeardName) int { return cmp.Compare(b.Last, a.Last) })
}

// kinds tells what came.
func (h *Heard) kinds(s *coverage.Survey) {
	of, gaps := map[telemetry.Kind]*HeardKind{}, map[telemetry.Kind][]bool{}
	for _, d := range s.Devices {
		heard := false
		for _, l := range d.Lines {
			if l.Class != "" || !l.Ever() || d.Claim != nil {
				continue
			}
			heard = true
			x := of[l.Kind]
			if x == nil {
				x = &HeardKind{Kind: l.Kind}
				of[l.Kind], gaps[l.Kind] = x, make([]bool, s.Hours)
			}
			for n, gap := range gaps[l.Kind] {
				gaps[l.Kind][n] = gap || l.HoledAt(n) || s.GapAt(l.Kind, n)
			}
			x.From++
			x.Records += l.Records
			x.Last = max(x.Last, l.Last)
			x.Lost += l.Losses(nil).Lost
		}
		if heard && !d.Sensor && (d.Registered || s.Registered == 0) {
			h.Devices++
		}
	}
	for _, x := range of {
		for _, gap := range gaps[x.Kind] {
			if gap {
				x.Gaps++
			}
		}
		x.Lost += s.Losses(x.Kind, nil).Lost
		h.Kinds = append(h.Kinds, *x)
	}
	slices.SortFunc(h.Kinds, func(a, b HeardKind) int { return cmp.Compare(a.Kind, b.Kind) })
}

// heardRules tells what rules in force could see.
func (k *Keeper) heardRules(ctx context.Context, e *edition, account *hunt.RulesAccount, s *coverage.Survey, covered *store.Covered) (out HeardRules, err error) {
	r := &hunt.Result{Rules: account, Coverage: s, Kept: true, Accounts: []*telemetry.Account{{}}}
	for _, row := range covered.Rows {
		for _, n := range row.Hours {
			r.Accounts[0].Kinds[row.Kind] += uint64(n)
		}
	}
	if r.Analysers, err = k.analysersRan(); err != nil {
		return out, err
	}
	if r.Evaluated, err = k.evaluated(ctx, e, covered); err != nil {
		return out, err
	}
	account.Recall(r.Evaluated)
	v := r.Verdicts()
	for i := range v.Rules {
		x := &v.Rules[i]
		out.Rules++
		switch {
		case x.Never:
			out.Never++
			out.NotAssessed++
		case x.Answer == hunt.NotAssessed:
			out.NotAssessed++
		default:
			out.Assessed++
			if x.Gaps {
				out.Gaps++
			}
		}
	}
	return out, nil
}
