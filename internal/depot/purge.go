package depot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/lake"
	"stormglass/internal/ledger"
	"stormglass/internal/observable"
	"stormglass/internal/observable/trace"
	"stormglass/internal/telemetry"
	"stormglass/internal/vault"
)

// Purged says what a purge removed.
type Purged struct {
	Segments, Files int    // rewritten
	Rows            uint64 // of the ledger
	Records         uint64 // of the lake
	Sealed          int    // copies in the vault
}

// Purge removes a value, or every value of a prefix or below a domain, from ledger and lake: rows of
// the ledger that are about it, the records in which it stands, and where it is named as a peer. It
// writes a tombstone first, so that a purge that was stopped goes on with the next one; at the end nothing of the
// folder's own files holds the value, the manifest neither.
func (d *Depot) Purge(ctx context.Context, v observable.Value, by, reason string) (*Purged, error) {
	if err := d.Purgeable(v); err != nil {
		return nil, err
	}
	return d.purge(ctx, Tombstone{Kind: v.Kind().String(), Value: v.String(), By: by, Reason: reason})
}

func (d *Depot) purge(ctx context.Context, t Tombstone) (_ *Purged, err error) {
	defer func() { err = unpurged(Full(err)) }()
	d.turn.Lock()
	defer d.turn.Unlock()
	t.Number, t.Time = d.Entry()+1, d.now().UTC()
	if err := d.commit(&Edit{Why: "purge", Tombstones: []Tombstone{t}}); err != nil {
		return nil, err
	}
	p := &Purged{}
	for _, t := range slices.Clone(d.manifest.state.Tombstones) {
		if err := d.carryOut(ctx, t, p); err != nil {
			return p, fmt.Errorf("purge: %w", err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return p, d.manifest.snapshot() // the edits that named the value go
}

// unpurged gives the way out where a purge met damage.
func unpurged(err error) error {
	if _, ok := damagedFile(err); ok {
		return fault.Hint(fault.Conflict, err, "stormglass check DIR --repair moves what is damaged into the folder quarantine; "+
			"then purge again, and remove what lies in quarantine")
	}
	return err
}

func (d *Depot) carryOut(ctx context.Context, t Tombstone, p *Purged) error {
	if t.Kind == subscriberKind {
		return d.carryOutLeases(ctx, t, p)
	}
	kind, err := observable.ParseKind(t.Kind)
	if err != nil {
		return err
	}
	g := newPurger(d, observable.Of(kind, t.Value))
	if err := d.dirty(); err != nil {
		return err
	}
	if err := d.forgetNames(&g.trace); err != nil {
		return err
	}
	for _, s := range d.manifest.state.segments() {
		if err := g.segment(ctx, s, p); err != nil {
			return err
		}
	}
	for _, f := range d.files() {
		if err := g.file(ctx, f, p); err != nil {
			return err
		}
	}
	if err := g.sealed(p); err != nil {
		return err
	}
	if err := d.commit(&Edit{Why: "purge", Purged: []uint64{t.Number}}); err != nil {
		return err
	}
	return d.clean()
}

// blank stands in the dictionary where a name held a purged value.
const blank = trace.Blank

// forgetNames blanks the names of the dictionary that hold a value.
func (d *Depot) forgetNames(t *trace.Trace) error {
	e := &Edit{Why: "purge", Names: d.names.forget(t.In)}
	if len(e.Names) == 0 {
		return nil
	}
	return d.commit(e)
}

// purger knows what is to go.
type purger struct {
	d        *Depot
	value    observable.Value
	trace    trace.Trace
	tokens   map[vault.Token]bool // of the addresses of the value
	observer hunt.Observer
	batch    *telemetry.Batch // of the last question
	hit      []bool           // its records
}

func newPurger(d *Depot, v observable.Value) *purger {
	g := &purger{d: d, value: v, trace: trace.Of(v)}
	g.tokens, _ = d.tokensOf(v) // Purge refused what has too many
	return g
}

// row reports whether a row of the ledger stays, and takes the value out of its peers.
func (g *purger) row(space ledger.Space, r *ledger.Row) bool {
	r.Peers = slices.DeleteFunc(r.Peers, g.isPeer)
	switch space {
	case ledger.Addrs:
		_, met := hunt.Meets(g.value, observable.Addr, ledger.AddrOf(r.Value), "")
		return !met || r.Folded
	case ledger.Names:
		name := ledger.NameOf(r.Value)
		_, met := hunt.Meets(g.value, observable.Domain, g.value.Addr(), name)
		return !met && !g.trace.Itself(name)
	default:
		return !g.text(ledger.TextOf(r.Value))
	}
}

// text reports whether a value stands in a text of the ledger.
func (g *purger) text(kind observable.Kind, text string) bool {
	if _, met := hunt.Meets(g.value, kind, g.value.Addr(), text); met {
		return true
	}
	if p, ok := hunt.PrefixOfKey(text); ok && kind == observable.Prefix {
		return g.value.Kind() == observable.Addr && p.IsSingleIP() && p.Addr() == g.value.Addr()
	}
	return g.trace.Itself(text)
}

// isPeer reports whether the value is a peer, in clear or as a token.
func (g *purger) isPeer(p ledger.Peer) bool {
	switch p.Kind {
	case ledger.PeerAddr:
		_, met := hunt.Meets(g.value, observable.Addr, ledger.AddrOf(p.Bytes[:]), "")
		return met
	case ledger.PeerToken:
		return g.tokens[p.Bytes]
	case ledger.PeerName:
	}
	return false
}

// segment rewrites a segment that holds the value.
func (g *purger) segment(ctx context.Context, s Segment, p *Purged) error {
	found, err := g.inSegment(ctx, s)
	if err != nil || found == 0 {
		return err
	}
	out, err := g.d.merged(ctx, []Segment{s}, func(r *ledger.Row) bool { return g.row(s.Info.Space, r) })
	if err != nil {
		return err
	}
	e := &Edit{Why: "purge", DropSegments: []string{s.Name}}
	if out.Info.Rows > 0 {
		e.AddSegments = []Segment{out}
	} else if err := g.d.drop(out.Name); err != nil {
		return err
	}
	p.Segments++
	p.Rows += s.Info.Rows - out.Info.Rows
	return g.d.commit(e)
}

// inSegment counts the rows of a segment that are about the value, or name it as a peer.
func (g *purger) inSegment(ctx context.Context, s Segment) (n int, err error) {
	seg, err := ledger.Open(g.d.fs, s.Name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, seg.Close()) }()
	for _, name := range seg.Meta().Sensors {
		if g.trace.In(name) {
			return 1, nil
		}
	}
	c := seg.Scan()
	var r ledger.Row
	for c.Next(&r) {
		before := len(r.Peers)
		if !g.row(s.Info.Space, &r) || len(r.Peers) != before {
			n++
		}
		if n == 1 {
			break
		}
	}
	return n, errors.Join(c.Err(), ctx.Err())
}

// file rewrites a file of the lake that has records in which the value stands.
func (g *purger) file(ctx context.Context, f File, p *Purged) error {
	return g.d.purgeFile(ctx, f, p, g.source, g.record)
}

// purgeFile rewrites a file without the records that are to go, when there are any or when what stands above a batch was
// blanked.
func (d *Depot) purgeFile(ctx context.Context, f File, p *Purged, blanked func(*telemetry.Batch) bool, goes func(*telemetry.Batch, int) bool) error {
	r, err := lake.Open(d.fs, f.Name)
	if err != nil {
		return err
	}
	var n uint64
	named := false
	err = r.Batches(ctx, lake.Want{}, func(b *telemetry.Batch) error {
		named = blanked(b) || named
		for i := range b.Len() {
			if goes(b, i) {
				n++
			}
		}
		return nil
	})
	if err = errors.Join(err, r.Close()); err != nil || n == 0 && !named {
		return err
	}
	p.Files++
	p.Records += n
	return d.rewriteFiles(ctx, "purge", []File{f}, func(b *telemetry.Batch, i int) bool {
		blanked(b)
		return !goes(b, i)
	})
}

// source blanks the name of a batch's source and of its sensor where they hold the value, and reports whether they
// did.
func (g *purger) source(b *telemetry.Batch) bool {
	name, changed := g.trace.Blank(b.Source.Name)
	sensor, also := g.trace.Blank(b.Source.Sensor)
	if changed || also {
		s := *b.Source
		s.Name, s.Sensor = name, sensor
		b.Source = &s
	}
	return changed || also
}

// record reports whether a value stands in a record: where the engine would meet it, or anywhere in its
// texts.
func (g *purger) record(b *telemetry.Batch, i int) bool {
	if b != g.batch || i == 0 {
		g.batch = b
		g.hit = slices.Grow(g.hit[:0], b.Len())[:b.Len()]
		clear(g.hit)
		g.observer.Batch(b, hunt.Networks{}, func(o *hunt.Observation) {
			if _, met := hunt.Meets(g.value, o.Kind, o.Addr, o.Text); met {
				g.hit[o.Record] = true
			}
		})
	}
	return g.hit[i] || g.inTexts(b, i) || g.leased(b, i) || g.isNamed(b, i)
}

func (g *purger) inTexts(b *telemetry.Batch, i int) bool {
	for _, f := range telemetry.Schema(b.Kind) {
		switch f.Type { //nolint:exhaustive // the others hold no text
		case telemetry.TypeText:
			if g.trace.Itself(f.Text(b, i)) {
				return true
			}
		case telemetry.TypeTexts:
			if slices.ContainsFunc(f.Texts(b, i), g.trace.Itself) {
				return true
			}
		}
	}
	pairs := b.PairsOf(b.Head(i).Extra)
	if b.Kind.Eventful() {
		pairs = append(slices.Clone(pairs), b.PairsOf(b.Event[i].Pairs)...)
	}
	return slices.ContainsFunc(pairs, func(p telemetry.Pair) bool { return g.trace.Itself(p.Text) })
}

// sealed takes the value's sealed copies out of the vault.
func (g *purger) sealed(p *Purged) error {
	if g.d.Vault == nil {
		return nil
	}
	for t := range g.tokens {
		n, err := g.d.Vault.Purge(t)
		p.Sealed += n
		if err != nil {
			return err
		}
	}
	return nil
}

// files gives the files of the lake as of now.
func (d *Depot) files() []File { return (&View{State: d.manifest.state}).Files() }
