package depot

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/lake"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
	"stormglass/internal/vault"
)

// worker turns batches into facts of the ledger, for one goroutine at a time.
type worker struct {
	depot    *Depot
	stated   *register.Registers // those in force when the last batch came
	networks hunt.Networks       // theirs
	observer hunt.Observer
	facts    *ledger.Feeder
	covered  coverage.Counter
	tokens   map[netip.Addr]ledger.Peer
	batch    *telemetry.Batch
	sensor   uint32
	err      error
}

// maxTokens bounds the tokens that a worker remembers, as one costs a hash.
const maxTokens = 1 << 16

func newWorker(d *Depot, facts *ledger.Feeder) *worker {
	return &worker{depot: d, facts: facts, tokens: map[netip.Addr]ledger.Peer{}}
}

func (w *worker) add(b *telemetry.Batch) error {
	if r := w.depot.Registers(); r != w.stated {
		w.stated, w.networks = r, hunt.NewNetworks(r.Networks.Prefixes())
	}
	w.covered.Batch(b)
	w.batch, w.sensor = b, w.depot.names.id(sensorOf(b))
	w.observer.Batch(b, w.networks, w.observe)
	w.batch = nil
	return errors.Join(w.err, w.facts.Err())
}

// observe puts one value of one record into the ledger. Addresses of subscribers are no keys.
func (w *worker) observe(o *hunt.Observation) {
	head := w.batch.Head(o.Record)
	if NamesSubscriber(w.stated.Networks, o.Kind, o.Addr, o.Text, head.Occurred) {
		return
	}
	f := ledger.Fact{
		Kind: w.batch.Kind, At: head.Occurred, Roles: uint8(o.Roles), Sensor: w.sensor, Peer: w.peer(o.Subject, head.Occurred),
	}
	if f.Kind == telemetry.KindFlow {
		f.Bytes, f.Packets = volume(&w.batch.Flow[o.Record])
	}
	w.put(o, &f)
	for _, also := range o.Also {
		f.Peer, f.Repeat, f.Bytes, f.Packets = w.peer(also.Subject, head.Occurred), true, 0, 0
		w.put(o, &f)
	}
}

func (w *worker) put(o *hunt.Observation, f *ledger.Fact) {
	switch o.Kind {
	case observable.Addr:
		w.facts.Addr(o.Addr, f)
	case observable.Domain:
		w.facts.Name(o.Text, f)
	default:
		w.facts.Text(o.Kind, o.Text, f)
	}
}

// volume gives bytes and packets of a flow, both directions, as far as they are stated. More than fits
// is the largest number.
func volume(f *telemetry.Flow) (bytes, packets uint64) {
	return sum(f.SrcBytes, f.DstBytes), sum(f.SrcPackets, f.DstPackets)
}

func sum(counts ...uint64) uint64 {
	var n uint64
	for _, c := range counts {
		if c != telemetry.NoCount {
			n += min(c, math.MaxUint64-n)
		}
	}
	return n
}

// peer gives a subject as the ledger names it: subscribers by token.
func (w *worker) peer(s hunt.Subject, at telemetry.Instant) ledger.Peer {
	switch {
	case s.Kind != hunt.SubjectAddr:
		p := ledger.Peer{Kind: ledger.PeerName}
		binary.BigEndian.PutUint32(p.Bytes[:], w.depot.names.id(s.String()))
		return p
	case !s.Addr.IsValid():
		return ledger.Peer{}
	case w.stated.Networks.Class(s.Addr, at) != register.Subscriber:
		return ledger.Peer{Kind: ledger.PeerAddr, Bytes: ledger.AddrKey(s.Addr)}
	}
	if p, ok := w.tokens[s.Addr]; ok {
		return p
	}
	token, err := w.depot.token(s.Addr)
	if err != nil && w.err == nil {
		w.err = err
	}
	if len(w.tokens) >= maxTokens {
		clear(w.tokens)
	}
	p := ledger.Peer{Kind: ledger.PeerToken, Bytes: token}
	w.tokens[s.Addr] = p
	return p
}

// token gives the token of a subscriber's address, which the vault keeps when there is one.
func (d *Depot) token(a netip.Addr) (vault.Token, error) {
	if d.Vault == nil {
		return d.Key.AddrToken(a), nil
	}
	t, err := d.Vault.Seal(observable.Addr, a.Unmap().WithZone("").String())
	if err != nil {
		return vault.Token{}, fmt.Errorf("keep a subscriber's address: %w", err)
	}
	return t, nil
}

// classOf gives the class of a record, by which it is kept long or shortly. While nobody stated the
// operator's networks nothing tells transit from the rest.
func classOf(n register.Networks, b *telemetry.Batch, i int) lake.Class {
	e := b.Ends(i)
	if e == nil || !n.Stated() {
		return lake.Class(register.RowsOwn.String())
	}
	return lake.Class(n.ClassOf(e.Src, e.Dst, b.Head(i).Occurred).String())
}

// Networks are the operator's, for telling the ends of a conversation apart.
func (d *Depot) Networks() hunt.Networks { return hunt.NewNetworks(d.Registers().Networks.Prefixes()) }

// sensorOf names the sensor of a batch.
func sensorOf(b *telemetry.Batch) string {
	if b.Source.Sensor == "" {
		return "unnamed"
	}
	return b.Source.Sensor
}
