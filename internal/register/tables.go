package register

// The registers that are lists, in the order of Files. A change of the order changes no version (Version).
var (
	deviceTable = table{name: "devices", noun: "a device", columns: with(
		column{name: "id", must: true}, column{name: "names", many: true}, column{name: "addresses", many: true},
		column{name: "exporter", many: true, pair: true}, column{name: "configurations", many: true}, column{name: "platform"}, column{name: "role"})}
	serverTable = table{name: "servers", noun: "a server", groups: services, columns: with(
		column{name: "service", must: true, many: true}, column{name: "addresses", many: true}, column{name: "names", many: true})}
	accountTable = table{name: "accounts", noun: "an account", columns: with(
		column{name: "name", must: true}, column{name: "aliases", many: true}, column{name: "kind", must: true},
		column{name: "hosts", many: true}, column{name: "commands", many: true})}
	tunnelTable = table{name: "tunnels", noun: "a tunnel", columns: with(
		column{name: "id", must: true}, column{name: "ends", must: true, many: true}, column{name: "protocols", many: true})}
	mirrorTable = table{name: "mirrors", noun: "a mirror", columns: with(
		column{name: "id", must: true}, column{name: "devices", many: true}, column{name: "destinations", many: true},
		column{name: "interfaces", many: true}, column{name: "sessions", many: true})}
	changeTable = table{name: "changes", noun: "a change", columns: withMust(
		column{name: "ticket", must: true}, column{name: "devices", many: true}, column{name: "roles", many: true})}
	partnerTable = table{name: "partners", noun: "a partner", columns: with(
		column{name: "name", must: true}, column{name: "prefixes", must: true, many: true})}
	storeTable = table{name: "stores", noun: "a store", columns: with(
		column{name: "id", must: true}, column{name: "names", many: true}, column{name: "addresses", many: true}, column{name: "objects", many: true})}
)

// tableInto is a table and what reads it into registers.
type tableInto struct {
	*table
	into func(*document, content, *Registers)
}

// tables are all of them.
var tables = []tableInto{
	{&deviceTable, func(d *document, c content, r *Registers) { r.Devices = d.devices(c.rows) }},
	{&serverTable, func(d *document, c content, r *Registers) { r.Servers, r.none = d.servers(c) }},
	{&accountTable, func(d *document, c content, r *Registers) { r.Accounts = d.accounts(c.rows) }},
	{&tunnelTable, func(d *document, c content, r *Registers) { r.Tunnels = d.tunnels(c.rows) }},
	{&mirrorTable, func(d *document, c content, r *Registers) { r.Mirrors = d.mirrors(c.rows) }},
	{&changeTable, func(d *document, c content, r *Registers) { r.Changes = d.changes(c.rows) }},
	{&partnerTable, func(d *document, c content, r *Registers) { r.Partners = d.partners(c.rows) }},
	{&storeTable, func(d *document, c content, r *Registers) { r.Stores = d.stores(c.rows) }},
}

// reserved are names of registers that are not read yet.
var reserved = []string{"deliveries", "warrants"}

func with(own ...column) []column { return append(own, common...) }

// withMust is with for entries that always have a beginning and an end.
func withMust(own ...column) []column {
	all := with(own...)
	for i := range all {
		if all[i].name == "valid_from" || all[i].name == "valid_until" {
			all[i].must = true
		}
	}
	return all
}
