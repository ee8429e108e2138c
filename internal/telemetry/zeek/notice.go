package zeek

import (
	"maps"
	"net/netip"

	"stormglass/internal/telemetry"
)

var (
	fieldAction = telemetry.FieldNamed("event.action")
	fieldNote   = telemetry.FieldNamed("stormglass.zeek.note")
	fieldSub    = telemetry.FieldNamed("stormglass.zeek.sub")
)

// notice is the log in which Zeek's scripts tell what they noticed. It becomes events that say so by event.action, with the sort of
// notice, its text and its ends under names that rules ask for; every column is a pair under Zeek's name besides. A notice without a
// connection has its ends from src, dst and p.
func init() { //nolint:gochecknoinits // joins tables that stand in several files
	targets := maps.Clone(eventTargets)
	targets["note"] = alsoPair(fieldNote)
	targets["msg"] = alsoPair(telemetry.FieldMessage)
	targets["sub"] = alsoPair(fieldSub)
	targets["src"] = target{set: func(r *row, v string) outcome { r.noticed.Src = telemetry.ParseAddr(v); return done }, also: true}
	targets["dst"] = target{set: func(r *row, v string) outcome { r.noticed.Dst = telemetry.ParseAddr(v); return done }, also: true}
	targets["p"] = target{set: func(r *row, v string) outcome { _ = setPort(&r.noticed.DstPort, v); return done }, also: true}
	logs["notice"] = &log{path: "notice", dataset: "zeek.notice", kind: telemetry.KindEvent, targets: targets, finish: finishNotice}
}

// alsoPair keeps a value as a further pair.
func alsoPair(id telemetry.FieldID) target {
	return target{set: func(r *row, v string) outcome { r.batch.AddPair(r.pairs, id, v); return done }, also: true}
}

func finishNotice(r *row) {
	r.batch.AddPair(r.pairs, fieldAction, "notice")
	if n := r.noticed; r.ends.Src == (netip.Addr{}) && r.ends.Dst == (netip.Addr{}) {
		r.ends.Src, r.ends.Dst, r.ends.DstPort = n.Src, n.Dst, n.DstPort
	}
	finishProto(r)
}
