package aaa

import (
	"strconv"
	"strings"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/cli"
)

var (
	fieldAction     = telemetry.FieldNamed("event.action")
	fieldOutcome    = telemetry.FieldNamed("event.outcome")
	fieldReason     = telemetry.FieldNamed("event.reason")
	fieldCode       = telemetry.FieldNamed("event.code")
	fieldSeverity   = telemetry.FieldNamed("event.severity")
	fieldProvider   = telemetry.FieldNamed("event.provider")
	fieldObserver   = telemetry.FieldNamed("observer.name")
	fieldVendor     = telemetry.FieldNamed("observer.vendor")
	fieldProduct    = telemetry.FieldNamed("observer.product")
	fieldSource     = telemetry.FieldNamed("source.address")
	fieldLine       = telemetry.FieldNamed("stormglass.session.line")
	fieldVia        = telemetry.FieldNamed("stormglass.session.via")
	fieldSession    = telemetry.FieldNamed("stormglass.session.id")
	fieldPrivilege  = telemetry.FieldNamed("stormglass.command.privilege")
	fieldService    = telemetry.FieldNamed("stormglass.aaa.service")
	fieldRecord     = telemetry.FieldNamed("stormglass.aaa.record")
	fieldProtocol   = telemetry.FieldNamed("stormglass.aaa.protocol")
	fieldPart       = telemetry.FieldNamed("stormglass.log.part")
	fieldConfigPath = telemetry.FieldNamed("stormglass.config.path")
)

// maxWord bounds names, lines, sessions: what is longer is no such thing.
const maxWord = 256

// record is the event that is filled.
type record struct {
	batch *telemetry.Batch
	event *telemetry.Event
}

func recordOf(b *telemetry.Batch, i int) record { return record{b, &b.Event[i]} }

func (r record) add(id telemetry.FieldID, v string) {
	if v != "" {
		r.batch.AddPair(&r.event.Pairs, id, v)
	}
}

// word adds a name, unless it says that there is none.
func (r record) word(id telemetry.FieldID, v string) {
	if v != "-" && len(v) <= maxWord {
		r.add(id, v)
	}
}

// about makes a device what the event is about: who wrote the line is its observer then.
func (r record) about(device string) {
	if device == "" || device == "-" || len(device) > maxWord || strings.EqualFold(device, r.event.Host) {
		return
	}
	r.add(fieldObserver, r.event.Host)
	r.event.Host = device
}

// from sets where somebody came from.
func (r record) from(remote string) {
	if a := telemetry.ParseAddr(remote); a.IsValid() {
		r.event.Src = a
		return
	}
	if remote != "async" && remote != "unknown" {
		r.word(fieldSource, remote)
	}
}

// lasted sets a duration that is written in whole seconds; event.duration counts nanoseconds.
func (r record) lasted(seconds string) {
	n, ok := telemetry.ParseUint(seconds)
	if !ok || n > uint64(100*365*24*time.Hour/time.Second) {
		return
	}
	var buf [24]byte
	r.add(telemetry.FieldDuration, r.batch.Copy(strconv.AppendUint(buf[:0], n*uint64(time.Second), 10)))
}

// typed adds a command: what was typed, and what it means.
func (r record) typed(command string) {
	cli.Add(r.batch, &r.event.Pairs, command, cli.Unknown)
}

// apart are the names before arguments that a server writes one by one.
var apart = strings.NewReplacer("\tcmd-arg=", " ", " cmd-arg=", " ", " CmdArgAV=", " ")

// command cleans a command as it was typed: without the <cr> that stands for the return key, its arguments put together. Where those
// hold a secret the line is made to hold what is left of the command, since each argument by itself tells nothing.
func (r record) command(c string) string {
	if strings.Contains(c, "cmd-arg=") || strings.Contains(c, "CmdArgAV=") {
		whole := apart.Replace(c)
		if clean := telemetry.Redact(whole); clean != whole {
			r.replace(c, clean)
		}
		c = r.batch.Copy([]byte(whole))
	}
	c = strings.TrimRight(c, " \t")
	c = strings.TrimRight(strings.TrimSuffix(c, "<cr>"), " \t")
	if n := len(c); n > 1 && c[0] == '"' && c[n-1] == '"' {
		c = c[1 : n-1]
	}
	return c
}
