package pcap

import (
	"errors"
	"strings"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/dnswire"
	"stormglass/internal/telemetry/packet"
)

// Bounds of the questions that wait for their answer.
const (
	maxQuestions     = 50_000
	patienceQuestion = telemetry.Instant(30 * time.Second)
)

// What is told of DNS messages that are not, or not wholly, kept.
const (
	noticeAnswers   = "answers of types that hold no address and no name: not kept"
	noticeFurther   = "questions after the first of a DNS message: not kept"
	noticeQuestions = "DNS questions given up early: too many wait for their answers"
)

var fieldOpcode = telemetry.FieldNamed("stormglass.dns.opcode")

// The ports of DNS, multicast DNS and LLMNR.
func dnsPort(port uint16) bool { return port == 53 || port == 5353 || port == 5355 }

// questionKey tells questions apart within a conversation.
type questionKey struct {
	flow *flow
	id   uint16
}

// question is one that has no answer yet.
type question struct {
	key    questionKey
	ends   telemetry.Ends
	at     telemetry.Instant
	name   string
	qtype  uint16
	opcode int
	tunnel string

	again        *question // the next one of the same key
	loose        bool      // one of too many of its key: it is not among those that answers are looked for
	before, past *question // neighbours by time
}

// questions holds those that wait, in the order of their coming.
type questions struct {
	by         map[questionKey]*question
	head, tail *question
	n          int
}

func (q *questions) add(o *question) {
	if q.by == nil {
		q.by = map[questionKey]*question{}
	}
	if o.before = q.tail; q.tail != nil {
		q.tail.past = o
	} else {
		q.head = o
	}
	q.tail = o
	q.n++
	first := q.by[o.key]
	if first == nil {
		q.by[o.key] = o
		return
	}
	n := 1
	for ; first.again != nil; first = first.again {
		n++
	}
	if o.loose = n >= maxTwins; !o.loose {
		first.again = o
	}
}

// maxTwins is how many questions of one conversation and number wait for their answers at a time.
const maxTwins = 16

// take finds the question that a response answers and takes it out; nil when there is none.
func (q *questions) take(k questionKey, m *dnswire.Message) *question {
	var prev *question
	for o := q.by[k]; o != nil; prev, o = o, o.again {
		if m.Query == "" || o.qtype == m.QType && strings.EqualFold(o.name, m.Query) {
			q.remove(o, prev)
			return o
		}
	}
	return nil
}

// remove takes out a question that stands behind prev among those of its key.
func (q *questions) remove(o, prev *question) {
	switch {
	case o.loose:
	case prev != nil:
		prev.again = o.again
	case o.again != nil:
		q.by[o.key] = o.again
	default:
		delete(q.by, o.key)
	}
	if o.before != nil {
		o.before.past = o.past
	} else {
		q.head = o.past
	}
	if o.past != nil {
		o.past.before = o.before
	} else {
		q.tail = o.before
	}
	q.n--
}

// oldest takes out the one that has waited for longest.
func (q *questions) oldest() *question {
	o := q.head
	var prev *question
	for p := q.by[o.key]; !o.loose && p != o; p = p.again {
		prev = p
	}
	q.remove(o, prev)
	return o
}

// giveUp makes records of the questions that have waited too long.
func (r *run) giveUp(now telemetry.Instant) {
	q := &r.questions
	for q.head != nil && r.failed == nil && (q.n > maxQuestions || now.Known() && now-q.head.at > patienceQuestion) {
		if q.n > maxQuestions {
			r.pass(r.number, noticeQuestions)
		}
		r.asked(q.oldest(), nil)
	}
}

// dns reads a message of a conversation; whole says that no part of it is missing. It reports whether it was one.
func (r *run) dns(c *flow, b []byte, forward, whole bool) bool {
	m := &r.message
	err := m.Unpack(b)
	if errors.Is(err, dnswire.ErrNoQuestion) && m.Response {
		err = nil
	}
	switch {
	case err == nil:
	case !whole && m.Query != "":
	case errors.Is(err, dnswire.ErrAnswer) || errors.Is(err, dnswire.ErrAnswers):
		r.set.Skip(r.number, err.Error(), "")
	default:
		r.lose(r.number, err.Error(), "")
		return false
	}
	c.recognised("dns")
	if m.Further > 0 {
		r.pass(r.number, noticeFurther)
	}
	k := questionKey{c, m.ID}
	if m.Response {
		var q *question
		if !c.toGroup() { // what is told to a group answers nobody's question alone
			q = r.questions.take(k, m)
		}
		if q == nil {
			q = r.newQuestion(k, c, forward)
		}
		r.asked(q, m)
		return true
	}
	r.questions.add(r.newQuestion(k, c, forward))
	return true
}

// newQuestion takes from a message what its record needs. Who was asked is the sender of a response, save to a group:
// there it tells of itself.
func (r *run) newQuestion(k questionKey, c *flow, forward bool) *question {
	m := &r.message
	q := &question{key: k, at: r.at, name: m.Query, qtype: m.QType, opcode: m.Opcode, tunnel: c.tunnel}
	c.ends(&q.ends)
	if forward == m.Response && (!m.Response || !c.toGroup()) {
		q.ends.Src, q.ends.Dst, q.ends.SrcPort, q.ends.DstPort = q.ends.Dst, q.ends.Src, q.ends.DstPort, q.ends.SrcPort
	}
	if q.name == "" {
		q.name = m.Owner
	}
	return q
}

// asked makes the record of a question with its response, if one came.
func (r *run) asked(q *question, m *dnswire.Message) {
	b, i := r.set.Append(telemetry.KindDNS)
	r.dated(q.at)
	o := &b.DNS[i]
	o.Occurred, o.Ends, o.Query = q.at, q.ends, q.name
	if q.qtype != 0 {
		o.QType = dnswire.TypeText(q.qtype)
	}
	if m != nil {
		o.RCode = dnswire.RCodeText(m.RCode)
		for _, a := range m.Answers {
			b.AddText(&o.Answers, a)
		}
		if m.Dropped > 0 {
			r.pass(r.number, noticeAnswers)
		}
	}
	if q.tunnel != "" {
		b.AddPair(&o.Extra, fieldTunnel, q.tunnel)
	}
	if q.opcode != 0 {
		b.AddPair(&o.Extra, fieldOpcode, dnswire.OpcodeText(q.opcode))
	}
	r.full()
}

// datagram reads what a UDP packet carries.
func (r *run) datagram(c *flow, l *packet.Level, forward bool) {
	whole := uint32(len(l.Payload)) == l.PayloadLength && !l.Fragment
	if len(l.Payload) == 0 || l.Carries != "" {
		return
	}
	if whole && r.export(l) {
		return
	}
	switch {
	case dnsPort(l.SrcPort) || dnsPort(l.DstPort):
		r.dns(c, l.Payload, forward, whole)
	case whole && dnswire.Clear(l.Payload):
		r.dns(c, l.Payload, forward, true)
	}
}
