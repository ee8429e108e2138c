package receive

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// Decoder turns datagrams into records. One goroutine at a time uses it.
type Decoder interface {
	Decode(d *telemetry.Datagram, s *telemetry.Set)
}

// Kind is how datagrams of one sort are decoded.
type Kind struct {
	// New makes a decoder for one goroutine.
	New func() Decoder
	// Sensor names the sensor of a sender's records: two routers see the same flow, so their bytes are never
	// added. Empty takes the sender's address.
	Sensor string
	// Gives names the kinds of record that come of it: what is lost of it is lost to these.
	Gives []telemetry.Kind
}

// Config is what a Pipeline works with.
type Config struct {
	Depot *depot.Depot
	FS    disk.FS         // of the data folder
	Kinds map[string]Kind // by the first word of a listener's name: "netflow 127.0.0.1:2055"
	// Match, when set, sees every batch before it is kept.
	Match func(ctx context.Context, b *telemetry.Batch) error
	// Exchanged, when set, is called between what one fold commits and what the next does, while nothing is decoded: it
	// gives what writes down what the decoders know then (templates), which is called before the commit.
	Exchanged func() (save func() error)
	// SyncEvery is how often the log is synced: what arrived since may be lost by a crash. 0 is 200 ms.
	SyncEvery time.Duration
}

const defaultSync = 200 * time.Millisecond

// Pipeline takes blocks of datagrams in. Its methods may be called from any goroutine.
type Pipeline struct {
	cfg Config
	log *wal.Log
	id  [16]byte // of this run: part of the identity of its records

	since   atomic.Uint64 // datagrams since the last fold
	missing atomic.Bool   // something was lost since then
	world   sync.RWMutex  // held for reading while a block is taken in, for writing while the intake is exchanged
	intake  *depot.Intake
	folds   sync.Mutex // of Fold: one at a time

	workers  sync.Pool
	numbered atomic.Uint32 // workers made

	mu     sync.Mutex         // of those below
	counts map[string]*Counts // by listener
	failed error              // the first thing that did not work
	lost   Lost               // by Replay
}

// Open opens the log of a data folder and begins to take in. What an earlier run left in the log is taken in
// by Replay, which comes first.
func Open(cfg Config) (*Pipeline, error) {
	if cfg.SyncEvery == 0 {
		cfg.SyncEvery = defaultSync
	}
	if err := disk.MakeDir(cfg.FS, depot.LogDir); err != nil {
		return nil, fmt.Errorf("make the folder of the log: %w", err)
	}
	log, err := openLog(&cfg)
	if err != nil {
		return nil, err
	}
	p := &Pipeline{cfg: cfg, log: log, counts: map[string]*Counts{}}
	_, _ = rand.Read(p.id[:]) // never fails (crypto/rand)
	if p.intake, err = cfg.Depot.Begin(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return p, nil
}

// Take logs a block, decodes it and takes its records in. The block's memory is the caller's again afterwards. What
// was logged is taken in to its end, although the context ends. After an error of the disk or of Match nothing more is
// taken in: the pipeline is to be closed.
func (p *Pipeline) Take(ctx context.Context, b *Block) error {
	if err := ctx.Err(); err != nil || len(b.Datagrams) == 0 {
		return err
	}
	p.world.RLock()
	defer p.world.RUnlock()
	if err := p.refusal(); err != nil {
		return err
	}
	w := p.worker()
	defer p.workers.Put(w)
	if _, name := w.kind(b.Listener); name == "" { // before it is logged: the next run could not read it either
		return undecodable(b.Listener)
	}
	w.frame = appendBlock(w.frame[:0], b)
	if len(w.frame) > wal.MaxPayload { // the log goes on
		return fault.Wrap(fault.Invalid, fmt.Errorf("log what arrived: %d bytes together, the limit is %d", len(w.frame), wal.MaxPayload))
	}
	if _, err := p.log.Append(frameDatagrams, w.frame); err != nil {
		return p.fail(depot.Full(fmt.Errorf("log what arrived: %w", err)))
	}
	if err := p.decode(context.WithoutCancel(ctx), w, b); err != nil {
		return p.fail(err)
	}
	return nil
}

// take is Take of what is in the log already.
func (p *Pipeline) take(ctx context.Context, b *Block) error {
	p.world.RLock()
	defer p.world.RUnlock()
	w := p.worker()
	defer p.workers.Put(w)
	if err := p.decode(ctx, w, b); err != nil {
		return p.fail(err)
	}
	return nil
}

// decode has a block decoded sender by sender, so that every batch is of one sensor.
func (p *Pipeline) decode(ctx context.Context, w *worker, b *Block) error {
	p.since.Add(uint64(len(b.Datagrams)))
	kind, name := w.kind(b.Listener)
	if name == "" {
		return undecodable(b.Listener)
	}
	slices.SortStableFunc(b.Datagrams, func(x, y telemetry.Datagram) int { return x.From.Compare(y.From) })
	decoder := w.decoder(name, kind)
	defer func() {
		p.count(b.Listener, &w.counts)
		w.counts = Counts{}
		w.set.Reset() // of a block that did not work
	}()
	for rest := b.Datagrams; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].From.Addr() == rest[0].From.Addr() {
			n++
		}
		for i := range rest[:n] {
			decoder.Decode(&rest[i], &w.set)
		}
		source := &telemetry.Source{Name: b.Listener, ID: w.id, Sensor: cmp.Or(kind.Sensor, rest[0].From.Addr().String())}
		if err := p.keep(ctx, w, source); err != nil {
			return err
		}
		p.unread(&w.set, kind, source.Sensor, rest[0].At)
		w.counts.add(rest[:n], &w.set)
		w.set.Reset()
		rest = rest[n:]
	}
	return nil
}

// unread tells coverage what of a set could not be read, and what it tells to be missing. The world is held.
func (p *Pipeline) unread(s *telemetry.Set, kind Kind, sensor string, at telemetry.Instant) {
	if s.Losses() > 0 && s.Len() == 0 {
		for _, k := range kind.Gives {
			p.intake.Lost(k, at, at, s.Losses())
		}
	} else if s.Losses() > 0 || len(s.Missed) > 0 {
		p.intake.Unread(s, sensor, at)
	}
}

func undecodable(listener string) error {
	return fmt.Errorf("nothing here decodes what %q received", listener)
}

// keep hands the records of a set on.
func (p *Pipeline) keep(ctx context.Context, w *worker, source *telemetry.Source) error {
	for batch := range w.set.Batches {
		batch.Source = source
		if p.cfg.Match != nil {
			if err := p.cfg.Match(ctx, batch); err != nil {
				return err
			}
		}
		if err := p.intake.Add(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// Memory gives about how many bytes the intake being filled holds.
func (p *Pipeline) Memory() int64 {
	p.world.RLock()
	defer p.world.RUnlock()
	return p.intake.Memory()
}

// Waiting is how many datagrams were taken in since the last fold.
func (p *Pipeline) Waiting() uint64 { return p.since.Load() }

// Run syncs the log until the context ends.
func (p *Pipeline) Run(ctx context.Context) error {
	tick := time.NewTicker(p.cfg.SyncEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := p.log.Sync(); err != nil {
				return p.fail(depot.Full(err))
			}
		}
	}
}
