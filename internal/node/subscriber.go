package node

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"stormglass/internal/depot"
	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/subscriber"
	"stormglass/internal/vault"
)

// Subscriber says who had an address at a time, by the leases that a data folder keeps, beside whoever writes to it.
func Subscriber(ctx context.Context, data string, q subscriber.Question) (*subscriber.Result, error) {
	const tries = 5
	for range tries {
		r, err := subscriberOf(ctx, data, q)
		if !errors.Is(err, depot.ErrChanged) {
			return r, err
		}
	}
	return nil, fault.Wrap(fault.Busy, depot.ErrChanged)
}

func subscriberOf(ctx context.Context, data string, q subscriber.Question) (_ *subscriber.Result, err error) {
	v, err := depot.OpenView(ctx, data, depot.WithFiles)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	folder, err := disk.Dir(data)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	key, err := vault.OpenKey(folder)
	if err != nil {
		return nil, err
	}
	return subscriber.Ask(ctx, v, key, q, runtime.GOMAXPROCS(0))
}
