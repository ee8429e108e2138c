package hunt

import (
	"context"
	"sync"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Engine matches batches of telemetry. Its fields are set before the first batch; Batch may be
// called from any number of goroutines.
type Engine struct {
	Index    *intel.Index
	Networks Networks
	Sink     Sink

	matchers sync.Pool
}

// Batch matches every record of a batch and hands the hits, if any, to the sink.
func (e *Engine) Batch(ctx context.Context, b *telemetry.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m, _ := e.matchers.Get().(*matcher)
	if m == nil {
		m = &matcher{}
	}
	m.begin(e, b)
	m.match()
	if len(m.hits) > 0 {
		e.Sink.Hits(b, m.hits)
	}
	m.walk.batch = nil
	e.matchers.Put(m)
	return nil
}
