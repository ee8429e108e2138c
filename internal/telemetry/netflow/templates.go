package netflow

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"stormglass/internal/telemetry"
)

// Templates is what exporters said that later packets need. It serves several goroutines; packets of one
// exporter are decoded one after the other.
type Templates struct {
	limits  Limits
	memory  atomic.Int64  // of templates, names and samplers
	held    atomic.Int64  // of data before its template
	unknown atomic.Uint64 // packets that made no exporter known
	dropped atomic.Uint64 // exporters that gave way to others
	short   atomic.Bool   // memory was used up: some exporter has to give way
	tended  atomic.Int64  // the instant when data that waits was last looked through

	mu        sync.RWMutex
	exporters map[netip.Addr]*exporter
	barred    int // so many newcomers are refused before it is looked again who could give way

	nameMu sync.RWMutex
	names  map[elementID]telemetry.FieldID
	odd    int // names without a registry, of names
}

// NewTemplates makes an empty store.
func NewTemplates(l Limits) *Templates {
	return &Templates{
		limits: l.withDefaults(), exporters: map[netip.Addr]*exporter{}, names: map[elementID]telemetry.FieldID{},
	}
}

// Memory gives about how many bytes the store holds: of templates, names and samplers, and of data that waits.
func (t *Templates) Memory() (templates, held int64) { return t.memory.Load(), t.held.Load() }

// take reserves memory; false when there is none left.
func (t *Templates) take(n int64) bool {
	if !reserve(&t.memory, n, t.limits.Memory) {
		t.short.Store(true)
		return false
	}
	return true
}

// reserve adds to a sum that has a limit, or leaves it as it is.
func reserve(sum *atomic.Int64, n, limit int64) bool {
	if sum.Add(n) > limit && n > 0 {
		sum.Add(-n)
		return false
	}
	return true
}

// Costs of what is not counted by its bytes.
const (
	exporterCost = 1024
	domainCost   = 384
	entryCost    = 96
)

// exporter gives what is known of an address, and makes it known; nil when there is no room.
func (t *Templates) exporter(addr netip.Addr, now telemetry.Instant) *exporter {
	t.mu.RLock()
	x := t.exporters[addr]
	t.mu.RUnlock()
	if x != nil {
		return x
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if x = t.exporters[addr]; x != nil {
		return x
	}
	if len(t.exporters) >= t.limits.Exporters && !t.makeRoom(now) || !t.take(exporterCost) {
		return nil
	}
	x = newExporter(t, addr)
	t.exporters[addr] = x
	return x
}

// lock gives the exporter of an address, for this goroutine alone; nil when there is no room for it.
func (t *Templates) lock(addr netip.Addr, now telemetry.Instant) *exporter {
	if t.short.Swap(false) {
		t.freeMemory(now)
	}
	for {
		x := t.exporter(addr, now)
		if x == nil {
			return nil
		}
		x.mu.Lock()
		if !x.gone {
			return x
		}
		x.mu.Unlock()
	}
}

// tendEvery is how often data that waits for a template is looked through, of all exporters: one may never send again.
const tendEvery = 10 * time.Second

// tend reports whether it is time to give up what waited too long, to one caller at a time.
func (t *Templates) tend(now telemetry.Instant) bool {
	last := t.tended.Load()
	return int64(now) >= last+int64(tendEvery) && t.tended.CompareAndSwap(last, int64(now))
}

// all gives the exporters, in no order.
func (t *Templates) all() []*exporter {
	t.mu.RLock()
	defer t.mu.RUnlock()
	all := make([]*exporter, 0, len(t.exporters))
	for _, x := range t.exporters {
		all = append(all, x)
	}
	return all
}

// fieldOf gives the field of an element by its name. Names that no registry has are in the exporters' hands: only so
// many become fields, further ones share FieldOther.
func (t *Templates) fieldOf(e elementID) telemetry.FieldID {
	t.nameMu.RLock()
	id, ok := t.names[e]
	t.nameMu.RUnlock()
	if ok {
		return id
	}
	t.nameMu.Lock()
	defer t.nameMu.Unlock()
	if id, ok = t.names[e]; ok { // another goroutine was faster
		return id
	}
	name, registered := fieldName(e)
	if !registered {
		if t.odd >= t.limits.Elements {
			return telemetry.FieldOther
		}
		t.odd++
	}
	id = telemetry.FieldNamed(name)
	t.names[e] = id
	return id
}
