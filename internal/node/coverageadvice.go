package node

import (
	"cmp"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// change is messages of a sort that do not come from devices of a platform.
type change struct {
	sort     coverage.Sort
	platform string
}

// gain is what a change would open.
type gain struct {
	devices map[string]*coverage.Device
	rules   map[string]string // that lack nothing else on one of the devices: key and title
	wait    map[string]bool   // that lack something else too
	silent  bool              // one of the devices sends nothing of the kind at all
}

// changesOf gives what would have to be logged for rules to be asked, that which opens most rules first, how many rules there are, and of
// how many of them nothing lacks on some device.
func changesOf(s *coverage.Survey, rules *hunt.RulesAccount, advice *coverage.Advice) (out []report.LoggingChange, asked, opened int) {
	gains := map[change]*gain{}
	for n := range rules.Rules {
		r := &rules.Rules[n]
		if r.Silent || r.NotAssessed != "" {
			continue
		}
		asked++
		if lackOn(s, r, rules.Wants(n), gains) {
			opened++
		}
	}
	for c, g := range gains {
		out = append(out, c.told(g, advice))
	}
	slices.SortFunc(out, func(a, b report.LoggingChange) int {
		return cmp.Or(
			cmp.Compare(b.Rules, a.Rules), cmp.Compare(b.Wait, a.Wait), adviceFirst(a.NoAdvice, b.NoAdvice), cmp.Compare(len(a.Lines), len(b.Lines)), cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.Platform, b.Platform),
		)
	})
	return out, asked, opened
}

// lackOn notes what lacks for a rule, device by device, and reports whether nothing does on one of them, or for one of the sensors.
func lackOn(s *coverage.Survey, r *hunt.RuleAccount, wants [][]coverage.Sort, gains map[change]*gain) (whole bool) {
	for _, d := range s.Devices {
		if d.Claim != nil || !d.OfProduct(r.Product) {
			continue
		}
		lacking, possible := lackingOf(d, wants)
		if len(lacking) == 0 && possible {
			whole = true
			continue
		}
		for _, sort := range lacking {
			if d.Sensor || !possible {
				continue // what a sensor sees no device is told to log
			}
			g := gainOf(gains, change{sort, d.Platform})
			g.devices[d.Name] = d
			g.silent = g.silent || !ever(d, coverage.Sort{Kind: sort.Kind})
			if len(lacking) == 1 {
				g.rules[r.Key] = cmp.Or(r.Title, r.Key)
			} else if _, is := g.rules[r.Key]; !is {
				g.wait[r.Key] = true
			}
		}
	}
	return whole
}

// adviceFirst has changes for which there is advice come before those for which there is none.
func adviceFirst(noA, noB bool) int {
	switch {
	case noA == noB:
		return 0
	case noA:
		return 1
	}
	return -1
}

func gainOf(gains map[change]*gain, c change) *gain {
	if gains[c] == nil {
		gains[c] = &gain{devices: map[string]*coverage.Device{}, rules: map[string]string{}, wait: map[string]bool{}}
	}
	return gains[c]
}

// lackingOf gives the sorts of record that never came from a device and that a rule needs; not possible: it needs what only sensors see, and
// the device is none that gives it.
func lackingOf(d *coverage.Device, wants [][]coverage.Sort) (out []coverage.Sort, possible bool) {
	for _, list := range wants {
		if slices.ContainsFunc(list, func(s coverage.Sort) bool { return ever(d, s) }) {
			continue
		}
		n := slices.IndexFunc(list, func(s coverage.Sort) bool { return s.Kind == telemetry.KindEvent || s.Kind == telemetry.KindFlow })
		if n < 0 {
			return nil, false
		}
		out = append(out, list[n])
	}
	return out, true
}

// ever reports whether records of a sort come from a device.
func ever(d *coverage.Device, s coverage.Sort) bool {
	l := d.Line(s)
	return l != nil && (l.Ever() || s.Unswitched() && l.Hours[coverage.Silent] > 0)
}

// told writes a change for people.
func (c change) told(g *gain, advice *coverage.Advice) report.LoggingChange {
	out := report.LoggingChange{Sort: c.sort.String(), Platform: cmp.Or(advice.Name(c.platform), c.platform), Rules: len(g.rules), Devices: []string{}, Titles: []string{}, Lines: []string{}}
	for name := range g.devices {
		out.Devices = append(out.Devices, name)
	}
	for key := range g.wait {
		if _, is := g.rules[key]; !is {
			out.Wait++
		}
	}
	for _, title := range g.rules {
		out.Titles = append(out.Titles, title)
	}
	slices.Sort(out.Devices)
	slices.Sort(out.Titles)
	s, ok := advice.For(c.platform, c.sort)
	if !ok {
		out.NoAdvice = true
		return out
	}
	out.Lines, out.Source, out.Certain, out.Note = s.Lines, s.Source, s.Certain, s.Note
	if base, ok := advice.For(c.platform, coverage.Sort{Kind: c.sort.Kind}); ok && g.silent && base != s {
		out.Lines, out.Certain = slices.Concat(base.Lines, s.Lines), s.Certain && base.Certain
	}
	return out
}
