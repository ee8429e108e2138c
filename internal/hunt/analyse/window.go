package analyse

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// Window is what is known when an analyser tells of a day: the extracts of that day and of those before it.
type Window struct {
	Day telemetry.Day // that is told of
	Env

	analyser Analyser
	extracts []*Extract // in the order of their days
	account  *hunt.AnalyserAccount
	batch    *telemetry.Batch
	sink     Sink
	ctx      context.Context //nolint:containedctx // a window lives for one call of Judge
	lacking  []string        // of the day that is told of
	blind    bool
	left     uint64
}

// Sink takes derived records. The batch is gone after the call.
type Sink func(ctx context.Context, b *telemetry.Batch) error

// Judge has an analyser tell of a day, of which one of the extracts is, and gives what it emits to the sink. Extracts of days outside
// its window are passed over.
func Judge(ctx context.Context, a Analyser, env Env, day telemetry.Day, extracts []*Extract, account *hunt.AnalyserAccount, sink Sink) error {
	w := &Window{Day: day, Env: env, analyser: a, account: account, sink: sink, ctx: ctx}
	w.batch = &telemetry.Batch{Kind: telemetry.KindDerived, Source: source(a.Name())}
	first := day - telemetry.Day(a.Bounds().Days) + 1
	for _, x := range extracts {
		if x.Analyser == a.Name() && first <= x.Day && x.Day <= day {
			w.extracts = append(w.extracts, x)
		}
	}
	slices.SortFunc(w.extracts, func(a, b *Extract) int { return int(a.Day) - int(b.Day) })
	if w.Span(day).Records == 0 {
		return nil
	}
	account.Told(day)
	account.Records += w.Span(day).Records
	for _, x := range slices.Backward(w.extracts) {
		w.lacks(x)
	}
	if err := a.Judge(w); err != nil {
		return fmt.Errorf("analyser %s: %w", a.Name(), err)
	}
	if err := w.ran(); err != nil {
		return err
	}
	return w.flush()
}

// lacks says what had no room, of the day that is told of and of those before it: what is not known of these may be taken for new, or for
// not there.
func (w *Window) lacks(x *Extract) {
	if x.Day == w.Day {
		w.account.Dropped += x.Dropped + x.Missing
	}
	if x.Missing > 0 {
		w.NotAssessed(fmt.Sprintf("%s: no room for %d notes", x.Day, x.Missing))
	}
	if x.Dropped > 0 {
		w.NotAssessed(fmt.Sprintf("%s: %d rows did not fit", x.Day, x.Dropped))
	}
}

// ran says that the analyser told of the day.
func (w *Window) ran() error {
	if w.left > 0 {
		w.NotAssessed(fmt.Sprintf("%s: %d were beyond what is looked at together", w.Day, w.left))
	}
	r := Record{At: w.Span(w.Day).Last}
	r.Text("event.action", w.analyser.Name())
	outcome, reason := "success", ""
	if len(w.lacking) > 0 {
		outcome, reason = "unknown", w.lacking[0]
	}
	r.Text("event.outcome", outcome)
	r.Text("event.reason", reason)
	r.into(w.batch, DatasetRan, w.Day)
	return nil
}

// Span gives what was read of a day of the window; zero when nothing was.
func (w *Window) Span(day telemetry.Day) Span {
	for _, x := range w.extracts {
		if x.Day == day {
			return x.Span
		}
	}
	return Span{}
}

// Held gives the days of the window of which records were read, in order.
func (w *Window) Held() []telemetry.Day {
	var out []telemetry.Day
	for _, x := range w.extracts {
		if x.Span.Records > 0 {
			out = append(out, x.Day)
		}
	}
	return out
}

// Warming says that the days before are too few, and from when on there may be enough.
func (w *Window) Warming(until telemetry.Day) {
	w.account.Warming = max(w.account.Warming, until)
	w.NotAssessed("baseline warming until " + until.String())
}

// NotAssessed says what could not be told of.
func (w *Window) NotAssessed(what string) {
	if slices.Contains(w.lacking, what) {
		return
	}
	w.account.Lacks(what, 1)
	w.lacking = append(w.lacking, what)
}

// Blind says why nothing at all could be told of the day: that nothing was found there says nothing.
func (w *Window) Blind(why string) {
	if !w.blind {
		w.blind = true
		w.account.Blind++
	}
	w.NotAssessed(why)
}

// Dropped counts what the analyser left out.
func (w *Window) Dropped(n uint64) {
	w.account.Dropped += n
	w.left += n
}

// maxBatch is how many derived records are handed over together.
const maxBatch = 512

// Emit hands a derived record over.
func (w *Window) Emit(r *Record) error {
	r.into(w.batch, Dataset+w.analyser.Name(), w.Day)
	w.account.Derived++
	if w.batch.Len() < maxBatch {
		return nil
	}
	return w.flush()
}

func (w *Window) flush() error {
	if w.batch.Len() == 0 {
		return nil
	}
	err := w.sink(w.ctx, w.batch)
	w.batch.Reset()
	return err
}

// Row is a row of an extract: it holds until the function that was given it returns.
type Row struct {
	Day   telemetry.Day
	Value []byte
}

// Each gives the rows of the window by key, in the order of keys, those of one key in the order of their days.
func (w *Window) Each(do func(key []byte, rows []Row) error) error {
	var open rowCursors
	for n, x := range w.extracts {
		c := &rowCursor{day: x.Day, n: n, rowReader: x.reader()}
		if err := c.next(0); errors.Is(err, io.EOF) {
			continue
		} else if err != nil {
			return err
		}
		open = append(open, c)
	}
	heap.Init(&open)
	var key []byte
	var rows []Row
	var data []byte // of the rows of a key
	for len(open) > 0 {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		key, rows, data = append(key[:0], open[0].key...), rows[:0], data[:0]
		for len(open) > 0 && bytes.Equal(open[0].key, key) {
			c := open[0]
			data = append(data, c.data...) // growing leaves what earlier rows point to alone
			rows = append(rows, Row{c.day, data[len(data)-len(c.data):]})
			if err := c.next(0); errors.Is(err, io.EOF) {
				heap.Pop(&open)
			} else if err != nil {
				return err
			} else {
				heap.Fix(&open, 0)
			}
		}
		if err := do(key, rows); err != nil {
			return err
		}
	}
	return nil
}

type rowCursor struct {
	*rowReader
	day telemetry.Day
	n   int
}

type rowCursors []*rowCursor

func (c rowCursors) Len() int { return len(c) }
func (c rowCursors) Less(i, j int) bool {
	if d := bytes.Compare(c[i].key, c[j].key); d != 0 {
		return d < 0
	}
	return c[i].n < c[j].n
}
func (c rowCursors) Swap(i, j int) { c[i], c[j] = c[j], c[i] }

// Push implements heap.Interface.
func (c *rowCursors) Push(x any) { *c = append(*c, x.(*rowCursor)) } //nolint:forcetypeassert // nothing else is pushed

// Pop implements heap.Interface.
func (c *rowCursors) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}
