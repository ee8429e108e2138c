package ledger

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Look asks segments for what probes stand for, on the days of a window, and calls found for every
// row with the index of its probe. A row that several probes ask for is given for each of them.
//
// Segments are asked in parallel, and found is called by one goroutine at a time, in no order that
// can be relied on. The row and its slices are valid during the call. An error of found ends the
// look and is returned.
//
// A segment that is damaged does not keep the others from answering: the error is then a *PartialError
// that names it, and its days must count as not assessed. With any other error the answer is void.
func Look(ctx context.Context, segs []*Segment, probes []Probe, days Days, found func(probe int, r *Row) error) error {
	l, err := newLook(segs, probes, days, found)
	if err != nil {
		return err
	}
	ctx, l.stop = context.WithCancelCause(ctx)
	defer l.stop(nil)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(l.jobs)) {
		wg.Go(func() { l.work(ctx) })
	}
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return l.failures()
}

// look is one call of Look.
type look struct {
	days   Days
	asks   [Spaces]asks
	jobs   []job
	next   atomic.Int64 // job
	stop   context.CancelCauseFunc
	failed []atomic.Bool // by segment

	mu     sync.Mutex // around found and errors
	found  func(probe int, r *Row) error
	errors []Failure
}

// job is a part of what one segment is asked.
type job struct {
	segment *Segment
	index   int // of the segment
	kind    jobKind
	asks    []ask
}

type jobKind uint8

const (
	values jobKind = iota // exact values
	covers                // folded rows that cover a value
	ranges                // ranges
)

// Numbers of asks in a job: enough to be worth a goroutine's while, few enough to share work.
const (
	valuesPerJob = 1 << 13
	rangesPerJob = 1 << 7
)

func newLook(segs []*Segment, probes []Probe, days Days, found func(int, *Row) error) (*look, error) {
	l := &look{days: days, found: found, failed: make([]atomic.Bool, len(segs))}
	for space := range Spaces {
		if err := l.asks[space].gather(space, probes, segs); err != nil {
			return nil, err
		}
	}
	for i, s := range segs {
		if !days.meets(&s.info) || s.info.Rows == 0 {
			continue
		}
		a := &l.asks[s.info.Space]
		l.addJobs(job{segment: s, index: i, kind: values}, a.values, valuesPerJob)
		l.addJobs(job{segment: s, index: i, kind: ranges}, a.ranges, rangesPerJob)
		if s.info.Folds {
			l.addJobs(job{segment: s, index: i, kind: covers}, a.covers, valuesPerJob)
		}
	}
	return l, nil
}

func (l *look) addJobs(j job, all []ask, size int) {
	for part := range slices.Chunk(all, size) {
		j.asks = part
		l.jobs = append(l.jobs, j)
	}
}

// work does jobs until there are none.
func (l *look) work(ctx context.Context) {
	z, err := inflater()
	if err != nil {
		l.stop(err)
		return
	}
	v := visits.Get().(*visit)
	defer v.done()
	v.look, v.zstd = l, z
	for ctx.Err() == nil {
		n := int(l.next.Add(1)) - 1
		if n >= len(l.jobs) {
			return
		}
		j := &l.jobs[n]
		if l.failed[j.index].Load() {
			continue
		}
		if err := j.segment.guard(func() error { return v.do(ctx, j) }); err != nil {
			l.fail(j, err)
		}
	}
}

// fail notes that a segment could not be read, or ends the look when that is not why.
func (l *look) fail(j *job, err error) {
	var damage *CorruptError
	if !errors.As(err, &damage) || damage.File != j.segment.name {
		l.stop(err)
		return
	}
	if l.failed[j.index].Swap(true) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errors = append(l.errors, Failure{Segment: j.segment, Err: err})
}

// failures gives what Look returns at its end.
func (l *look) failures() error {
	if len(l.errors) == 0 {
		return nil
	}
	slices.SortFunc(l.errors, func(a, b Failure) int { return strings.Compare(a.Segment.name, b.Segment.name) })
	return &PartialError{Failed: l.errors}
}

// give hands over a row.
func (l *look) give(probe int32, r *Row) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.found(int(probe), r)
}

// compareBounds compares a key with the end of a range, of which nil is past all keys.
func compareBounds(a, to []byte) int {
	if to == nil {
		return -1
	}
	return bytes.Compare(a, to)
}
