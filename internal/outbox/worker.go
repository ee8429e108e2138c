package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
)

// Bounds of what is handed to a sink at once.
const (
	batchMessages = 100
	batchBytes    = 4 << 20
	maxError      = 400 // bytes of an error that is kept
)

// worker delivers what waits for one sink.
type worker struct {
	name     string
	sink     Receiver
	store    *store.Store
	log      *slog.Logger
	now      func() time.Time
	pace     pace
	giveUp   time.Duration
	timeout  time.Duration // of one message
	kick     chan struct{} // one kick waits at most
	failures int           // in a row
}

// run delivers until ctx ends.
func (w *worker) run(ctx context.Context) {
	for ctx.Err() == nil {
		wait, kicked := w.round(ctx)
		if wait == 0 {
			continue
		}
		kick := w.kick
		if !kicked {
			kick = nil
		}
		pause(ctx, wait, kick)
	}
}

// pause waits for a time, a kick, or the end of ctx.
func pause(ctx context.Context, d time.Duration, kick <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-kick:
	}
}

// round delivers what is due, and says how long to wait, and whether a kick may end that.
func (w *worker) round(ctx context.Context) (wait time.Duration, kicked bool) {
	due, next, err := w.store.OutboxDue(ctx, w.name, batchMessages, batchBytes)
	if err != nil {
		if ctx.Err() == nil {
			w.failures++
			w.log.ErrorContext(ctx, "what waits for a sink cannot be read", slog.String("sink", w.name), slog.String("error", err.Error()))
		}
		return backoff(w.pace.sinkFirst, w.pace.sinkMost, max(w.failures, 1)), false
	}
	if len(due) == 0 {
		wait := w.pace.poll
		if !next.IsZero() {
			wait = min(wait, max(next.Sub(w.now()), time.Millisecond))
		}
		return wait, true
	}
	return w.deliver(ctx, due), false
}

// deliver hands messages over and keeps what came of it.
func (w *worker) deliver(ctx context.Context, due []store.OutboxDelivery) (wait time.Duration) {
	errs := w.hand(ctx, due)
	outcomes := make([]store.OutboxOutcome, 0, len(errs))
	failed := false
	for i, err := range errs {
		o := w.outcome(&due[i], err)
		if o.State == store.OutboxWaits {
			if ctx.Err() != nil {
				break // we ended it, it did not fail
			}
			failed = true
			wait = max(wait, min(message.AfterOf(err), w.pace.afterward))
		}
		outcomes = append(outcomes, o)
	}
	w.keep(ctx, outcomes)
	w.tell(ctx, outcomes)
	if !failed {
		w.failures = 0
		return 0
	}
	w.failures++
	if w.failures > 1 {
		w.giveUpOld(ctx, errs)
	}
	return max(wait, backoff(w.pace.sinkFirst, w.pace.sinkMost, w.failures))
}

// hand gives messages to the sink. One that cannot be read is refused.
func (w *worker) hand(ctx context.Context, due []store.OutboxDelivery) []error {
	batch := make([]*message.Message, 0, len(due))
	var unread error
	for i := range due {
		m, err := message.Decode([]byte(due[i].Body))
		if err != nil {
			unread = message.Refused(err)
			break
		}
		batch = append(batch, m)
	}
	var errs []error
	if len(batch) > 0 {
		ctx, cancel := context.WithTimeout(ctx, time.Duration(len(batch)+1)*w.timeout)
		defer cancel()
		errs = w.sink.Deliver(ctx, batch)
		errs = errs[:min(len(errs), len(batch))]
		if len(errs) == 0 {
			errs = []error{errNothing}
		}
	}
	if unread != nil && len(errs) == len(batch) {
		errs = append(errs, unread)
	}
	return errs
}

var errNothing = errors.New("the sink took nothing")

// outcome gives what a try came to.
func (w *worker) outcome(d *store.OutboxDelivery, err error) store.OutboxOutcome {
	o := store.OutboxOutcome{N: d.N, State: store.OutboxDelivered}
	if err == nil {
		return o
	}
	o.Error = message.Clean(err.Error(), maxError)
	now := w.now()
	switch {
	case message.IsRefused(err), now.Sub(d.Made) > w.giveUp:
		o.State = store.OutboxGivenUp
	default:
		after := min(message.AfterOf(err), w.pace.afterward)
		o.State, o.Next = store.OutboxWaits, now.Add(max(after, backoff(w.pace.first, w.pace.most, d.Attempts+1)))
	}
	return o
}

// keep saves what tries came to. Until it is saved nothing further is delivered: it would be delivered again.
func (w *worker) keep(ctx context.Context, outcomes []store.OutboxOutcome) {
	if len(outcomes) == 0 {
		return
	}
	for failures := 1; ; failures++ {
		save, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute) // what was delivered is to be known
		err := w.store.OutboxDone(save, w.name, outcomes)
		cancel()
		if err == nil {
			return
		}
		w.log.ErrorContext(ctx, "what became of messages cannot be kept", slog.String("sink", w.name), slog.String("error", err.Error()))
		if ctx.Err() != nil {
			return
		}
		pause(ctx, backoff(w.pace.sinkFirst, w.pace.sinkMost, failures), nil)
	}
}

// tell logs when a sink begins to fail, and each message that is given up.
func (w *worker) tell(ctx context.Context, outcomes []store.OutboxOutcome) {
	for _, o := range outcomes {
		switch {
		case o.State == store.OutboxGivenUp:
			w.log.ErrorContext(ctx, "message given up", slog.String("sink", w.name), slog.Int64("delivery", o.N), slog.String("error", o.Error))
		case o.State == store.OutboxWaits && w.failures == 0:
			w.log.WarnContext(ctx, "sink fails", slog.String("sink", w.name), slog.String("error", o.Error))
			return
		case o.State == store.OutboxDelivered && w.failures > 0:
			w.log.InfoContext(ctx, "sink works again", slog.String("sink", w.name), slog.Int("failures", w.failures))
			w.failures = 0
		}
	}
}

// giveUpOld gives up what waits too long for a sink that fails, also what was not tried.
func (w *worker) giveUpOld(ctx context.Context, errs []error) {
	why := message.Clean(fmt.Sprintf("waited for %v; the last error of the sink: %v", w.giveUp, errors.Join(errs...)), maxError)
	n, err := w.store.OutboxGiveUp(ctx, w.name, w.now().Add(-w.giveUp), why)
	switch {
	case err != nil && ctx.Err() == nil:
		w.log.ErrorContext(ctx, "messages cannot be given up", slog.String("sink", w.name), slog.String("error", err.Error()))
	case n > 0:
		w.log.ErrorContext(ctx, "messages given up", slog.String("sink", w.name), slog.Int64("messages", n), slog.String("error", why))
	}
}
