package node

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"stormglass/internal/geo"
	"stormglass/internal/hunt/sigma/rule"
)

// addresses keeps the files of addresses of a folder as they last could be read. It reads them again when they changed.
type addresses struct {
	seen string
	now  *geo.Databases // nil: there are none
	err  error
}

// load gives the files. The error says what is wrong with them: those of before are in force then, else those that could be read.
func (a *addresses) load(dir string) (*geo.Databases, error) {
	if dir == "" {
		*a = addresses{}
		return nil, nil //nolint:nilnil // there is no such folder
	}
	h := sha256.New()
	sightInto(h, dir)
	seen := hex.EncodeToString(h.Sum(nil))
	if seen == a.seen {
		return a.now, a.err
	}
	next, err := LoadGeo(dir)
	a.seen, a.err = seen, nil
	switch {
	case err != nil && a.now != nil:
		a.err = fmt.Errorf("files of addresses cannot be read, those of before are in force: %w", err)
	case err != nil:
		a.now, a.err = next, fmt.Errorf("files of addresses are left out: %w", err)
	default:
		a.now = next
	}
	return a.now, a.err
}

// asksAddresses reports whether what a rule matches depends on files of addresses.
func asksAddresses(c *rule.Collection, x *rule.Rule) bool {
	if x.Detection == nil {
		return false
	}
	filters := c.FiltersOf(x)
	return detectionAsksAddresses(x.Detection) || slices.ContainsFunc(filters, func(f *rule.Filter) bool { return detectionAsksAddresses(&f.Detection) })
}

func detectionAsksAddresses(d *rule.Detection) bool {
	for _, s := range d.Selections {
		for _, g := range s.Groups {
			if slices.ContainsFunc(g.Items, itemAsksAddresses) {
				return true
			}
		}
	}
	return false
}

func itemAsksAddresses(i rule.Item) bool {
	return geo.Asks(i.Field) || slices.ContainsFunc(i.Values, func(v rule.Value) bool { return geo.Asks(v.Ref.Field) })
}
