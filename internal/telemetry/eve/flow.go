package eve

import (
	"time"

	"stormglass/internal/telemetry"
)

// flowParts are parts of a flow that make sense together only.
type flowParts struct {
	start, end  telemetry.Instant
	flags       uint8 // of the server, by tcp_flags_tc
	flagsStated bool
}

var flowTargets = map[string]target{
	"flow.pkts_toserver":  field(telemetry.FieldSourcePackets),
	"flow.pkts_toclient":  field(telemetry.FieldDestinationPackets),
	"flow.bytes_toserver": field(telemetry.FieldSourceBytes),
	"flow.bytes_toclient": field(telemetry.FieldDestinationBytes),
	"flow.state":          field(telemetry.FieldState),
	"app_proto":           field(telemetry.FieldProtocol),
	"flow.start":          {set: setStart},
	"flow.end":            {set: setEnd},
	"tcp.tcp_flags":       {set: setFlags},
	"tcp.tcp_flags_tc":    {set: setServerFlags},
	"icmp_type":           {set: setICMPType},
	"icmp_code":           {set: setICMPCode},
}

var netflowTargets = map[string]target{
	"netflow.pkts":  field(telemetry.FieldSourcePackets),
	"netflow.bytes": field(telemetry.FieldSourceBytes),
	"app_proto":     field(telemetry.FieldProtocol),
	"netflow.start": {set: setStart},
	"netflow.end":   {set: setEnd},
	"tcp.tcp_flags": {set: setFlags},
	"icmp_type":     {set: setICMPType},
	"icmp_code":     {set: setICMPCode},
}

func setStart(st *state, v string) bool {
	st.flow.start = telemetry.ParseInstant(v)
	return st.flow.start.Known()
}

func setEnd(st *state, v string) bool {
	st.flow.end = telemetry.ParseInstant(v)
	return st.flow.end.Known()
}

func setFlags(st *state, v string) bool {
	flags, ok := hexByte(v)
	st.batch.Flow[st.i].TCPFlags = flags
	return ok
}

// setServerFlags notes the flags the server sent, and keeps them as a pair.
func setServerFlags(st *state, v string) bool {
	st.flow.flags, st.flow.flagsStated = hexByte(v)
	return false
}

func setICMPType(st *state, v string) bool {
	n, ok := telemetry.ParseUint(v)
	st.batch.Flow[st.i].ICMPType = uint8(n)
	return ok && n < 256
}

func setICMPCode(st *state, v string) bool {
	n, ok := telemetry.ParseUint(v)
	st.batch.Flow[st.i].ICMPCode = uint8(n)
	return ok && n < 256
}

// hexByte reads one or two hexadecimal digits.
func hexByte(v string) (uint8, bool) {
	if len(v) == 0 || len(v) > 2 {
		return 0, false
	}
	n := uint8(0)
	for i := range len(v) {
		c := v[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		n = n<<4 | c
	}
	return n, true
}

// finishNetflow finishes a record of one direction.
func finishNetflow(st *state) {
	st.batch.Flow[st.i].OneWay = true
	dateByStart(st)
}

// dateByStart makes the time of a flow the time of its start.
func dateByStart(st *state) {
	f := &st.batch.Flow[st.i]
	if !st.flow.start.Known() {
		return
	}
	if f.Occurred != st.flow.start {
		f.Stated = f.Occurred
	}
	f.Occurred = st.flow.start
	if st.flow.end > st.flow.start {
		f.Duration = time.Duration(st.flow.end - st.flow.start)
	}
}

const (
	flagSYN = 0x02
	flagRST = 0x04
)

func finishFlow(st *state) {
	dateByStart(st)
	f := &st.batch.Flow[st.i]
	switch {
	case f.DstPackets == telemetry.NoCount:
	case f.DstPackets == 0:
		f.Answered = telemetry.Unanswered
	case f.Proto == 6 && st.flow.flagsStated && st.flow.flags&(flagSYN|flagRST) == flagRST:
		f.Answered = telemetry.Refused
	default:
		f.Answered = telemetry.Answered
	}
}
