package node

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/register"
	"stormglass/internal/report"
	"stormglass/internal/store"
)

// database reads what the database tells: holds, purges, findings, intelligence, and who asked.
func (p *privacy) database(ctx context.Context, s *store.Store) error {
	d := &p.Database
	if info, err := os.Stat(filepath.Join(p.Data, depot.Database)); err == nil {
		d.Bytes = uint64(info.Size())
	}
	totals, err := s.Totals(ctx)
	if err != nil {
		return err
	}
	d.Sources = totals.Sources
	files, err := s.Intel(ctx, false)
	if err != nil {
		return err
	}
	d.IntelFiles = len(files)
	indicators, err := s.CountIndicators(ctx)
	if err != nil {
		return err
	}
	for _, n := range indicators {
		d.IntelValues += n
	}
	findings, err := s.Findings(ctx, store.Filter{Gone: true, NoSamples: true})
	if err != nil {
		return err
	}
	d.Findings = map[string]int{}
	for i := range findings {
		d.Findings[findings[i].Triage.Status.String()]++
		if findings[i].Gone {
			d.FindingsGone++
		}
		if s := findings[i].Subject; s.Kind == hunt.SubjectAddr && p.registers.Networks.Class(s.Addr, findings[i].Last) == register.Subscriber {
			d.FindingsSubs++
		}
	}
	if p.holds, err = s.Holds(ctx, false); err != nil {
		return err
	}
	p.ofHolds()
	if err := p.purges(ctx, s); err != nil {
		return err
	}
	return p.reads(ctx, s)
}

func (p *privacy) ofHolds() {
	for i := range p.holds {
		h := &p.holds[i]
		r := report.Hold{Case: h.Name, Reason: h.Reason, Who: h.Who, Created: h.Created, Values: h.Values}
		if h.First != 0 {
			r.First = h.First.Day().String()
		}
		if h.Last != 0 {
			r.Last = h.Last.Day().String()
		}
		p.Holds = append(p.Holds, r)
	}
}

// purges lists the purges. One that was stopped, and done by a later one of the same value, is done.
func (p *privacy) purges(ctx context.Context, s *store.Store) error {
	all, err := s.Purges(ctx)
	done := map[string]time.Time{}
	for i := range all {
		if all[i].Done.After(done[string(all[i].Digest)]) {
			done[string(all[i].Digest)] = all[i].Done
		}
	}
	for i := range all {
		g := &all[i]
		if last := done[string(g.Digest)]; g.Done.IsZero() && last.After(g.Asked) {
			g.Done = last
		}
		p.Purges = append(p.Purges, report.PurgeNote{Kind: g.Kind.String(), Who: g.Who, Why: g.Why, Asked: g.Asked, Done: g.Done})
	}
	return err
}

// reads counts who asked.
func (p *privacy) reads(ctx context.Context, s *store.Store) error {
	reads, err := s.Reads(ctx, p.At.Add(-askedDays*24*time.Hour), 0)
	type group struct{ who, command string }
	groups := map[group]*report.AskedCount{}
	for _, r := range reads { // the last first
		g := group{r.Who, r.Command}
		k := groups[g]
		if k == nil {
			k = &report.AskedCount{Who: r.Who, Command: r.Command, Last: r.When}
			groups[g] = k
		}
		k.Times++
		k.Values += r.Values
		k.Subscribers += r.Subscribers
		if r.Reason != "" {
			p.Revealed = append(p.Revealed, report.RevealNote{When: r.When, Who: r.Who, Why: r.Reason, Values: r.Values})
		}
	}
	for _, k := range groups {
		p.Asked = append(p.Asked, *k)
	}
	slices.SortFunc(p.Asked, func(a, b report.AskedCount) int {
		return cmp.Or(strings.Compare(a.Who, b.Who), strings.Compare(a.Command, b.Command))
	})
	return err
}
