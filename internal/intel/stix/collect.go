package stix

import (
	"time"

	"stormglass/internal/intel"
	"stormglass/internal/intel/jsonwalk"
)

// reader is the state of one file. What objects say of each other is joined when all are read.
type reader struct {
	doc    *jsonwalk.Doc
	l      *intel.Loader
	file   string
	bundle string
	number int

	pending   []pending
	latest    map[string]int // id to number in pending
	orgs      map[string]string
	markings  map[string]intel.TLP
	reports   []report
	inReports map[string][]int    // object to numbers of reports
	indicates map[string][]string // indicator to objects
	own       map[string]intel.SourceID
}

func newReader(doc *jsonwalk.Doc, l *intel.Loader, file string) *reader {
	return &reader{
		doc: doc, l: l, file: file,
		latest: map[string]int{}, orgs: map[string]string{}, markings: map[string]intel.TLP{},
		inReports: map[string][]int{}, indicates: map[string][]string{}, own: map[string]intel.SourceID{},
	}
}

// pending is an object that is accounted for at the end: an indicator, an actor, or an observable
// when those are hunted.
type pending struct {
	id, createdBy    string
	role             string // of an actor, as intel.Actor.Kind; empty for what has values
	name             string
	terms            []Term
	open             []string
	aliases          []string
	markings, labels []string
	modified         time.Time
	from, until      time.Time
	revoked, badTime bool
	superseded       string // reason, when another version of the object counts
	n                int
}

// report is a report or grouping: the source of the indicators it names.
type report struct {
	id, name, createdBy string
	published           time.Time
	markings, labels    []string
	refs                []string
	used, declared      bool
	src                 intel.SourceID
}

// roles says which types are held as actors, and as what.
var roles = map[string]string{
	"threat-actor": "threat-actor", "intrusion-set": "threat-actor", "campaign": "campaign", "malware": "malware", "tool": "malware",
}

// listed says why the other types of STIX 2.1 are not hunted.
var listed = map[string]string{
	"identity":             "identity: names a publisher or victim, holds no value",
	"marking-definition":   "marking-definition: says how objects may be shared",
	"relationship":         "relationship: links objects, holds no value",
	"sighting":             "sighting: says that something was seen, names no new value",
	"observed-data":        "observed, not an indicator",
	"attack-pattern":       "attack-pattern: a technique, holds no value",
	"course-of-action":     "course-of-action: advice, holds no value",
	"infrastructure":       "infrastructure: context, holds no value",
	"location":             "location: context, holds no value",
	"malware-analysis":     "malware-analysis: context, holds no value",
	"note":                 "note: prose, values in it are not read",
	"opinion":              "opinion: context, holds no value",
	"vulnerability":        "vulnerability: compared with devices, not with telemetry",
	"language-content":     "language-content: translations, holds no value",
	"extension-definition": "extension-definition: describes data, holds no value",
	"incident":             "incident: context, holds no value",
}

// object reads one object.
func (rd *reader) object() error {
	it, err := rd.doc.Item()
	if err != nil {
		return err
	}
	rd.number++
	var o object
	if err := o.read(it, rd.l.AllAttributes); err != nil {
		acc := rd.l.Begin(rd.where(o.id))
		acc.Lose(intel.Reported, itemReason(err), 0, o.pattern)
		acc.End()
		return nil
	}
	switch o.typ {
	case "indicator":
		rd.indicator(&o)
	case "report", "grouping":
		rd.report(&o)
	case "identity":
		rd.orgs[o.id] = o.name
		rd.list(&o, listed[o.typ], "")
	case "marking-definition":
		rd.define(&o)
		rd.list(&o, listed[o.typ], "")
	case "relationship":
		if o.relation == "indicates" && !o.revoked && len(rd.indicates[o.source]) < 100 {
			rd.indicates[o.source] = append(rd.indicates[o.source], o.target)
		}
		rd.list(&o, listed[o.typ], "")
	default:
		rd.other(&o)
	}
	return nil
}

