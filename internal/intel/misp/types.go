package misp

import (
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// form says how the value of an attribute type is read.
type form uint8

const (
	notHunted form = iota // reason says why
	single                // one value of a kind
	network               // an address or prefix
	netPort               // an address and a port
	hostPort              // a name or address and a port
	domainNet             // a name and an address it resolved to
	fileHash              // a file name and a hash: the hash is hunted, the name is a comment
	locator               // a URL, or only the path of one
	named                 // the name of an actor or a campaign
)

// rule is what is known of an attribute type.
type rule struct {
	form    form
	kind    observable.Kind // of the value that is hunted; of a subscriber's number for masking
	ids     bool            // MISP's default of to_ids for the type
	unknown bool
	reason  string
	name    func(*intel.Marks, string)
}

var unknownType = rule{unknown: true, reason: "attribute type is not known"}

// ruleOf gives the rule of an attribute type.
func ruleOf(kind string) *rule {
	if r, ok := types[kind]; ok {
		return r
	}
	return &unknownType
}

// internType gives the name of an attribute type without a copy per attribute.
func internType(b []byte) string {
	if r, ok := typeNames[string(b)]; ok {
		return r
	}
	return string(b)
}

// wanted reports whether an attribute is meant for detection; toIDs is its own word, empty when absent.
func (r *rule) wanted(toIDs string) bool {
	switch toIDs {
	case "true", "1":
		return true
	case "":
		return r.ids
	}
	return false
}

// take reads the values of an attribute and adds them.
func (r *rule) take(acc *intel.Item, a *attribute, i intel.Indicator) {
	i.Comment = a.kind
	if a.comment != "" {
		i.Comment += ": " + a.comment
	}
	value := strings.TrimSpace(a.value)
	switch r.form {
	case single:
		acc.Take(r.kind, value, i)
	case network:
		acc.TakeNet(value, i)
	case netPort, hostPort:
		r.takePort(acc, value, i)
	case domainNet:
		name, addr, ok := strings.Cut(value, "|")
		if !ok {
			acc.Lose(intel.Reported, "value is not a pair joined by |", observable.Unknown, value)
			return
		}
		acc.Take(observable.Domain, name, i)
		host, port := splitPort(addr)
		i.Port = port
		acc.TakeNet(host, i)
	case fileHash:
		name, hash, ok := cutLast(value, "|")
		if !ok {
			acc.Lose(intel.Reported, "value is not a pair joined by |", observable.Unknown, value)
			return
		}
		i.Comment = strings.TrimSuffix(a.kind+": "+name+"; "+a.comment, "; ")
		acc.Take(r.kind, hash, i)
	case locator:
		if !strings.Contains(value, "://") {
			acc.Lose(intel.Listed, "a URL's path without a host is not searched in telemetry", observable.URL, value)
			return
		}
		acc.Take(observable.URL, value, i)
	case notHunted, named:
	}
}

// takePort reads "192.0.2.1|443", and the same with a colon as old events have it.
func (r *rule) takePort(acc *intel.Item, value string, i intel.Indicator) {
	host, port, ok := cutLast(value, "|")
	if ok {
		n, valid := portNumber(port)
		if !valid {
			acc.Lose(intel.Reported, "value holds no valid port", observable.Unknown, value)
			return
		}
		i.Port = n
	} else {
		host, i.Port = splitPort(value)
	}
	if r.form == netPort {
		acc.TakeNet(host, i)
		return
	}
	if v, err := observable.ParseAs(observable.Addr, host); err == nil {
		i.Value = v
		acc.Add(i)
		return
	}
	acc.Take(observable.Domain, host, i)
}

func splitPort(s string) (host string, port uint16) {
	host, port, _ = observable.SplitPort(strings.TrimSpace(s))
	return host, port
}

func portNumber(s string) (uint16, bool) {
	_, n, ok := observable.SplitPort("h:" + strings.TrimSpace(s))
	return n, ok
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
