package receive

import (
	"context"
	"errors"
	"fmt"

	"stormglass/internal/depot"
)

// Fold commits what was taken in, while more is taken in, lets go of that part of the log, and gives the number
// of records. When there was nothing it does nothing. Once it has begun it is finished although the context ends. After
// an error nothing more is taken in or committed: the pipeline is to be closed, and what it took in is in the log.
func (p *Pipeline) Fold(ctx context.Context) (records uint64, err error) {
	p.folds.Lock()
	defer p.folds.Unlock()
	if err := errors.Join(ctx.Err(), p.refusal()); err != nil {
		return 0, err
	}
	if p.since.Load() == 0 && !p.missing.Load() {
		return 0, nil
	}
	return p.fold(context.WithoutCancel(ctx))
}

// fold commits even nothing, which lets go of the log.
func (p *Pipeline) fold(ctx context.Context) (records uint64, err error) {
	old, err := p.exchange()
	if err != nil {
		return 0, err
	}
	if err := old.save(); err != nil { // before the log lets go of what it was learnt from
		return 0, p.fail(errors.Join(fmt.Errorf("fold: %w", err), old.Abort()))
	}
	if err := old.Commit(ctx, old.sources); err != nil {
		return 0, p.fail(fmt.Errorf("fold: %w", err))
	}
	if err := p.log.Drop(old.Log); err != nil {
		return 0, p.fail(fmt.Errorf("fold: %w", err))
	}
	return old.Records(), nil
}

// full is an intake that is to be committed.
type full struct {
	*depot.Intake
	sources []depot.Source
	save    func() error
}

// exchange begins a new intake and gives the old one, with the position of the log between the two.
func (p *Pipeline) exchange() (*full, error) {
	next, err := p.cfg.Depot.Begin()
	if err != nil {
		return nil, err
	}
	p.world.Lock()
	defer p.world.Unlock()
	if err := p.refusal(); err != nil { // a block that was being taken in
		return nil, errors.Join(err, next.Abort())
	}
	if err := p.log.Rotate(); err != nil { // so that Drop can let go of all before
		return nil, p.fail(depot.Full(errors.Join(err, next.Abort())))
	}
	old := &full{Intake: p.intake, sources: p.sources(), save: func() error { return nil }}
	old.Log = p.log.Next()
	if p.cfg.Exchanged != nil {
		old.save = p.cfg.Exchanged()
	}
	p.intake = next
	p.since.Store(0)
	p.missing.Store(false)
	return old, nil
}

// Close commits what was taken in, unless something did not work, and closes the log. Nobody takes in any more.
func (p *Pipeline) Close(ctx context.Context) error {
	_, err := p.Fold(ctx)
	p.world.Lock()
	defer p.world.Unlock()
	return errors.Join(err, p.intake.Abort(), p.log.Close())
}
