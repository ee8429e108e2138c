package pcap

import "stormglass/internal/telemetry/packet"

// The flags of TCP.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// tcpState is how far one end of a TCP conversation has come, as Zeek tells it.
type tcpState uint8

const (
	inactive    tcpState = iota
	synSent              // asked to open
	synAckSent           // answered a question to open that is not in the capture
	partial              // spoke without having opened
	established          // opened, and the other end agreed
	closed               // has said that it is done
	reset                // has broken off
)

// maxJump is how far the numbers of one packet may lie beyond those before it and still count as octets that the
// capture missed. Beyond any window in use the number is wrong, or forged to make a conversation look large.
const maxJump = 16 << 20

// tcp takes a packet of one direction into account.
func (f *flow) tcp(l *packet.Level, from, to *half) {
	f.flags |= l.TCPFlags
	f.advance(l.TCPFlags, from, to)
	if l.TCPFlags&flagRST == 0 {
		from.sent(l)
		if l.TCPFlags&flagACK != 0 {
			to.acknowledged(l.Ack)
		}
	}
	if l.TCPFlags&flagFIN != 0 {
		from.fin = true
	}
}

// advance moves the states on.
func (f *flow) advance(flags uint8, from, to *half) {
	switch {
	case from.state == reset:
	case flags&flagRST != 0:
		if from.state != closed || to.state != closed {
			from.state = reset
		}
	case flags&flagFIN != 0:
		from.state = closed
	case flags&flagSYN != 0:
		f.synchronise(flags&flagACK != 0, from, to)
	case from.state == inactive && to.state == synAckSent:
		from.state, to.state = established, established
	case from.state == inactive:
		from.state = partial
	}
}

// synchronise reads a SYN.
func (f *flow) synchronise(ack bool, from, to *half) {
	switch {
	case ack && from.state <= synSent && to.state == synSent:
		from.state = established
		to.state = established
	case ack && from.state == inactive:
		from.state = synAckSent
	case from.state == inactive:
		from.state = synSent
	}
}

// over reports whether nothing more is to come.
func (f *flow) over() bool {
	return f.one.state == reset || f.two.state == reset || f.one.state == closed && f.two.state == closed
}

// sent counts the octets of a packet by their numbers, so that those sent twice count once and those that the
// capture missed count too.
func (h *half) sent(l *packet.Level) {
	seq := l.Seq
	if l.TCPFlags&flagSYN != 0 {
		seq++
		h.opened, h.first = true, seq
		if h.next == 0 {
			h.seen = false // asked anew, with other numbers
		}
	}
	if !h.seen {
		h.seen, h.base, h.next = true, seq, 0
	}
	at := h.offset(seq)
	end := at + int64(l.PayloadLength)
	switch past := end - int64(h.next); {
	case past <= 0:
	case h.fin && end-int64(h.next) == 1 && l.PayloadLength == 0: // the end counts as an octet
	case at-int64(h.next) > maxJump:
		h.base = seq - uint32(h.next)
		h.next += uint64(l.PayloadLength)
	default:
		h.next = uint64(end)
	}
}

// offset gives the place of a sequence number after the first octet; below zero for one before it.
func (h *half) offset(seq uint32) int64 {
	return int64(h.next) + int64(int32(seq-h.base-uint32(h.next)))
}

// acknowledged counts the octets that the other end says it has got.
func (h *half) acknowledged(ack uint32) {
	if !h.seen {
		h.seen, h.base = true, ack
		return
	}
	past := h.offset(ack) - int64(h.next)
	if h.fin && past == 1 { // the end counts as an octet
		return
	}
	if past > 0 && past <= maxJump {
		h.next += uint64(past)
	}
}

// tcpWord gives the state of a TCP conversation in the words of Zeek's conn_state.
func (f *flow) tcpWord() string {
	one, two := f.one.state, f.two.state
	quiet1, quiet2 := one == inactive || one == partial, two == inactive || two == partial
	switch {
	case two == reset:
		return f.refusal(quiet1)
	case one == reset && quiet2:
		return "RSTOS0"
	case one == reset:
		return "RSTO"
	case one == closed && two == closed:
		return "SF"
	case one == closed && quiet2:
		return "SH"
	case one == closed:
		return "S2"
	case two == closed && quiet1:
		return "SHR"
	case two == closed:
		return "S3"
	case one == synSent && two == inactive:
		return "S0"
	case one == established && two == established:
		return "S1"
	}
	return "OTH"
}

// refusal tells a conversation that was refused from one that the responder broke off.
func (f *flow) refusal(quiet bool) string {
	one := f.one.state
	switch {
	case one == synSent || one == synAckSent || one == reset && f.one.next == 0 && f.two.next == 0:
		return "REJ"
	case quiet:
		return "RSTRH"
	}
	return "RSTR"
}
