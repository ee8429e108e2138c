package misp

import (
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/intel/jsonwalk"
)

// clusters reads a galaxy with its clusters, from misp-galaxy or as MISP exports a custom one. Kind
// is the galaxy's type as far as the beginning of the file shows it.
func (rd *reader) clusters(kind string) error {
	src := &intel.Source{Format: "misp", File: rd.file, Title: kind}
	id := rd.l.Source(src)
	n := 0
	return rd.doc.Object(func(key []byte) error {
		switch string(key) {
		case "type":
			return rd.header(func(s string) { kind = s })
		case "name":
			return rd.header(func(s string) { src.Title = s })
		case "source":
			return rd.header(func(s string) { src.Org = s })
		case "uuid":
			return rd.header(func(s string) { src.ID = s })
		case "values", "GalaxyCluster":
			return rd.doc.Each(func() error {
				n++
				it, err := rd.doc.Item()
				if err != nil {
					return err
				}
				rd.cluster(it, kind, id, n)
				return nil
			})
		}
		return rd.doc.Skip()
	})
}

// cluster takes in one cluster as an actor, or says why not.
func (rd *reader) cluster(it *jsonwalk.Item, kind string, src intel.SourceID, n int) {
	a := intel.Actor{Source: src}
	own := ""
	err := it.Object(func(key []byte) (err error) {
		switch string(key) {
		case "value":
			a.Name, err = it.Text()
		case "uuid":
			a.ID, err = it.Text()
		case "type":
			own, err = it.Text()
		case "meta":
			err = it.Fields(func(key []byte) (err error) {
				switch string(key) {
				case "synonyms":
					a.Aliases, err = it.Texts(nil)
				case "country":
					var all []string
					all, err = it.Texts(nil)
					a.Country = strings.Join(all, ",")
				default:
					err = it.Skip()
				}
				return err
			})
		default:
			err = it.Skip()
		}
		return err
	})
	if kind == "" {
		kind = own
	}
	acc := rd.l.Begin(intel.Where{What: "cluster", ID: a.ID, N: n})
	defer acc.End()
	switch a.Kind = intel.GalaxyRole(kind); {
	case err != nil:
		acc.Lose(intel.Reported, itemReason(err), 0, a.Name)
	case a.Name == "":
		acc.Lose(intel.Reported, "cluster without a name", 0, "")
	case a.Kind == "":
		acc.Lose(intel.Listed, "cluster of type "+kind+": names no actor or malware", 0, a.Name)
	default:
		rd.l.Actor(a)
		acc.Hold()
	}
}

// special are the words in the name of a list of special-purpose ranges (RFC 6890 and the like).
var special = []string{
	"rfc 1918", "rfc1918", "rfc 5735", "rfc5735", "rfc 6598", "rfc6598", "rfc 3849", "rfc3849", "rfc 6890", "rfc 4291",
	"rfc 4193", "rfc 5771", "rfc 5737", "multicast", "special-purpose", "special use", "private address", "bogon",
	"link-local", "loopback", "documentation",
}

// warningList reads a warning list: one item.
func (rd *reader) warningList() error {
	w := &intel.WarningList{Type: "string"}
	bad := ""
	err := rd.doc.Object(func(key []byte) error {
		switch string(key) {
		case "name":
			return rd.header(func(s string) { w.Name = s })
		case "description":
			return rd.header(func(s string) { w.Description = s })
		case "type":
			return rd.header(func(s string) { w.Type = s })
		case "version":
			return rd.header(func(s string) { w.Version = number(s) })
		case "matching_attributes":
			it, err := rd.doc.Item()
			if err == nil {
				w.Applies, _ = it.Texts(nil)
			}
			return err
		case "list":
			return rd.entries(w, &bad)
		}
		return rd.doc.Skip()
	})
	acc := rd.l.Begin(intel.Where{What: "warning list", ID: w.Name})
	defer acc.End()
	switch {
	case err != nil:
		acc.Lose(intel.Reported, "warning list cut short", 0, "")
		return err
	case bad != "":
		acc.Lose(intel.Reported, bad, 0, "")
	}
	switch w.Type {
	case "cidr", "string", "hostname", "substring", "regex":
	default:
		acc.Lose(intel.Reported, "warning list of an unknown type", 0, w.Type)
		return nil
	}
	if len(w.Entries) > 0 {
		name := strings.ToLower(w.Name)
		for _, s := range special {
			w.Special = w.Special || w.Type == "cidr" && strings.Contains(name, s)
		}
		rd.l.WarningList(w)
		acc.Hold()
	}
	return nil
}

func (rd *reader) entries(w *intel.WarningList, bad *string) error {
	each := func() error {
		it, err := rd.doc.Item()
		if err != nil {
			return err
		}
		switch s, err := it.Text(); {
		case err != nil:
			*bad = itemReason(err)
		case s != "":
			w.Entries = append(w.Entries, s)
		}
		return nil
	}
	if rd.doc.Kind() == '{' { // MISP once wrote lists as {"0": ...}
		return rd.doc.Object(func([]byte) error { return each() })
	}
	return rd.doc.Each(each)
}
