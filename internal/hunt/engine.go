package hunt

import (
	"context"
	"net/netip"
	"strings"
	"sync"

	"stormglass/internal/intel"
	"stormglass/internal/observable/scan"
	"stormglass/internal/telemetry"
)

// Engine matches batches of telemetry. Its fields are set before the first batch; Batch may be
// called from any number of goroutines.
type Engine struct {
	Index    *intel.Index
	Networks Networks
	Sink     Sink

	matchers sync.Pool
}

// Batch matches every record of a batch and hands the hits, if any, to the sink.
func (e *Engine) Batch(ctx context.Context, b *telemetry.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m, _ := e.matchers.Get().(*matcher)
	if m == nil {
		m = &matcher{}
	}
	m.begin(e, b)
	m.match()
	if len(m.hits) > 0 {
		e.Sink.Hits(b, m.hits)
	}
	m.batch = nil
	e.matchers.Put(m)
	return nil
}

// matcher is the working memory of one batch.
type matcher struct {
	engine  *Engine
	index   *intel.Index
	batch   *telemetry.Batch
	record  int
	first   int // the first hit of the record
	hits    []Hit
	matches []intel.Match
	scanner scan.Scanner
	key     []byte // of a URL being put together

	hasNames, hasFiles, hasHashes, hasFlowIDs bool
}

func (m *matcher) begin(e *Engine, b *telemetry.Batch) {
	m.engine, m.index, m.batch = e, e.Index, b
	m.hits = m.hits[:0]
	m.prepare()
}

func (m *matcher) match() {
	b := m.batch
	switch b.Kind { //nolint:exhaustive // kinds without a decoder have no batches
	case telemetry.KindFlow:
		m.flows()
	case telemetry.KindDNS:
		m.each(len(b.DNS), m.dns)
	case telemetry.KindHTTP:
		m.each(len(b.HTTP), m.http)
	case telemetry.KindTLS:
		m.each(len(b.TLS), m.tls)
	case telemetry.KindCert:
		m.each(len(b.Cert), m.cert)
	case telemetry.KindFile:
		m.each(len(b.File), m.file)
	case telemetry.KindMail:
		m.each(len(b.Mail), m.mail)
	case telemetry.KindEvent:
		m.each(len(b.Event), m.event)
	}
}

func (m *matcher) each(n int, record func(i int)) {
	for i := range n {
		m.begun(i)
		record(i)
		m.extra(m.batch.Head(i).Extra)
	}
}

func (m *matcher) begun(i int) { m.record, m.first = i, len(m.hits) }

// flows is the hot path: both addresses of every record.
func (m *matcher) flows() {
	for i := range m.batch.Flow {
		f := &m.batch.Flow[i]
		m.begun(i)
		a := f.Answered
		if f.OneWay {
			a = answerOfOneWay(f)
		}
		m.ends(&f.Ends, a)
		if m.hasFlowIDs {
			m.flowID(f)
		}
		if f.Extra.Len > 0 {
			m.extra(f.Extra)
		}
	}
}

func (m *matcher) flowID(f *telemetry.Flow) {
	id := f.CommunityID
	if id == "" {
		id = telemetry.CommunityID(&f.Ends)
	}
	for _, x := range m.text(kindCommunityID, id) {
		m.add(Hit{Match: x, Field: telemetry.FieldCommunityID, Seen: id, Subject: m.ownEnd(&f.Ends), Role: m.sessionRole(&f.Ends, f.Answered)})
	}
}

