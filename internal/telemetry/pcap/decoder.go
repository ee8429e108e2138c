package pcap

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"strconv"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/dnswire"
	"stormglass/internal/telemetry/hello"
	"stormglass/internal/telemetry/packet"
)

// flushAt is how many records are handed on at once.
const flushAt = 2048

// Exports decodes the packets in which routers export flows. Datagram reports whether d, sent to the address to,
// is such a packet; if so it has put what it read into s, the packets that it could not read included. The data of d
// stays as it is until the records in s have been handed on; who needs it for longer (data before their template,
// say) copies it.
type Exports interface {
	Datagram(to netip.AddrPort, d *telemetry.Datagram, s *telemetry.Set) bool
}

// Decoder reads capture files.
type Decoder struct {
	exports  Exports
	maxFlows int
	maxHeld  int
}

// New makes a decoder. Exports may be nil: then export packets are conversations like others.
func New(exports Exports) *Decoder {
	return &Decoder{exports: exports, maxFlows: maxFlows, maxHeld: maxHeld}
}

// Name gives the name of the format.
func (*Decoder) Name() string { return "pcap" }

// Read reads a capture to its end and calls flush for every few thousand records. The numbers of problems are
// those of packets, from 1. An error is that of flush, of ctx or of r, or why what follows cannot be read: what
// came before it has become records.
func (d *Decoder) Read(ctx context.Context, r io.Reader, s *telemetry.Set, flush func() error) error {
	return d.run(s, flush).read(ctx, r)
}

func (d *Decoder) run(s *telemetry.Set, flush func() error) *run {
	return &run{
		set: s, flush: flush, exports: d.exports, maxFlows: d.maxFlows, maxHeld: d.maxHeld, table: newTable(), fragments: map[fragment]*flow{},
		certs: map[[32]byte]struct{}{},
	}
}

// run is the reading of one capture.
type run struct {
	set       *telemetry.Set
	flush     func() error
	failed    error // of flush: the reading ends
	exports   Exports
	maxFlows  int
	maxHeld   int
	table     table
	fragments map[fragment]*flow
	headers   packet.Headers
	quoted    packet.Headers // of the packet that an ICMP error quotes
	questions questions
	message   dnswire.Message
	certs     map[[32]byte]struct{} // that have a record
	client    hello.Client
	server    hello.Server
	held      int    // octets of contents, about
	room      []byte // for export packets, until the next flush

	number  uint64            // of the packet that is being read
	at      telemetry.Instant // and its time
	packets uint64            // counted in conversations
}

// read reads the capture to its end.
func (r *run) read(ctx context.Context, from io.Reader) error {
	in, err := open(from, r.lose, r.pass)
	if err != nil {
		return err
	}
	var broken error
	for n := 0; ; n++ {
		var f frame
		if err := in.next(&f); err != nil {
			if !errors.Is(err, io.EOF) {
				broken = err
			}
			break
		}
		if r.frame(&f); r.failed != nil {
			return r.failed
		}
		if n%1024 == 1023 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	if r.finish(); r.failed != nil {
		return r.failed
	}
	return broken
}

// lose notes a packet that gives nothing.
func (r *run) lose(number uint64, reason, detail string) {
	r.set.Lines++
	r.set.Skip(number, reason, detail)
}

func (r *run) pass(number uint64, reason string) { r.set.Pass(number, reason) }

// The reasons for which a packet is not, or not wholly, read.
const (
	reasonLink     = "packet of a link type that is not read"
	reasonShort    = "packet cut before its IP header"
	noticeNonIP    = "packets without IP: not kept"
	noticeCut      = "packets that the capture cut short: contents not read"
	noticeDeep     = "packets in more tunnels than are read"
	noticeFragment = "fragments of IP packets: counted, contents not read"
)

// frame reads one packet of the capture.
func (r *run) frame(f *frame) {
	h := &r.headers
	r.number, r.at = f.number, f.at
	link := packet.LinkOf(f.link)
	if link == packet.LinkUnknown {
		r.lose(f.number, reasonLink, "type "+strconv.FormatUint(uint64(f.link), 10))
		return
	}
	err := packet.Decode(link, f.data, h)
	switch {
	case err != nil && h.N == 0:
		r.lose(f.number, err.Error(), "")
	case err != nil:
		r.set.Skip(f.number, err.Error(), "")
	case h.N == 0 && h.NonIP == "":
		r.lose(f.number, reasonShort, "")
	case h.N == 0:
		r.pass(f.number, noticeNonIP)
	case h.Truncated:
		r.pass(f.number, noticeCut)
	case h.Deeper:
		r.pass(f.number, noticeDeep)
	}
	r.expire(f.at)
	r.giveUp(f.at)
	for i := range h.N {
		r.level(f, i)
	}
}

// finish makes records of all that is still held.
func (r *run) finish() {
	for r.questions.head != nil && r.failed == nil {
		r.asked(r.questions.oldest(), nil)
	}
	for _, f := range r.table.rest() {
		if r.failed != nil {
			return
		}
		r.close(f)
		r.record(f)
	}
}

// full hands the records on when there are enough of them. It is called where no record is unfinished.
func (r *run) full() {
	if r.set.Len() < flushAt || r.failed != nil {
		return
	}
	r.failed = r.flush()
	r.room = r.room[:0]
}
