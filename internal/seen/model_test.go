package seen

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/observable/trace"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// record is one record of the model.
type record struct {
	source         string
	ordinal        uint64
	at             telemetry.Instant
	kind           telemetry.Kind
	class          register.RowClass
	sensor         string
	bytes, packets uint64
	texts          string // all that stands in it, in small letters
	taken          telemetry.Day
	values         []*sighting

	inLake, atLeast bool // its row may be held; it must be
	purgedRow       bool // its row was purged
}

func (r *record) day() telemetry.Day { return r.at.Day() }

// id names a record in comparisons.
type id struct {
	source  string
	ordinal uint64
}

// sighting is one value met in one record.
type sighting struct {
	*record
	kind     observable.Kind
	addr     netip.Addr
	text     string
	roles    hunt.Roles
	subjects []hunt.Subject

	private bool // a subscriber's address, which is no key
	gone    bool // purged
	less    bool // a subject of it was purged
}

// model keeps every record and answers by looking at all.
type model struct {
	records []*record
	byValue []*sighting
}

// add notes the records of a batch as they were taken in: after scrubbing.
func (m *model) add(d *depot.Depot, b *telemetry.Batch, today telemetry.Day) {
	first := len(m.records)
	for i := range b.Len() {
		head := b.Head(i)
		r := &record{
			source: b.Source.Name, ordinal: head.Ordinal, at: head.Occurred, kind: b.Kind, class: register.RowsOwn, sensor: cmp.Or(b.Source.Sensor, "unnamed"),
			texts: strings.ToLower(laketest.Dump(b, i)), taken: today, inLake: true, atLeast: true,
		}
		if e := b.Ends(i); e != nil && d.Registers().Networks.Stated() {
			r.class = d.Registers().Networks.ClassOf(e.Src, e.Dst, head.Occurred)
		}
		if b.Kind == telemetry.KindFlow {
			f := &b.Flow[i]
			r.bytes, r.packets = total(stated(f.SrcBytes), stated(f.DstBytes)), total(stated(f.SrcPackets), stated(f.DstPackets))
		}
		m.records = append(m.records, r)
	}
	new(hunt.Observer).Batch(b, d.Networks(), func(o *hunt.Observation) {
		r := m.records[first+o.Record]
		s := &sighting{record: r, kind: o.Kind, addr: o.Addr, text: strings.Clone(o.Text), roles: o.Roles}
		s.private = depot.NamesSubscriber(d.Registers().Networks, o.Kind, o.Addr, o.Text, r.at)
		for _, p := range append([]hunt.Party{{Subject: o.Subject}}, o.Also...) {
			p.Subject.Name = strings.Clone(p.Subject.Name)
			s.subjects = append(s.subjects, p.Subject)
		}
		r.values = append(r.values, s)
		m.byValue = append(m.byValue, s)
	})
}

// total adds and stops at the largest number.
func total(counts ...uint64) uint64 {
	n := new(big.Int)
	for _, c := range counts {
		n.Add(n, new(big.Int).SetUint64(c))
	}
	if !n.IsUint64() {
		return math.MaxUint64
	}
	return n.Uint64()
}

// stated gives a count, 0 when it is not known.
func stated(n uint64) uint64 {
	if n == telemetry.NoCount {
		return 0
	}
	return n
}

// covers reports whether a question is about the value.
func (s *sighting) covers(q *Question) bool {
	v := q.Value
	switch v.Kind() { //nolint:exhaustive // the others are themselves alone
	case observable.Addr:
		return s.kind == observable.Addr && s.addr == v.Addr()
	case observable.Prefix:
		if s.kind == observable.Addr {
			return v.Prefix().Contains(s.addr)
		}
		p, ok := hunt.PrefixOfKey(s.text)
		return s.kind == observable.Prefix && ok && p.Bits() >= v.Prefix().Bits() && v.Prefix().Contains(p.Addr())
	case observable.Domain:
		if s.kind != observable.Domain || q.Exact {
			return s.kind == observable.Domain && s.text == v.String()
		}
		return s.text == v.String() || strings.HasSuffix(s.text, "."+v.String())
	case observable.URL:
		key := observable.URLKey(v.String())
		path, _, query := strings.Cut(s.text, "?")
		host, root := strings.CutSuffix(key, "/")
		return s.kind == observable.URL && (s.text == key || query && path == key) ||
			s.kind == observable.Domain && root && s.text == host
	case observable.MD5:
		return (s.kind == observable.MD5 || s.kind == observable.JA3) && s.text == v.String()
	}
	return s.kind == v.Kind() && s.text == v.String()
}