// ends matches the two addresses of a conversation.
func (m *matcher) ends(e *telemetry.Ends, a telemetry.Answer) {
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

// addEnd adds the matches of one end. The subject is the other end, unless only the matching end
// is the operator's.
func (m *matcher) addEnd(e *telemetry.Ends, matches []intel.Match, atDst bool, a telemetry.Answer) {
	h := Hit{Field: telemetry.FieldSourceIP, SeenAddr: e.Src, Port: e.SrcPort}
	this, thisLocal, other, otherLocal := e.Src, e.SrcLocal, e.Dst, e.DstLocal
	if atDst {
		h.Field, h.SeenAddr, h.Port = telemetry.FieldDestinationIP, e.Dst, e.DstPort
		this, thisLocal, other, otherLocal = other, otherLocal, this, thisLocal
	}
	n := m.engine.Networks
	subject, subjectIsSrc := other, atDst
	if !other.IsValid() || !n.Own(other, otherLocal) && n.Own(this, thisLocal) {
		subject, subjectIsSrc = this, !atDst
	}
	h.Subject = Subject{Addr: subject}
	h.Ours = n.Own(other, otherLocal) || n.Own(this, thisLocal)
	h.Role = roleOf(subjectIsSrc, m.answer(a))
	for _, x := range matches {
		h.Match = x
		m.add(h)
	}
}

// directions of a conversation of which one half was recorded; they stand beside the answers that
// a sensor states.
const (
	answerTurned  telemetry.Answer = 0x10 + iota // the source of the record is the end that answered
	answerUnclear                                // either end may have opened it
)

// answerOfOneWay makes the best of a record of one direction. A TCP source that never acknowledged
// anything got no answer. Else the end with the well-known port is taken as the one that was called;
// with none or two such ports nobody can tell.
func answerOfOneWay(f *telemetry.Flow) telemetry.Answer {
	const syn, ack, wellKnown = 0x02, 0x10, 1024
	switch {
	case f.Proto == 6 && f.TCPFlags&syn != 0 && f.TCPFlags&ack == 0:
		return telemetry.Unanswered
	case f.SrcPort < wellKnown && f.DstPort >= wellKnown:
		return answerTurned
	case f.DstPort < wellKnown && f.SrcPort >= wellKnown:
		return telemetry.AnswerUnknown
	}
	return answerUnclear
}

func roleOf(weOpened bool, a telemetry.Answer) Role {
	if a == telemetry.Refused {
		a = telemetry.Unanswered
	}
	switch {
	case a == answerUnclear:
		return RoleSpoke
	case a == answerTurned && weOpened:
		return RoleCalledUs
	case a == answerTurned:
		return RoleCalled
	case weOpened && a == telemetry.Unanswered:
		return RoleCalledNoAnswer
	case weOpened:
		return RoleCalled
	case a == telemetry.Unanswered:
		return RoleScannedBy
	}
	return RoleCalledUs
}

// ownEnd is the subject of a value that belongs to the conversation as a whole: the source when it
// is ours or when neither end is, else the destination.
func (m *matcher) ownEnd(e *telemetry.Ends) Subject {
	n := m.engine.Networks
	switch {
	case e.Src.IsValid() && (n.Own(e.Src, e.SrcLocal) || !n.Own(e.Dst, e.DstLocal)):
		return Subject{Addr: e.Src}
	case e.Dst.IsValid():
		return Subject{Addr: e.Dst}
	}
	return m.sourceSubject()
}

func (m *matcher) sourceSubject() Subject {
	s := Subject{Kind: SubjectSource}
	if m.batch.Source != nil {
		s.Name = m.batch.Source.Name
	}
	return s
}

func (m *matcher) sessionRole(e *telemetry.Ends, a telemetry.Answer) Role {
	s := m.ownEnd(e)
	return roleOf(s.Kind != SubjectAddr || s.Addr == e.Src, a)
}

// addr looks an address up; the result is valid until the next look-up.
func (m *matcher) addr(a netip.Addr) []intel.Match {
	m.matches = m.index.Addr(a, m.matches[:0])
	return m.matches
}

// add adds a hit of the current record. An entry met twice in one record for one subject counts
// once, in the field met first, under the more telling role.
func (m *matcher) add(h Hit) {
	h.Record = m.record
	h.Ours = h.Ours || h.Subject.Kind != SubjectAddr || m.ours(h.Subject.Addr)
	for i := m.first; i < len(m.hits); i++ {
		if o := &m.hits[i]; o.Match.Entry == h.Match.Entry && o.Subject == h.Subject {
			o.Role = min(o.Role, h.Role)
			return
		}
	}
	m.hits = append(m.hits, h)
}

// ours reports whether the subject of a hit is known to be the operator's.
func (m *matcher) ours(a netip.Addr) bool {
	local := telemetry.LocalUnknown
	if e := m.batch.Ends(m.record); e != nil {
		switch a {
		case e.Src:
			local = e.SrcLocal
		case e.Dst:
			local = e.DstLocal
		}
	}
	return m.engine.Networks.Own(a, local)
}

// answer is what a flow says of an answer, or, when a firewall wrote it, that it was refused. It is
// asked only when an end matched.
func (m *matcher) answer(stated telemetry.Answer) telemetry.Answer {
	pairs := m.batch.PairsOf(m.batch.Head(m.record).Extra)
	if m.batch.Kind == telemetry.KindEvent {
		pairs = m.batch.PairsOf(m.batch.Event[m.record].Pairs)
	}
	for _, p := range pairs {
		name := p.Field.String()
		if name = strings.ToLower(name[strings.LastIndexByte(name, '.')+1:]); name != "action" && name != "act" && name != "disposition" {
			continue
		}
		switch strings.ToLower(p.Text) {
		case "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "refused":
			return telemetry.Refused
		}
	}
	return stated
}
