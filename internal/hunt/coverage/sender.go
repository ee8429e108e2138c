package coverage

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

var (
	// fieldAAARecord is in every record of an AAA server (package aaa), and in none of a device's own.
	fieldAAARecord = telemetry.FieldNamed("stormglass.aaa.record")
	fieldSource    = telemetry.FieldNamed("log.source.address")
	fieldRelay     = telemetry.FieldNamed("stormglass.log.relay.address")
)

// sent says how a line of a log came here.
type sent struct {
	from   netip.Addr // who sent it; not valid where a file holds it
	origin netip.Addr // where it says that it came from, if that is somebody else
	told   bool       // it is a record of an AAA server about the device
}

// lineOf reads how an event came here. Only what package text read of a line tells: other programs have their own idea of a source.
func lineOf(b *telemetry.Batch, e *telemetry.Event) (s sent) {
	var source, relay string
	for _, p := range b.PairsOf(e.Pairs) {
		switch {
		case p.Field == fieldAAARecord:
			s.told = true
		case p.Field == fieldSource && source == "":
			source = p.Text
		case p.Field == fieldRelay && relay == "":
			relay = p.Text
		}
	}
	if source == "" || e.Dataset != "syslog" && e.Dataset != "text" {
		return s
	}
	s.origin = telemetry.ParseAddr(source)
	switch {
	case relay != "":
		s.from = telemetry.ParseAddr(relay)
	case e.Received.Known(): // by a socket
		s.from, s.origin = s.origin, netip.Addr{}
	}
	return s
}

// Sender gives who sent a line of a log (not valid: a file holds it, or it is none), and where it says that it came from, if that is somebody else.
func Sender(b *telemetry.Batch, e *telemetry.Event) (from, origin netip.Addr) {
	s := lineOf(b, e)
	return s.from, s.origin
}
