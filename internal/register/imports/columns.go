package imports

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// columnNames are how tables call what is taken from them, the most telling first, without case and without what is neither a
// letter nor a digit.
var columnNames = []struct {
	ours  string
	names []string
}{
	{"prefix", []string{"prefix", "cidr", "subnet", "network", "ipprefix", "ipnetwork", "ipsubnet", "networkaddress", "subnetaddress", "networkcidr", "subnetcidr", "block", "netz", "subnetz", "netzwerk"}},
	{"mask", []string{"mask", "netmask", "subnetmask", "networkmask", "prefixlength", "prefixlen", "masklength", "maskbits", "bits", "length", "cidr", "maske", "netzmaske"}},
	{"address", []string{"address", "ipaddress", "ip", "primaryip", "primaryip4", "primaryipv4", "ipv4address", "ipv4", "managementip", "mgmtip", "mgmtaddress", "managementaddress", "hostaddress", "loopback", "adresse"}},
	{"address6", []string{"primaryip6", "primaryipv6", "ipv6address", "ipv6"}},
	{"name", []string{"name", "hostname", "devicename", "device", "host", "sysname", "fqdn", "dnsname", "displayname"}},
	{"alias", []string{"fqdn", "dnsname", "sysname", "alias", "aliases"}},
	{"class", []string{"class", "role", "usage", "networktype", "type", "category", "function", "purpose", "zone", "section", "klasse", "rolle"}},
	{"role", []string{"role", "devicerole", "function", "rolle"}},
	{"platform", []string{"platform", "os", "operatingsystem", "model", "devicetype", "type"}},
	{"owner", []string{"owner", "tenant", "team", "contact", "responsible", "department"}},
	{"description", []string{"description", "comment", "comments", "displayname", "notes", "remark", "remarks", "title", "beschreibung", "kommentar"}},
	{"status", []string{"status", "state"}},
}

// namedColumns reads "prefix=Netz".
func namedColumns(stated []string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range stated {
		ours, theirs, ok := strings.Cut(s, "=")
		if !ok || folded(theirs) == "" || !slices.Contains(ourColumns(), ours) {
			return nil, fmt.Errorf("columns: write what is ours, =, and the column's name in the file, such as prefix=Netz; ours are %s", strings.Join(ourColumns(), ", "))
		}
		out[ours] = folded(theirs)
	}
	return out, nil
}

func ourColumns() []string {
	var out []string
	for _, c := range columnNames {
		out = append(out, c.ours)
	}
	return out
}

// folded gives a name of a column as names are compared.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// columns says in which column of a table what stands; -1 is nowhere.
type columns map[string]int

// columnsOf finds columns by their names. What the person states goes before what is guessed.
func columnsOf(header []string, stated map[string]string) (columns, error) {
	names := make([]string, len(header))
	for i, h := range header {
		names[i] = folded(h)
	}
	c := columns{}
	for _, want := range columnNames {
		c[want.ours] = slices.IndexFunc(want.names, func(n string) bool { return slices.Contains(names, n) })
		if n := c[want.ours]; n >= 0 {
			c[want.ours] = slices.Index(names, want.names[n])
		}
		if theirs, ok := stated[want.ours]; ok {
			if c[want.ours] = slices.Index(names, theirs); c[want.ours] < 0 {
				return nil, fmt.Errorf("it has no column for %s that is named as you say", want.ours)
			}
		}
	}
	c.settle()
	return c, nil
}

// settle decides where one column could be two things.
func (c columns) settle() {
	if c["mask"] == c["prefix"] {
		c["mask"] = -1
	}
	if c["prefix"] < 0 && c["mask"] >= 0 {
		c["prefix"] = c["address"] // a network's address beside its mask
	}
	if c["alias"] == c["name"] {
		c["alias"] = -1
	}
	if c["description"] == c["name"] {
		c["description"] = -1
	}
}

// networks reports whether the table is of networks.
func (c columns) networks() bool { return c["prefix"] >= 0 }

// used are the columns that count for the sort of table.
func (c columns) used() []string {
	if c.networks() {
		return []string{"prefix", "mask", "class", "description", "owner", "status", "name"}
	}
	return []string{"name", "alias", "address", "address6", "platform", "role", "owner", "description", "status"}
}

// told says which columns were taken.
func (c columns) told(header []string) string {
	var taken []string
	for _, ours := range c.used() {
		if n := c[ours]; n >= 0 {
			taken = append(taken, fmt.Sprintf("%s from %q", ours, words(header[n])))
		}
	}
	return "columns taken: " + strings.Join(taken, ", ")
}

// of gives what a line has in a column; empty for none.
func (c columns) of(fields []string, ours string) string {
	if n := c[ours]; n >= 0 && n < len(fields) {
		return strings.TrimSpace(fields[n])
	}
	return ""
}
