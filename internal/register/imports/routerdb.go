package imports

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"
)

// Columns of a router.db that become something. Others (username, password, enable) are passed over unread.
var routerTaken = []string{"name", "ip", "model", "group", "role", "status"}

// routerColumns reads the names of columns as Oxidized's map gives their numbers; none: they are found line by line.
func routerColumns(stated []string) ([]string, error) {
	if len(stated) == 0 {
		return nil, nil
	}
	if !slices.Contains(stated, "name") {
		return nil, fmt.Errorf("columns: one is name; the others of which something is taken are %s, any other word passes over a column", strings.Join(routerTaken[1:], ", "))
	}
	return stated, nil
}

// routerDB reads the devices of Oxidized (name:model:…, name:ip:model:…) and RANCID (name;type;state): a line each, # begins a comment.
func (r *reading) routerDB(data []byte, columns []string, delimiter string) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8: save it so")
	}
	n := 0
	for text := range strings.SplitSeq(strings.TrimPrefix(string(data), "\ufeff"), "\n") {
		n++
		text = strings.TrimSpace(text)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		d := delimiter
		if d == "" {
			d = routerDelimiter(text)
		}
		fields := strings.Split(text, d)
		if len(fields) == 1 && len(columns) != 1 { // it may be the rest of a line that held a password
			r.left(n, "it has no columns: name:model or name;type;state, else say what divides them with --delimiter")
			continue
		}
		r.routerLine(n, fields, columns)
	}
	return nil
}

// routerDelimiter gives what divides the columns of a line: the first of them that stands there, for a later one may be of a password. The
// colons of an IPv6 address are none.
func routerDelimiter(line string) string {
	for _, d := range [...]string{";", ","} {
		if name, _, cut := strings.Cut(line, d); cut && isAddr(name) {
			return d
		}
	}
	if i := strings.IndexAny(line, ";:,"); i >= 0 {
		return line[i : i+1]
	}
	return ","
}

func isAddr(s string) bool {
	_, err := netip.ParseAddr(strings.TrimSpace(s))
	return err == nil
}

func (r *reading) routerLine(line int, fields, columns []string) {
	guessed := columns == nil
	if guessed {
		columns = guessedColumns(fields)
	}
	d := device{bare: true}
	passed := max(0, len(fields)-len(columns))
	for i, name := range columns {
		if i >= len(fields) {
			break
		}
		switch text := strings.TrimSpace(fields[i]); name {
		case "name":
			d.id = text
		case "ip":
			d.addresses = []string{text}
		case "model":
			d.platform = text
		case "group", "role":
			d.role = text
		case "status":
			d.status = text
		default:
			passed++
		}
	}
	if passed > 0 {
		r.remark("columns besides %s were passed over, since they may hold passwords: name them with --columns if they are needed", strings.Join(columns, ", "))
	}
	if guessed && d.platform != "" && !knownModel(d.platform) {
		d.platform = ""
		d.doubts = append(d.doubts, "where its model is expected stands no model known here, which may be a password and is not shown: name the columns with --columns")
	}
	r.proposeDevice(line, d)
}

// guessedColumns are what the programs have by default.
func guessedColumns(fields []string) []string {
	if len(fields) > 2 {
		if isAddr(fields[1]) {
			return []string{"name", "ip", "model"}
		}
		switch strings.ToLower(strings.TrimSpace(fields[2])) {
		case "up", "down":
			return []string{"name", "model", "status"}
		}
	}
	return []string{"name", "model"}
}
