package beacon

import (
	"encoding/binary"
	"hash/fnv"
	"net/netip"
	"strings"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// Analyser looks for beacons.
type Analyser struct{}

// Name implements analyse.Analyser.
func (Analyser) Name() string { return "beacon" }

// Kinds implements analyse.Analyser.
func (Analyser) Kinds() []telemetry.Kind {
	return []telemetry.Kind{telemetry.KindFlow, telemetry.KindHTTP, telemetry.KindTLS}
}

// Bounds implements analyse.Analyser.
func (Analyser) Bounds() analyse.Bounds {
	return analyse.Bounds{Version: 1, Days: 2, Keep: true, Values: Strobe, Evict: MinConnections, Thin: Strobe / 24, Rows: 512 << 20}
}

// A key is what is called, who calls, and what saw it. Those that call the same stand together.
const (
	keyAddr = 'a' // 16 bytes of the address
	keyName = 'n' // the name, and a zero byte
)

const tailLen = 16 + 4 // of a key: the caller, the sensor

// Note implements analyse.Analyser.
func (Analyser) Note(n *analyse.Notes, b *telemetry.Batch) {
	var w noter
	w.notes, w.batch = n, b
	switch b.Kind { //nolint:exhaustive // see Kinds
	case telemetry.KindFlow:
		for i := range b.Flow {
			w.flow(&b.Flow[i])
		}
	case telemetry.KindHTTP:
		for i := range b.HTTP {
			h := &b.HTTP[i]
			w.named(&h.Head, &h.Ends, h.Host, h.RequestBytes)
		}
	case telemetry.KindTLS:
		for i := range b.TLS {
			t := &b.TLS[i]
			w.named(&t.Head, &t.Ends, t.ServerName, telemetry.NoCount)
		}
	}
}

type noter struct {
	notes      *analyse.Notes
	batch      *telemetry.Batch
	key, value []byte
}

// calls reports whether a machine of the operator calls somebody outside.
func (w *noter) calls(e *telemetry.Ends, at telemetry.Instant) bool {
	src, dst := w.notes.Own(e)
	return src && !dst && e.Dst.IsGlobalUnicast() && !w.notes.Subscriber(e, at)
}

func (w *noter) flow(f *telemetry.Flow) {
	const wellKnown = 1024
	if f.OneWay && f.SrcPort < wellKnown && f.DstPort >= wellKnown { // the answer of a server of ours
		return
	}
	if !w.calls(&f.Ends, f.Occurred) {
		return
	}
	dst := f.Dst.As16()
	w.key = append(append(w.key[:0], keyAddr), dst[:]...)
	w.tail(&f.Ends, &f.Export)
	o := observation{at: int64(f.Occurred) / 1e9, size: sizeOf(f.SrcBytes), port: f.DstPort, proto: f.Proto}
	o.answered = f.Answered != telemetry.Unanswered && f.Answered != telemetry.Refused
	if f.OneWay || f.Exporter.IsValid() { // exporters cut long conversations into parts
		o.cut, o.srcPort, o.lasted = true, f.SrcPort, int64(f.Duration)/1e9
	}
	w.put(f.Occurred, &o)
}

// named notes a request or handshake for a name.
func (w *noter) named(h *telemetry.Head, e *telemetry.Ends, host string, size uint64) {
	name := nameOf(host)
	if name == "" || !w.calls(e, h.Occurred) {
		return
	}
	w.key = append(append(append(w.key[:0], keyName), name...), 0)
	w.tail(e, nil)
	o := observation{at: int64(h.Occurred) / 1e9, size: sizeOf(size), port: e.DstPort, proto: e.Proto, answered: true, addr: e.Dst}
	if e.UID != "" {
		f := fnv.New64a()
		_, _ = f.Write([]byte(e.UID)) // it never fails
		o.uid = f.Sum64()
	}
	w.put(h.Occurred, &o)
}

// tail ends the key with who calls and what saw it: two routers on the way tell of the same conversation.
func (w *noter) tail(e *telemetry.Ends, x *telemetry.Export) {
	src := e.Src.As16()
	w.key = append(w.key, src[:]...)
	f := fnv.New32a()
	if s := w.batch.Source; s != nil {
		_, _ = f.Write([]byte(s.Sensor)) // it never fails
	}
	if x != nil && x.Exporter.IsValid() {
		a := x.Exporter.As16()
		_, _ = f.Write(binary.BigEndian.AppendUint32(a[:], x.Domain)) // as above
	}
	w.key = f.Sum(w.key)
}

func (w *noter) put(at telemetry.Instant, o *observation) {
	w.value = o.append(w.value[:0])
	w.notes.Put(at, w.key, w.value)
}

func sizeOf(n uint64) int64 {
	if n > 1<<62 { // NoCount too
		return -1
	}
	return int64(n)
}

// nameOf gives the name of a host as it is compared: lower case, without a port or a dot at the end; empty for an address or what is no
// name.
func nameOf(host string) string {
	if at := strings.LastIndexByte(host, ':'); at >= 0 {
		host = host[:at]
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if len(host) > 253 || !strings.Contains(host, ".") || strings.ContainsAny(host, "\x00 /[]") {
		return ""
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	return host
}
