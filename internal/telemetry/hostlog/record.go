package hostlog

import (
	"stormglass/internal/telemetry"
)

var (
	fieldAction      = telemetry.FieldNamed("event.action")
	fieldOutcome     = telemetry.FieldNamed("event.outcome")
	fieldReason      = telemetry.FieldNamed("event.reason")
	fieldID          = telemetry.FieldNamed("event.id")
	fieldUserID      = telemetry.FieldNamed("user.id")
	fieldEffective   = telemetry.FieldNamed("user.effective.name")
	fieldEffectiveID = telemetry.FieldNamed("user.effective.id")
	fieldTarget      = telemetry.FieldNamed("user.target.name")
	fieldGroup       = telemetry.FieldNamed("group.name")
	fieldSource      = telemetry.FieldNamed("source.address")
	fieldMethod      = telemetry.FieldNamed("stormglass.session.method")
	fieldLine        = telemetry.FieldNamed("stormglass.session.line")
	fieldVia         = telemetry.FieldNamed("stormglass.session.via")
	fieldSession     = telemetry.FieldNamed("stormglass.session.id")
	fieldConfigPath  = telemetry.FieldNamed("stormglass.config.path")
	fieldCommand     = telemetry.FieldNamed("process.command_line")
	fieldExecutable  = telemetry.FieldNamed("process.executable")
	fieldTitle       = telemetry.FieldNamed("process.name")
	fieldPID         = telemetry.FieldNamed("process.pid")
	fieldParent      = telemetry.FieldNamed("process.parent.pid")
	fieldDirectory   = telemetry.FieldNamed("process.working_directory")
	fieldPath        = telemetry.FieldNamed("file.path")
	fieldFamily      = telemetry.FieldNamed("stormglass.socket.family")
	fieldType        = telemetry.FieldNamed("stormglass.socket.type")
	fieldFilter      = telemetry.FieldNamed("stormglass.socket.filter")
	fieldInterface   = telemetry.FieldNamed("stormglass.socket.interface")
)

// The outcomes of ECS.
const (
	success = "success"
	failure = "failure"
)

// maxWord bounds names, lines, sessions: what is longer is no such thing.
const maxWord = 256

// record is the event that is filled.
type record struct {
	batch *telemetry.Batch
	event *telemetry.Event
}

func (r record) add(id telemetry.FieldID, v string) {
	if v != "" {
		r.batch.AddPair(&r.event.Pairs, id, v)
	}
}

// word adds a name, unless it says that there is none.
func (r record) word(id telemetry.FieldID, v string) {
	if v != "?" && v != "-" && v != "(null)" && v != "(none)" && len(v) <= maxWord {
		r.add(id, v)
	}
}

// does adds an action, and its outcome where one is known.
func (r record) does(action, outcome string) {
	r.add(fieldAction, action)
	r.add(fieldOutcome, outcome)
}

// login adds an attempt to become user, by way of via.
func (r record) login(user, via, outcome string) {
	r.does("login", outcome)
	r.word(telemetry.FieldUserName, user)
	r.add(fieldVia, via)
}

// from sets where somebody came from: an address, or a host's name.
func (r record) from(remote string) {
	if a := telemetry.ParseAddr(remote); a.IsValid() {
		r.event.Src = a
		return
	}
	r.word(fieldSource, remote)
}

// port sets the port that somebody came from.
func (r record) port(s string) {
	if n, ok := telemetry.ParsePort(s); ok {
		r.event.SrcPort = n
	}
}
