package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"sync"

	"stormglass/internal/collect"
	"stormglass/internal/depot"
	"stormglass/internal/intel"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// RegisterSurvey looks through telemetry for what registers could state. It adopts nothing.
type RegisterSurvey struct {
	Registers    *register.Registers
	Telemetry    []string
	Data         string        // data folder whose records are looked through when no telemetry is named
	Intel        []string      // of which a proposal says that it is spoken of
	Since, Until telemetry.Day // of the records; 0: no bound. With a bound records without a time are left out
	Stdin        io.Reader
	Workers      int
	Progress     func(done int64)
}

// Run gives the proposal, and the account of each source.
func (s *RegisterSurvey) Run(ctx context.Context) (*register.Proposal, []*telemetry.Account, error) {
	suspect, err := s.suspects(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read intelligence: %w", err)
	}
	survey := register.NewSurvey(s.Registers, suspect)
	var mu sync.Mutex
	look := func(_ context.Context, b *telemetry.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		for part := range s.within(b) {
			survey.Add(part)
		}
		return nil
	}
	if len(s.Telemetry) == 0 && s.Data != "" {
		if err := s.kept(ctx, look); err != nil {
			return nil, nil, fmt.Errorf("read what is kept: %w", err)
		}
		return survey.Propose(), nil, nil
	}
	accounts, err := s.read(ctx, look)
	if err != nil {
		return nil, nil, fmt.Errorf("read telemetry: %w", err)
	}
	return survey.Propose(), accounts, nil
}

// kept looks through the records of a data folder, beside whoever writes.
func (s *RegisterSurvey) kept(ctx context.Context, look func(context.Context, *telemetry.Batch) error) (err error) {
	v, err := depot.OpenView(ctx, s.Data, depot.WithFiles)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	wanted := depot.Wanted{Workers: s.Workers, Hour: func(k telemetry.Kind, day telemetry.Day, _ int) bool {
		return (k == telemetry.KindFlow || k == telemetry.KindEvent) && day >= s.Since && (s.Until == 0 || day <= s.Until)
	}}
	return v.Rows(ctx, wanted, func(b *telemetry.Batch) error { return look(ctx, b) })
}

// read looks through files.
func (s *RegisterSurvey) read(ctx context.Context, look func(context.Context, *telemetry.Batch) error) (accounts []*telemetry.Account, err error) {
	files := &collect.Files{Stdin: s.Stdin, Leave: leaveData}
	err = files.Each(ctx, s.Telemetry, func(m *collect.Member) error {
		reader := collect.Reader{Workers: s.Workers, Exports: captured, Handle: look}
		if s.Progress != nil {
			reader.Watch = func(*telemetry.Block) { s.Progress(files.Done.Load()) }
		}
		a, err := reader.Read(ctx, m)
		if err != nil {
			return err
		}
		accounts = append(accounts, a)
		return nil
	})
	return accounts, err
}

// within gives the records of the period: the batch, or one record at a time where only some are of it.
func (s *RegisterSurvey) within(b *telemetry.Batch) func(yield func(*telemetry.Batch) bool) {
	return func(yield func(*telemetry.Batch) bool) {
		if s.Since == 0 && s.Until == 0 {
			yield(b)
			return
		}
		for i := range b.Len() {
			at := b.Head(i).Occurred
			if !at.Known() || at.Day() < s.Since || s.Until != 0 && at.Day() > s.Until {
				continue
			}
			if !yield(one(b, i)) {
				return
			}
		}
	}
}

// one gives a batch of one record of another, which shares its memory.
func one(b *telemetry.Batch, i int) *telemetry.Batch {
	c := *b
	switch b.Kind {
	case telemetry.KindFlow:
		c.Flow = b.Flow[i : i+1]
	case telemetry.KindEvent:
		c.Event = b.Event[i : i+1]
	default:
		return &telemetry.Batch{Kind: b.Kind, Source: b.Source}
	}
	return &c
}

// suspects says of which addresses intelligence speaks.
func (s *RegisterSurvey) suspects(ctx context.Context) (func(netip.Addr) bool, error) {
	if len(s.Intel) == 0 {
		return nil, nil //nolint:nilnil // of none
	}
	l := intel.NewLoader()
	if _, err := LoadIntel(ctx, &collect.Files{Stdin: s.Stdin}, s.Intel, l); err != nil {
		return nil, err
	}
	x, err := indexOf(l)
	if err != nil {
		return nil, err
	}
	return func(a netip.Addr) bool { return len(x.Addr(a, nil)) > 0 }, nil
}
