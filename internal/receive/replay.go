package receive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
	"stormglass/internal/wal"
)

// Lost says what of the log of an earlier run could not be taken in.
type Lost struct {
	Frames    uint64     // blocks of datagrams that are damaged or missing; where nothing tells how many, one
	Bytes     uint64     // that are damaged
	Torn      uint64     // bytes at the end of the log, which was not closed: of a block that was being written
	Foreign   uint64     // frames of kinds that this build does not know
	Undecoded uint64     // datagrams that nothing here decodes: their listener is of an unknown sort
	Parts     []wal.Loss // the first of what Frames and Bytes count
}

// Any reports whether anything was lost that had been written whole.
func (l *Lost) Any() bool { return l.Frames|l.Bytes|l.Foreign|l.Undecoded != 0 }

// maxParts bounds the parts that are told one by one.
const maxParts = 20

// lostSource is how commits call what the log lost: it has no listener any more.
const lostSource = "log of what arrived"

// Reasons of what is lost, as accounts tell them.
const (
	reasonDamaged   = "the log of what arrived is damaged here: what was received is lost"
	reasonTorn      = "the log of what arrived ends in a block that was not written whole"
	reasonForeign   = "the log of what arrived holds a kind of entry that this build does not know"
	reasonUndecoded = "nothing here decodes what an earlier run received"
)

// Replay takes in what is in the log and in no commit, and commits it, together with the account of what could not be
// taken in (Lost). It gives the number of datagrams. It comes before anything is taken in.
func (p *Pipeline) Replay(ctx context.Context) (datagrams uint64, err error) {
	r := replay{p: p, lost: Lost{Torn: uint64(p.log.Found().Torn)}}
	err = wal.Salvage(p.cfg.FS, depot.LogDir, p.cfg.Depot.Log(), func(at wal.Position, kind uint8, payload []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return r.frame(ctx, at, kind, payload)
	}, r.damaged)
	if err != nil {
		return r.datagrams, p.fail(fmt.Errorf("take in what the log holds: %w", err))
	}
	if r.lost.Torn > 0 {
		r.hole = true
		r.tell(lostSource, reasonTorn, fmt.Sprintf("%d bytes", r.lost.Torn), 1)
	}
	r.mend(telemetry.InstantOf(time.Now()))
	p.mu.Lock()
	p.lost = r.lost
	p.mu.Unlock()
	if r.datagrams == 0 && !r.lost.Any() && r.lost.Torn == 0 {
		return 0, nil
	}
	p.folds.Lock()
	defer p.folds.Unlock()
	_, err = p.fold(context.WithoutCancel(ctx))
	return r.datagrams, err
}

// Lost says what Replay could not take in.
func (p *Pipeline) Lost() Lost {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

// replay is what one Replay has read.
type replay struct {
	p         *Pipeline
	datagrams uint64
	lost      Lost
	last      telemetry.Instant // when the last datagram that could be read arrived
	hole      bool              // what came after it could not be read
}

// mend tells coverage of a part that could not be read, once it is known when the next one that could be read arrived.
func (r *replay) mend(next telemetry.Instant) {
	if r.hole {
		r.p.lose(r.last, next)
	}
	r.hole = false
}

// frame takes in a frame. One that cannot be read is counted, and the rest goes on.
func (r *replay) frame(ctx context.Context, at wal.Position, kind uint8, payload []byte) error {
	if kind != frameDatagrams {
		r.lost.Foreign++
		r.hole = true
		r.tell(lostSource, reasonForeign, fmt.Sprintf("kind %d", kind), 1)
		return nil
	}
	b, err := parseBlock(payload)
	if err != nil {
		r.damaged(wal.Loss{File: depot.LogDir, Bytes: int64(len(payload)), First: at, Frames: 1, Err: err})
		return nil //nolint:nilerr // it is counted, and the rest goes on
	}
	if _, ok := r.p.cfg.Kinds[formatOf(b.Listener)]; !ok {
		n := uint64(len(b.Datagrams))
		r.lost.Undecoded += n
		r.hole = true
		r.tell(b.Listener, reasonUndecoded, b.Listener, n)
		return nil
	}
	for i := range b.Datagrams {
		at := b.Datagrams[i].At
		if i == 0 {
			r.mend(at)
		}
		r.last = max(r.last, at)
	}
	if err := r.p.take(ctx, b); err != nil {
		return err
	}
	r.datagrams += uint64(len(b.Datagrams))
	return nil
}

// damaged counts a part of the log that cannot be read.
func (r *replay) damaged(l wal.Loss) {
	n := max(l.Frames, 1)
	r.hole = true
	r.lost.Frames += n
	r.lost.Bytes += uint64(l.Bytes)
	if len(r.lost.Parts) < maxParts {
		r.lost.Parts = append(r.lost.Parts, l)
	}
	r.tell(lostSource, reasonDamaged, fmt.Sprintf("%s at byte %d, block %d: %v", l.File, l.Offset, l.First, l.Err), n)
}

// tell adds to what the next commit says of a source: the loss stays in the accounts of the folder.
func (r *replay) tell(source, reason, detail string, n uint64) {
	var c Counts
	c.Problems.List = append(c.Problems.List, telemetry.Problem{Reason: reason, Count: n, Examples: []telemetry.Example{{Detail: detail}}})
	r.p.count(source, &c)
}

// openLog opens the log of a data folder for writing: past damage, which Replay tells, and never before the position
// that a commit named. What was committed goes.
func openLog(cfg *Config) (*wal.Log, error) {
	committed := cfg.Depot.Log()
	log, err := wal.Open(cfg.FS, depot.LogDir, wal.Options{From: committed, Past: true})
	if err != nil {
		return nil, depot.Full(fmt.Errorf("open the log of what arrived: %w", err))
	}
	if err := log.Drop(committed); err != nil {
		return nil, errors.Join(fmt.Errorf("let go of what was committed: %w", err), log.Close())
	}
	return log, nil
}
