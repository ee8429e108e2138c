package misp

import (
	"stormglass/internal/intel"
)

// described lists the items of a document that holds no values.
func (rd *reader) described(d description) error {
	n, err := rd.elements(d)
	if err == nil && n == 0 {
		rd.l.NotLoaded(intel.Listed, d.reason, "", "")
	}
	return err
}

// elements lists the elements that d names, and gives their number.
func (rd *reader) elements(d description) (n int, err error) {
	list := func(id string) {
		n++
		rd.l.NotLoaded(intel.Listed, d.reason, intel.Where{What: "entry", ID: id, N: n}.String(), "")
	}
	each := func() error {
		list("")
		return rd.doc.Skip()
	}
	switch k := rd.doc.Kind(); {
	case k == '[' && d.items == "*":
		return n, rd.doc.Array(each)
	case k == '{' && d.items != "":
		err = rd.doc.Object(func(key []byte) error {
			switch name := string(key); {
			case (name == "response" || name == "Warninglists") && rd.doc.Kind() == '[', name == d.items && rd.doc.Kind() == '[':
				return rd.doc.Array(each)
			case d.items == "*" && rd.doc.Kind() == '{':
				list(name)
			}
			return rd.doc.Skip()
		})
		return n, err
	}
	return 0, rd.doc.Skip()
}
