package register

// joins is what Registers are looked up by. It is made once, when the registers are read.
type joins struct {
	lists    map[string]*list
	devices  devices
	accounts map[string][]*Account
	changes  changes
	tunnels  tunnels
}

// compile makes the look-ups of what was read.
func (r *Registers) compile() {
	b := map[string]*builder{}
	for _, l := range lists {
		b[l.Name] = &builder{stated: r.stated[l.File]}
	}
	r.listDevices(b)
	r.listNetworks(b)
	r.listServers(b)
	r.listAccounts(b)
	r.listOthers(b)
	r.joins = joins{
		lists: make(map[string]*list, len(b)), devices: newDevices(r.Devices), accounts: newAccounts(r.Accounts),
		changes: newChanges(r.Changes, r.Devices), tunnels: newTunnels(r.Tunnels),
	}
	for name, b := range b {
		r.joins.lists[name] = b.list()
	}
}

func (r *Registers) listDevices(b map[string]*builder) {
	for i := range r.Devices {
		d := &r.Devices[i]
		for _, name := range []string{"devices", "device_names"} {
			b[name].text(d.Validity, d.ID)
			b[name].text(d.Validity, d.Names...)
		}
		for _, name := range []string{"devices", "device_addresses"} {
			b[name].addr(d.Validity, d.Addresses...)
		}
		for _, x := range d.Exporters {
			b["devices"].addr(d.Validity, x.Address)
			b["exporters"].addr(d.Validity, x.Address)
		}
	}
}

// listNetworks states the list of a class only when the operator has networks of it: networks.yaml without management networks
// does not say that nobody manages.
func (r *Registers) listNetworks(b map[string]*builder) {
	for _, class := range []Class{Infrastructure, Management, Server, Subscriber} {
		b[class.String()+"_prefixes"].stated = false
	}
	for _, e := range r.Networks.entries {
		v := Validity{e.from, e.until}
		b["networks"].prefix(v, e.prefix)
		of := b[e.class.String()+"_prefixes"]
		of.prefix(v, e.prefix)
		of.stated = true
	}
}

// listOf gives the list of a service.
func listOf(service string) string {
	if service == ServiceJump {
		return "jump_hosts"
	}
	return service + "_servers"
}

// listServers states the list of a service only when the file speaks of it, by a server or by none.
func (r *Registers) listServers(b map[string]*builder) {
	for _, s := range services {
		b[listOf(s)].stated = false
	}
	for _, s := range r.none {
		b[listOf(s)].stated = true
	}
	for _, s := range r.Servers {
		for _, service := range s.Services {
			b[listOf(service)].prefix(s.Validity, s.Addresses...)
			b[listOf(service)].text(s.Validity, s.Names...)
		}
		b["servers"].prefix(s.Validity, s.Addresses...)
		b["servers"].text(s.Validity, s.Names...)
	}
}

func (r *Registers) listAccounts(b map[string]*builder) {
	for i := range r.Accounts {
		a := &r.Accounts[i]
		names := []string{"accounts", string(a.Kind) + "_accounts"}
		if a.Kind == "" { // it was complained of; the rest is checked all the same
			names = names[:1]
		}
		for _, name := range names {
			b[name].text(a.Validity, a.Name)
			b[name].text(a.Validity, a.Aliases...)
		}
	}
}

func (r *Registers) listOthers(b map[string]*builder) {
	for _, t := range r.Tunnels {
		b["tunnels"].prefix(t.Validity, t.Ends...)
	}
	for _, m := range r.Mirrors {
		b["mirrors"].prefix(m.Validity, m.Destinations...)
		b["mirrors"].text(m.Validity, m.Interfaces...)
	}
	for _, c := range r.Changes {
		b["tickets"].text(c.Validity, c.Ticket)
	}
	for _, p := range r.Partners {
		b["partner_networks"].prefix(p.Validity, p.Prefixes...)
		b["partner_networks"].text(p.Validity, p.Name)
	}
	for _, s := range r.Stores {
		b["record_stores"].prefix(s.Validity, s.Addresses...)
		b["record_stores"].text(s.Validity, s.ID)
		b["record_stores"].text(s.Validity, s.Names...)
	}
}
