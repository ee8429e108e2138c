package pcap

import (
	"cmp"
	"slices"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// maxFlows bounds the conversations that are held at a time, about 400 octets each.
const maxFlows = 1_000_000

// How long a conversation waits for its next packet, in the time of the capture.
const (
	patienceTCP   = 5 * time.Minute
	patienceOther = time.Minute
	patienceOver  = 5 * time.Second // after both ends of TCP are done
)

// noticeFull tells of conversations that were ended early.
const noticeFull = "conversations ended early: too many at a time"

// table holds the conversations that may go on.
type table struct {
	by                     map[key]*flow
	tcp, udp, other, ended list
}

func newTable() table {
	return table{
		by:    map[key]*flow{},
		tcp:   list{patience: patienceTCP},
		udp:   list{patience: patienceOther},
		other: list{patience: patienceOther},
		ended: list{patience: patienceOver},
	}
}

func (t *table) lists() [4]*list { return [4]*list{&t.tcp, &t.udp, &t.other, &t.ended} }

// listOf gives the list in which a conversation waits.
func (t *table) listOf(f *flow) *list {
	switch {
	case f.key.proto == packet.ProtoUDP:
		return &t.udp
	case f.key.proto != packet.ProtoTCP:
		return &t.other
	case f.over():
		return &t.ended
	}
	return &t.tcp
}

func (t *table) drop(f *flow) {
	f.list.remove(f)
	if t.by[f.key] == f {
		delete(t.by, f.key)
	}
}

// oldest gives the conversation that has been silent for longest.
func (t *table) oldest() *flow {
	var old *flow
	for _, l := range t.lists() {
		if f := l.head; f != nil && (old == nil || f.touched < old.touched || f.touched == old.touched && f.number < old.number) {
			old = f
		}
	}
	return old
}

// rest gives all conversations by their end, and empties the table.
func (t *table) rest() []*flow {
	all := make([]*flow, 0, len(t.by))
	for _, l := range t.lists() {
		for f := l.head; f != nil; f = f.past {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b *flow) int {
		return cmp.Or(cmp.Compare(a.last, b.last), cmp.Compare(a.number, b.number), cmp.Compare(a.level, b.level))
	})
	*t = newTable()
	return all
}

// expire ends the conversations that have been silent for too long at the time now.
func (r *run) expire(now telemetry.Instant) {
	for _, l := range r.table.lists() {
		for l.head != nil && r.failed == nil && l.head.idle(now) {
			r.end(l.head)
		}
	}
}

// idle reports whether a conversation has been silent for too long at the time now. One without a time never has.
func (f *flow) idle(now telemetry.Instant) bool {
	return now.Known() && f.touched.Known() && now-f.touched > telemetry.Instant(f.list.patience)
}

// end makes the records of a conversation and forgets it.
func (r *run) end(f *flow) {
	r.table.drop(f)
	r.close(f)
	r.record(f)
}