// window is what a question's time allows.
func within(day telemetry.Day, o Options) bool {
	if day == 0 {
		return o.Since == 0 && o.Until == 0
	}
	return day >= o.Since && (o.Until == 0 || day <= o.Until)
}

// told is what an answer says, in a form that can be compared.
type told struct {
	Verdict     string
	First, Last time.Time
	Records     uint64
	Kinds       map[telemetry.Kind]uint64
	Roles       hunt.Roles
	Days        []Day
	Sensors     map[string]Sensor
	Peers       []string
	PeerCount   int
	Values      []string
	ValueCount  int
}

// answer answers a question from the records.
func (m *model) answer(v *depot.View, key func(netip.Addr) [16]byte, q *Question, o Options) (a told, less bool) {
	a = told{Verdict: NotSeen.String()}
	if q.Value.Kind() == observable.URL && depot.NamesSubscriber(v.Registers.Networks, observable.URL, netip.Addr{}, observable.URLKey(q.Value.String()), 0) {
		a.Verdict = NotKept.String()
		return a, false
	}
	if first, last := endsOf(q.Value); first.IsValid() && v.Registers.Networks.Class(first, 0) == register.Subscriber &&
		v.Registers.Networks.Class(last, 0) == register.Subscriber {
		a.Verdict = NotKept.String()
		return a, false
	}
	days, values := map[telemetry.Day]*Day{}, map[observable.Value]uint64{}
	var peers []ledger.Peer
	var more uint64
	held := false
	for _, s := range m.byValue {
		if s.gone || s.private || !within(s.day(), o) {
			continue
		}
		held = true
		if !s.covers(q) {
			continue
		}
		if a.Records == 0 {
			a.Verdict, a.Kinds, a.Sensors = Seen.String(), map[telemetry.Kind]uint64{}, map[string]Sensor{}
		}
		a.Records++
		a.Kinds[s.record.kind]++
		a.Roles |= s.roles
		if at := s.at.Time().Truncate(time.Second); s.at != 0 {
			if a.First.IsZero() || at.Before(a.First) {
				a.First = at
			}
			if at.After(a.Last) {
				a.Last = at
			}
		}
		d := days[s.day()]
		if d == nil {
			d = &Day{Day: s.day()}
			days[s.day()] = d
		}
		d.Records++
		if s.at != 0 {
			d.Hours |= 1 << s.at.Time().Hour()
		}
		x := a.Sensors[s.sensor]
		a.Sensors[s.sensor] = Sensor{s.sensor, x.Records + 1, total(x.Bytes, s.bytes), total(x.Packets, s.packets)}
		less = less || s.less
		for _, sub := range s.subjects {
			peers, more = ledger.AddPeer(peers, more, peerOf(v, key, sub, s.at))
		}
		values[s.value()]++
	}
	if !held {
		a.Verdict = NotHeld.String()
	}
	for _, d := range days {
		a.Days = append(a.Days, *d)
	}
	slices.SortFunc(a.Days, func(x, y Day) int { return cmp.Compare(x.Day, y.Day) })
	for _, p := range peers {
		a.Peers = append(a.Peers, v.PeerName(p))
	}
	a.PeerCount = ledger.CountPeers(len(peers), more)
	if a.Records > 0 && several(q.Value.Kind(), q.Exact) {
		a.ValueCount = len(values)
		a.Values = largest(values)
	}
	return a, less
}

