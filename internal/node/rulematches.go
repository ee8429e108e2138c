package node

import (
	"context"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/correlate"
	"stormglass/internal/store"
)

// matchOf gives a match that was kept as correlations count it.
func matchOf(e *edition, m *store.Counted) *correlate.Match {
	return &correlate.Match{
		Rule: e.byID[m.Rule], At: m.At, Doubt: m.Doubt, Values: m.Values, Absent: m.Absent,
		Ref: correlate.Ref{Source: m.Source, Ordinal: m.Ordinal, At: m.At, Kind: m.Kind, Subject: m.Subject},
	}
}

// longest gives the longest timespan of correlations.
func (e *edition) longest() (d time.Duration) {
	for _, x := range e.set.Collection.Rules {
		if x.Correlation != nil {
			d = max(d, x.Correlation.Timespan)
		}
		if x.Detection != nil && x.Detection.Aggregate != nil {
			d = max(d, x.Detection.Aggregate.Timespan)
		}
	}
	const most = 400 * 24 * time.Hour / reach
	return min(d, most)
}

// stored gives a finding as it is kept, nil when there is none.
func (k *Keeper) stored(ctx context.Context, id hunt.FindingID) (*hunt.Finding, error) {
	f, err := k.Store.Finding(ctx, id.String())
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil, nil //nolint:nilnil // there may be none
	}
	if err != nil {
		return nil, err
	}
	return f.Finding, nil
}
