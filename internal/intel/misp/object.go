package misp

import (
	"stormglass/internal/intel"
)

// maxPending is how many attributes of an object wait for its tags. A larger object's attributes
// are taken in as they come, and a marking that stands after them applies to the whole event.
const maxPending = 4096

// object reads an object. Its tags may stand after its attributes.
func (e *event) object() error {
	if e.rd.doc.Kind() != '{' {
		it, err := e.rd.doc.Item()
		if err != nil {
			return err
		}
		e.items++
		_ = it
		e.rd.l.NotLoaded(intel.Reported, "not in the form of MISP's format", intel.Where{What: "object", N: e.items}.String(), "")
		return nil
	}
	var (
		uuid    string
		deleted bool
		marks   intel.Marks
		ref     eventRef
		pending []attribute
		early   bool
		before  = e.items
	)
	flush := func() {
		for n := range pending {
			a := &pending[n]
			a.deleted = a.deleted || deleted
			if a.event == (eventRef{}) {
				a.event = ref
			}
			e.take(a, &marks)
		}
		pending = pending[:0]
	}
	lists := false
	err := e.rd.doc.Object(func(key []byte) error {
		switch string(key) {
		case "Attribute":
			if lists {
				return e.rd.twice()
			}
			lists = true
			return e.rd.doc.Each(func() error {
				if len(pending) >= maxPending {
					early = true
					flush()
				}
				return e.attribute(&pending)
			})
		case "uuid":
			return e.rd.header(func(s string) { uuid = s })
		case "deleted":
			return e.rd.header(func(s string) { deleted = s == "true" || s == "1" })
		case "Tag", "ObjectTag", "Galaxy", "Event":
			name := string(key)
			it, err := e.rd.doc.Item()
			if err != nil {
				return err
			}
			switch name {
			case "Galaxy":
				err = readGalaxies(it, &marks)
			case "Event":
				err = ref.read(it)
			default:
				err = readTags(it, &marks)
			}
			if err != nil {
				marks.Mark(intel.Red)
				e.rd.l.Part(intel.Reported, "object field cannot be read: "+itemReason(err), "object "+uuid, name)
			}
			return nil
		}
		return e.rd.doc.Skip()
	})
	if err != nil {
		marks.Mark(intel.Red)
	}
	if early {
		e.marks.Mark(marks.TLP)
	}
	flush()
	if err == nil && e.items == before {
		e.items++
		e.rd.l.NotLoaded(intel.Listed, "object without attributes", intel.Where{What: "object", ID: uuid, N: e.items}.String(), "")
	}
	return err
}
