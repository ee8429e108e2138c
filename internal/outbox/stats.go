package outbox

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Stats tells how it stands. Counts are since the data folder was made.
type Stats struct {
	Sinks     []SinkStats // those configured, and others to which something was to be told, by name
	Held      uint64      // findings and alarms that wait to become a message: for their group, or for the rate
	Withdrawn uint64      // that were not told because they were dismissed or no longer found, or their route went
}

// SinkStats tells how it stands with a sink.
type SinkStats struct {
	Name, Type  string // the type is empty when it is no longer configured
	Waiting     uint64 // messages
	Delivered   uint64
	FailedTries uint64
	GivenUp     uint64
	LastError   string
	LastErrorAt time.Time // zero: none
	Oldest      time.Time // when the oldest message that waits was made; zero: none waits
}

// Stats tells how it stands with every sink.
func (b *Outbox) Stats(ctx context.Context) (s Stats, err error) {
	kept, err := b.store.OutboxSinks(ctx)
	if err != nil {
		return s, err
	}
	byName := map[string]SinkStats{}
	for name := range b.workers {
		byName[name] = SinkStats{Name: name}
	}
	for _, k := range kept {
		byName[k.Name] = SinkStats{
			Name: k.Name, Waiting: k.Waiting, Delivered: k.Delivered, FailedTries: k.Failed, GivenUp: k.GivenUp,
			LastError: k.Error, LastErrorAt: k.ErrorAt, Oldest: k.Oldest,
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		one := byName[name]
		one.Type = b.cfg.Sinks[name].Type
		s.Sinks = append(s.Sinks, one)
	}
	s.Held, s.Withdrawn, err = b.store.OutboxHeld(ctx)
	return s, err
}
