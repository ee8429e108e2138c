// Package hops finds sessions that go on from one machine of the network to the next: somebody logs in to a router by SSH or telnet, and
// from there to another, while the first session lasts. People who run the network begin at a jump host; a chain that does not is told
// of with the machine where it begins.
//
// It is an analyser (package analyse); docs/analysers.md says what its records hold.
package hops

import (
	"encoding/binary"
	"net/netip"
	"time"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// Analyser looks for chains of sessions.
type Analyser struct{}

// Name implements analyse.Analyser.
func (Analyser) Name() string { return "hops" }

// Kinds implements analyse.Analyser.
func (Analyser) Kinds() []telemetry.Kind { return []telemetry.Kind{telemetry.KindFlow} }

// maxSessions bounds the sessions of a pair on a day that are told apart, and those of all pairs that are looked through.
const (
	maxSessions    = 4096
	maxAllSessions = 200_000
)

// Bounds implements analyse.Analyser.
func (Analyser) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 2, Days: 2, Keep: true, Values: maxSessions, Rows: 16 << 20, Known: func(key []byte) bool { return key[0] == fromMachine }}
}

const (
	portSSH    = 22
	portTelnet = 23
	tcp        = 6
)

// A key begins with where the session is from. Those from a machine of the network, which alone can be a further step of a chain, and from
// jump hosts come first: a flood from anywhere else takes no room from them.
const (
	fromMachine byte = iota
	fromElsewhere
)

// keyLen is that byte, who is logged in to, and from where.
const keyLen = 1 + 16 + 16

// Note implements analyse.Analyser. A value is begin, end (ns) and the port.
func (Analyser) Note(n *analyse.Notes, b *telemetry.Batch) {
	var key, value []byte
	for i := range b.Flow {
		f := &b.Flow[i]
		if f.Proto != tcp || f.Src == f.Dst || f.DstPort != portSSH && f.DstPort != portTelnet || !answered(f) || !machine(n.Registers, f.Dst, f.Occurred) {
			continue
		}
		if src, _ := n.Own(&f.Ends); !src {
			continue
		}
		dst, src := f.Dst.As16(), f.Src.As16()
		from := fromElsewhere
		if machine(n.Registers, f.Src, f.Occurred) || n.Registers.State(jumpHosts, f.Src, f.Occurred) == register.Approved {
			from = fromMachine
		}
		key = append(append(append(key[:0], from), dst[:]...), src[:]...)
		value = binary.AppendVarint(value[:0], int64(f.Occurred))
		value = binary.AppendVarint(value, int64(f.Occurred)+int64(max(f.Duration, 0)))
		value = binary.BigEndian.AppendUint16(value, f.DstPort)
		n.Put(f.Occurred, key, value)
	}
}

// answered reports whether there was a session: a lone SYN is none. Of a record of one direction only its flags can tell.
func answered(f *telemetry.Flow) bool {
	const syn, ack = 0x02, 0x10
	if f.OneWay && f.TCPFlags != 0 && f.TCPFlags&(syn|ack) == syn {
		return false
	}
	return f.Answered != telemetry.Unanswered && f.Answered != telemetry.Refused
}

// machine reports whether an address is of the network itself: of a device, or of infrastructure.
func machine(r *register.Registers, a netip.Addr, at telemetry.Instant) bool {
	if _, ok := r.DeviceAt(a, at); ok {
		return true
	}
	return r.Networks.Stated() && r.Networks.Class(a, at) == register.Infrastructure
}

// patience is how long after the last record of a session another may still be of it, and how wrong clocks of two sensors may be.
const patience = int64(time.Minute)

// Extract implements analyse.Analyser. Each session is a row: parts that follow each other closely are one.
func (Analyser) Extract(d *analyse.Day, g *analyse.Group) {
	var list []session
	for v := range g.Values {
		if s, ok := sessionOf(v); ok {
			list = append(list, s)
		}
	}
	for _, s := range joined(list) {
		row := binary.AppendVarint(nil, s.begin)
		row = binary.AppendVarint(row, s.end)
		d.Row(g.Key, binary.BigEndian.AppendUint16(row, s.port))
	}
	if g.More > 0 {
		d.Drop(g.More)
	}
}
