package dnstap

import (
	"net/netip"
	"time"

	"stormglass/internal/telemetry"
)

// Bounds of the queries that wait for their response.
const (
	maxPending = 8 << 10
	maxQueue   = 4 * maxPending // with those that are settled, while an older one waits
	patience   = telemetry.Instant(30 * time.Second)
)

// pendingKey tells transactions apart. Not every server states all of it, so the question belongs to it.
type pendingKey struct {
	kind         uint64
	src, dst     netip.Addr
	sport, dport uint16
	id           uint16
	qtype        uint16
	query        string
}

// transaction is a record before it is one: it keeps no memory of a frame.
type transaction struct {
	key      pendingKey
	proto    uint8
	protocol string
	occurred telemetry.Instant
	identity string
	zone     string
	opcode   int
	settled  bool // its response has come, or it has become a record
}

// pending holds queries in the order of their coming.
type pending struct {
	by    map[pendingKey]*transaction
	queue []*transaction
	first int // in queue
}

// settle notes that the response to a query has come.
func (p *pending) settle(key pendingKey) {
	if t, ok := p.by[key]; ok {
		*t = transaction{settled: true} // it may stay in the queue for a while
		delete(p.by, key)
	}
}

// add holds a query. One like it that waits already is asked again, and stays one.
func (p *pending) add(t *transaction) bool {
	if _, ok := p.by[t.key]; ok {
		return false
	}
	p.by[t.key] = t
	p.queue = append(p.queue, t)
	return true
}

// overdue gives the first query that has waited too long, by the time of what comes now; nil when there is none.
func (p *pending) overdue(now telemetry.Instant) *transaction {
	for p.first < len(p.queue) {
		t := p.queue[p.first]
		full := len(p.by) > maxPending || len(p.queue)-p.first > maxQueue
		if !t.settled && !full && now-t.occurred <= patience {
			break
		}
		p.drop()
		if !t.settled {
			delete(p.by, t.key)
			return t
		}
	}
	return nil
}

// rest gives the next one of those that wait at the end of the log.
func (p *pending) rest() *transaction {
	for p.first < len(p.queue) {
		t := p.queue[p.first]
		p.drop()
		if !t.settled {
			delete(p.by, t.key)
			return t
		}
	}
	return nil
}

// drop takes the first one out, and now and then gives up the room before it.
func (p *pending) drop() {
	p.queue[p.first] = nil
	p.first++
	if p.first > 1024 && p.first*2 > len(p.queue) {
		p.queue = append(p.queue[:0], p.queue[p.first:]...)
		p.first = 0
	}
}
