package device

import (
	"cmp"
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// The values of a FortiGate's line that its meaning depends on.
const (
	fortiType = iota
	fortiLevel
	fortiLogID
	fortiUser
	fortiUI
	fortiAction
	fortiPath
	fortiObject
	fortiStatus
	fortiReason
	fortiMethod
	fortiSource
	fortiSourcePort
	fortiTarget
	fortiTargetPort
	fortiProto
	fortiPolicy
	numForti
)

// forti are those values, empty where there is none.
type forti [numForti]string

var fortiFields = func() map[telemetry.FieldID]int {
	m := map[telemetry.FieldID]int{}
	for i, name := range [numForti]string{
		"type", "level", "logid", "user", "ui", "action", "cfgpath", "cfgobj", "status", "reason", "method", "srcip", "srcport", "dstip",
		"dstport", "proto", "policyid",
	} {
		m[telemetry.FieldNamed(name)] = i
	}
	return m
}()

// Forti adds what a FortiGate's line says, of which the names and values are pairs of the event already. A value that the line states
// twice and not alike does not count: one of the two is a part of another value. Of what stands before all that somebody may choose, the
// first counts.
func (m *Message) Forti(b *telemetry.Batch, e *telemetry.Event) {
	var f forti
	var twice [numForti]bool
	again := false
	for _, p := range b.PairsOf(e.Pairs) {
		i, ok := fortiFields[p.Field]
		switch {
		case !ok:
		case f[i] == "":
			f[i] = p.Text
		default:
			again = true
			twice[i] = twice[i] || f[i] != p.Text
		}
	}
	if again { // a name may go on behind its quote
		f[fortiUser] = ""
	}
	for i, is := range twice {
		if is && i > fortiLogID {
			f[i] = ""
		}
	}
	m.Platform, m.Code = FortiOS, Code{Text: f[fortiLogID], Severity: severityOf(f[fortiLevel])}
	m.Fields(b, e)
	switch r := &m.reader; {
	case f[fortiType] == "traffic":
		f.traffic(r)
	case f[fortiPath] != "" && !strings.HasPrefix(f.number(), "032"):
		f.config(r)
	default:
		f.event(r)
	}
}

func (f *forti) traffic(r *reader) {
	src, dst := telemetry.ParseAddr(f[fortiSource]), telemetry.ParseAddr(f[fortiTarget])
	if !src.IsValid() || !dst.IsValid() {
		return
	}
	switch f[fortiAction] {
	case "":
		r.action("acl-hit")
	case "deny", "blocked", "block", "dropped":
		r.verdict(false)
	default:
		r.verdict(true)
	}
	r.name(fieldRule, f[fortiPolicy])
	one, _ := telemetry.ParsePort(f[fortiSourcePort])
	two, _ := telemetry.ParsePort(f[fortiTargetPort])
	r.ends(netip.AddrPortFrom(src, one), netip.AddrPortFrom(dst, two), telemetry.ParseTransport(f[fortiProto]))
}

// who adds who did it and from where: srcip, or what stands in ui: ssh(A), https(A), jsconsole(A), console.
func (f *forti) who(r *reader) {
	r.user(f[fortiUser])
	via, from, _ := strings.Cut(f[fortiUI], "(")
	from = strings.TrimSuffix(from, ")")
	if one, two := telemetry.ParseAddr(f[fortiSource]), telemetry.ParseAddr(from); one == two || !one.IsValid() || !two.IsValid() {
		r.source(cmp.Or(f[fortiSource], from))
	}
	r.via(cmp.Or(f[fortiMethod], via))
}

// config reads changes, of which cfgpath names the part: system.admin, log.syslogd.setting, firewall.policy.
func (f *forti) config(r *reader) {
	switch {
	case f[fortiPath] == "system.admin":
		switch f[fortiAction] {
		case "Add":
			r.action("account-add")
		case "Delete":
			r.action("account-remove")
		default:
			r.action("account-change")
		}
		r.name(fieldTarget, f[fortiObject])
	case strings.HasPrefix(f[fortiPath], "log."):
		r.action("logging-change")
	default:
		r.action("config-change")
	}
	r.add(fieldPath, f[fortiPath])
	f.who(r)
}

// number gives the last digits of the log's number, which say what sort of message it is.
func (f *forti) number() string {
	id := f[fortiLogID]
	return id[max(0, len(id)-6):]
}

// fortiSure are messages of logins and of changes by the ends of their numbers: what those say no name can forge.
var fortiSure = map[string]string{
	"032001": "login", "032002": "login", "032003": "logout",
	"044544": "config-change", "044545": "config-change", "044546": "config-change", "044547": "config-change",
}

func (f *forti) event(r *reader) {
	switch id := f.number(); {
	case id == "032021": // Admin login disabled
		r.action("login-blocked")
		r.outcome(false)
	case f[fortiAction] == "login" && f[fortiStatus] != "":
		r.login(f[fortiStatus] == "success")
	case f[fortiAction] == "ssl-login-fail":
		r.login(false)
	case f[fortiAction] == "logout":
		r.action("logout")
	case f[fortiAction] == "reboot", f[fortiAction] == "shutdown":
		r.action("system-stop")
	case fortiSure[id] == "":
		return
	default:
		r.action(fortiSure[id])
		if fortiSure[id] == "login" {
			r.outcome(id == "032001")
		}
	}
	f.who(r)
	r.reason(f[fortiReason])
}
