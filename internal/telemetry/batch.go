package telemetry

import (
	"net/netip"
	"time"
	"unsafe"
)

// Head is what every record has. Identity of a record is (source id, Ordinal); its times are
// occurred (best estimate, with doubt), stated and received (design.md, section 3).
type Head struct {
	Ordinal  uint64        // position in the source: the line number, from 1, of a text file
	Occurred Instant       // best estimate of when it happened
	Stated   Instant       // what the record itself says, where that differs from the estimate
	Received Instant       // when a collector took it in; unknown for files
	Doubt    time.Duration // Occurred may be wrong by this much either way
	Extra    Span          // pairs of the source that have no field of their own, in Batch.Pairs
}

// Span is a run of a batch's Texts or Pairs: records hold positions instead of slices so that
// filling a batch allocates nothing per record.
type Span struct{ Start, Len uint32 }

// Pair is a named text: a field that has no place in a typed record, or a field of an event.
type Pair struct {
	Field FieldID
	Text  string
}

// Ends are the two ends of a conversation, the source being who opened it.
type Ends struct {
	Src, Dst         netip.Addr
	SrcPort, DstPort uint16
	Proto            uint8 // IANA protocol number; 0 unknown
	SrcLocal         Local // is the address the operator's, by the sensor's own configuration
	DstLocal         Local
	UID              string // the sensor's own name for the conversation
}

// Local is a sensor's opinion whether an address is the operator's.
type Local uint8

// What a sensor may say about an address.
const (
	LocalUnknown Local = iota
	LocalYes
	LocalNo
)

// Flow is one conversation (NetFlow, IPFIX, sFlow, Zeek conn, Suricata flow).
type Flow struct {
	Head
	Ends
	Duration               time.Duration
	SrcBytes, DstBytes     uint64 // sent by the source, by the destination: payload where the sensor knows it, else IP bytes; NoCount unknown
	SrcPackets, DstPackets uint64 // NoCount unknown
	Answered               Answer
	OneWay                 bool   // the record tells of one direction only: Src may be the end that answered
	TCPFlags               uint8  // union over the conversation, where known
	ICMPType, ICMPCode     uint8  // for ICMP, where the sensor gives them apart from the ports
	Service                string // application protocol as the sensor names it
	State                  string // the sensor's state word (Zeek conn_state, Suricata flow.state)
	CommunityID            string // as the sensor stated it; see CommunityID for the computed one
	Export
}

// Export is what a flow exporter states of a flow besides the conversation. What is zero was not stated.
type Export struct {
	Exporter               netip.Addr // who exported: the sender of the packet, the agent of sFlow
	Domain                 uint32     // observation domain of IPFIX, source id of v9, engine of v5, sub-agent of sFlow
	Sampling               uint32     // one packet in so many was looked at, 1 all, 0 not known; the flow's counts are already multiplied by it
	InIf, OutIf            uint32     // SNMP interface numbers
	SrcAS, DstAS           uint32
	NextHop                netip.Addr
	NATSrc, NATDst         netip.Addr // the ends after translation
	NATSrcPort, NATDstPort uint16
	SrcVLAN, DstVLAN       uint16 // before and after the exporter
	TOS                    uint8
	SrcMask, DstMask       uint8 // prefix lengths of the routes
	Direction              Direction
}

// Direction says at which side of an interface of the exporter a flow was metered.
type Direction uint8

// The directions.
const (
	DirectionUnknown Direction = iota
	Ingress
	Egress
)

// Answer says whether the destination of a flow replied. A contact that was Unanswered or Refused
// carried no conversation.
type Answer uint8

// Whether there was an answer.
const (
	AnswerUnknown Answer = iota
	Answered
	Unanswered
	Refused // the destination replied, but only to refuse: a reset to the opening packet, an ICMP error
)

// DNS is one question with its answers.
type DNS struct {
	Head
	Ends
	Query   string // as asked, no trailing dot
	QType   string // "A", "TXT"
	RCode   string // "NOERROR"
	Answers Span   // in Batch.Texts: addresses and names, as text
}

// HTTP is one request with its response.
type HTTP struct {
	Head
	Ends
	Method, Host, URI, Referrer, UserAgent, UserName string
	Status                                           uint16
	RequestBytes, ResponseBytes                      uint64 // bodies; NoCount unknown
	Files                                            Span   // in Batch.Texts: file names carried either way
}

// TLS is one handshake.
type TLS struct {
	Head
	Ends
	ServerName, Version, Cipher string
	JA3, JA3S, JA4              string
	Subject, Issuer             string // of the server's certificate
	Established                 Answer // Answered when the handshake was completed
	Fingerprints                Span   // in Batch.Texts: hex digests of the certificates of both sides
}

