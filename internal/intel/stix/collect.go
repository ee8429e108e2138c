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

	waiting   *waiting
	orgs      map[string]string
	markings  map[string]intel.TLP
	reports   []report
	inReports *links           // object to numbers of reports, and places in their lists
	indicates *links           // indicator to objects
	actors    map[string]actor // by ids as they are written; known at the end
	own       map[string]intel.SourceID
	enc       encoder
}

func newReader(doc *jsonwalk.Doc, l *intel.Loader, file string) *reader {
	dict := newDictionary()
	return &reader{
		doc: doc, l: l, file: file,
		waiting: newWaiting(dict), inReports: newLinks(dict), indicates: newLinks(dict), enc: encoder{dict: dict},
		orgs: map[string]string{}, markings: map[string]intel.TLP{}, own: map[string]intel.SourceID{},
	}
}

// report is a report or grouping: the source of the indicators it names.
type report struct {
	id, name, createdBy string
	published           time.Time
	markings, labels    []string
	actors              []named // those it names; known at the end
	used, declared      bool
	src                 intel.SourceID
}

// named is an actor in the list of a report.
type named struct {
	at int
	actor
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
		rd.relate(&o)
		rd.list(&o, listed[o.typ], "")
	default:
		rd.other(&o)
	}
	return nil
}

func (rd *reader) other(o *object) {
	switch role, reason := roles[o.typ], listed[o.typ]; {
	case role != "":
		rd.hold(&pending{role: role, name: o.name, aliases: o.aliases, head: head{revoked: o.revoked}}, o)
	case objects[o.typ] || o.typ == "observed-data":
		terms := o.observed()
		if rd.l.AllAttributes && len(terms) > 0 {
			rd.hold(&pending{name: "observed " + o.typ, terms: terms}, o)
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

// hold keeps an object until the end, with what all objects have.
func (rd *reader) hold(p *pending, o *object) {
	p.id, p.createdBy, p.markings, p.labels = o.id, o.createdBy, o.markings, o.labels
	p.modified, _ = time.Parse(time.RFC3339, o.modified)
	rd.waiting.hold(p)
}

// maxIndicates bounds the objects that one indicator is said to indicate.
const maxIndicates = 100

// relate keeps what an object is said to indicate.
func (rd *reader) relate(o *object) {
	if o.relation != "indicates" || o.revoked {
		return
	}
	rd.enc.buf = rd.enc.buf[:0]
	rd.enc.id(o.source)
	end := len(rd.enc.buf)
	rd.enc.id(o.target)
	rd.indicates.add(rd.enc.buf[:end], rd.enc.buf[end:], maxIndicates)
}

// indicator keeps an indicator, or says why it is not hunted.
func (rd *reader) indicator(o *object) {
	p := pending{name: o.name, head: head{revoked: o.revoked}}
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
	rd.hold(&p, o)
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
	r := report{id: o.id, name: o.name, createdBy: o.createdBy, markings: o.markings, labels: o.labels}
	r.published, _ = time.Parse(time.RFC3339, o.published)
	if r.published.IsZero() {
		r.published, _ = time.Parse(time.RFC3339, o.modified)
	}
	for at, ref := range o.refs {
		rd.enc.buf = rd.enc.buf[:0]
		rd.enc.id(ref)
		end := len(rd.enc.buf)
		rd.enc.count(len(rd.reports))
		rd.enc.count(at)
		rd.inReports.add(rd.enc.buf[:end], rd.enc.buf[end:], 0)
	}
	rd.reports = append(rd.reports, r)
}
