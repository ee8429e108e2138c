package register

import (
	"strconv"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/telemetry"
)

// maxDays is a hundred years: more is a slip of the pen.
const maxDays = 36500

// groups are keys that stand for several kinds; a kind's own key beats them.
const (
	groupTraffic = "traffic" // flow, dns, http, tls, cert, file, mail
	groupSystems = "systems" // event, aaa, config, access, intercept, derived
)

// parseRetention reads retention.yaml; every key is optional:
//
//	rows:
//	  own:        {traffic: 730, systems: 730, flow: 365}
//	  subscriber: {traffic: 30}
//	  transit:    {traffic: 7}
//	ledger: 730
//	peer_tokens: 90
func parseRetention(name string, data []byte) (Retention, error) {
	d := &document{name: name}
	r := Retention{file: name}
	if root := d.root(data); root != nil {
		d.retention(root, &r)
	}
	if err := d.err(); err != nil {
		return Retention{}, err
	}
	return r, nil
}

func (d *document) retention(root *yaml.Node, r *Retention) {
	f := d.fields(root, "the file", "rows", "ledger", "peer_tokens")
	d.days(f["ledger"], "ledger", &r.ledger)
	d.days(f["peer_tokens"], "peer_tokens", &r.peerTokens)
	if f["rows"] == nil {
		return
	}
	classes := d.fields(f["rows"], "rows", RowsOwn.String(), RowsSubscriber.String(), RowsTransit.String())
	for c := range NumRowClasses {
		if n := classes[c.String()]; n != nil {
			d.rows(n, "rows."+c.String(), &r.rows[c])
		}
	}
}

// rows reads the days of one class.
func (d *document) rows(n *yaml.Node, what string, into *[telemetry.NumKinds]stated) {
	known := []string{groupTraffic, groupSystems}
	for k := range telemetry.NumKinds {
		known = append(known, k.String())
	}
	f := d.fields(n, what, known...)
	var ofTraffic, ofSystems stated
	d.days(f[groupTraffic], groupTraffic, &ofTraffic)
	d.days(f[groupSystems], groupSystems, &ofSystems)
	for k := range telemetry.NumKinds {
		into[k] = ofSystems
		if traffic(k) {
			into[k] = ofTraffic
		}
		d.days(f[k.String()], k.String(), &into[k])
	}
}

// days reads a number of days, when it is there.
func (d *document) days(n *yaml.Node, what string, into *stated) {
	if n == nil {
		return
	}
	s, ok := d.text(n, what)
	if !ok {
		return
	}
	days, err := strconv.ParseUint(s, 10, 32)
	if err != nil || days > maxDays || n.ShortTag() != "!!int" {
		d.complain(n.Line, "%s is %s: write a whole number of days from 0 to %d", what, quoted(s), maxDays)
		return
	}
	*into = stated{days: int32(days), line: int32(n.Line)}
}
