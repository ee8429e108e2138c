package misp

import (
	"errors"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"stormglass/internal/intel"
	"stormglass/internal/intel/jsonwalk"
	"stormglass/internal/observable"
)

var errTwice = errors.New("the event has this list twice")

// attribute is what is kept of an attribute while it is read.
type attribute struct {
	uuid, kind, value, comment string
	first, last                string
	toIDs                      string
	deleted                    bool
	marks                      intel.Marks
	event                      eventRef
	proposals                  []proposal
}

// eventRef is the event that an attribute or object from a search names.
type eventRef struct{ id, info, org string }

// attribute reads one attribute. Those of an object are collected in into until the object is read.
func (e *event) attribute(into *[]attribute) error {
	it, err := e.rd.doc.Item()
	if err != nil {
		return err
	}
	e.items++
	a := &e.rd.attr
	*a = attribute{proposals: a.proposals[:0]}
	switch err := a.read(it); {
	case err != nil:
		acc := e.rd.l.Begin(intel.Where{What: "attribute", ID: a.uuid, N: e.items})
		acc.Lose(intel.Reported, itemReason(err), ruleOf(a.kind).kind, a.value)
		acc.End()
	case into != nil:
		*into = append(*into, *a)
		a.proposals = nil
	default:
		e.take(a, nil)
	}
	return nil
}

func (a *attribute) read(it *jsonwalk.Item) error {
	return it.Object(func(key []byte) (err error) {
		switch string(key) {
		case "uuid":
			a.uuid, err = it.Text()
		case "type":
			var b []byte
			b, err = it.Bytes()
			a.kind = internType(b)
		case "value":
			a.value, err = it.Text()
		case "comment":
			a.comment, err = it.Text()
		case "first_seen":
			a.first, err = it.Text()
		case "last_seen":
			a.last, err = it.Text()
		case "to_ids":
			a.toIDs, err = it.Text()
		case "deleted":
			var b []byte
			b, err = it.Bytes()
			a.deleted = string(b) == "true" || string(b) == "1"
		case "event_uuid":
			a.event.id, err = it.Text()
		case "Event":
			err = a.event.read(it)
		case "Tag", "AttributeTag":
			err = readTags(it, &a.marks)
		case "Galaxy":
			err = readGalaxies(it, &a.marks)
		case "ShadowAttribute":
			err = it.Each(func() error {
				var p proposal
				err := p.read(it)
				a.proposals = append(a.proposals, p)
				return err
			})
		default: // "data", an attached file, is among them
			err = it.Skip()
		}
		return err
	})
}

func (r *eventRef) read(it *jsonwalk.Item) error {
	return it.Fields(func(key []byte) (err error) {
		switch string(key) {
		case "uuid":
			r.id, err = it.Text()
		case "info":
			r.info, err = it.Text()
		case "Orgc":
			err = it.Fields(func(key []byte) (err error) {
				if string(key) != "name" {
					return it.Skip()
				}
				r.org, err = it.Text()
				return err
			})
		default:
			err = it.Skip()
		}
		return err
	})
}

// take accounts for an attribute and adds its values to the hunt. Object is nil outside objects.
func (e *event) take(a *attribute, object *intel.Marks) {
	l := e.rd.l
	for n := range a.proposals {
		e.items++
		a.proposals[n].account(l, nil)
	}
	acc := l.Begin(intel.Where{What: "attribute", ID: a.uuid, N: e.items})
	defer acc.End()
	rule := ruleOf(a.kind)
	switch {
	case a.deleted:
		acc.Lose(intel.Listed, "deleted", rule.kind, a.value)
		return
	case rule.form == named:
		if name, marks := a.value, e.marksOf(a); name != "" {
			rule.name(marks, name)
			acc.Hold()
		}
		return
	case rule.form == notHunted:
		o := intel.Listed
		if rule.unknown {
			o = intel.Reported
		}
		acc.Lose(o, rule.reason, rule.kind, a.value)
		return
	case !rule.wanted(a.toIDs) && !l.AllAttributes:
		acc.Lose(intel.Listed, "to_ids is false", rule.kind, a.value)
		return
	}
	i := intel.Indicator{Source: e.sourceOf(a), ID: a.uuid, TLP: a.marks.TLP, Names: a.marks.Names()}
	if object != nil {
		i.TLP = max(i.TLP, object.TLP)
		i.Names = append(i.Names, object.Names()...)
	}
	i.From, i.Until = a.times(acc)
	rule.take(acc, a, i)
}

// sourceOf gives the source of an attribute: its event, which a search result names in the
// attribute itself.
func (e *event) sourceOf(a *attribute) intel.SourceID {
	if e.header || a.event == (eventRef{}) {
		return e.source()
	}
	key := a.event.id + "\x00" + a.event.info
	id, ok := e.rd.sources[key]
	if !ok {
		id = e.rd.l.Source(&intel.Source{
			Format: "misp", File: e.rd.file, ID: a.event.id, Title: clipTitle(a.event.info), Org: a.event.org,
		})
		e.rd.sources[key] = id
	}
	return id
}

// marksOf gives the marks that a name found in an attribute belongs to.
func (e *event) marksOf(*attribute) *intel.Marks {
	e.source()
	return &e.marks
}

// times reads when the attribute's value was seen.
func (a *attribute) times(acc *intel.Item) (from, until time.Time) {
	read := func(s, reason string) time.Time {
		if s == "" {
			return time.Time{}
		}
		t, ok := parseTime(s)
		if !ok {
			acc.Lose(intel.Reported, reason, observable.Unknown, s)
			return time.Time{}
		}
		return t
	}
	from = read(a.first, "first_seen is not a time")
	until = read(a.last, "last_seen is not a time")
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		acc.Lose(intel.Reported, "last_seen is before first_seen", observable.Unknown, a.last)
		return time.Time{}, time.Time{}
	}
	return from, until
}

// proposal is a change to an event that somebody proposed and its owner has not accepted.
type proposal struct{ uuid, kind, value string }

func (p *proposal) read(it *jsonwalk.Item) error {
	return it.Fields(func(key []byte) (err error) {
		switch string(key) {
		case "uuid":
			p.uuid, err = it.Text()
		case "type":
			p.kind, err = it.Text()
		case "value":
			p.value, err = it.Text()
		default:
			err = it.Skip()
		}
		return err
	})
}

func (p *proposal) account(l *intel.Loader, err error) {
	acc := l.Begin(intel.Where{What: "proposal", ID: p.uuid})
	if err != nil {
		acc.Lose(intel.Reported, itemReason(err), ruleOf(p.kind).kind, p.value)
	} else {
		acc.Lose(intel.Listed, "proposal, not accepted into the event", ruleOf(p.kind).kind, p.value)
	}
	acc.End()
}

// itemReason turns an error inside an item into a constant phrase.
func itemReason(err error) string {
	switch {
	case errors.Is(err, jsonwalk.ErrLongString), errors.Is(err, jsonwalk.ErrDeep):
		return err.Error()
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "a key stands twice"
	}
	return "not in the form of MISP's format"
}

// twice ends the reading of a file in which a list of an event stands twice: which of the two
// counts, readers disagree.
func (rd *reader) twice() error { return rd.doc.Fail(errTwice) }
