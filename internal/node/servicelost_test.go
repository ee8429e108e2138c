package node

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// lossy is a listener that loses datagrams.
type lossy struct {
	*handed
	lost atomic.Uint64
}

func (l *lossy) Stats() listen.Stats {
	return listen.Stats{LostKernel: l.lost.Load() / 2, LostQueue: l.lost.Load() - l.lost.Load()/2}
}

// coveredBy runs a service that is given datagrams and loses some, and gives what coverage then counts as lost of flows and of events.
func coveredBy(t *testing.T, data, name string, lost uint64, datagrams ...[]byte) (flows, events coverage.Losses) {
	t.Helper()
	k, err := OpenKeeper(t.Context(), data, "test")
	if err != nil {
		t.Fatal(err)
	}
	l := &lossy{handed: &handed{name, make(chan *listen.Block)}}
	s, err := NewService(t.Context(), k, ServiceConfig{Listeners: []Listener{l}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	if len(datagrams) > 0 {
		l.give(datagrams...)
	}
	l.lost.Store(lost)
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	return lostOf(t, data)
}

func lostOf(t *testing.T, data string) (flows, events coverage.Losses) {
	t.Helper()
	err := Reading(t.Context(), data, func(ctx context.Context, s *store.Store) error {
		c, err := s.Coverage(ctx)
		if err != nil {
			return err
		}
		v := coverage.Take(&coverage.Question{Rows: c.Rows})
		for _, d := range v.Devices {
			if x := d.Line(coverage.Sort{Kind: telemetry.KindFlow}); x != nil {
				flows.Add(x.Losses(nil))
			}
		}
		flows.Add(v.Losses(telemetry.KindFlow, nil))
		events = v.Losses(telemetry.KindEvent, nil)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return flows, events
}

// TestServiceTellsCoverageWhatItLost: what sockets lose, what exporters' numbers miss and the time between two services is in the folder, so
// that no verdict says of these hours that they were seen whole.
func TestServiceTellsCoverageWhatItLost(t *testing.T) {
	data, now := t.TempDir(), time.Now()
	if flows, events := coveredBy(t, data, "netflow udp test", 0, v9(1, now, 0, v9Template), v9(2, now, 256, v9Record)); flows.Hours+events.Hours > 0 {
		t.Errorf("nothing was lost, and coverage says %+v and %+v", flows, events)
	}
	flows, events := coveredBy(t, data, "netflow udp test", 0, v9(3, now, 256, v9Record)) // nothing was lost, but who knows
	if flows.Hours == 0 || flows.Lost != 0 || events.Hours > 0 {
		t.Errorf("after a restart coverage says %+v and %+v", flows, events)
	}
	flows, events = coveredBy(t, data, "netflow udp test", 40, v9(4, now, 256, v9Record))
	if flows.Lost != 40 || events.Hours > 0 {
		t.Errorf("sockets lost 40, coverage says %+v and %+v", flows, events)
	}
	if flows, _ = coveredBy(t, data, "netflow udp test", 0, v9(5, now, 256, v9Record), v9(11, now, 256, v9Record)); flows.Lost != 40+5 {
		t.Errorf("five packets of one record are missing, coverage says %+v", flows)
	}
	if _, events = coveredBy(t, data, "syslog udp test", 7, []byte("<13>now")); events.Lost != 7 {
		t.Errorf("sockets lost 7 messages, coverage says %+v", events)
	}
	if _, events = coveredBy(t, data, "syslog udp test", 3); events.Lost != 7+3 {
		t.Errorf("sockets lost 3 more and nothing else came, coverage says %+v", events)
	}
}
