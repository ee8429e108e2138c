package node

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"

	"stormglass/internal/collect"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Inspect reads files and says what they are; it matches nothing and keeps nothing.
type Inspect struct {
	Paths   []string
	Stdin   io.Reader
	Workers int
	Records int // how many of the first records of each file are given field by field
}

// Run gives what every file at or below the paths is.
func (i *Inspect) Run(ctx context.Context) ([]hunt.Inspected, error) {
	var all []hunt.Inspected
	files := &collect.Files{Stdin: i.Stdin}
	seen := map[telemetry.SourceID]string{}
	err := files.Each(ctx, i.Paths, func(m *collect.Member) error {
		if m.Err == nil {
			if read := intelReader(m.Head()); read != nil {
				l := intel.NewLoader()
				if err := readIntel(ctx, read, m, l); err != nil {
					return err
				}
				all = append(all, hunt.Inspected{Intel: l.Reports()[0]})
				return nil
			}
		}
		first := &firstRecords{wanted: i.Records}
		a, err := i.telemetry(ctx, m, first)
		if err != nil {
			return err
		}
		if a.Skipped == "" {
			if a.SameAs = seen[a.Source.ID]; a.SameAs == "" {
				seen[a.Source.ID] = a.Source.Name
			}
		}
		all = append(all, hunt.Inspected{Telemetry: a, Records: first.kept})
		return nil
	})
	return all, err
}

func (i *Inspect) telemetry(ctx context.Context, m *collect.Member, first *firstRecords) (*telemetry.Account, error) {
	var subscribers, secrets atomic.Uint64
	reader := collect.Reader{
		Exports: captured,
		Workers: i.Workers,
		Handle:  first.add,
		Watch:   func(b *telemetry.Block) { look(b, &subscribers, &secrets) },
	}
	a, err := reader.Read(ctx, m)
	if err != nil {
		return nil, err
	}
	a.Subscribers, a.Secrets = subscribers.Load(), secrets.Load()
	return a, nil
}

// lookAt is how many lines of each block are searched for secrets and subscriber numbers.
const lookAt = 200

func look(b *telemetry.Block, subscribers, secrets *atomic.Uint64) {
	rest := b.Data
	for range lookAt {
		if len(rest) == 0 {
			return
		}
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if len(line) > 4096 {
			line = line[:4096]
		}
		if text := telemetry.View(line); telemetry.HoldsSubscriber(text) {
			subscribers.Add(1)
		} else if telemetry.HoldsSecret(text) {
			secrets.Add(1)
		}
	}
}
