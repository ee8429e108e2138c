package netflow

import (
	"net/netip"
	"strconv"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// Decoder decodes datagrams. It serves one goroutine; decoders that share a Templates know what the others learnt.
type Decoder struct {
	store  *Templates
	steps  []step      // of a record whose fields vary in length
	fields []fieldSpec // of a template being read
	buf    []byte
	rec    record
	frame  packet.Headers

	// Of the datagram at hand.
	set     *telemetry.Set
	x       *exporter
	dom     *domain
	whole   *domain // of IPFIX: domain 0, which stands for the whole exporter (RFC 7011, 3.1)
	m       message
	records int // read of it
}

// New makes a decoder.
func New(t *Templates) *Decoder { return &Decoder{store: t} }

// message is what the header of a packet says.
type message struct {
	version  uint16
	domainID uint32
	sequence uint32
	uptime   uint32            // milliseconds; not in IPFIX
	export   telemetry.Instant // when it was sent, by the exporter's clock
	at       telemetry.Instant // when it was received
	rate     uint32            // sampling, where the header says it
}

func (m *message) key() domainKey { return keyOf(m.version, m.domainID) }

// now is the time by which an exporter's packets are put in order: the receiver's, as far as it is known.
func (m *message) now() telemetry.Instant {
	if m.at.Known() {
		return m.at
	}
	return m.export
}

// Reasons for what cannot be read.
const (
	reasonVersion   = "no flow export of a known version"
	reasonShort     = "flow export packet ends before its header"
	reasonLength    = "IPFIX message of a length that does not fit"
	reasonExporters = "memory for exporters is used up"
	reasonDomains   = "memory for observation domains is used up"
	reasonSetLength = "set of a length that does not fit"
	reasonSetID     = "set of an unknown kind"
	reasonRecord    = "record runs over its set"
	reasonCount     = "NetFlow v5 packet of a length that does not fit its count"
	reasonMany      = "more records than one datagram can mean"
	reasonTrailing  = "bytes after the last record"
	reasonTemplate  = "no template for data"
)

// Decode adds the records of a datagram to a set. Texts of the records may point into the datagram.
func (d *Decoder) Decode(dg *telemetry.Datagram, s *telemetry.Set) {
	d.set = s
	addr := dg.From.Addr().Unmap().WithZone("")
	data := dg.Data
	if !known(data) {
		d.unknown(addr, dg)
		return
	}
	d.m = message{at: dg.At}
	now := dg.At
	if !now.Known() {
		now = exportTime(data)
	}
	d.tend(now)
	d.x, d.records = d.store.lock(addr, now), 0
	if d.x == nil {
		d.skip(reasonExporters, addr)
		return
	}
	defer d.x.mu.Unlock()
	st := &d.x.stats
	st.Packets++
	st.Octets += uint64(len(data))
	st.LastSeen = max(st.LastSeen, now)
	d.x.tenure.Heard(now)
	switch be(data[:2]) {
	case 5:
		d.v5(data)
	case 9:
		d.v9(data)
	default:
		for len(data) > 0 { // a file of IPFIX (RFC 5655) is messages one after the other; a datagram holds one
			data = d.ipfix(data)
		}
	}
}

// tend gives up what waited too long, of exporters that may never send again too.
func (d *Decoder) tend(now telemetry.Instant) {
	if !d.store.tend(now) {
		return
	}
	for _, d.x = range d.store.all() {
		d.x.mu.Lock()
		if !d.x.gone {
			d.giveUp(d.x.expire(now))
		}
		d.x.mu.Unlock()
	}
}

// unknown counts a datagram that is no flow export. It makes no exporter known.
func (d *Decoder) unknown(addr netip.Addr, dg *telemetry.Datagram) {
	d.store.mu.RLock()
	x := d.store.exporters[addr]
	d.store.mu.RUnlock()
	if x == nil {
		d.store.unknown.Add(1)
	} else {
		x.mu.Lock()
		x.stats.UnknownVersions++
		x.mu.Unlock()
	}
	d.set.Lines++
	detail := addr.String()
	if len(dg.Data) >= 2 {
		detail += ", version " + strconv.FormatUint(be(dg.Data[:2]), 10)
	}
	d.set.Skip(d.set.Ordinal, reasonVersion, detail)
}

// enter makes a domain that of the packet at hand; false when there is no room for it.
func (d *Decoder) enter() bool {
	d.x.current = nil
	d.dom = d.x.domain(d.m.version, d.m.domainID, d.m.now())
	d.x.current, d.whole = d.dom, nil
	if d.m.version == 10 && d.m.domainID != 0 {
		d.whole = d.x.domains[keyOf(10, 0)]
	}
	if d.dom == nil {
		d.malformed(reasonDomains)
		return false
	}
	return true
}

// skip counts a part of a datagram that cannot be read.
func (d *Decoder) skip(reason string, from netip.Addr) {
	d.set.Lines++
	d.set.Skip(d.set.Ordinal, reason, from.String())
}

// malformed is skip for what an exporter got wrong.
func (d *Decoder) malformed(reason string) {
	d.x.stats.Malformed++
	d.skip(reason, d.x.addr)
}

// refuse is skip for a template.
func (d *Decoder) refuse(reason string) {
	d.x.stats.TemplatesRefused++
	d.skip(reason, d.x.addr)
}

// giveUp counts data that waited in vain.
func (d *Decoder) giveUp(sets []*heldSet) {
	for _, set := range sets {
		d.x.stats.GivenUpSets++
		d.x.stats.GivenUpOctets += uint64(len(set.data))
		d.skip(reasonTemplate, d.x.addr)
	}
}
