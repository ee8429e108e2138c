package rule

import (
	"encoding/base64"
	"math"
	"net/netip"
	"strings"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

// value reads one value as the chain has it. ok is false when it was complained of.
func (d *document) value(v *Value, c chain, n *yaml.Node) (ok bool) {
	if plainyaml.IsNull(n) {
		return d.null(v, c, n)
	}
	switch c.sort {
	case sortRegexp:
		return d.regexp(v, c, n)
	case sortCIDR:
		return d.cidr(v, c, n)
	case sortExists:
		return d.exists(v, n)
	case sortRef:
		return d.fieldRef(v, c, n)
	case sortNumber, sortPart:
		return d.number(v, c, n)
	default:
		return d.patterns(v, c, n)
	}
}

// null reads null, which the specification has among other values too (example of 2.1.0, "special field values").
func (d *document) null(v *Value, c chain, n *yaml.Node) bool {
	switch {
	case c.field == "":
		d.complain(d.at(n), "a keyword is empty: leave it out")
		return false
	case c.changed() != "":
		d.complain(d.at(n), "null cannot be used with modifier %s: write it without, in a selection of its own", c.changed())
		return false
	case n.Value == "":
		d.note(d.at(n), "a value is missing and read as null: the field is absent or empty")
	}
	v.Null = true
	return true
}

// placeholders notes what modifier expand does not take for a placeholder.
func (d *document) placeholders(text string, p Pattern, n *yaml.Node) {
	if name := escapedPlaceholder(text); name != "" {
		d.note(d.at(n), `behind a backslash %%%s%% is plain text, no placeholder: to ask for what follows a backslash, use endswith with %%%s%% alone`, name, name)
	} else if !p.placeholders() {
		d.note(d.at(n), "modifier expand finds no placeholder such as %%name%% in %s", shown(text))
	}
}

// patterns reads a text and makes of it what the modifiers say, in their order.
func (d *document) patterns(v *Value, c chain, n *yaml.Node) bool {
	text := d.plain(n)
	forms := []Pattern{ParsePattern(text)}
	for _, name := range c.names {
		var ok bool
		if forms, ok = d.modify(forms, name, n); !ok {
			return false
		}
	}
	for i := range forms {
		if c.field == "" && c.inGroup("place") == "" {
			forms[i] = forms[i].around(true, true)
		}
		forms[i].Cased = c.has("cased")
	}
	if c.has("expand") {
		d.placeholders(text, forms[0], n)
	}
	if len(forms) == 1 && !c.has("cased") && forms[0].sole() != "" {
		v.Placeholder = forms[0].sole()
		return true
	}
	if c.field == "" && len(forms[0].Parts) == 1 && forms[0].Parts[0].Wild == '*' {
		d.complain(d.at(n), "the keyword %s is found in every record: leave it out", shown(text))
		return false
	}
	v.Patterns = forms
	return d.afford(n, forms)
}

// afford counts patterns against the bounds of the rule.
func (d *document) afford(n *yaml.Node, forms []Pattern) bool {
	within := d.forms <= maxPatterns && d.bytes <= maxBytes
	bytes := 0
	for _, f := range forms {
		bytes += f.size()
	}
	d.forms, d.bytes = d.forms+len(forms), d.bytes+bytes
	if d.forms <= maxPatterns && d.bytes <= maxBytes {
		return d.weigh(d.at(n), len(forms)*weightPattern+bytes)
	}
	if within {
		d.complain(d.at(n), "the values of the rule stand for over %d patterns, or %d MiB of them: write fewer, or split the rule", maxPatterns, maxBytes>>20)
	}
	return false
}

// modify applies one modifier to the forms of a value.
func (d *document) modify(forms []Pattern, name string, n *yaml.Node) ([]Pattern, bool) {
	switch name {
	case "contains", "startswith", "endswith":
		for i := range forms {
			forms[i] = forms[i].around(name != "startswith", name != "endswith")
		}
	case "expand":
		for i := range forms {
			forms[i] = forms[i].expand()
		}
	case "windash":
		return d.windash(forms, n)
	case "base64", "base64offset":
		return d.base64(forms, name, n)
	case "wide", "utf16le", "utf16be", "utf16":
		return d.utf16(forms, name, n)
	}
	return forms, true
}

func (d *document) windash(forms []Pattern, n *yaml.Node) ([]Pattern, bool) {
	var all []Pattern
	for _, f := range forms {
		count := math.Pow(float64(len(dashes)), float64(len(dashesOf(f))))
		if float64(len(all))+count > maxForms || count*float64(f.size()) > maxFormBytes {
			d.complain(d.at(n), "modifier windash makes too many forms of this value, over %d or %d MiB: look for a part of it with fewer dashes",
				maxForms, maxFormBytes>>20)
			return nil, false
		}
		all = append(all, dashed(f)...)
	}
	return all, true
}

func (d *document) base64(forms []Pattern, name string, n *yaml.Node) ([]Pattern, bool) {
	var all []Pattern
	bytes := 0
	for _, f := range forms {
		text, plain := f.Text()
		bytes += 4 * len(text)
		switch {
		case !plain:
			d.complain(d.at(n), "modifier %s cannot encode wildcards: write them with a backslash, or leave them out", name)
			return nil, false
		case len(text) < 2 && (name == "base64offset" || text == ""):
			d.complain(d.at(n), "the value is too short for modifier %s: it would be found nearly everywhere", name)
			return nil, false
		case name == "base64":
			all = append(all, literally(base64.StdEncoding.EncodeToString([]byte(text))))
		default:
			for _, form := range base64Offsets(text) {
				all = append(all, literally(form))
			}
		}
		if len(all) > maxForms || bytes > maxFormBytes {
			d.complain(d.at(n), "the modifiers make over %d forms of this value, or %d MiB of them: leave one out", maxForms, maxFormBytes>>20)
			return nil, false
		}
	}
	return all, true
}

func literally(s string) Pattern { return Pattern{Parts: []PatternPart{{Literal: s}}} }

func (d *document) utf16(forms []Pattern, name string, n *yaml.Node) ([]Pattern, bool) {
	all := make([]Pattern, 0, len(forms))
	for _, f := range forms {
		if name == "utf16" && len(f.Parts) > 0 && f.Parts[0].Wild != 0 {
			d.complain(d.at(n), "modifier utf16 puts a byte order mark before the text: a wildcard cannot begin it; use utf16le")
			return nil, false
		}
		var q Pattern
		if name == "utf16" {
			q.literal("\xff\xfe")
		}
		for _, part := range f.Parts {
			part.Literal = utf16Bytes(part.Literal, name == "utf16be")
			q.add(part)
		}
		all = append(all, q)
	}
	return all, true
}

func (d *document) regexp(v *Value, c chain, n *yaml.Node) bool {
	source := n.Value
	switch {
	case c.has("startswith"):
		source = `\A(?:` + source + `)`
	case c.has("endswith"):
		source = `(?:` + source + `)\z`
	}
	re, size, err := compileRegexp(source, c.flags())
	if err != nil {
		d.complain(d.at(n), "%v", err)
		return false
	}
	if before := d.programs; before <= maxPrograms && before+size > maxPrograms {
		d.complain(d.at(n), "the regular expressions of the rule are too costly, over %d steps together: write fewer", maxPrograms)
	}
	d.programs += size
	v.Regexp = re
	return d.programs <= maxPrograms && d.weigh(d.at(n), size*weightStep)
}

func (d *document) cidr(v *Value, c chain, n *yaml.Node) bool {
	if c.has("expand") {
		if v.Placeholder = ParsePattern(n.Value).expand().sole(); v.Placeholder != "" {
			return true
		}
	}
	p, err := netip.ParsePrefix(strings.TrimSpace(n.Value))
	if a, failed := netip.ParseAddr(strings.TrimSpace(n.Value)); failed == nil && a.Zone() == "" {
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil {
		d.complain(d.at(n), "%s is no network: write an address and a length, as in 192.0.2.0/24 or 2001:db8::/32", shown(n.Value))
		return false
	}
	if p != p.Masked() {
		d.note(d.at(n), "%s has bits after its length: read as %s", shown(n.Value), p.Masked())
	}
	if p = p.Masked(); p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	v.Prefix = p
	return true
}

func (d *document) exists(v *Value, n *yaml.Node) bool {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		switch strings.ToLower(n.Value) {
		case "true", "yes":
			v.Exists = true
			return true
		case "false", "no":
			return true
		}
	}
	d.complain(d.at(n), "exists takes true or false, without quotes: this is %s", shown(n.Value))
	return false
}

func (d *document) fieldRef(v *Value, c chain, n *yaml.Node) bool {
	field, plain := ParsePattern(n.Value).Text()
	if !plain || strings.TrimSpace(field) == "" {
		d.complain(d.at(n), "fieldref takes the name of a field: this is %s", shown(n.Value))
		return false
	}
	v.Ref = FieldRef{
		Field:  strings.TrimSpace(field),
		Before: c.has("contains") || c.has("endswith"),
		After:  c.has("contains") || c.has("startswith"),
		Cased:  c.has("cased"),
	}
	return true
}
