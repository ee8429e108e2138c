package receive

import (
	"encoding/binary"

	"stormglass/internal/telemetry"
)

// worker is what one goroutine at a time uses. Its records have a source of their own, so that their ordinals
// need no agreement with the others.
type worker struct {
	kinds    map[string]Kind
	decoders map[string]Decoder
	id       telemetry.SourceID
	set      telemetry.Set
	frame    []byte
	counts   Counts // of the block at hand
}

func (p *Pipeline) worker() *worker {
	if w, ok := p.workers.Get().(*worker); ok {
		return w
	}
	w := &worker{kinds: p.cfg.Kinds, decoders: map[string]Decoder{}}
	copy(w.id[:], p.id[:])
	binary.BigEndian.PutUint32(w.id[len(p.id):], p.numbered.Add(1))
	return w
}

// kind gives how what a listener received is decoded; no name when nothing does.
func (w *worker) kind(listener string) (Kind, string) {
	name := formatOf(listener)
	k, ok := w.kinds[name]
	if !ok {
		return k, ""
	}
	return k, name
}

func (w *worker) decoder(name string, k Kind) Decoder {
	d := w.decoders[name]
	if d == nil {
		d = k.New()
		w.decoders[name] = d
	}
	return d
}
