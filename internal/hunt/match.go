package hunt

import (
	"net/netip"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// matcher is the working memory of one batch: a visitor that looks up what it meets.
type matcher struct {
	walk    walk
	index   *intel.Index
	first   int // the first hit of the record
	hits    []Hit
	matches []intel.Match

	rules *ruler // nil: none

	hasFlowIDs bool
}

func (m *matcher) begin(e *Engine, b *telemetry.Batch) {
	x := e.Index
	m.index, m.hits, m.first = x, m.hits[:0], 0
	m.walk.batch, m.walk.networks, m.walk.to = b, e.Networks, m
	if e.Rules != nil && (m.rules == nil || m.rules.set != e.Rules) {
		m.rules = newRuler(e.Rules, e.Short != nil)
	}
	m.hasFlowIDs = x.Count(observable.CommunityID) > 0
	m.walk.want = wanted{
		names:  x.Count(observable.Domain)+x.Count(observable.URL) > 0,
		urls:   x.Count(observable.URL) > 0,
		files:  x.Count(observable.FileName) > 0,
		hashes: x.Count(observable.MD5)+x.Count(observable.SHA1)+x.Count(observable.SHA256)+x.Count(observable.SHA512) > 0,
		ja3:    x.Count(observable.JA3) > 0,
		ja4:    x.Count(observable.JA4) > 0,
		emails: x.Count(observable.Email) > 0,
	}
}

func (m *matcher) match() {
	if m.walk.batch.Kind == telemetry.KindFlow {
		m.flows()
		return
	}
	m.walk.typed()
}

// flows is the hot path: both addresses of every record.
func (m *matcher) flows() {
	for i := range m.walk.batch.Flow {
		f := &m.walk.batch.Flow[i]
		m.walk.record = i
		m.done()
		m.metEnds(&f.Ends, answerOfFlow(f))
		if m.hasFlowIDs {
			m.flowID(f)
		}
		if f.NATSrc.IsValid() || f.NATDst.IsValid() {
			m.walk.translated(f)
		}
		if f.Extra.Len > 0 {
			m.walk.pairs(f.Extra)
		}
	}
}

func (m *matcher) flowID(f *telemetry.Flow) {
	id := f.CommunityID
	if id == "" {
		id = telemetry.CommunityID(&f.Ends)
	}
	m.metText(observable.CommunityID, id, place{whose: ofEnds, answer: f.Answered, field: telemetry.FieldCommunityID})
}

func (m *matcher) done() { m.first = len(m.hits) }

// metEnds matches the two addresses of a conversation.
func (m *matcher) metEnds(e *telemetry.Ends, a telemetry.Answer) {
	if e.Src.IsValid() {
		if x := m.addr(e.Src); len(x) > 0 {
			m.addEnd(e, x, false, a)
		}
	}
	if e.Dst.IsValid() {
		if x := m.addr(e.Dst); len(x) > 0 {
			m.addEnd(e, x, true, a)
		}
	}
}

// addEnd adds the matches of one end.
func (m *matcher) addEnd(e *telemetry.Ends, matches []intel.Match, atDst bool, a telemetry.Answer) {
	h := Hit{Field: telemetry.FieldSourceIP, SeenAddr: e.Src, Port: e.SrcPort}
	if atDst {
		h.Field, h.SeenAddr, h.Port = telemetry.FieldDestinationIP, e.Dst, e.DstPort
	}
	own := m.walk.networks.owners(e)
	subject, isSrc := subjectOfEnd(e, atDst, own)
	h.Subject = Subject{Addr: subject}
	h.Ours = own.src || own.dst
	if host := m.walk.visited(e); host != "" {
		h.Subject, isSrc, h.Ours = deviceSubject(host), atDst, true
	}
	h.Role = roleOf(isSrc, m.walk.answer(a))
	for _, x := range matches {
		h.Match = x
		m.add(h)
	}
}

// addr looks an address up; the result is valid until the next look-up.
func (m *matcher) addr(a netip.Addr) []intel.Match {
	m.matches = m.index.Addr(a, m.matches[:0])
	return m.matches
}

func (m *matcher) metAddr(a netip.Addr, at place) {
	if x := m.addr(a); len(x) > 0 {
		m.addAll(x, at, Hit{SeenAddr: a})
	}
}

func (m *matcher) metPrefix(p netip.Prefix, s string, at place) {
	m.matches = m.index.Prefix(p, m.matches[:0])
	m.seen(s, at)
}

// metName matches a domain name and its parents.
func (m *matcher) metName(s string, at place) {
	m.matches = m.index.Domain(s, m.matches[:0])
	m.seen(s, at)
}

func (m *matcher) metURL(key string, at place) {
	m.matches = m.index.URL(key, m.matches[:0])
	at.borrowed = true
	m.seen(key, at)
}

func (m *matcher) metText(k observable.Kind, s string, at place) {
	m.matches = m.index.Text(k, s, m.matches[:0])
	m.seen(s, at)
}

// seen adds what was found of a text, which is kept when it would not last.
func (m *matcher) seen(s string, at place) {
	if len(m.matches) == 0 {
		return
	}
	if at.borrowed {
		s = m.walk.batch.Copy(bytesOf(s))
	}
	m.addAll(m.matches, at, Hit{Seen: s})
}

// addAll adds a hit for each match; h holds what was seen.
func (m *matcher) addAll(matches []intel.Match, at place, h Hit) {
	h.Field, h.Port = at.field, at.port
	h.Subject = m.walk.subject(at.whose)
	h.Role = m.walk.roleAt(at, &h.Subject)
	for _, x := range matches {
		h.Match = x
		m.add(h)
	}
}

// add adds a hit of the current record. An entry met twice in one record for one subject counts
// once, in the field met first, under the more telling role and as the closest match.
func (m *matcher) add(h Hit) {
	h.Record = m.walk.record
	h.Ours = h.Ours || m.walk.ours(&h.Subject)
	for i := m.first; i < len(m.hits); i++ {
		if o := &m.hits[i]; o.Match.Entry == h.Match.Entry && o.Subject == h.Subject {
			o.Role, o.Match.Part = min(o.Role, h.Role), min(o.Match.Part, h.Match.Part)
			return
		}
	}
	m.hits = append(m.hits, h)
}
