package telemetry

import "strconv"

// Names of fields that records do not hold and that are computed of what they hold, for rules.
const (
	fieldAnswer     = "stormglass.flow.answer"
	fieldCalled     = "stormglass.flow.called"
	fieldOneWay     = "stormglass.flow.one_way"
	fieldICMPType   = "stormglass.icmp.type"
	fieldICMPCode   = "stormglass.icmp.code"
	fieldSourceMean = "stormglass.flow.source.packet_bytes"
	fieldDestMean   = "stormglass.flow.destination.packet_bytes"
)

// Computed gives how a field is computed for records of a kind; not ok: there is no such field. docs/rules.md lists them.
func Computed(k Kind, name string) (get func(b *Batch, i int) (string, bool), ok bool) {
	of := computed[name]
	if k != KindFlow || of == nil {
		return nil, false
	}
	return func(b *Batch, i int) (string, bool) {
		s := of(&b.Flow[i])
		return s, s != ""
	}, true
}

// computed gives the text of each field, empty for none.
var computed = map[string]func(f *Flow) string{
	fieldAnswer: (*Flow).answer,
	fieldCalled: (*Flow).called,
	fieldOneWay: func(f *Flow) string { return strconv.FormatBool(f.OneWay) },
	fieldICMPType: func(f *Flow) string {
		kind, _, ok := f.icmp()
		return smallText(kind, ok)
	},
	fieldICMPCode: func(f *Flow) string {
		_, code, ok := f.icmp()
		return smallText(code, ok)
	},
	fieldSourceMean: func(f *Flow) string { return mean(f.SrcBytes, f.SrcPackets) },
	fieldDestMean:   func(f *Flow) string { return mean(f.DstBytes, f.DstPackets) },
}

func smallText(n uint8, ok bool) string {
	if !ok {
		return ""
	}
	return strconv.Itoa(int(n))
}

// mean gives the bytes of a packet: of IP, or of payload where the sensor counts that.
func mean(bytes, packets uint64) string {
	if bytes == NoCount || packets == NoCount || packets == 0 {
		return ""
	}
	return strconv.FormatUint(bytes/packets, 10)
}

// icmp gives type and code of ICMP. Zeek writes them in the place of the ports.
func (f *Flow) icmp() (kind, code uint8, ok bool) {
	if !isICMP(f.Proto) {
		return 0, 0, false
	}
	if f.ICMPType == 0 && f.ICMPCode == 0 && f.SrcPort|f.DstPort != 0 && f.SrcPort < 256 && f.DstPort < 256 {
		return uint8(f.SrcPort), uint8(f.DstPort), true
	}
	return f.ICMPType, f.ICMPCode, true
}

func isICMP(proto uint8) bool { return proto == protoICMP || proto == protoICMPv6 }

// Flags of TCP.
const (
	flagFIN = 0x01
	flagSYN = 0x02
	flagRST = 0x04
	flagPSH = 0x08
	flagACK = 0x10
)

var answerWords = [...]string{AnswerUnknown: "unknown", Answered: "answered", Unanswered: "unanswered", Refused: "refused"}

// answer says whether the end that was called replied: answered, unanswered, refused, unknown. A record of one direction tells by
// its TCP flags: who acknowledged something got an answer, or gave one.
func (f *Flow) answer() string {
	a := f.Answered
	if a == AnswerUnknown || f.OneWay {
		a = f.answerByFlags(a)
	}
	return answerWords[a]
}

func (f *Flow) answerByFlags(stated Answer) Answer {
	back := f.DstPackets != NoCount && f.DstPackets > 0 || f.DstBytes != NoCount && f.DstBytes > 0
	if f.Proto != protoTCP || f.TCPFlags == 0 {
		if back {
			return Answered
		}
		return stated
	}
	switch flags := f.TCPFlags & (flagFIN | flagSYN | flagRST | flagPSH | flagACK); {
	case flags&flagACK == 0 && flags&flagSYN != 0:
		return Unanswered
	case flags == flagRST, flags == flagRST|flagACK && f.few(2), back && flags == flagSYN|flagRST|flagACK && f.few(2):
		return Refused
	case flags&flagACK != 0:
		return Answered
	}
	return stated
}

// few reports whether the source sent at most n packets, or nobody says how many. Counts of sampled flows are multiples.
func (f *Flow) few(n uint64) bool {
	return f.SrcPackets == NoCount || f.SrcPackets <= n*uint64(max(f.Sampling, 1))
}

// called says which end was called: destination; source, in a record of what a server sent; unclear, where only ports could tell and
// do not.
func (f *Flow) called() string {
	switch {
	case !f.OneWay && (f.State != "SHR" && f.State != "RSTRH" && f.State != "OTH" || isICMP(f.Proto)):
		return "destination" // the sensor saw who opened it
	case isICMP(f.Proto):
		return "unclear" // it has no ports
	case f.Proto == protoTCP && f.TCPFlags&flagSYN != 0 && f.TCPFlags&flagACK == 0:
		return "destination"
	}
	switch src, dst := rankPort(f.SrcPort), rankPort(f.DstPort); {
	case dst > src:
		return "destination"
	case src > dst:
		return "source"
	}
	return "unclear"
}

// rankPort says how surely a port is one at which servers listen.
func rankPort(p uint16) int {
	switch {
	case p == 0:
		return 0
	case p < 1024:
		return 3
	}
	switch p {
	case 1645, 1646, 1701, 1812, 1813, 2083, 2123, 2152, 3389, 3784, 3868, 4500, 4784, 4786, 4789, 5060, 6081, 6514, 8080, 8443, 51820, 57722:
		return 2
	}
	if p < 10000 { // clients choose higher ones
		return 1
	}
	return 0
}
