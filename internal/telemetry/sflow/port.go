package sflow

import "strconv"

// port is where a packet came in or went out: a form and a value. In compact samples they share a number.
type port struct{ form, value uint32 }

// The forms of a port.
const (
	portIndex = iota
	portDiscarded
	portMultiple
)

// Interface numbers that stand for the agent itself.
const (
	portInternal         = 0x3fffffff
	portInternalExpanded = 0xffffffff
)

func compactPort(v uint32) port { return port{v >> 30, v & 0x3fffffff} }

func (p port) internal() bool {
	return p.form == portIndex && (p.value == portInternal || p.value == portInternalExpanded)
}

// number gives the interface number, 0 when there is none.
func (p port) number() uint32 {
	if p.form != portIndex || p.internal() {
		return 0
	}
	return p.value
}

// text says what stands in the place of an interface number; empty for a number.
func (p port) text() string {
	switch {
	case p.internal():
		return "internal"
	case p.form == portIndex:
		return ""
	case p.form == portDiscarded:
		return discardText(p.value)
	case p.form == portMultiple && p.value == 0:
		return "several interfaces"
	case p.form == portMultiple:
		return strconv.FormatUint(uint64(p.value), 10) + " interfaces"
	}
	return "form " + strconv.FormatUint(uint64(p.form), 10) + " value " + strconv.FormatUint(uint64(p.value), 10)
}
