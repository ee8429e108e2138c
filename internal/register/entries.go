package register

import "strings"

// The readers of entries: each complains of what is wrong in a row and gives what is right.

func (d *document) devices(rows []row) []Device {
	out := make([]Device, 0, len(rows))
	for _, r := range rows {
		out = append(out, Device{
			Entry: d.stated(r), ID: r.one("id"), Names: r.cells["names"].texts, Addresses: d.addrs(r, "addresses"),
			Exporters: d.exporters(r, "exporter"), Configurations: r.cells["configurations"].texts, Platform: r.one("platform"), Role: r.one("role"),
		})
	}
	var ids []named
	for i := range out {
		e := &out[i]
		ids = append(ids, named{folded(e.ID), &e.Entry})
		for _, n := range e.Names {
			ids = append(ids, named{folded(n), &e.Entry})
		}
	}
	d.checkNames("the device name", ids)
	return out
}

// servers reads servers, and the services that the operator says nobody gives.
func (d *document) servers(c content) ([]ServiceHost, []string) {
	out := make([]ServiceHost, 0, len(c.rows))
	for _, r := range c.rows {
		s := ServiceHost{Entry: d.stated(r), Services: d.words(r.cells["service"], "service", services), Addresses: d.prefixesOf(r, "addresses"), Names: r.cells["names"].texts}
		if !r.has("addresses") && !r.has("names") {
			d.complain(r.line, "a server has neither addresses nor names: add one")
		}
		out = append(out, s)
	}
	var none []string
	for _, cell := range c.none {
		none = append(none, d.words(cell, "service", services)...)
	}
	return out, none
}

func (d *document) accounts(rows []row) []Account {
	out := make([]Account, 0, len(rows))
	for _, r := range rows {
		a := Account{
			Entry: d.stated(r), Name: r.one("name"), Aliases: r.cells["aliases"].texts, Hosts: d.prefixesOf(r, "hosts"), Commands: r.cells["commands"].texts,
		}
		if k := d.words(r.cells["kind"], "kind", accountKinds); len(k) > 0 {
			a.Kind = AccountKind(k[0])
		}
		var wrong string
		if a.commands, wrong = newCommandSet(a.Commands); wrong != "" {
			d.complain(r.cells["commands"].line, "commands: %s", wrong)
		}
		out = append(out, a)
	}
	var names []named
	for i := range out {
		e := &out[i]
		names = append(names, named{folded(e.Name), &e.Entry})
		for _, n := range e.Aliases {
			names = append(names, named{folded(n), &e.Entry})
		}
	}
	d.checkNames("the account", names)
	return out
}

func (d *document) tunnels(rows []row) []Tunnel {
	out := make([]Tunnel, 0, len(rows))
	for _, r := range rows {
		t := Tunnel{Entry: d.stated(r), ID: r.one("id"), Ends: d.prefixesOf(r, "ends"), Protocols: d.words(r.cells["protocols"], "protocol", protocols)}
		if n := len(r.cells["ends"].texts); n == 1 || n > maxEnds {
			d.complain(r.line, "a tunnel has %d ends: write from 2 to %d addresses or prefixes", n, maxEnds)
		}
		out = append(out, t)
	}
	return out
}

func (d *document) mirrors(rows []row) []Mirror {
	out := make([]Mirror, 0, len(rows))
	for _, r := range rows {
		out = append(out, Mirror{
			Entry: d.stated(r), ID: r.one("id"), Devices: r.cells["devices"].texts, Destinations: d.prefixesOf(r, "destinations"),
			Interfaces: r.cells["interfaces"].texts, Sessions: r.cells["sessions"].texts,
		})
		if !r.has("destinations") && !r.has("interfaces") {
			d.complain(r.line, "a mirror has neither destinations nor interfaces: add where the traffic goes")
		}
	}
	return out
}

func (d *document) changes(rows []row) []Change {
	out := make([]Change, 0, len(rows))
	for _, r := range rows {
		out = append(out, Change{Entry: d.stated(r), Ticket: r.one("ticket"), Devices: r.cells["devices"].texts, Roles: r.cells["roles"].texts})
		if !r.has("devices") && !r.has("roles") {
			d.complain(r.line, "a change has neither devices nor roles: add what is worked on, \"*\" is every device")
		}
	}
	return out
}

func (d *document) partners(rows []row) []Partner {
	out := make([]Partner, 0, len(rows))
	for _, r := range rows {
		out = append(out, Partner{Entry: d.stated(r), Name: r.one("name"), Prefixes: d.prefixesOf(r, "prefixes")})
	}
	return out
}

func (d *document) stores(rows []row) []Store {
	out := make([]Store, 0, len(rows))
	for _, r := range rows {
		out = append(out, Store{
			Entry: d.stated(r), ID: r.one("id"), Names: r.cells["names"].texts, Addresses: d.prefixesOf(r, "addresses"), Objects: r.cells["objects"].texts,
		})
	}
	return out
}

// everyDevice stands for all devices in a change.
const everyDevice = "*"

// maxEnds bounds the ends of a tunnel: a record is compared with the ends of the tunnels of its longest prefix.
const maxEnds = 256

// foldedAll gives names as they are compared.
func foldedAll(names ...string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ToLower(n)
	}
	return out
}
