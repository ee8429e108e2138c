package receive

import (
	"context"
	"errors"
	"fmt"

	"stormglass/internal/depot"
	"stormglass/internal/wal"
)

// Fold commits what was taken in, while more is taken in, lets go of that part of the log, and gives the number
// of records. When there was nothing it does nothing. After an error the pipeline is to be closed: what it took in is in the log.
func (p *Pipeline) Fold(ctx context.Context) (records uint64, err error) {
	p.folds.Lock()
	defer p.folds.Unlock()
	if p.since.Load() == 0 {
		return 0, nil
	}
	old, at, err := p.exchange()
	if err != nil {
		return 0, err
	}
	old.Log = at
	if err := old.Commit(ctx, nil); err != nil {
		return 0, fmt.Errorf("fold: %w", err)
	}
	if err := p.log.Drop(at); err != nil {
		return 0, fmt.Errorf("fold: %w", err)
	}
	return old.Records(), nil
}

// exchange begins a new intake and gives the old one, and the position of the log between the two.
func (p *Pipeline) exchange() (*depot.Intake, wal.Position, error) {
	next, err := p.cfg.Depot.Begin()
	if err != nil {
		return nil, 0, err
	}
	p.world.Lock()
	defer p.world.Unlock()
	if err := p.log.Rotate(); err != nil { // so that Drop can let go of all before
		return nil, 0, errors.Join(err, next.Abort())
	}
	old := p.intake
	p.intake = next
	p.since.Store(0)
	return old, p.log.Next(), nil
}

// Close commits what was taken in and closes the log. Nobody takes in any more.
func (p *Pipeline) Close(ctx context.Context) error {
	_, err := p.Fold(ctx)
	p.world.Lock()
	defer p.world.Unlock()
	return errors.Join(err, p.intake.Abort(), p.log.Close())
}