// Cert is one certificate seen.
type Cert struct {
	Head
	Fingerprint         string // hex digest, SHA-1 or SHA-256 by its length
	Serial              string
	Subject, Issuer     string
	NotBefore, NotAfter Instant
	Names               Span // in Batch.Texts: subject alternative names, DNS, IP, e-mail and URI
}

// File is one file seen on the wire.
type File struct {
	Head
	Ends              // source is who sent it
	Name              string
	MIME              string
	MD5, SHA1, SHA256 string
	Size              uint64
	Protocol          string // "HTTP", "SMTP"
}

// Mail is one message transfer.
type Mail struct {
	Head
	Ends
	From, Subject, HELO, UserAgent, MessageID string
	Addresses                                 Span // in Batch.Texts: every mailbox named: envelope, From, To, Cc, Reply-To
	Path                                      Span // in Batch.Texts: the addresses of Received headers
}

// Event is any other record: named texts, and the line it came from. What analysers emit (KindDerived) and leases of addresses (KindAAA) have
// the same form, without a line.
type Event struct {
	Head
	Ends           // where the record states them; zero otherwise
	Dataset string // "zeek.weird", "syslog", "text"
	Host    string // the device or computer that the record is about, as written in it
	Pairs   Span   // in Batch.Pairs
	Raw     string // the line, without its end
}

// Batch is a run of records of one kind from one source. Texts of its records point into memory
// of the batch: whoever keeps one longer than the batch clones it. Not for concurrent writing.
type Batch struct {
	Kind   Kind
	Source *Source
	Flow   []Flow
	DNS    []DNS
	HTTP   []HTTP
	TLS    []TLS
	Cert   []Cert
	File   []File
	Mail   []Mail
	Event  []Event // of KindEvent, KindAAA and KindDerived
	Texts  []string
	Pairs  []Pair
	arena  []byte
}

// Len gives the number of records.
func (b *Batch) Len() int {
	switch b.Kind { //nolint:exhaustive // kinds without a decoder have no records yet
	case KindFlow:
		return len(b.Flow)
	case KindDNS:
		return len(b.DNS)
	case KindHTTP:
		return len(b.HTTP)
	case KindTLS:
		return len(b.TLS)
	case KindCert:
		return len(b.Cert)
	case KindFile:
		return len(b.File)
	case KindMail:
		return len(b.Mail)
	case KindEvent, KindAAA, KindDerived:
		return len(b.Event)
	}
	return 0
}

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() {
	b.Flow, b.DNS, b.HTTP, b.TLS = b.Flow[:0], b.DNS[:0], b.HTTP[:0], b.TLS[:0]
	b.Cert, b.File, b.Mail, b.Event = b.Cert[:0], b.File[:0], b.Mail[:0], b.Event[:0]
	b.Texts, b.Pairs, b.arena = b.Texts[:0], b.Pairs[:0], b.arena[:0]
}

// After gives the records with an ordinal above n, of a batch whose records are in the order of their
// ordinals. It shares the batch's memory; the batch itself is not to be used any more.
func (b *Batch) After(n uint64) *Batch {
	from, to := 0, b.Len()
	for from < to {
		if mid := (from + to) / 2; b.Head(mid).Ordinal > n {
			to = mid
		} else {
			from = mid + 1
		}
	}
	c := *b
	switch b.Kind { //nolint:exhaustive // kinds without a decoder have no records yet
	case KindFlow:
		c.Flow = b.Flow[from:]
	case KindDNS:
		c.DNS = b.DNS[from:]
	case KindHTTP:
		c.HTTP = b.HTTP[from:]
	case KindTLS:
		c.TLS = b.TLS[from:]
	case KindCert:
		c.Cert = b.Cert[from:]
	case KindFile:
		c.File = b.File[from:]
	case KindMail:
		c.Mail = b.Mail[from:]
	case KindEvent, KindAAA, KindDerived:
		c.Event = b.Event[from:]
	}
	return &c
}

// TextsOf gives the texts of a span.
func (b *Batch) TextsOf(s Span) []string { return b.Texts[s.Start : s.Start+s.Len] }

// PairsOf gives the pairs of a span.
func (b *Batch) PairsOf(s Span) []Pair { return b.Pairs[s.Start : s.Start+s.Len] }

// Copy keeps text in the batch's own memory: for values a decoder had to unescape or join.
func (b *Batch) Copy(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if cap(b.arena)-len(b.arena) < len(text) {
		// The old arena stays alive through the strings that point into it.
		b.arena = make([]byte, 0, max(4096, 2*cap(b.arena), len(text)))
	}
	n := len(b.arena)
	b.arena = append(b.arena, text...)
	return View(b.arena[n:])
}

// View gives text that shares memory with b, for as long as b is not written again. Decoders use
// it on blocks, which nobody writes while a batch lives.
func View(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b)) //nolint:gosec // the point of a batch: texts without copies
}
