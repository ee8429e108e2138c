package hunt

import (
	"context"
	"sync"

	"stormglass/internal/intel"
	"stormglass/internal/telemetry"
)

// Engine matches batches of telemetry against intelligence and rules. Its fields are set before the first batch; Batch may be
// called from any number of goroutines.
type Engine struct {
	Index    *intel.Index
	Networks Networks
	Sink     Sink

	Rules    *RuleSet  // nil: none
	RuleSink RuleSink  // set with Rules
	Short    ShortSink // is told what rules were not asked of; nil: nobody is

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
	if e.Index.Len() > 0 {
		m.match()
	}
	if len(m.hits) > 0 {
		e.Sink.Hits(b, m.hits)
	}
	if m.rules != nil {
		if hits := m.rules.match(&m.walk); len(hits) > 0 {
			e.RuleSink.RuleHits(b, hits)
		}
		if len(m.rules.short) > 0 {
			e.Short.RulesShort(m.rules.short)
			clear(m.rules.short)
		}
	}
	m.walk.batch = nil
	e.matchers.Put(m)
	return nil
}
