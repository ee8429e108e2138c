package node

import (
	"context"
	"errors"
	"runtime"

	"stormglass/internal/depot"
	"stormglass/internal/fault"
	"stormglass/internal/seen"
)

// Seen answers questions from a data folder, beside whoever writes to it.
func Seen(ctx context.Context, data string, questions []seen.Question, o seen.Options) (*seen.Result, error) {
	parts := depot.Parts(0)
	if seen.NeedsFiles(questions) {
		parts = depot.WithFiles
	}
	if o.Rows > 0 {
		parts = depot.WithFiles
		o.Workers = runtime.GOMAXPROCS(0)
	}
	const tries = 5
	for range tries {
		r, err := ask(ctx, data, parts, questions, o)
		if !errors.Is(err, depot.ErrChanged) {
			return r, err
		}
	}
	return nil, fault.Wrap(fault.Busy, depot.ErrChanged)
}

func ask(ctx context.Context, data string, parts depot.Parts, questions []seen.Question, o seen.Options) (_ *seen.Result, err error) {
	v, err := depot.OpenView(ctx, data, parts)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	return seen.Ask(ctx, v, questions, o)
}
