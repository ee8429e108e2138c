package zeek

import (
	"strings"

	"stormglass/internal/telemetry"
)

// log says how the rows of one of Zeek's logs become records.
type log struct {
	path    string
	dataset string // of events
	kind    telemetry.Kind
	targets map[string]target
	finish  func(*row) // after the last column; may be nil
}

// target is where the values of a column go.
type target struct {
	set  setter
	list bool // takes one element after the other
	also bool // is kept as a pair besides
}

// setter takes a value, or one element of a list.
type setter func(*row, string) outcome

// outcome says what a setter made of a value.
type outcome uint8

const (
	done    outcome = iota
	refused         // the value is not what the column should hold
	surplus         // the field is taken: keep the value as a pair
)

func check(ok bool) outcome {
	if ok {
		return done
	}
	return refused
}

// logs are those that become records of a kind of their own.
var logs = map[string]*log{}

func init() { //nolint:gochecknoinits // joins tables that stand in several files
	add(telemetry.KindFlow, connTargets, finishConn, "conn", "open_conn")
	add(telemetry.KindDNS, dnsTargets, finishProto, "dns", "open_dns")
	add(telemetry.KindHTTP, httpTargets, nil, "http", "open_http")
	add(telemetry.KindTLS, sslTargets, nil, "ssl", "open_ssl")
	add(telemetry.KindCert, x509Targets, nil, "x509")
	add(telemetry.KindFile, fileTargets, finishFile, "files")
	add(telemetry.KindMail, smtpTargets, finishMail, "smtp")
}

func add(kind telemetry.Kind, targets map[string]target, finish func(*row), paths ...string) {
	for name, t := range commonTargets {
		if _, ok := targets[name]; !ok {
			targets[name] = t
		}
	}
	for _, path := range paths {
		logs[path] = &log{path: path, kind: kind, targets: targets, finish: finish}
	}
}

// maxPath bounds the length of a log's path.
const maxPath = 64

// logOf gives the log of a path; one that is not among ours becomes events.
func logOf(path string) *log {
	if l := logs[path]; l != nil {
		return l
	}
	if path == "" || len(path) > maxPath {
		path = "unknown"
	}
	path = strings.ToLower(path)
	return &log{path: path, dataset: "zeek." + path, kind: telemetry.KindEvent, targets: eventTargets, finish: finishProto}
}

// column is one column of one log, ready for values.
type column struct {
	name string
	target
	bit   uint64 // of the name in the log's table, so that repeated names show; 0 for the others
	field telemetry.FieldID
	typ   valueType
	multi bool // a set or a vector
}

// valueType is what a column's #types say, as far as it matters for pairs.
type valueType uint8

const (
	typeText valueType = iota
	typeTime
	typeNumber
	typeBool
)

func (l *log) column(name string) column {
	c := column{name: name, field: telemetry.FieldNamed("zeek." + l.path + "." + name)}
	if t, ok := l.targets[name]; ok {
		c.target = t
		c.bit = 1 << bitOf(l.targets, name)
	}
	return c
}

// bitOf numbers the names of a table; none has more than 64.
func bitOf(targets map[string]target, name string) int {
	n := 0
	for other := range targets {
		if other < name {
			n++
		}
	}
	return n
}

func (c *column) setType(typ string) {
	if i := strings.IndexByte(typ, '['); i >= 0 {
		c.multi = true
		typ = strings.TrimSuffix(typ[i+1:], "]")
	}
	switch typ {
	case "time":
		c.typ = typeTime
	case "interval", "double":
		c.typ = typeNumber
	case "bool":
		c.typ = typeBool
	default:
		c.typ = typeText
		if typ == "" { // no #types: what the table says
			c.multi = c.list
		}
	}
}
