package netflow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"net/netip"

	"stormglass/internal/telemetry"
)

// ErrSnapshot is what Restore gives for bytes that are no whole snapshot of a known version.
var ErrSnapshot = errors.New("no readable snapshot of flow templates")

// Restore adds what a snapshot holds and the store does not know yet. What is damaged changes nothing; what finds no
// room within the limits is left out.
func (t *Templates) Restore(snapshot []byte) error {
	r, err := openSnapshot(snapshot)
	if err != nil {
		return err
	}
	var all []savedExporter
	for range r.count() {
		all = append(all, r.exporter())
		if r.bad {
			break
		}
	}
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("%w: exporter %d does not fit", ErrSnapshot, len(all))
	}
	for i := range all {
		t.add(&all[i])
	}
	return nil
}

// openSnapshot checks what surrounds the exporters.
func openSnapshot(b []byte) (*snapshotReader, error) {
	end := len(b) - crc32.Size
	switch {
	case end < len(snapshotMagic)+1 || string(b[:len(snapshotMagic)]) != snapshotMagic:
		return nil, ErrSnapshot
	case b[len(snapshotMagic)] != snapshotVersion:
		return nil, fmt.Errorf("%w: version %d", ErrSnapshot, b[len(snapshotMagic)])
	case crc32.Checksum(b[:end], castagnoli) != binary.BigEndian.Uint32(b[end:]):
		return nil, fmt.Errorf("%w: wrong checksum", ErrSnapshot)
	}
	return &snapshotReader{b: b[len(snapshotMagic)+1 : end]}, nil
}

type savedExporter struct {
	addr             netip.Addr
	seen             telemetry.Instant
	known            bool
	domains          []savedDomain
	interfaces, apps []savedName
}

type savedDomain struct {
	version   uint16
	id        uint32
	rate      uint32
	boot      telemetry.Instant
	seen      telemetry.Instant
	used      bool
	samplers  [][2]uint64
	templates []*template
}

type savedName struct {
	number uint64
	text   []byte
}

// snapshotReader takes a snapshot apart. After the first thing that does not fit, all it gives is nil.
type snapshotReader struct {
	b   []byte
	bad bool
}

// upTo reads a number that has a limit.
func (r *snapshotReader) upTo(limit uint64) uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > limit {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *snapshotReader) instant() telemetry.Instant {
	return telemetry.Instant(r.upTo(math.MaxInt64))
}

func (r *snapshotReader) flag() bool { return r.upTo(1) == 1 }

// count reads how many things follow, each of which takes a byte at least.
func (r *snapshotReader) count() int { return int(r.upTo(uint64(len(r.b)))) }

func (r *snapshotReader) text() []byte {
	n := r.count()
	if n > len(r.b) {
		r.b, r.bad = nil, true
		return nil
	}
	text := r.b[:n]
	r.b = r.b[n:]
	return text
}

func (r *snapshotReader) exporter() (x savedExporter) {
	b := r.text()
	addr, ok := netip.AddrFromSlice(b) // none when packets came from a file
	if r.bad = r.bad || !ok && len(b) > 0; r.bad {
		return x
	}
	x = savedExporter{addr: addr.Unmap(), seen: r.instant(), known: r.flag()}
	for n := r.count(); n > 0 && !r.bad; n-- {
		x.domains = append(x.domains, r.domain())
	}
	x.interfaces, x.apps = r.names(math.MaxUint32), r.names(math.MaxUint64)
	return x
}

func (r *snapshotReader) domain() savedDomain {
	d := savedDomain{
		version: uint16(r.upTo(10)), id: uint32(r.upTo(math.MaxUint32)), rate: uint32(r.upTo(math.MaxUint32)),
		boot: r.instant(), seen: r.instant(), used: r.flag(),
	}
	for n := r.count(); n > 0 && !r.bad; n-- {
		d.samplers = append(d.samplers, [2]uint64{r.upTo(math.MaxUint64), r.upTo(math.MaxUint32)})
	}
	for n := r.count(); n > 0 && !r.bad; n-- {
		d.templates = append(d.templates, r.template())
	}
	return d
}

func (r *snapshotReader) template() *template {
	t := &template{id: uint16(r.upTo(math.MaxUint16))}
	flags := r.upTo(3)
	t.options, t.used, t.seen = flags&1 != 0, flags&2 != 0, r.instant()
	for n := r.count(); n > 0 && !r.bad; n-- {
		t.fields = append(t.fields, fieldSpec{elementID(r.upTo(1<<48 - 1)), uint16(r.upTo(math.MaxUint16)), r.flag()})
	}
	r.bad = r.bad || t.id < 256 || t.layOut() != ""
	return t
}

func (r *snapshotReader) names(limit uint64) (names []savedName) {
	for n := r.count(); n > 0 && !r.bad; n-- {
		names = append(names, savedName{r.upTo(limit), r.text()})
	}
	return names
}

// add makes an exporter known as it was.
func (t *Templates) add(saved *savedExporter) {
	x := t.lock(saved.addr, saved.seen)
	if x == nil {
		return
	}
	defer x.mu.Unlock()
	x.stats.LastSeen = max(x.stats.LastSeen, saved.seen)
	x.tenure.Heard(saved.seen)
	x.known = x.known || saved.known
	for i := range saved.domains {
		x.addDomain(&saved.domains[i])
	}
	for _, n := range saved.interfaces {
		if _, known := x.interfaces[uint32(n.number)]; !known {
			x.nameInterface(uint32(n.number), n.text)
		}
	}
	for _, n := range saved.apps {
		if _, known := x.apps[n.number]; !known {
			x.nameApplication(n.number, n.text)
		}
	}
}

func (x *exporter) addDomain(saved *savedDomain) {
	x.current = nil
	d := x.domain(saved.version, saved.id, saved.seen)
	if d == nil {
		return
	}
	x.current = d
	d.used = d.used || saved.used
	if d.rate == 0 {
		d.rate = saved.rate
	}
	if !d.boot.Known() {
		d.boot = saved.boot
	}
	for _, s := range saved.samplers {
		if _, known := d.samplers[s[0]]; !known {
			x.setSampler(d, s[0], uint32(s[1]))
		}
	}
	for _, t := range saved.templates {
		if d.templates[t.id] == nil && len(t.fields) <= x.store.limits.Fields {
			x.put(d, t)
		}
	}
}
