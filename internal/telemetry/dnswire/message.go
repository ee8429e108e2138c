package dnswire

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"strconv"

	"github.com/miekg/dns"
)

// Bounds of one message: one of 64 KiB may hold some thousand answers, each a name of up to 1,000 characters by
// reference to another.
const (
	maxAnswers   = 256
	maxQuestions = 64
)

// What is wrong with a message.
var (
	ErrHeader     = errors.New("DNS message shorter than its header")
	ErrQuestion   = errors.New("question of a DNS message not understood")
	ErrNoQuestion = errors.New("DNS message without a question")
	ErrAnswer     = errors.New("answer of a DNS message not understood")
	ErrAnswers    = errors.New("more answers in a DNS message than are kept")
)

// Message is what is kept of a DNS message. It is meant to be used again and again.
type Message struct {
	ID       uint16
	Opcode   int
	Response bool
	RCode    int
	Query    string // the name of the question, without its trailing dot
	QType    uint16
	Owner    string   // the name of the first answer
	Answers  []string // valid until the next message
	Dropped  int      // answers of types that are not kept
	Further  int      // questions after the first
}

// Unpack reads a message. The library reads names and records, one after the other and no more than are kept; an
// error leaves what came before it. After ErrNoQuestion the answers have been read all the same: multicast DNS
// does without questions.
func (m *Message) Unpack(b []byte) error {
	*m = Message{Answers: m.Answers[:0]}
	if len(b) < headerSize {
		return ErrHeader
	}
	flags := binary.BigEndian.Uint16(b[2:])
	questions, answers := int(binary.BigEndian.Uint16(b[4:])), int(binary.BigEndian.Uint16(b[6:]))
	m.ID = binary.BigEndian.Uint16(b)
	m.Response, m.Opcode, m.RCode = flags&0x8000 != 0, int(flags>>11&15), int(flags&15)
	off, err := m.questions(b, questions)
	if err != nil {
		return err
	}
	if m.Response && m.Opcode == dns.OpcodeQuery { // else the section is something else
		err = m.unpackAnswers(b, off, answers)
	}
	if questions == 0 && err == nil {
		return ErrNoQuestion
	}
	return err
}

const headerSize = 12

// questions reads the questions, of which the first is kept: nobody asks more than one, save multicast DNS.
func (m *Message) questions(b []byte, n int) (off int, err error) {
	off = headerSize
	for i := range n {
		name, next, err := dns.UnpackDomainName(b, off)
		if err != nil || next+4 > len(b) || i == maxQuestions {
			return off, ErrQuestion
		}
		if m.Further = i; i == 0 {
			m.Query, m.QType = Name(name), binary.BigEndian.Uint16(b[next:])
		}
		off = next + 4
	}
	return off, nil
}

func (m *Message) unpackAnswers(b []byte, off, n int) error {
	for i := range n {
		if i == maxAnswers {
			return ErrAnswers
		}
		rr, next, err := dns.UnpackRR(b, off)
		if err != nil || next <= off {
			return ErrAnswer
		}
		if i == 0 {
			m.Owner = Name(rr.Header().Name)
		}
		off = next
		m.answer(rr)
	}
	return nil
}

// answer takes from a record what an indicator could name.
func (m *Message) answer(rr dns.RR) {
	switch rr := rr.(type) {
	case *dns.A:
		m.addr(rr.A)
	case *dns.AAAA:
		m.addr(rr.AAAA)
	case *dns.CNAME:
		m.name(rr.Target)
	case *dns.DNAME:
		m.name(rr.Target)
	case *dns.NS:
		m.name(rr.Ns)
	case *dns.PTR:
		m.name(rr.Ptr)
	case *dns.MX:
		m.name(rr.Mx)
	case *dns.SRV:
		m.name(rr.Target)
	case *dns.SOA:
		m.name(rr.Ns)
	case *dns.NAPTR:
		m.name(rr.Replacement)
	case *dns.TXT:
		m.texts(rr.Txt)
	case *dns.SPF:
		m.texts(rr.Txt)
	case *dns.SVCB:
		m.binding(rr)
	case *dns.HTTPS:
		m.binding(&rr.SVCB)
	default:
		m.Dropped++
	}
}

func (m *Message) addr(ip []byte) {
	if a, ok := netip.AddrFromSlice(ip); ok {
		m.Answers = append(m.Answers, a.Unmap().String())
	}
}

func (m *Message) name(name string) {
	if name = Name(name); name != "" {
		m.Answers = append(m.Answers, name)
	}
}

// texts writes the texts of one record as Zeek does: each with its length.
func (m *Message) texts(texts []string) {
	var b []byte
	for i, t := range texts {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, "TXT "...)
		b = strconv.AppendInt(b, int64(len(t)), 10)
		b = append(b, ' ')
		b = append(b, t...)
	}
	m.Answers = append(m.Answers, string(b))
}

func (m *Message) binding(rr *dns.SVCB) {
	m.name(rr.Target)
	for _, v := range rr.Value {
		switch v := v.(type) {
		case *dns.SVCBIPv4Hint:
			for _, ip := range v.Hint {
				m.addr(ip)
			}
		case *dns.SVCBIPv6Hint:
			for _, ip := range v.Hint {
				m.addr(ip)
			}
		}
	}
}

// TypeText names a type of record; one without a name as TYPE65280.
func TypeText(t uint16) string {
	if name, ok := dns.TypeToString[t]; ok {
		return name
	}
	return "TYPE" + strconv.FormatUint(uint64(t), 10)
}

// RCodeText names the code of a response; one without a name as RCODE4000.
func RCodeText(c int) string {
	if name, ok := dns.RcodeToString[c]; ok {
		return name
	}
	return "RCODE" + strconv.Itoa(c)
}

// OpcodeText names what a message is for; one without a name as OPCODE15.
func OpcodeText(c int) string {
	if name, ok := dns.OpcodeToString[c]; ok {
		return name
	}
	return "OPCODE" + strconv.Itoa(c)
}
