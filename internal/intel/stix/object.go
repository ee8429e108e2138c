package stix

import (
	"bytes"
	"errors"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"stormglass/internal/intel/jsonwalk"
)

// object holds the properties of a STIX object that matter here.
type object struct {
	typ, id, modified, createdBy string
	name, published              string
	pattern, patternType         string
	validFrom, validUntil        string
	revoked                      bool
	aliases, labels, kinds       []string
	markings                     []string
	relation, source, target     string
	refs                         []string
	definitionType, tlp1, tlp2   string
	value                        string
	terms                        []Term // values of an observable
}

var errNoType = errors.New("no type or id")

// read reads an object. Unless refs are wanted for observed objects too, only references that
// complete sources are kept.
func (o *object) read(it *jsonwalk.Item, observed bool) error {
	err := it.Object(func(key []byte) error { return o.property(it, key, observed) })
	if err == nil && (o.typ == "" || o.id == "") {
		return errNoType
	}
	return err
}

func (o *object) property(it *jsonwalk.Item, key []byte, observed bool) (err error) {
	into := func(s *string) error {
		if k := it.Kind(); k == '{' || k == '[' {
			return it.Skip()
		}
		*s, err = it.Text()
		return err
	}
	switch string(key) {
	case "type":
		return into(&o.typ)
	case "id":
		return into(&o.id)
	case "modified":
		return into(&o.modified)
	case "created_by_ref":
		return into(&o.createdBy)
	case "name":
		return into(&o.name)
	case "published":
		return into(&o.published)
	case "pattern":
		return into(&o.pattern)
	case "pattern_type":
		return into(&o.patternType)
	case "valid_from":
		return into(&o.validFrom)
	case "valid_until":
		return into(&o.validUntil)
	case "relationship_type":
		return into(&o.relation)
	case "source_ref":
		return into(&o.source)
	case "target_ref":
		return into(&o.target)
	case "definition_type":
		return into(&o.definitionType)
	case "value":
		return into(&o.value)
	case "revoked":
		var s string
		err = into(&s)
		o.revoked = s == "true"
		return err
	case "aliases", "x_mitre_aliases":
		o.aliases, err = it.Texts(o.aliases)
	case "labels":
		o.labels, err = it.Texts(o.labels)
	case "indicator_types":
		o.kinds, err = it.Texts(o.kinds)
	case "object_marking_refs":
		o.markings, err = it.Texts(o.markings)
	case "granular_markings":
		err = it.Each(func() error {
			return it.Fields(func(key []byte) error {
				if string(key) != "marking_ref" {
					return it.Skip()
				}
				var s string
				err := into(&s)
				o.markings = append(o.markings, s)
				return err
			})
		})
	case "object_refs":
		err = o.references(it, observed)
	case "definition":
		err = it.Fields(func(key []byte) error {
			if string(key) == "tlp" {
				return into(&o.tlp1)
			}
			return it.Skip()
		})
	case "extensions":
		err = it.Fields(func([]byte) error {
			return it.Fields(func(key []byte) error {
				if string(key) == "tlp_2_0" {
					return into(&o.tlp2)
				}
				return it.Skip()
			})
		})
	case "hashes":
		err = it.Fields(func(key []byte) error {
			kind, ok := hashes[strings.ToUpper(string(key))]
			if !ok {
				return it.Skip()
			}
			s, err := it.Text()
			o.terms = append(o.terms, Term{kind, s})
			return err
		})
	case "objects":
		err = o.contents(it)
	default:
		err = it.Skip()
	}
	return err
}

// completing are the types of objects that complete a source or are completed by it.
var completing = [][]byte{
	[]byte("indicator--"), []byte("threat-actor--"), []byte("intrusion-set--"), []byte("campaign--"), []byte("malware--"),
	[]byte("tool--"), []byte("infrastructure--"),
}

func (o *object) references(it *jsonwalk.Item, observed bool) error {
	return it.Each(func() error {
		b, err := it.Bytes()
		if err != nil {
			return err
		}
		keep := observed
		for _, p := range completing {
			keep = keep || bytes.HasPrefix(b, p)
		}
		if keep {
			o.refs = append(o.refs, string(b))
		}
		return nil
	})
}

// contents reads the observables inside an observed-data object of STIX 2.0.
func (o *object) contents(it *jsonwalk.Item) error {
	return it.Fields(func([]byte) error {
		var inner object
		err := it.Fields(func(key []byte) error {
			if string(key) == "objects" {
				return it.Skip()
			}
			return inner.property(it, key, false)
		})
		o.terms = append(o.terms, inner.observed()...)
		return err
	})
}

// observed gives the values of an observable.
func (o *object) observed() []Term {
	terms := o.terms
	value, name := o.value, o.name
	if kind, ok := paths[o.typ+":value"]; ok && value != "" {
		terms = append(terms, Term{kind, value})
	}
	if o.typ == "file" && name != "" {
		terms = append(terms, Term{paths["file:name"], name})
	}
	return terms
}

// itemReason turns an error inside an object into a constant phrase.
func itemReason(err error) string {
	switch {
	case errors.Is(err, jsonwalk.ErrLongString), errors.Is(err, jsonwalk.ErrDeep):
		return err.Error()
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "a key stands twice"
	case errors.Is(err, errNoType):
		return "object without type or id"
	}
	return "not in the form of a STIX object"
}
