package node

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/fault"
	"stormglass/internal/geo"
	"stormglass/internal/hunt/sigma/rule"
)

// addresses keeps the files of addresses of a folder as they last could be read. It reads them again when they changed.
type addresses struct {
	seen string
	now  *geo.Databases // nil: there are none
	err  error

	leftOut []*rule.Complaint // about files that are not in force
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
	next, unread, err := loadGeo(dir)
	if err == nil && len(unread) > 0 {
		err = joined(unread)
	}
	a.seen, a.err, a.leftOut = seen, nil, nil
	switch {
	case err != nil && a.now != nil:
		a.err = fmt.Errorf("files of addresses cannot be read, those of before are in force: %w", err)
	case err != nil:
		a.now, a.leftOut, a.err = next, unread, fmt.Errorf("files of addresses are left out: %w", err)
	default:
		a.now = next
	}
	return a.now, a.err
}

func joined(complaints []*rule.Complaint) error {
	errs := make([]error, 0, len(complaints))
	for _, x := range complaints {
		errs = append(errs, errors.New(x.String()))
	}
	return fault.Wrap(fault.Invalid, errors.Join(errs...))
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
