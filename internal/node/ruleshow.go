package node

import (
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
)

// ShowRule gives everything of a rule.
func ShowRule(s *hunt.RuleSet, r *rule.Rule) *report.RuleDetail {
	a := asking(s)
	d := &report.RuleDetail{
		RuleRow: a.row(r), Description: r.Description, Author: r.Author, License: r.License, Date: r.Date, Modified: r.Modified,
		References: r.References, Tags: r.Tags, FalsePositives: r.FalsePositives, Needs: r.Needs,
	}
	for _, n := range r.Notes {
		d.Notes = append(d.Notes, report.RuleRemark{File: r.File, Line: n.Line, Column: n.Column, Rule: r.Title, Text: n.Text})
	}
	switch {
	case r.Correlation != nil:
		for _, ref := range r.Correlation.Rules {
			if ref.Rule != nil {
				d.Rules = append(d.Rules, a.row(ref.Rule))
			}
		}
	case r.Detection != nil:
		d.Conditions = r.Detection.Written
		for _, f := range s.Collection.Rules {
			if f.Filter != nil && slices.Contains(s.Collection.FiltersOf(r), f.Filter) {
				d.Filters = append(d.Filters, a.row(f))
			}
		}
		if c := a.compiled[r]; c != nil {
			for _, k := range c.Kinds {
				d.Fields = append(d.Fields, fieldsIn(s.Program, c.Number, k)...)
			}
		}
	default:
		d.Conditions = r.Filter.Detection.Written
	}
	return d
}

// fieldsIn gives the names under which a rule's fields are looked for in records of a kind.
func fieldsIn(p *sigma.Program, n int, k telemetry.Kind) []report.RuleField {
	b := emptyRecord(k)
	if b.Len() == 0 {
		return nil
	}
	var out []report.RuleField
	for _, route := range p.Explain(n, b, 0).Routes {
		for _, s := range route.Selections {
			for _, g := range s.Groups {
				for _, i := range g.Items {
					f := report.RuleField{Kind: k.String(), Pipeline: route.Pipeline, Written: i.Written, Looked: i.Looked}
					if !slices.ContainsFunc(out, f.Same) {
						out = append(out, f)
					}
				}
			}
		}
	}
	return out
}

// emptyRecord gives a batch of one record that holds nothing.
func emptyRecord(k telemetry.Kind) *telemetry.Batch {
	b := &telemetry.Batch{Kind: k, Source: &telemetry.Source{}}
	switch k { //nolint:exhaustive // kinds without a decoder have no records yet
	case telemetry.KindFlow:
		b.Flow = make([]telemetry.Flow, 1)
	case telemetry.KindDNS:
		b.DNS = make([]telemetry.DNS, 1)
	case telemetry.KindHTTP:
		b.HTTP = make([]telemetry.HTTP, 1)
	case telemetry.KindTLS:
		b.TLS = make([]telemetry.TLS, 1)
	case telemetry.KindCert:
		b.Cert = make([]telemetry.Cert, 1)
	case telemetry.KindFile:
		b.File = make([]telemetry.File, 1)
	case telemetry.KindMail:
		b.Mail = make([]telemetry.Mail, 1)
	case telemetry.KindEvent:
		b.Event = make([]telemetry.Event, 1)
	}
	return b
}