// value gives what was met as a value.
func (s *sighting) value() observable.Value {
	switch s.kind { //nolint:exhaustive // the others are texts
	case observable.Addr:
		return observable.OfAddr(s.addr)
	case observable.Prefix:
		p, _ := hunt.PrefixOfKey(s.text)
		return observable.Of(observable.Prefix, p.String())
	}
	return observable.Of(s.kind, s.text)
}

func largest(values map[observable.Value]uint64) []string {
	type pair struct {
		text string
		n    uint64
	}
	var all []pair
	for v, n := range values {
		all = append(all, pair{v.String(), n})
	}
	slices.SortFunc(all, func(x, y pair) int { return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.text, y.text)) })
	var out []string
	for _, p := range all[:min(10, len(all))] {
		out = append(out, p.text)
	}
	return out
}

// peerOf gives a subject as the ledger names it.
func peerOf(v *depot.View, token func(netip.Addr) [16]byte, s hunt.Subject, at telemetry.Instant) ledger.Peer {
	switch {
	case s.Kind != hunt.SubjectAddr:
		p := ledger.Peer{Kind: ledger.PeerName}
		for n, name := range v.State.Names {
			if name == s.String() {
				binary.BigEndian.PutUint32(p.Bytes[:], n)
			}
		}
		return p
	case !s.Addr.IsValid():
		return ledger.Peer{}
	case v.Registers.Networks.Class(s.Addr, at) == register.Subscriber:
		return ledger.Peer{Kind: ledger.PeerToken, Bytes: token(s.Addr)}
	}
	return ledger.Peer{Kind: ledger.PeerAddr, Bytes: s.Addr.As16()}
}

// expire is what upkeep does to rows: those whose time is over, with all that may lie in one file with
// them, go.
func (m *model) expire(r *register.Retention, today telemetry.Day) {
	type file struct {
		kind  telemetry.Kind
		day   telemetry.Day
		hour  int
		class register.RowClass
	}
	of := func(x *record) file { return file{x.kind, x.day(), x.at.Time().Hour(), x.class} }
	latest := map[file]telemetry.Day{}
	for _, x := range m.records {
		if x.inLake {
			latest[of(x)] = max(latest[of(x)], x.taken)
		}
	}
	for _, x := range m.records {
		horizon := today - telemetry.Day(r.Days(x.class, x.kind))
		x.atLeast = x.atLeast && max(x.day(), x.taken) >= horizon
		x.inLake = x.inLake && max(x.day(), latest[of(x)]) >= horizon
	}
}

// purge removes a value: sightings of it, the rows of records that hold it, and it as a subject.
func (m *model) purge(d *depot.Depot, v observable.Value) {
	q, left := &Question{Value: v}, trace.Of(v) // what is a trace of a value, package trace's own tests hold
	for _, s := range m.byValue {
		meets := s.covers(q) && (v.Kind() != observable.MD5 || s.kind == observable.MD5)
		if meets {
			s.inLake, s.atLeast, s.purgedRow = false, false, true
		}
		s.gone = s.gone || meets || s.kind != observable.Addr && s.kind != observable.Prefix && left.Itself(s.text)
		kept := s.subjects[:0]
		for _, sub := range s.subjects {
			subscriber := d.Registers().Networks.Class(sub.Addr, s.at) == register.Subscriber
			a := sub.Addr.Unmap().WithZone("")
			if sub.Kind == hunt.SubjectAddr && (v.Kind() == observable.Addr && a == v.Addr() || v.Kind() == observable.Prefix && v.Prefix().Contains(a) && !subscriber) {
				s.less = true
				continue
			}
			kept = append(kept, sub)
		}
		s.subjects = kept
	}
	for _, r := range m.records {
		if left.Itself(r.texts) {
			r.inLake, r.atLeast, r.purgedRow = false, false, true
		}
	}
}

// endsOf gives the first and the last address of an address or prefix.
func endsOf(v observable.Value) (first, last netip.Addr) {
	p := v.Prefix()
	if !p.IsValid() {
		return first, last
	}
	b := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < 8*len(b); bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ = netip.AddrFromSlice(b)
	return p.Masked().Addr(), last
}
