package ledger

import "context"

// queue holds facts on their way to a table. Most facts hit entries that lie anywhere in memory: going
// through a few dozen of them and touching first what all will need lets the memory work on many at a
// time, which more than halves the cost of a fact.
type queue struct {
	facts   []queued
	values  []byte
	touched uint64
}

// queued is a fact, and where its value ends in values.
type queued struct {
	fact Fact
	at   moment
	mark uint32
	end  uint32
}

const (
	queueFacts = 64
	queueBytes = 8 << 10
)

// push puts a fact at the end.
func (q *queue) push(mark uint32, value []byte, at moment, f *Fact) {
	if q.facts == nil {
		q.facts, q.values = make([]queued, 0, queueFacts), make([]byte, 0, queueBytes)
	}
	q.values = append(q.values, value...)
	n := len(q.facts)
	q.facts = q.facts[:n+1]
	x := &q.facts[n]
	x.fact, x.at, x.mark, x.end = *f, at, mark, uint32(len(q.values))
}

// full reports whether no further fact may be pushed.
func (q *queue) full() bool { return len(q.facts) == queueFacts || len(q.values) >= queueBytes }

func (q *queue) reset() { q.facts, q.values = q.facts[:0], q.values[:0] }

// touch touches, in the table, what the facts will need: all slots, then all entries, then the lists.
func (q *queue) touch(t *table) {
	if len(t.slots) == 0 {
		return
	}
	mask := uint32(len(t.slots) - 1)
	sum := q.touched
	for i := range q.facts {
		sum += t.slots[q.facts[i].mark&mask]
	}
	var entries [queueFacts]uint32
	for i := range q.facts {
		if n := t.find(q.facts[i].mark); n != 0 {
			e := t.entries.at(n)
			sum += uint64(e.key[0]) + uint64(e.roles)
			entries[i] = n
		}
	}
	for i := range q.facts {
		if entries[i] == 0 {
			continue
		}
		e := t.entries.at(entries[i])
		if e.peers != 0 {
			x := t.peers.at(e.peers)
			sum += x.more + uint64(x.count)
		}
		if e.others > 0 && e.sensor != q.facts[i].fact.Sensor {
			sum += t.sensors.at(e.sensors, 1)[0].Records
		}
	}
	q.touched = sum
}

// find gives the number of the first entry whose hash has this mark: nearly always the only one. 0 is none.
func (t *table) find(mark uint32) uint32 {
	mask := uint32(len(t.slots) - 1)
	for pos := mark & mask; t.slots[pos] != 0; pos = (pos + 1) & mask {
		if uint32(t.slots[pos]>>32) == mark {
			return uint32(t.slots[pos])
		}
	}
	return 0
}

// take adds queued facts of a space to its table, which spills when it is full.
func (b *Builder) take(ctx context.Context, space Space, q *queue) {
	if b.err != nil {
		return
	}
	t := b.tables[space]
	if b.err = b.share(ctx, space); b.err != nil {
		return
	}
	q.touch(t)
	from := uint32(0)
	for i := range q.facts {
		x := &q.facts[i]
		value := q.values[from:x.end]
		from = x.end
		for !t.add(x.mark, value, x.at, &x.fact) {
			if b.err = b.spill(ctx, space); b.err != nil {
				return
			}
		}
	}
	b.held.Store(b.Bytes())
}
