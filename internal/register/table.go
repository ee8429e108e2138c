package register

import "slices"

// Limits of a register that is a list (hostile-input.md, H04).
const (
	maxCSV     = 32 << 20
	maxEntries = 200_000
	maxValues  = 10_000 // of one key of an entry
	maxText    = 512    // bytes of a value
)

// table says how a register that is a list is written: in YAML a list of mappings below the register's name, in CSV a line for
// each entry.
type table struct {
	name    string // of the register, of its files, and of the list within
	noun    string // "a device"
	columns []column
	groups  []string // parts that may be stated one by one: the services of servers
}

// column is one key of an entry.
type column struct {
	name string
	must bool // every entry has it
	many bool // several values: a list in YAML, joined by ";" in CSV
	pair bool // a mapping {address, observation_domain}, in CSV address#domain
}

// common are the keys that every entry may have.
var common = []column{{name: "owner"}, {name: "reason"}, {name: "valid_from"}, {name: "valid_until"}}

func (t *table) yaml() string { return "registers/" + t.name + ".yaml" }
func (t *table) csv() string  { return "registers/" + t.name + ".csv" }

// keys gives the names of all columns.
func (t *table) keys() []string {
	var keys []string
	for _, c := range t.columns {
		keys = append(keys, c.name)
	}
	return keys
}

func (t *table) column(name string) (column, bool) {
	i := slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
	if i < 0 {
		return column{}, false
	}
	return t.columns[i], true
}

// row is one entry as it was written, in either form.
type row struct {
	line  int
	cells map[string]cell
}

// cell holds the values of one key.
type cell struct {
	line  int
	texts []string
}

// has reports whether the entry says anything of a key.
func (r row) has(key string) bool { return len(r.cells[key].texts) > 0 }

// one gives the value of a key with one value, else nothing.
func (r row) one(key string) string {
	if c := r.cells[key]; len(c.texts) > 0 {
		return c.texts[0]
	}
	return ""
}

// content is what a file of a table holds.
type content struct {
	stated bool // the list is there, be it empty
	rows   []row
	none   []cell // groups of which the file says that there are none
}

// keep takes an entry in, unless there are too many.
func (c *content) keep(d *document, r row) bool {
	if len(c.rows) >= maxEntries {
		d.complain(r.line, "there are over %d entries: summarise them", maxEntries)
		return false
	}
	c.rows = append(c.rows, r)
	return true
}
