package depot

import (
	"context"
	"encoding/json"

	"stormglass/internal/telemetry"
)

// The folders of a data folder in which people put their rules, pipelines and files of addresses. Nothing here writes there.
const (
	RulesDir     = "rules"
	PipelinesDir = "pipelines"
	GeoDir       = "geo"
)

// Matching holds what one intake takes in against rules.
type Matching interface {
	// Batch sees a batch that is kept, after it was scrubbed. It is called from several goroutines; the batch is gone after the call.
	Batch(ctx context.Context, b *telemetry.Batch) error
	// Matched gives what was matched, for who projects edits (EditsSince); nil when it is nothing. Nobody is in Batch.
	Matched() (json.RawMessage, error)
	// Version names the rules.
	Version() string
}

// SetMatching says what the intakes that are begun from now on hold records against; nil: nothing.
func (d *Depot) SetMatching(begin func() Matching) { d.begin.Store(&begin) }

func (d *Depot) matching() Matching {
	if begin := d.begin.Load(); begin != nil && *begin != nil {
		return (*begin)()
	}
	return nil
}
