package hunt

import (
	"net/netip"
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// Observation is one value met in one record: whatever the engine would look up there, but Community
// IDs, which are computed from a record and not seen in it.
//
// Names are as they were seen, not their parents; hosts of URLs come as names or addresses too. A name
// of which labels cannot be written (spaces and control bytes in them, empty ones, or more than 253
// bytes in all) comes as "*" below the longest parent that can, and not at all when that parent has
// no dot: nothing hunted could match it.
type Observation struct {
	Record  int             // in the batch
	Kind    observable.Kind // Addr, Prefix, Domain, URL, MD5, SHA1, SHA256, SHA512, Email, JA3, JA4 or FileName
	Addr    netip.Addr      // of Addr: unmapped, without zone; of Prefix: its first address
	Text    string          // of the others as hunted values are written, of URL as observable.URLKey writes it, of Prefix as PrefixKey does
	Role    Role            // the most telling one
	Roles   Roles           // all, since a value may stand in a record more than once
	Subject Subject         // whose it is, under Role
	Ours    bool            // the subject is known to be the operator's
	Also    []Party         // further subjects: each end of a conversation may be the operator's
}

// Party is a subject of a value and whether it is known to be the operator's.
type Party struct {
	Subject Subject
	Ours    bool
}

// Observer finds every value in batches that an engine could match. The zero Observer is ready; it is
// reused from batch to batch and serves one goroutine.
type Observer struct {
	walk    walk
	emit    func(*Observation)
	flow    [2]Observation
	record  observations
	parties [numWhose]Party // of the record, by how they are found
	known   [numWhose]bool
	own     owners
	ownOf   int // the record that own is of, plus one
	devices map[string]Subject
}

// Batch walks over a batch as Engine.Batch does and hands over each value of a record once, by record.
// An observation and its texts are valid during the call.
func (o *Observer) Batch(b *telemetry.Batch, n Networks, emit func(*Observation)) {
	w := &o.walk
	w.batch, w.networks, w.to, o.emit, o.ownOf = b, n, o, emit, 0
	w.want = wanted{names: true, urls: true, files: true, hashes: true, ja3: true, ja4: true, emails: true}
	if b.Kind == telemetry.KindFlow {
		o.flows()
	} else {
		w.typed()
	}
	w.batch, o.emit = nil, nil
}

// flows observes the addresses of flows. Most flows hold nothing else, and two of them.
func (o *Observer) flows() {
	for i := range o.walk.batch.Flow {
		f := &o.walk.batch.Flow[i]
		o.walk.record = i
		nat := f.NATSrc.IsValid() || f.NATDst.IsValid()
		if f.Extra.Len == 0 && !nat && f.Src.IsValid() && f.Dst.IsValid() && f.Src != f.Dst {
			o.plainFlow(f)
			continue
		}
		o.metEnds(&f.Ends, answerOfFlow(f))
		if nat {
			o.walk.translated(f)
		}
		o.walk.pairs(f.Extra)
		o.done()
	}
}

func (o *Observer) plainFlow(f *telemetry.Flow) {
	src, dst := plainAddr(f.Src), plainAddr(f.Dst)
	if src == dst {
		o.metEnds(&f.Ends, answerOfFlow(f))
		o.done()
		return
	}
	own, a := o.walk.networks.owners(&f.Ends), answerOfFlow(f)
	for n := range o.flow {
		x := &o.flow[n]
		subject, isSrc := subjectOfEnd(&f.Ends, n == 1, own)
		x.Record, x.Kind, x.Ours = o.walk.record, observable.Addr, own.src || own.dst
		x.Subject.Addr = subject
		x.Role = roleOf(isSrc, a)
		x.Roles = Roles(x.Role)
	}
	o.flow[0].Addr, o.flow[1].Addr = src, dst
	o.emit(&o.flow[0])
	o.emit(&o.flow[1])
}

// plainAddr gives an address as it is compared: IPv4 where it is v4-mapped, without a zone.
func plainAddr(a netip.Addr) netip.Addr {
	if a.Is4() {
		return a
	}
	return a.Unmap().WithZone("")
}

// done hands over what a record held.
func (o *Observer) done() {
	for i := range o.record.list {
		o.emit(&o.record.list[i])
	}
	o.record.reset()
	o.known = [numWhose]bool{}
}

func (o *Observer) metEnds(e *telemetry.Ends, a telemetry.Answer) {
	if !e.Src.IsValid() && !e.Dst.IsValid() {
		return
	}
	own := o.owners(e)
	a = o.walk.answer(a)
	met := func(addr netip.Addr, atDst bool) {
		if !addr.IsValid() {
			return
		}
		subject, isSrc := subjectOfEnd(e, atDst, own)
		p := Party{Subject{Addr: subject}, own.src || own.dst}
		if host := o.walk.visited(e); host != "" {
			p, isSrc = Party{o.device(host), true}, atDst
		}
		o.record.add(value{kind: observable.Addr, addr: plainAddr(addr)}, o.walk.record, roleOf(isSrc, a), &p)
	}
	met(e.Src, false)
	met(e.Dst, true)
}

func (o *Observer) owners(e *telemetry.Ends) owners {
	if o.ownOf != o.walk.record+1 {
		o.own, o.ownOf = o.walk.networks.owners(e), o.walk.record+1
	}
	return o.own
}

func (o *Observer) metAddr(a netip.Addr, at place) {
	o.add(value{kind: observable.Addr, addr: plainAddr(a)}, at)
}

func (o *Observer) metPrefix(p netip.Prefix, _ string, at place) {
	p = p.Masked()
	o.add(value{kind: observable.Prefix, addr: p.Addr(), text: o.record.own(PrefixKey(p))}, at)
}

func (o *Observer) metName(s string, at place) {
	if s = nameSeen(s); s != "" {
		o.add(value{kind: observable.Domain, text: o.record.lower(s, at.borrowed)}, at)
	}
}

// maxObserved bounds a text, in bytes: no longer value can be hunted (observable reads 16 KiB).
const maxObserved = 17 << 10

// metURL takes a URL that is too long without its query: an indicator without one still meets it.
func (o *Observer) metURL(key string, at place) {
	if key = urlSeen(key); key != "" {
		o.add(value{kind: observable.URL, text: o.record.own(key)}, at)
	}
}

func (o *Observer) metText(k observable.Kind, s string, at place) {
	if couldBe(k, s) {
		o.add(value{kind: k, text: o.record.lower(s, at.borrowed)}, at)
	}
}

func (o *Observer) add(v value, at place) {
	p := o.party(at.whose)
	o.record.add(v, o.walk.record, o.walk.roleAt(at, &p.Subject), p)
}

// party gives whom a value is about; it is worked out once for each record.
func (o *Observer) party(of whose) *Party {
	p := &o.parties[of]
	if o.known[of] {
		return p
	}
	o.known[of] = true
	p.Subject = o.subject(of)
	p.Ours = o.walk.ours(&p.Subject)
	return p
}

// maxDevices bounds the names of devices that an observer keeps as subjects.
const maxDevices = 4096

// subject is walk.subject, which redacts a device's name each time.
func (o *Observer) subject(of whose) Subject {
	w := &o.walk
	e := w.batch.Ends(w.record)
	if of == ofSource || !w.batch.Kind.Eventful() || w.visited(e) == "" && (e.Src.IsValid() || e.Dst.IsValid()) {
		return w.subject(of)
	}
	host := w.batch.Event[w.record].Host
	if host == "" {
		return w.sourceSubject()
	}
	return o.device(host)
}

// device is deviceSubject, remembered.
func (o *Observer) device(host string) Subject {
	s, ok := o.devices[host]
	if !ok {
		if o.devices == nil || len(o.devices) >= maxDevices {
			o.devices = map[string]Subject{}
		}
		s = deviceSubject(host)
		s.Name = strings.Clone(s.Name)
		o.devices[strings.Clone(host)] = s
	}
	return s
}
