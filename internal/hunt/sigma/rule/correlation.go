package rule

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

var correlationTypes = [...]string{
	EventCount: "event_count", ValueCount: "value_count", Temporal: "temporal", TemporalOrdered: "temporal_ordered",
	ValueSum: "value_sum", ValueAvg: "value_avg", ValuePercentile: "value_percentile", ValueMedian: "value_median",
}

// String gives the type as the specification writes it.
func (t CorrelationType) String() string {
	if int(t) < len(correlationTypes) {
		return correlationTypes[t]
	}
	return "unknown"
}

// correlation reads a correlation (Sigma correlation rules 2.1.0). generate is the key at the top, which older rules have inside.
func (d *document) correlation(n, generate *yaml.Node) *Correlation {
	if n.Kind != yaml.MappingNode {
		d.complain(d.at(n), "correlation is a mapping of type, rules, group-by, timespan and condition: this is %s", formOf(n))
		return nil
	}
	c := &Correlation{Line: d.before + n.Line, Column: n.Column}
	keys := map[string]*yaml.Node{}
	for k, v := range d.pairs(n) {
		switch k.Value {
		case "type", "rules", "group-by", "timespan", "condition", "aliases", "generate":
			keys[k.Value] = v
		default:
			d.complain(d.at(k), "unknown key %s below correlation%s", shown(k.Value),
				hint(nearest(k.Value, []string{"type", "rules", "group-by", "timespan", "condition", "aliases", "generate"})))
		}
	}
	known := d.correlationType(c, n, keys["type"])
	d.correlated(c, n, keys["rules"])
	d.grouping(c, keys["group-by"])
	d.timespan(c, n, keys["timespan"])
	c.Percentile = -1
	d.bounds(c, keys["condition"])
	if known {
		d.judge(c, n)
	}
	c.Percentile = max(c.Percentile, 0)
	d.aliases(c, keys["aliases"])
	d.generate(c, cmp.Or(generate, keys["generate"]))
	return c
}

func (d *document) correlationType(c *Correlation, at, n *yaml.Node) (known bool) {
	if n == nil {
		d.complain(d.at(at), "type is missing: it is one of %s", strings.Join(correlationTypes[:], ", "))
		return false
	}
	written := d.scalar("type", n)
	i := slices.Index(correlationTypes[:], written)
	if i < 0 {
		d.complain(d.at(n), "unknown type %s: it is one of %s%s", shown(written), strings.Join(correlationTypes[:], ", "),
			hint(nearest(written, correlationTypes[:])))
		return false
	}
	c.Type = CorrelationType(i)
	return true
}

// correlated reads the rules that a correlation names.
func (d *document) correlated(c *Correlation, at, n *yaml.Node) {
	if n != nil {
		c.Rules = d.refs(n)
	}
	if len(c.Rules) == 0 {
		d.complain(d.at(at), "rules is missing: list the ids or names of the rules that are correlated")
	}
}

// refs reads a list of rules; one that stands twice is taken once.
func (d *document) refs(n *yaml.Node) []RuleRef {
	var refs []RuleRef
	for _, e := range d.entries("rules", n, maxRefs) {
		written := d.scalar("an entry of rules", e)
		twice := slices.ContainsFunc(refs, func(r RuleRef) bool { return r.Written == written })
		switch {
		case written == "":
		case twice:
			d.note(d.at(e), "%s stands twice among the rules", shown(written))
		default:
			refs = append(refs, RuleRef{Written: written, Line: d.before + e.Line, Column: e.Column})
		}
	}
	return refs
}

func (d *document) grouping(c *Correlation, n *yaml.Node) {
	if n == nil {
		d.note(place{c.Line, c.Column}, "group-by is missing: all matches are one group")
		return
	}
	c.GroupBy = d.texts("group-by", n, maxGroupBy)
}

func (d *document) timespan(c *Correlation, at, n *yaml.Node) {
	if n == nil {
		d.complain(d.at(at), "timespan is missing: write a length of time, as in 10m")
		return
	}
	span, err := parseSpan(d.scalar("timespan", n))
	if err != nil {
		d.complain(d.at(n), "timespan: %v", err)
	}
	c.Timespan = span
}

// parseSpan reads a length of time: a number and a letter.
func parseSpan(s string) (time.Duration, error) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	if s == "" {
		return 0, errNoSpan
	}
	unit := units[s[len(s)-1]]
	number, err := strconv.ParseUint(s[:len(s)-1], 10, 32)
	if err != nil || unit == 0 || number == 0 || number > uint64(maxSpan*24*time.Hour/unit) {
		return 0, &spanError{s}
	}
	return time.Duration(number) * unit, nil
}

type spanError struct{ written string }

func (e *spanError) Error() string { return errNoSpan.Error() + ": this is " + shown(e.written) }

// aliases reads names that stand for fields of the rules.
func (d *document) aliases(c *Correlation, n *yaml.Node) {
	switch {
	case n == nil || plainyaml.IsNull(n):
		return
	case n.Kind != yaml.MappingNode || len(n.Content) > 2*maxGroupBy:
		d.complain(d.at(n), "aliases is a mapping of up to %d names to mappings of rule and field: this is %s", maxGroupBy, formOf(n))
		return
	}
	for k, v := range d.pairs(n) {
		if v.Kind != yaml.MappingNode || len(v.Content) == 0 {
			d.complain(d.at(v), "alias %s is a mapping of rule and field: this is %s", shown(k.Value), formOf(v))
			continue
		}
		if !slices.Contains(c.GroupBy, k.Value) && !slices.Contains(c.Fields, k.Value) {
			d.note(d.at(k), "alias %s is not used by group-by or field", shown(k.Value))
		}
		c.Aliases = append(c.Aliases, Alias{Name: k.Value, Fields: d.alias(v), Line: d.before + k.Line, Column: k.Column})
	}
}

func (d *document) alias(n *yaml.Node) map[string]string {
	fields := map[string]string{}
	for k, v := range d.pairs(n) {
		if field := d.scalar("a field", v); field != "" {
			fields[k.Value] = field
		} else {
			d.complain(d.at(v), "the field of rule %s is empty: name it", shown(k.Value))
		}
	}
	return fields
}

func (d *document) generate(c *Correlation, n *yaml.Node) {
	if n == nil || plainyaml.IsNull(n) {
		return
	}
	switch strings.ToLower(n.Value) {
	case "true":
		c.Generate = true
	case "false":
	default:
		d.complain(d.at(n), "generate is true or false: this is %s", formOf(n))
	}
}
