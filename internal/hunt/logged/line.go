// Package logged reads events of logs for analysers: who did what, on which device, and whether the device said so itself. The names of
// fields are those of docs/logs.md.
package logged

import (
	"strconv"
	"time"

	"stormglass/internal/telemetry"
)

var (
	fieldAction   = telemetry.FieldNamed("event.action")
	fieldOutcome  = telemetry.FieldNamed("event.outcome")
	fieldDuration = telemetry.FieldNamed("event.duration")
	fieldSequence = telemetry.FieldNamed("event.sequence")
	fieldObserver = telemetry.FieldNamed("observer.name")
	fieldVendor   = telemetry.FieldNamed("observer.vendor")
	fieldRecord   = telemetry.FieldNamed("stormglass.aaa.record")
	fieldVia      = telemetry.FieldNamed("stormglass.session.via")
)

// Line is what an event says. Texts are the batch's.
type Line struct {
	Action, Outcome, User, Via string
	Class                      string // of the action
	Network                    bool   // it is of a device of the network: one wrote it, or accounting tells of one
	Reported                   bool   // another machine wrote it: an AAA server
	Accounting                 bool   // it is a record of accounting
	Sequence                   uint64 // the device's count of messages, with Numbered
	Numbered                   bool
	Lasted                     time.Duration // of a session that ended
}

// Read reads an event.
func Read(b *telemetry.Batch, e *telemetry.Event) (l Line) {
	for _, p := range b.PairsOf(e.Pairs) {
		switch p.Field {
		case fieldAction:
			l.Action = p.Text
		case fieldOutcome:
			l.Outcome = p.Text
		case telemetry.FieldUserName:
			l.User = p.Text
		case fieldVia:
			l.Via = p.Text
		case fieldObserver:
			l.Reported = true
		case fieldVendor:
			l.Network = true
		case fieldRecord:
			l.Accounting, l.Network, l.Reported = true, true, true
		case fieldDuration:
			if n, err := strconv.ParseInt(p.Text, 10, 64); err == nil && n > 0 {
				l.Lasted = time.Duration(n)
			}
		case fieldSequence:
			n, err := strconv.ParseUint(p.Text, 10, 62)
			l.Sequence, l.Numbered = n, err == nil
		}
	}
	l.Class = telemetry.ClassOf(l.Action)
	return l
}

// Uses reports whether the event shows that somebody is in, under the name of an account: a login, a session, a command, a change.
// What failed shows nothing.
func (l *Line) Uses() bool {
	if l.User == "" || l.Outcome == "failure" {
		return false
	}
	switch l.Class {
	case telemetry.ClassSession, telemetry.ClassCommand, telemetry.ClassConfig:
		return true
	case telemetry.ClassLogin:
		return l.Action == "login"
	}
	return false
}
