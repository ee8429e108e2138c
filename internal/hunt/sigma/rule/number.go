package rule

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// parts are the modifiers that take a part out of a time, with the numbers it can have.
var parts = map[string]struct {
	part     Part
	from, to float64
}{
	"minute": {PartMinute, 0, 59}, "hour": {PartHour, 0, 23}, "day": {PartDay, 1, 31},
	"week": {PartWeek, 1, 53}, "month": {PartMonth, 1, 12}, "year": {PartYear, 0, 9999},
}

func (d *document) number(v *Value, c chain, n *yaml.Node) bool {
	number, ok := parseNumber(n.Value)
	if !ok {
		d.complain(d.at(n), "modifier %s takes a number: this is %s", c.maker(), shown(n.Value))
		return false
	}
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		d.note(d.at(n), "%s is a number in quotes: read as a number", shown(n.Value))
	}
	v.Number = number
	for _, name := range c.names {
		p, ok := parts[name]
		if !ok {
			continue
		}
		v.Part = p.part
		if c.sort == sortPart && (number != math.Trunc(number) || number < p.from || number > p.to) {
			d.complain(d.at(n), "modifier %s takes a whole number from %g to %g: this is %s", name, p.from, p.to, shown(n.Value))
			return false
		}
	}
	return true
}

// parseNumber reads a number as YAML writes it, but for infinities and what is none.
func parseNumber(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if i, err := strconv.ParseInt(s, 0, 64); err == nil {
		return float64(i), true
	}
	if strings.ContainsAny(s, "xXpP_") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

// plain gives the text of a scalar that is to be found in a field. A whole number in another form than the decimal is written so.
func (d *document) plain(n *yaml.Node) string {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 || n.ShortTag() != "!!int" {
		return n.Value
	}
	i, err := strconv.ParseInt(n.Value, 0, 64)
	if err != nil {
		return n.Value
	}
	text := strconv.FormatInt(i, 10)
	if text != n.Value {
		d.note(d.at(n), "%s is a number for YAML and is looked for as %s: put quotes around it if the text is meant", shown(n.Value), text)
	}
	return text
}
