// Package kev reads the catalogue of known exploited vulnerabilities that CISA publishes as JSON
// (schema beside the catalogue, draft-07). Every entry is an item and becomes an
// intel.Vulnerability. The catalogue names no values to look for in telemetry.
package kev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"stormglass/internal/intel"
	"stormglass/internal/intel/jsonwalk"
	"stormglass/internal/observable"
)

// Sniff reports whether a file that begins with head is the catalogue or its schema.
func Sniff(head []byte) bool {
	o := jsonwalk.OutlineOf(head)
	return isCatalogue(o) || isSchema(o)
}

func isCatalogue(o jsonwalk.Outline) bool {
	return o.Has("vulnerabilities") && o.Any("catalogVersion", "dateReleased", "vulnerabilities[].cveID")
}

func isSchema(o jsonwalk.Outline) bool {
	title := strings.ToLower(o["title"])
	return o.Has("$schema") && strings.Contains(title, "known exploited vulnerabilities")
}

// Read takes in the catalogue. What was read before an error counts.
func Read(ctx context.Context, r io.Reader, name string, l *intel.Loader) error {
	l.File(name, "kev")
	doc, err := jsonwalk.New(ctx, r)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if isSchema(doc.Outline()) {
		l.NotLoaded(intel.Listed, "JSON schema: describes data, holds no values", "", "")
		return nil
	}
	c := catalogue{doc: doc, l: l, src: &intel.Source{Format: "kev", File: name, Org: "CISA", TLP: intel.Clear}}
	c.id = l.Source(c.src)
	if err := doc.Object(c.field); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if doc.More() {
		return fmt.Errorf("read %s: %w", name, doc.Fail(errors.New("more follows after the catalogue")))
	}
	return nil
}

type catalogue struct {
	doc *jsonwalk.Doc
	l   *intel.Loader
	src *intel.Source
	id  intel.SourceID
	n   int
}

func (c *catalogue) field(key []byte) error {
	set := func(f func(string)) error {
		it, err := c.doc.Item()
		if err != nil {
			return err
		}
		if s, err := it.Text(); err == nil {
			f(s)
		}
		return nil
	}
	switch string(key) {
	case "title":
		return set(func(s string) { c.src.Title = s })
	case "catalogVersion":
		return set(func(s string) { c.src.ID = s })
	case "dateReleased":
		return set(func(s string) {
			if t, err := time.Parse(time.RFC3339, s); err == nil {
				c.src.Published = t.UTC()
			}
		})
	case "vulnerabilities":
		return c.doc.Each(c.entry)
	}
	return c.doc.Skip()
}

func (c *catalogue) entry() error {
	it, err := c.doc.Item()
	if err != nil {
		return err
	}
	c.n++
	v := intel.Vulnerability{Source: c.id}
	var added string
	err = it.Object(func(key []byte) (err error) {
		into := &v.CVE
		switch string(key) {
		case "cveID":
		case "vendorProject":
			into = &v.Vendor
		case "product":
			into = &v.Product
		case "vulnerabilityName":
			into = &v.Title
		case "dateAdded":
			into = &added
		case "knownRansomwareCampaignUse":
			b, err := it.Bytes()
			v.Ransomware = strings.EqualFold(string(b), "known")
			return err
		default:
			return it.Skip()
		}
		*into, err = it.Text()
		*into = strings.TrimSpace(*into)
		return err
	})
	acc := c.l.Begin(intel.Where{What: "entry", ID: v.CVE, N: c.n})
	defer acc.End()
	if err != nil {
		acc.Lose(intel.Reported, reason(err), observable.CVE, v.CVE)
		return nil
	}
	cve, err := observable.ParseAs(observable.CVE, v.CVE)
	if err != nil {
		acc.Lose(intel.Reported, intel.ParseReason(observable.CVE, err), observable.CVE, v.CVE)
		return nil
	}
	v.CVE = cve.String()
	if v.Added, err = time.Parse(time.DateOnly, added); err != nil {
		acc.Lose(intel.Reported, "dateAdded is not a date", 0, added)
		v.Added = time.Time{}
	}
	c.l.Vulnerability(v)
	acc.Hold()
	return nil
}

func reason(err error) string {
	switch {
	case errors.Is(err, jsonwalk.ErrLongString), errors.Is(err, jsonwalk.ErrDeep):
		return err.Error()
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "a key stands twice"
	}
	return "not in the form of the catalogue"
}
