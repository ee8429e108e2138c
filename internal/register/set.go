package register

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// Set is all that one name stands for, in order: what a placeholder of a rule is replaced by.
type Set struct {
	Prefixes []SetPrefix
	Texts    []SetText         // compared without case
	Since    telemetry.Instant // of earlier times the register says nothing; 0: it speaks of all times
}

// SetPrefix is an address or network of a set, and when it belongs to it.
type SetPrefix struct {
	Prefix netip.Prefix
	Validity
}

// SetText is a name of a set, and when it belongs to it.
type SetText struct {
	Text string
	Validity
}

// Set gives the set of a name of Lists. Not ok: no register states it, and a rule that needs it is not assessed.
func (r *Registers) Set(name string) (s Set, ok bool) {
	l := r.joins.lists[name]
	if l == nil || !l.stated {
		return Set{}, false
	}
	return l.set, true
}

// States reports whether a register states a name of Lists.
func (r *Registers) States(name string) bool {
	l := r.joins.lists[name]
	return l != nil && l.stated
}

// State judges an address by the list of a name, as of a time.
func (r *Registers) State(name string, a netip.Addr, at telemetry.Instant) State {
	return r.joins.lists[name].ofAddr(a, at)
}

// StateOfText judges a text by the list of a name, as of a time.
func (r *Registers) StateOfText(name, text string, at telemetry.Instant) State {
	return r.joins.lists[name].ofText(text, at)
}

// List says what a name of the join and of placeholders stands for.
type List struct {
	Name string
	File string // without its ending: "registers/servers"
	Key  string // what an entry of the file must say to be in it: "service: aaa"; empty: nothing
	What string
}

// Lists gives all names that placeholders and stormglass.register.NAME may use, in the order of the documentation.
func Lists() []List { return lists }

var lists = []List{
	{"devices", "registers/devices", "", "ids, names, addresses and exporters of devices"},
	{"device_names", "registers/devices", "", "ids and names of devices"},
	{"device_addresses", "registers/devices", "addresses", "addresses of devices"},
	{"exporters", "registers/devices", "exporter", "addresses from which devices send flows"},
	{"networks", "registers/networks", "", "all networks of the operator"},
	{"infrastructure_prefixes", "registers/networks", "class: infrastructure", "networks of routers"},
	{"management_prefixes", "registers/networks", "class: management", "networks from where devices are run"},
	{"server_prefixes", "registers/networks", "class: server", "networks of services"},
	{"subscriber_prefixes", "registers/networks", "class: subscriber", "networks of customers"},
	{"servers", "registers/servers", "", "servers of all services"},
	{"aaa_servers", "registers/servers", "service: aaa", "TACACS+ and RADIUS servers of devices"},
	{"ntp_servers", "registers/servers", "service: ntp", "time servers"},
	{"syslog_servers", "registers/servers", "service: syslog", "collectors of logs"},
	{"dns_servers", "registers/servers", "service: dns", "resolvers"},
	{"backup_servers", "registers/servers", "service: backup", "takers of configurations"},
	{"nms_servers", "registers/servers", "service: nms", "stations that poll devices"},
	{"update_servers", "registers/servers", "service: update", "givers of images"},
	{"jump_hosts", "registers/servers", "service: jump", "hosts from which people log in to devices"},
	{relayServers, "registers/servers", "service: relay", "relays of syslog, which are believed when they say where a line came from"},
	{"accounts", "registers/accounts", "", "all accounts"},
	{"person_accounts", "registers/accounts", "kind: person", "accounts of people"},
	{"automation_accounts", "registers/accounts", "kind: automation", "accounts of programs"},
	{"break_glass_accounts", "registers/accounts", "kind: break_glass", "accounts for emergencies"},
	{"tunnels", "registers/tunnels", "", "ends of approved tunnels"},
	{"mirrors", "registers/mirrors", "", "destinations of mirrored traffic: addresses and interfaces"},
	{"tickets", "registers/changes", "", "tickets of changes, within their windows"},
	{"partner_networks", "registers/partners", "", "networks of partners, and their names"},
	{"record_stores", "registers/stores", "", "stores of records: ids, names and addresses"},
}
