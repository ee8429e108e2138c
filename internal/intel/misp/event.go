package misp

import (
	"strconv"
	"strings"
	"time"

	"stormglass/internal/intel"
	"stormglass/internal/intel/jsonwalk"
)

// event is an event being read, or a wrapper that turns out to hold none.
type event struct {
	rd      *reader
	src     *intel.Source // nil until the first item needs it
	id      intel.SourceID
	head    intel.Source // what is known of the event besides its marks
	marks   intel.Marks
	items   int
	header  bool // it has fields of an event
	wrapper bool // it holds events itself
	lists   map[string]bool
}

// event reads an object that is an event or wraps some. The fields of an event come in any order,
// so its source is completed when all are read. Of an event that is cut off before it states a
// marking, the marking is taken as red.
func (rd *reader) event(depth int) error {
	e := &event{rd: rd, lists: map[string]bool{}}
	err := rd.doc.Object(func(key []byte) error { return e.field(string(key), depth) })
	if err != nil && e.marks.TLP == intel.Unmarked {
		e.marks.Mark(intel.Red)
	}
	e.complete()
	if err == nil && e.items == 0 && (e.header || !e.wrapper) {
		rd.l.NotLoaded(intel.Listed, "event without attributes", intel.Where{What: "event", ID: e.head.ID}.String(), e.head.Title)
	}
	return err
}

func (e *event) complete() {
	if e.src == nil {
		return
	}
	src := e.src
	src.ID, src.Title, src.Org, src.Published = e.head.ID, e.head.Title, e.head.Org, e.head.Published
	e.marks.Complete(src)
}

// source gives the event's source, declared when first asked for.
func (e *event) source() intel.SourceID {
	if e.src == nil {
		e.src = &intel.Source{Format: "misp", File: e.rd.file}
		e.id = e.rd.l.Source(e.src)
	}
	return e.id
}

func (e *event) field(key string, depth int) error {
	doc := e.rd.doc
	switch key {
	case "response", "Event":
		e.wrapper = true
		return e.rd.answer(depth + 1)
	case "Attribute", "Object", "ShadowAttribute", "EventReport":
		if e.lists[key] {
			return e.rd.twice()
		}
		e.lists[key] = true
		e.wrapper = true
		return doc.Each(func() error { return e.element(key) })
	case "Tag", "EventTag", "Galaxy", "Orgc", "Org":
		e.header = true
		it, err := doc.Item()
		if err != nil {
			return err
		}
		if err := e.block(it, key); err != nil {
			e.marks.Mark(intel.Red)
			e.rd.l.Part(intel.Reported, "event field cannot be read: "+itemReason(err), "event "+e.head.ID, key)
		}
		return nil
	case "uuid":
		return e.rd.header(func(s string) { e.head.ID = s })
	case "id":
		return e.rd.header(func(s string) {
			if e.head.ID == "" {
				e.head.ID = s
			}
		})
	case "info":
		e.header = true
		return e.rd.header(func(s string) { e.head.Title = clipTitle(s) })
	case "date":
		e.header = true
		return e.rd.header(func(s string) {
			if t, err := time.Parse(time.DateOnly, s); err == nil && e.head.Published.IsZero() {
				e.head.Published = t
			}
		})
	case "publish_timestamp":
		e.header = true
		return e.rd.header(func(s string) {
			if t, ok := parseTime(s); ok {
				e.head.Published = t
			}
		})
	}
	return doc.Skip()
}

// element reads one element of the event's lists.
func (e *event) element(key string) error {
	switch key {
	case "Attribute":
		return e.attribute(nil)
	case "Object":
		return e.object()
	}
	it, err := e.rd.doc.Item()
	if err != nil {
		return err
	}
	e.items++
	if key == "ShadowAttribute" {
		var p proposal
		err := p.read(it)
		p.account(e.rd.l, err)
		return nil
	}
	id := ""
	err = it.Fields(func(key []byte) (err error) {
		if string(key) != "uuid" {
			return it.Skip()
		}
		id, err = it.Text()
		return err
	})
	acc := e.rd.l.Begin(intel.Where{What: "event report", ID: id, N: e.items})
	if err != nil {
		acc.Lose(intel.Reported, itemReason(err), 0, "")
	} else {
		acc.Lose(intel.Listed, "event report: values in its text are not read", 0, "")
	}
	acc.End()
	return nil
}

// block reads tags, galaxies and organisations.
func (e *event) block(it *jsonwalk.Item, key string) error {
	switch key {
	case "Tag", "EventTag":
		return readTags(it, &e.marks)
	case "Galaxy":
		return readGalaxies(it, &e.marks)
	}
	return it.Fields(func(k []byte) error {
		if string(k) != "name" {
			return it.Skip()
		}
		name, err := it.Text()
		if key == "Orgc" || e.head.Org == "" {
			e.head.Org = name
		}
		return err
	})
}

// readTags reads [{"name":"tlp:green"}], or the same inside {"Tag":{}} as the index of events has it.
func readTags(it *jsonwalk.Item, m *intel.Marks) error {
	return it.Each(func() error {
		return it.Fields(func(key []byte) error {
			switch string(key) {
			case "name":
				s, err := it.Text()
				m.Tag(s)
				return err
			case "Tag":
				return readTags(it, m)
			}
			return it.Skip()
		})
	})
}

// readGalaxies reads [{"type":"threat-actor","GalaxyCluster":[{"value":"…"}]}].
func readGalaxies(it *jsonwalk.Item, m *intel.Marks) error {
	return it.Each(func() error {
		return it.Fields(func(key []byte) error {
			if string(key) != "GalaxyCluster" {
				return it.Skip()
			}
			return it.Each(func() error { return readCluster(it, m) })
		})
	})
}

func readCluster(it *jsonwalk.Item, m *intel.Marks) error {
	var kind, value string
	err := it.Fields(func(key []byte) (err error) {
		switch string(key) {
		case "type":
			kind, err = it.Text()
		case "value":
			value, err = it.Text()
		default:
			err = it.Skip()
		}
		return err
	})
	if kind != "" && value != "" && !m.Galaxy(kind, value) {
		m.Tag("misp-galaxy:" + kind + "=\"" + value + "\"")
	}
	return err
}

// header reads a single field.
func (rd *reader) header(set func(string)) error {
	it, err := rd.doc.Item()
	if err != nil {
		return err
	}
	s, err := it.Text()
	if err != nil {
		rd.l.Part(intel.Reported, "field cannot be read: "+itemReason(err), "", "")
		return nil
	}
	set(s)
	return nil
}

// clipTitle bounds what is kept of a title.
func clipTitle(s string) string {
	if s = strings.TrimSpace(s); len(s) > 500 {
		return strings.ToValidUTF8(s[:500], "") + "…"
	}
	return s
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// parseTime reads ISO 8601 with or without fraction, or a number of seconds, milliseconds or
// microseconds since 1970. Times before 1970 and after 2200 are refused, and so is 0.
func parseTime(s string) (time.Time, bool) {
	var t time.Time
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		switch {
		case n > 1e15:
			t = time.UnixMicro(n)
		case n > 1e12:
			t = time.UnixMilli(n)
		default:
			t = time.Unix(n, 0)
		}
	} else {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly, "2006-01-02T15:04:05-0700"} {
			if t, err = time.Parse(layout, s); err == nil {
				break
			}
		}
		if err != nil {
			return time.Time{}, false
		}
	}
	t = t.UTC()
	return t, t.Unix() > 0 && t.Year() <= 2200
}
