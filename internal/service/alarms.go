package service

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/outbox"
)

// alarms tells of what goes wrong in the service itself, each thing at most once in alarmEvery while it lasts.
type alarms struct {
	s    *Service
	out  *outbox.Outbox
	lost map[string]uint64    // datagrams by listener, when they were looked at last
	told map[string]time.Time // by kind and subject
}

const (
	alarmLook  = 30 * time.Second
	alarmEvery = time.Hour
)

// run looks until the context ends.
func (a *alarms) run(ctx context.Context) error {
	tick := time.NewTicker(alarmLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			for _, alarm := range a.look() {
				if err := a.tell(ctx, now, alarm); err != nil && ctx.Err() == nil {
					return err
				}
			}
		}
	}
}

// look gives what is wrong now.
func (a *alarms) look() []outbox.Alarm {
	var found []outbox.Alarm
	for _, l := range a.s.bound() {
		n := l.Stats()
		lost := n.LostKernel + n.LostQueue
		if since := lost - a.lost[l.Name()]; since > 0 {
			found = append(found, outbox.Alarm{
				Kind: "loss", Subject: l.Name(), Level: hunt.Medium,
				Text: fmt.Sprintf("%d datagrams were lost since it was last looked at (%d in the kernel and %d in the queue since the start): the machine does not keep up, or the receive buffer is too small", since, n.LostKernel, n.LostQueue),
			})
		}
		a.lost[l.Name()] = lost
	}
	if d := a.s.space.get(); short(d) {
		found = append(found, outbox.Alarm{
			Kind: "disk_short", Subject: a.s.cfg.Data, Level: hunt.High, Text: fmt.Sprintf("%d MiB are left for the data folder: when it is full nothing more is kept", d.Free>>20),
		})
	}
	return found
}

func (a *alarms) tell(ctx context.Context, now time.Time, alarm outbox.Alarm) error {
	key := alarm.Kind + " " + alarm.Subject
	if last, ok := a.told[key]; ok && now.Sub(last) < alarmEvery {
		return nil
	}
	a.told[key] = now
	a.s.log.WarnContext(ctx, "alarm", slog.String("kind", alarm.Kind), slog.String("subject", alarm.Subject), slog.String("text", alarm.Text))
	return a.out.Alarm(ctx, alarm)
}

// canaryAlarm says that a canary was not found.
func canaryAlarm(sent time.Time, within time.Duration) outbox.Alarm {
	return outbox.Alarm{
		Kind: "canary_missing", Level: hunt.High,
		Text: fmt.Sprintf("a flow that the service sent itself at %s was not found within %s: what arrives may not be received, matched or kept", sent.UTC().Format(time.RFC3339), within),
	}
}
