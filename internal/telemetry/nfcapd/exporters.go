package nfcapd

import (
	"net/netip"

	"stormglass/internal/telemetry"
)

// maxSamplers bounds the samplers of one file.
const maxSamplers = 4096

// Ids of samplers that the exporter did not give: a rate that the operator forces on all flows, one for
// exporters that state none, and one that holds for all flows of an exporter.
const (
	samplerOverwrite = -3
	samplerDefault   = -2
	samplerGeneric   = -1
)

// exporters are what the records of a file say of who exported its flows, by the number that nfcapd gave
// each: 16 bits, so there is a bound.
type exporters struct {
	known    map[uint16]source
	samplers map[samplerKey]uint32
	failures map[uint16]uint64 // how often their sequences broke off

	first, last telemetry.Instant // of the flows
}

type source struct {
	addr netip.Addr
	id   uint32 // observation domain, source id, engine
}

type samplerKey struct {
	exporter uint16
	id       int64
}

func newExporters() exporters {
	return exporters{known: map[uint16]source{}, samplers: map[samplerKey]uint32{}, failures: map[uint16]uint64{}}
}

// Address families as the writer's system numbers them: all say 2 for IPv4; Linux says 10 for IPv6, BSD and
// macOS 24, 28 or 30.
const familyV4 = 2

// info takes an exporter record: version, address, address family, number, id.
func (x *exporters) info(data []byte, s *telemetry.Set) {
	if len(data) < 32 {
		s.Skip(0, "exporter record is too short", "")
		return
	}
	from := source{id: le.Uint32(data[28:])}
	if le.Uint16(data[24:]) == familyV4 {
		from.addr = addr4(data[16:])
	} else {
		from.addr = addr6(data[8:])
	}
	x.known[le.Uint16(data[26:])] = from
}

// sampler takes a sampler record of either version.
func (x *exporters) sampler(data []byte, s *telemetry.Set) {
	var key samplerKey
	var rate uint64
	switch {
	case le.Uint16(data) == typeSamplerV0 && len(data) >= 16:
		key = samplerKey{le.Uint16(data[14:]), int64(int32(le.Uint32(data[4:])))}
		rate = uint64(le.Uint32(data[8:]))
	case le.Uint16(data) == typeSampler && len(data) >= 24:
		key = samplerKey{le.Uint16(data[4:]), int64(le.Uint64(data[8:]))}
		taken, space := uint64(le.Uint32(data[16:])), uint64(le.Uint32(data[20:]))
		rate = (taken + space) / max(taken, 1)
	default:
		s.Skip(0, "sampler record is too short", "")
		return
	}
	if _, ok := x.samplers[key]; !ok && len(x.samplers) >= maxSamplers {
		s.Skip(0, "more samplers than are kept", "")
		return
	}
	x.samplers[key] = uint32(min(rate, 1<<32-1))
}

// rate gives the rate by which nfcapd multiplied the counts of an exporter's flow; id is the sampler that
// the flow names, if it names one. 0 when it is not known.
func (x *exporters) rate(exporter uint16, id int64, named bool) uint32 {
	ids := [...]int64{samplerOverwrite, id, samplerGeneric, samplerDefault}
	for i, id := range ids {
		if i == 1 && !named {
			continue
		}
		if rate, ok := x.samplers[samplerKey{exporter, id}]; ok {
			return rate
		}
	}
	return 0
}

// addr4 takes an IPv4 address, a number in the byte order of the file; addr6 an IPv6 address, two of them;
// one that holds an IPv4 address gives that.
func addr4(b []byte) netip.Addr { return netip.AddrFrom4([4]byte{b[3], b[2], b[1], b[0]}) }

func addr6(b []byte) netip.Addr {
	var a [16]byte
	for i := range 8 {
		a[i], a[8+i] = b[7-i], b[15-i]
	}
	return netip.AddrFrom16(a).Unmap()
}

// stated gives an address, the zero Addr for what nfdump writes when there is none.
func stated(a netip.Addr) netip.Addr {
	if a.IsUnspecified() {
		return netip.Addr{}
	}
	return a
}
