package rule

import (
	"go.yaml.in/yaml/v4"
)

// detection reads the selections and conditions of a rule.
func (d *document) detection(n *yaml.Node) *Detection {
	det := &Detection{}
	d.search("detection", n, det, map[string]bool{"timeframe": true})
	return det
}

// search reads selections and conditions; keys in other are the caller's.
func (d *document) search(what string, n *yaml.Node, det *Detection, other map[string]bool) {
	if n.Kind != yaml.MappingNode {
		d.complain(d.at(n), "%s is a mapping of selections and condition: this is %s", what, formOf(n))
		return
	}
	var condition, timeframe *yaml.Node
	for k, v := range d.pairs(n) {
		switch {
		case k.Value == "condition":
			condition = v
		case other[k.Value]:
			if k.Value == "timeframe" {
				timeframe = v
			}
		case len(k.Value) > maxWritten:
			d.complain(d.at(k), "the name of a selection has over %d bytes: shorten it", maxWritten)
		case len(det.Selections) == maxSelections:
			d.complain(d.at(k), "the rule has over %d selections: split it", maxSelections)
			return
		default:
			if !nameable(k.Value) {
				d.note(d.at(k), "no condition can name selection %s but by \"of\": letters, digits, - and _ are usual", shown(k.Value))
			}
			det.Selections = append(det.Selections, Selection{
				Name: k.Value, Line: d.before + k.Line, Column: k.Column, Groups: d.groups("selection "+shown(k.Value), v),
			})
		}
	}
	switch {
	case len(det.Selections) == 0:
		d.complain(d.at(n), "%s has no selection: state fields with values, or keywords, below a name", what)
	case condition == nil || len(condition.Content) == 0 && condition.Value == "":
		d.complain(d.at(n), "condition is missing: say below %s how the selections are joined", what)
	default:
		d.conditions(det, condition, timeframe, other["timeframe"])
	}
}
