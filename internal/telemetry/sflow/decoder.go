package sflow

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/packet"
)

// version is the only one that is read. 2 and 4 are of before 2004.
const version = 5

// The forms of samples of enterprise 0.
const (
	sampleFlow             = 1
	sampleCounters         = 2
	sampleFlowExpanded     = 3
	sampleCountersExpanded = 4
	sampleDiscarded        = 5
)

// Decoder turns datagrams into records. It serves one goroutine; several may share their Stats.
type Decoder struct {
	stats   *Stats
	headers packet.Headers
	text    []byte // of a pair being put together
}

// New makes a decoder that counts into stats, or into Stats of its own when that is nil.
func New(stats *Stats) *Decoder {
	if stats == nil {
		stats = NewStats()
	}
	return &Decoder{stats: stats}
}

// Stats gives what the decoder counts into.
func (d *Decoder) Stats() *Stats { return d.stats }

// Is reports whether data looks like a datagram of sFlow version 5.
func Is(data []byte) bool {
	if len(data) < 28 || binary.BigEndian.Uint32(data) != version {
		return false
	}
	samples := data[24:]
	switch binary.BigEndian.Uint32(data[4:]) {
	case 1:
	case 2:
		if len(data) < 40 {
			return false
		}
		samples = data[36:]
	default:
		return false
	}
	// A sample has at least a form and a length.
	return uint64(binary.BigEndian.Uint32(samples))*8 <= uint64(len(samples)-4)
}

// Decode reads one datagram into s. What cannot be read of it is noted there; nothing of it is an error.
func (d *Decoder) Decode(dg *telemetry.Datagram, s *telemetry.Set) {
	g := datagram{Decoder: d, set: s, dg: dg, in: xdr{rest: dg.Data}}
	if v := g.in.u32(); g.in.short || v != version {
		d.stats.refuse()
		g.lose("sFlow datagram of another version", "version "+strconv.FormatUint(uint64(v), 10))
		return
	}
	g.agent = g.in.addr()
	g.domain = g.in.u32()
	sequence, uptime, samples := g.in.u32(), g.in.u32(), g.in.u32()
	if g.in.short || !g.agent.IsValid() {
		d.stats.refuse()
		g.lose("sFlow datagram cut off in its header", "")
		return
	}
	g.counts = d.stats.agent(agentKey{dg.From.Addr(), g.agent, g.domain}, dg.At)
	g.counts.mu.Lock()
	defer g.counts.mu.Unlock()
	g.before = g.counts.Last
	g.counts.datagram(sequence, uptime, dg.At)
	g.samples(samples)
}

// datagram is one datagram being read.
type datagram struct {
	*Decoder
	set     *telemetry.Set
	dg      *telemetry.Datagram
	in      xdr
	agent   netip.Addr
	domain  uint32
	counts  *agent            // locked
	before  telemetry.Instant // when the one before it came
	changed bool              // a change of sampling was told of
}

// lose notes what cannot be read, at the place of the next record.
func (g *datagram) lose(reason, detail string) { g.set.Skip(g.set.Ordinal+1, reason, detail) }

// pass notes what holds no record.
func (g *datagram) pass(reason string) { g.set.Pass(g.set.Ordinal+1, reason) }

func (g *datagram) samples(n uint32) {
	for i := range n {
		if len(g.in.rest) == 0 {
			g.counts.Malformed++
			g.lose("sFlow datagram has fewer samples than it states", strconv.FormatUint(uint64(n-i), 10)+" are not there")
			return
		}
		form := g.in.u32()
		body := g.in.bytes(g.in.u32())
		if g.in.short {
			g.counts.Malformed++
			g.set.Lines++
			g.lose("sFlow sample is longer than its datagram", formText(form))
			return
		}
		g.sample(form, body)
	}
	if len(g.in.rest) > 0 {
		g.counts.Malformed++
		g.lose("octets behind the last sFlow sample", strconv.Itoa(len(g.in.rest))+" octets")
	}
}

func (g *datagram) sample(form uint32, body []byte) {
	switch form {
	case sampleFlow, sampleFlowExpanded:
		g.flowSample(body, form == sampleFlowExpanded)
	case sampleDiscarded:
		g.discarded(body)
	case sampleCounters, sampleCountersExpanded:
		g.counterSample(body, form == sampleCountersExpanded)
	default:
		g.counts.unknown(form)
		g.lose("sFlow sample of a form that is not known", formText(form))
	}
}

// formText names what a vendor, or a later version, has defined.
func formText(form uint32) string {
	b := append([]byte(nil), "enterprise "...)
	b = strconv.AppendUint(b, uint64(form>>12), 10)
	b = append(b, " format "...)
	return string(strconv.AppendUint(b, uint64(form&0xfff), 10))
}
