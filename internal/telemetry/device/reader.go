package device

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/cli"
)

// reader adds what a parser finds to an event.
type reader struct {
	batch *telemetry.Batch
	event *telemetry.Event
	m     *Message
}

var (
	fieldAction    = telemetry.FieldNamed("event.action")
	fieldOutcome   = telemetry.FieldNamed("event.outcome")
	fieldReason    = telemetry.FieldNamed("event.reason")
	fieldType      = telemetry.FieldNamed("event.type")
	fieldTarget    = telemetry.FieldNamed("user.target.name")
	fieldLine      = telemetry.FieldNamed("stormglass.session.line")
	fieldVia       = telemetry.FieldNamed("stormglass.session.via")
	fieldSession   = telemetry.FieldNamed("stormglass.session.id")
	fieldPrivilege = telemetry.FieldNamed("stormglass.command.privilege")
	fieldProcess   = telemetry.FieldNamed("process.name")
	fieldPID       = telemetry.FieldNamed("process.pid")
	fieldConfigBy  = telemetry.FieldNamed("stormglass.config.process")
	fieldCommit    = telemetry.FieldNamed("stormglass.config.commit")
	fieldPath      = telemetry.FieldNamed("stormglass.config.path")
	fieldRule      = telemetry.FieldNamed("rule.name")
	fieldNeighbor  = telemetry.FieldNamed("stormglass.bgp.neighbor")
	fieldAS        = telemetry.FieldNamed("stormglass.bgp.as")
	fieldContainer = telemetry.FieldNamed("container.name")
	fieldPackage   = telemetry.FieldNamed("package.name")
)

// maxName bounds names of users, lines, lists and the like. What is longer is no name.
const maxName = 256

func (r *reader) add(id telemetry.FieldID, v string) {
	if v != "" {
		r.batch.AddPair(&r.event.Pairs, id, v)
	}
}

// name adds a name, or nothing where it is too long for one.
func (r *reader) name(id telemetry.FieldID, v string) {
	if len(v) <= maxName {
		r.add(id, v)
	}
}

// action adds what happened, one of those of telemetry.ClassOf.
func (r *reader) action(v string) { r.add(fieldAction, v) }

func (r *reader) user(v string) { r.name(telemetry.FieldUserName, v) }

func (r *reader) reason(v string) { r.name(fieldReason, strings.TrimSpace(v)) }

// outcome adds whether it worked.
func (r *reader) outcome(ok bool) {
	if ok {
		r.add(fieldOutcome, "success")
	} else {
		r.add(fieldOutcome, "failure")
	}
}

// login adds a login and whether it worked.
func (r *reader) login(ok bool) {
	r.action("login")
	r.outcome(ok)
}

// verdict adds whether a list or a policy let something pass.
func (r *reader) verdict(allowed bool) {
	r.action("acl-hit")
	if allowed {
		r.add(fieldType, "allowed")
	} else {
		r.add(fieldType, "denied")
	}
}

// command adds a command: what was typed, and what it means.
func (r *reader) command(v string) {
	r.action("command")
	cli.Add(r.batch, &r.event.Pairs, v, dialects[r.m.Platform])
}

// maxReadings bounds how often a command may be read anew, and longestReading what is read so: what is longer is no command.
const (
	maxReadings    = 32
	longestReading = 8192
)

// ran adds a command behind the name of who ran it. Where it cannot be told where the name ends nobody is named, and the command is
// added once for each place where it may begin.
func (r *reader) ran(c *cutting) {
	r.command(c.after)
	if c.sure {
		r.user(c.name)
		return
	}
	rest := c.after
	for range maxReadings {
		_, after, ok := strings.Cut(rest, c.sep)
		if !ok {
			return
		}
		rest = after
		if len(rest) <= longestReading {
			cli.Add(r.batch, &r.event.Pairs, rest, dialects[r.m.Platform])
		}
	}
}

// dialects are how the commands of platforms are written.
var dialects = [NumPlatforms]cli.Dialect{
	IOS: cli.IOS, IOSXR: cli.IOSXR, NXOS: cli.NXOS, ASA: cli.IOS, SmallSwitch: cli.IOS, JunosOS: cli.Junos, EOS: cli.EOS, VRP: cli.VRP, Comware: cli.VRP,
}

// source sets where a session came from: an address, or a line where it is none (console0).
func (r *reader) source(v string) {
	if a := telemetry.ParseAddr(v); a.IsValid() && !a.IsUnspecified() {
		r.event.Src = a
	}
}

func (r *reader) sourcePort(v string) {
	if p, ok := telemetry.ParsePort(v); ok {
		r.event.SrcPort = p
	}
}

func (r *reader) target(v string) {
	if a := telemetry.ParseAddr(v); a.IsValid() && !a.IsUnspecified() {
		r.event.Dst = a
	}
}

func (r *reader) targetPort(v string) {
	if p, ok := telemetry.ParsePort(v); ok {
		r.event.DstPort = p
	}
}

// ends sets both ends of what passed or did not. A port is 0 where there is none.
func (r *reader) ends(src, dst netip.AddrPort, proto uint8) {
	e := &r.event.Ends
	e.Src, e.Dst, e.SrcPort, e.DstPort, e.Proto = src.Addr(), dst.Addr(), src.Port(), dst.Port(), proto
}

// line adds the line of a session, and how it was reached where the line tells.
func (r *reader) line(v string) {
	r.name(fieldLine, v)
	if strings.HasPrefix(v, "con") || strings.HasPrefix(v, "ttyS") {
		r.add(fieldVia, "console")
	}
}

// via adds how a session was reached, by what the device calls it.
func (r *reader) via(v string) { r.add(fieldVia, vias[v]) }

var vias = map[string]string{
	"ssh": "ssh", "SSH": "ssh", "sshd": "ssh", "SSH2": "ssh", "cli": "ssh", "STELNET": "ssh", "Stelnet": "ssh", "telnet": "telnet", "TELNET": "telnet", "Telnet": "telnet",
	"console": "console", "Console": "console", "CONSOLE": "console", "login": "console", "http": "http", "https": "http", "HTTP": "http", "HTTPS": "http", "web": "http", "GUI": "http",
	"jsconsole": "http", "WEB": "http", "Web": "http", "netconf": "netconf", "NETCONF": "netconf", "junoscript": "netconf", "snmp": "snmp", "SNMP": "snmp", "enable": "enable",
}