func (rd *reader) other(o *object) {
	switch role, reason := roles[o.typ], listed[o.typ]; {
	case role != "":
		rd.hold(pending{
			id: o.id, createdBy: o.createdBy, role: role, name: o.name, aliases: o.aliases, revoked: o.revoked,
		}, o)
	case objects[o.typ] || o.typ == "observed-data":
		terms := o.observed()
		if rd.l.AllAttributes && len(terms) > 0 {
			rd.hold(pending{id: o.id, createdBy: o.createdBy, name: "observed " + o.typ, terms: terms}, o)
			return
		}
		value := ""
		if len(terms) > 0 {
			value = terms[0].Text
		}
		rd.list(o, "observed, not an indicator", value)
	case reason != "":
		rd.list(o, reason, "")
	default:
		rd.list(o, "type "+o.typ+" is not in STIX 2.1: holds no value that is known", "")
	}
}

func (rd *reader) list(o *object, reason, value string) {
	rd.l.NotLoaded(intel.Listed, reason, rd.where(o.id).String(), value)
}

// hold keeps an object until the end; of several versions the newest counts.
func (rd *reader) hold(p pending, o *object) {
	p.modified, _ = time.Parse(time.RFC3339, o.modified)
	p.markings, p.labels, p.n = o.markings, o.labels, rd.number
	if n, seen := rd.latest[p.id]; seen {
		old := &rd.pending[n]
		switch {
		case p.modified.Equal(old.modified):
			p.superseded = "the same version of the object stands twice"
		case p.modified.Before(old.modified):
			p.superseded = "superseded by a newer version of the object"
		default:
			old.superseded = "superseded by a newer version of the object"
		}
	}
	if p.superseded == "" {
		rd.latest[p.id] = len(rd.pending)
	}
	rd.pending = append(rd.pending, p)
}

// indicator keeps an indicator, or says why it is not hunted.
func (rd *reader) indicator(o *object) {
	p := pending{id: o.id, createdBy: o.createdBy, name: o.name, revoked: o.revoked}
	switch {
	case o.patternType != "" && o.patternType != "stix":
		rd.list(o, "pattern type "+o.patternType+" is not hunted", o.pattern)
		return
	case len(o.kinds) == 1 && o.kinds[0] == "benign":
		rd.list(o, "indicator of something benign", o.pattern)
		return
	}
	m, err := ParsePattern(o.pattern)
	switch {
	case err != nil:
		// Every pattern is wrong at its own column: that goes to the note, the reason stays one.
		rd.l.NotLoaded(intel.Reported, "pattern cannot be read", rd.where(o.id).String(), err.Error()+": "+o.pattern)
		return
	case len(m.Terms) == 0 && len(m.Open) > 0:
		rd.list(o, "pattern not yet hunted: "+m.Open[0], o.pattern)
		return
	}
	p.terms, p.open = m.Terms, m.Open
	p.from, p.badTime = validity(o.validFrom, p.badTime)
	p.until, p.badTime = validity(o.validUntil, p.badTime)
	if !p.until.IsZero() && p.until.Before(p.from) {
		p.from, p.until, p.badTime = time.Time{}, time.Time{}, true
	}
	rd.hold(p, o)
}

func validity(s string, bad bool) (time.Time, bool) {
	if s == "" {
		return time.Time{}, bad
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, true
	}
	return t.UTC(), bad
}

func (rd *reader) report(o *object) {
	if o.revoked {
		rd.list(o, "revoked", "")
		return
	}
	r := report{
		id: o.id, name: o.name, createdBy: o.createdBy, markings: o.markings, labels: o.labels, refs: o.refs,
	}
	r.published, _ = time.Parse(time.RFC3339, o.published)
	if r.published.IsZero() {
		r.published, _ = time.Parse(time.RFC3339, o.modified)
	}
	for _, ref := range o.refs {
		rd.inReports[ref] = append(rd.inReports[ref], len(rd.reports))
	}
	rd.reports = append(rd.reports, r)
}
