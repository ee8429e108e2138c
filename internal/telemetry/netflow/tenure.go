package netflow

import (
	"cmp"
	"math/bits"
	"slices"

	"stormglass/internal/telemetry"
)

// standing is what an exporter counts for when there is no more room.
type standing struct {
	x       *exporter
	is      telemetry.Standing
	records int // the order of magnitude
	seen    telemetry.Instant
	cost    int64
}

// standings gives the exporters, those first that give way first. The caller holds t.mu.
func (t *Templates) standings(now telemetry.Instant) []standing {
	all := make([]standing, 0, len(t.exporters))
	for _, x := range t.exporters {
		x.mu.Lock()
		all = append(all, standing{x, x.tenure.Standing(x.stats.Records, x.known, now), bits.Len64(x.stats.Records), x.stats.LastSeen, x.cost})
		x.mu.Unlock()
	}
	slices.SortFunc(all, func(a, b standing) int {
		return cmp.Or(cmp.Compare(a.is, b.is), cmp.Compare(a.records, b.records), cmp.Compare(a.seen, b.seen), a.x.addr.Compare(b.x.addr))
	})
	return all
}

// makeRoom makes room for further exporters; false when all that are known are settled. Then it does not look again for each
// datagram of a flood. The caller holds t.mu.
func (t *Templates) makeRoom(now telemetry.Instant) bool {
	if t.barred > 0 {
		t.barred--
		return false
	}
	all := t.standings(now)
	n := t.dropFirst(all)
	if n == 0 {
		t.barred = share(len(all)) - 1
	}
	return n > 0
}

// dropFirst drops an eighth of the exporters, as far as they are not settled, and gives how many.
func (t *Templates) dropFirst(all []standing) (n int) {
	for _, s := range all[:min(len(all), share(len(all)))] {
		if s.is == telemetry.Settled {
			break
		}
		t.leave(s.x)
		n++
	}
	return n
}

// freeMemory is makeRoom for memory: when all are settled, the one that takes most gives way.
func (t *Templates) freeMemory(now telemetry.Instant) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.standings(now)
	if len(all) > 0 && t.dropFirst(all) == 0 {
		t.leave(slices.MaxFunc(all, func(a, b standing) int { return cmp.Compare(a.cost, b.cost) }).x)
	}
}

// leave forgets an exporter: whoever waits for it looks it up again. The caller holds t.mu.
func (t *Templates) leave(x *exporter) {
	x.mu.Lock()
	x.gone = true
	t.held.Add(-int64(x.waiting.bytes))
	x.give(x.cost)
	x.mu.Unlock()
	delete(t.exporters, x.addr)
	t.barred = 0
	t.dropped.Add(1)
}
