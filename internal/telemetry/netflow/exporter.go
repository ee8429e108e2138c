package netflow

import (
	"net/netip"
	"sync"

	"stormglass/internal/telemetry"
)

// exporter is what is known of one sender.
type exporter struct {
	mu    sync.Mutex
	store *Templates
	gone  bool // it was forgotten; look it up again

	addr       netip.Addr
	domains    map[domainKey]*domain
	templates  int
	interfaces map[uint32]string
	apps       map[uint64]string
	waiting    waiting
	cost       int64 // of the store's memory
	known      bool  // it sent records before a restart
	tenure     telemetry.Tenure
	stats      ExporterStats

	current *domain           // of the packet at hand
	hour    telemetry.Instant // whose events are counted
	events  int
}

// domainKey is a version and the number of an observation domain, source or engine: templates of NetFlow v9 and of
// IPFIX are apart.
type domainKey uint64

func keyOf(version uint16, id uint32) domainKey { return domainKey(version)<<32 | domainKey(id) }

func (k domainKey) version() uint16 { return uint16(k >> 32) }
func (k domainKey) id() uint32      { return uint32(k) }

// domain is what one observation domain said.
type domain struct {
	key       domainKey
	templates map[uint16]*template
	rate      uint32            // of all its flows, as far as no sampler says otherwise; 0 not known
	samplers  map[uint64]uint32 // rates by the number of a sampler
	boot      telemetry.Instant // when the metering started, where options say
	seen      telemetry.Instant // when it was last heard of
	used      bool              // it sent records that could be read
	sequence  sequence
}

func newExporter(t *Templates, addr netip.Addr) *exporter {
	return &exporter{store: t, addr: addr, cost: exporterCost, domains: map[domainKey]*domain{}, stats: ExporterStats{Exporter: addr}}
}

// nameInterface keeps the name of an interface.
func (x *exporter) nameInterface(n uint32, name []byte) {
	if x.interfaces == nil {
		x.interfaces = map[uint32]string{}
	}
	setName(x, x.interfaces, n, name)
}

// nameApplication keeps the name of an application.
func (x *exporter) nameApplication(n uint64, name []byte) {
	if x.apps == nil {
		x.apps = map[uint64]string{}
	}
	setName(x, x.apps, n, name)
}

// maxName bounds the names of interfaces and applications.
const maxName = 128

func setName[K comparable](x *exporter, names map[K]string, key K, name []byte) {
	name = trimNil(name)
	if len(name) == 0 || len(name) > maxName || !isText(name) {
		x.stats.NamesRefused++
		return
	}
	old, known := names[key]
	if old == string(name) {
		return
	}
	grow := int64(len(name) - len(old))
	if !known {
		grow += entryCost
		if len(names) >= x.store.limits.Names {
			x.stats.NamesRefused++
			return
		}
	}
	if !x.take(grow) {
		x.stats.NamesRefused++
		return
	}
	names[key] = string(name)
}

// applicationKey makes one number of an application id (RFC 6759), however long its selector was sent.
func applicationKey(b []byte) (uint64, bool) {
	if len(b) < 2 || len(b) > 8 {
		return 0, false
	}
	return uint64(b[0])<<56 | be(b[1:]), true
}
