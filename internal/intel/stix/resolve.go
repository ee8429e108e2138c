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
	rd.doc = nil // its buffer is as large as the largest object
	rd.actors = rd.waiting.names()
	rd.nameInReports()
	for p := range rd.waiting.drain {
		acc := rd.l.Begin(rd.where(p.id))
		switch {
		case p.version != counts:
			acc.Lose(intel.Listed, p.version.superseded(), 0, p.name)
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
	within := rd.inReports.of(p.written)
	if len(within) > 0 {
		i.Source = rd.reportSource(&rd.reports[within[0].count()])
		for _, c := range within[1:] {
			r := &rd.reports[c.count()]
			i.TLP = max(i.TLP, rd.marked(r.markings, r.labels))
			r.used = true
		}
	} else {
		i.Source = rd.ownSource(p.createdBy)
	}
	if cut && i.TLP == intel.Unmarked {
		i.TLP = intel.Red
	}
	var m intel.Marks
	for _, c := range rd.indicates.of(p.written) {
		if a, ok := rd.actors[string(c.rest)]; ok {
			m.Galaxy(a.role, a.name)
		}
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
	switch t.Kind {
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

// nameInReports gives every report the actors that it names, in its own order.
func (rd *reader) nameInReports() {
	for id, a := range rd.actors {
		for _, c := range rd.inReports.of([]byte(id)) {
			r := &rd.reports[c.count()]
			r.actors = append(r.actors, named{c.count(), a})
		}
	}
	for n := range rd.reports {
		slices.SortFunc(rd.reports[n].actors, func(a, b named) int { return a.at - b.at })
	}
}

// reportSource gives the source that a report is.
func (rd *reader) reportSource(r *report) intel.SourceID {
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
	for _, a := range r.actors {
		m.Galaxy(a.role, a.name)
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
