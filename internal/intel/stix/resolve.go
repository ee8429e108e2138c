package stix

import (
	"slices"
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// resolve accounts for everything that waited for the rest of the file. When the file was cut
// off, its markings may be missing, and what has none is taken as red.
func (rd *reader) resolve(cut bool) {
	for n := range rd.pending {
		p := &rd.pending[n]
		acc := rd.l.Begin(intel.Where{What: "object", ID: p.id, N: p.n})
		switch {
		case p.superseded != "":
			acc.Lose(intel.Listed, p.superseded, 0, p.name)
		case p.revoked:
			acc.Lose(intel.Listed, "revoked", 0, p.name)
		case p.role != "":
			rd.actor(acc, p)
		default:
			rd.values(acc, p, cut)
		}
		acc.End()
	}
	for n := range rd.reports {
		if r := &rd.reports[n]; r.used {
			rd.l.Loaded()
		} else {
			rd.l.NotLoaded(intel.Listed, "report or grouping without indicators", intel.Where{What: "object", ID: r.id}.String(), r.name)
		}
	}
}

func (rd *reader) actor(acc *intel.Item, p *pending) {
	if p.name == "" {
		acc.Lose(intel.Reported, "actor without a name", 0, "")
		return
	}
	aliases := slices.DeleteFunc(p.aliases, func(s string) bool { return s == p.name })
	rd.l.Actor(intel.Actor{Kind: p.role, Name: p.name, Aliases: aliases, Source: rd.ownSource(p.createdBy), ID: p.id})
	acc.Hold()
}

func (rd *reader) values(acc *intel.Item, p *pending, cut bool) {
	i := intel.Indicator{ID: p.id, From: p.from, Until: p.until, Comment: p.name, TLP: rd.marked(p.markings, p.labels)}
	within := rd.inReports[p.id]
	if len(within) > 0 {
		i.Source = rd.reportSource(within[0])
		for _, n := range within[1:] {
			i.TLP = max(i.TLP, rd.marked(rd.reports[n].markings, rd.reports[n].labels))
			rd.reports[n].used = true
		}
	} else {
		i.Source = rd.ownSource(p.createdBy)
	}
	if cut && i.TLP == intel.Unmarked {
		i.TLP = intel.Red
	}
	var m intel.Marks
	for _, id := range rd.indicates[p.id] {
		rd.nameInto(&m, id)
	}
	for _, s := range p.labels {
		m.Tag(s)
	}
	i.Names = m.Names()
	for _, t := range p.terms {
		take(acc, t, i)
	}
	for _, why := range p.open {
		acc.Lose(intel.Listed, "part of a pattern not yet hunted: "+why, 0, "")
	}
	if p.badTime {
		acc.Lose(intel.Reported, "valid_from and valid_until are no period", 0, "")
	}
}

// take adds the value of a term.
func take(acc *intel.Item, t Term, i intel.Indicator) {
	switch t.Kind { //nolint:exhaustive // the others stand for themselves
	case observable.Prefix:
		acc.TakeNet(t.Text, i)
	case observable.Unknown:
		if _, err := observable.ParseAs(observable.Domain, t.Text); err == nil {
			acc.Take(observable.Domain, t.Text, i)
			return
		}
		acc.TakeNet(t.Text, i)
	default:
		acc.Take(t.Kind, t.Text, i)
	}
}

// nameInto adds the name of an actor, campaign or malware that an object refers to.
func (rd *reader) nameInto(m *intel.Marks, id string) {
	if n, ok := rd.latest[id]; ok && rd.pending[n].role != "" && !rd.pending[n].revoked {
		m.Galaxy(rd.pending[n].role, rd.pending[n].name)
	}
}

// reportSource gives the source that a report is.
func (rd *reader) reportSource(n int) intel.SourceID {
	r := &rd.reports[n]
	r.used = true
	if r.declared {
		return r.src
	}
	r.declared = true
	src := &intel.Source{
		Format: "stix", File: rd.file, ID: r.id, Title: r.name, Org: rd.orgs[r.createdBy], Published: r.published.UTC(),
	}
	var m intel.Marks
	for _, s := range r.labels {
		m.Tag(s)
	}
	m.Mark(rd.marked(r.markings, nil))
	for _, id := range r.refs {
		rd.nameInto(&m, id)
	}
	m.Complete(src)
	r.src = rd.l.Source(src)
	return r.src
}

// ownSource gives the source of objects that no report names: the file, by publisher.
func (rd *reader) ownSource(createdBy string) intel.SourceID {
	id, ok := rd.own[createdBy]
	if !ok {
		title := rd.bundle
		if org := rd.orgs[createdBy]; org != "" {
			title = strings.TrimSpace("objects of " + org)
		}
		id = rd.l.Source(&intel.Source{Format: "stix", File: rd.file, ID: rd.bundle, Title: title, Org: rd.orgs[createdBy]})
		rd.own[createdBy] = id
	}
	return id
}
