package node

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/receive"
	"stormglass/internal/wal"
)

// Settled says what a service that was killed had left in its log.
type Settled struct {
	Datagrams uint64
	Lost      receive.Lost
}

// settle takes in what a service that was killed left in its log: whoever writes to the folder, or removes something
// from it, must not do it behind the back of what is there already.
func (k *Keeper) settle(ctx context.Context) (err error) {
	if some, err := hasTail(k.Depot.FS(), k.Depot.Log()); err != nil || !some {
		return err
	}
	x := newExporters()
	if err := x.load(k.Depot.FS()); err != nil {
		x = newExporters() // what waits for its template is counted
	}
	p, err := receive.Open(receive.Config{
		Depot: k.Depot, FS: k.Depot.FS(), Kinds: x.kinds(), Exchanged: func() func() error { return x.snapshot(k.Depot.FS()) },
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close(ctx)) }()
	if k.Settled.Datagrams, err = p.Replay(ctx); err != nil {
		return err
	}
	k.Settled.Lost = p.Lost()
	if err := k.catchUp(ctx); err != nil {
		return err
	}
	if _, err = k.LookBackAdded(ctx); errors.Is(err, ErrNothingToHunt) {
		return nil
	}
	return err
}

// hasTail reports whether the log of what arrived holds anything that no commit has, damage included.
func hasTail(f disk.FS, committed wal.Position) (bool, error) {
	some := errors.New("there is something")
	_, err := wal.Read(f, depot.LogDir, committed, func(wal.Position, uint8, []byte) error { return some })
	if _, damaged := errors.AsType[*wal.DamageError](err); damaged || errors.Is(err, some) {
		return true, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return false, err
}

// LeftInLog reports whether a service that was killed left something in the log of a folder, which whoever only reads
// does not see.
func LeftInLog(ctx context.Context, data string) (bool, error) {
	state, err := stateOf(ctx, data)
	if err != nil {
		return false, err
	}
	f, err := disk.Dir(data)
	if err != nil {
		return false, err
	}
	return hasTail(f, state.Log)
}

// sayLost logs what the log of an earlier run did not give back.
func sayLost(ctx context.Context, log *slog.Logger, l receive.Lost) {
	if !l.Any() && l.Torn == 0 {
		return
	}
	log.ErrorContext(ctx, "a part of the log of what arrived is lost", slog.Uint64("blocks", l.Frames), slog.Uint64("bytes", l.Bytes),
		slog.Uint64("torn_bytes", l.Torn), slog.Uint64("unknown_entries", l.Foreign), slog.Uint64("undecoded_datagrams", l.Undecoded))
}
