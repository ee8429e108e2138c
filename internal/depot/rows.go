package depot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/lake"
	"stormglass/internal/telemetry"
)

// Wanted says which rows are looked for. The zero value wants all.
type Wanted struct {
	lake.Want
	// Hour, when set, says whether rows of a kind, day and hour are wanted.
	Hour func(kind telemetry.Kind, day telemetry.Day, hour int) bool
	// Taken, when set, says whether rows are wanted of which the last came with an entry of the manifest.
	Taken func(entry uint64) bool
	// Workers is how many files are read at a time; 0 is one.
	Workers int
}

// Rows gives the rows of the lake that may be wanted, and further ones, in batches. Each is called
// from as many goroutines as there are workers. What cannot be read is noted in Damaged, and the rest
// goes on. The view was opened with WithFiles.
func (v *View) Rows(ctx context.Context, w Wanted, each func(*telemetry.Batch) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, w.Workers))
	for _, f := range v.Files() {
		if !w.file(&f) {
			continue
		}
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return v.file(ctx, &f, w.Want, each)
		})
	}
	return g.Wait()
}

// Files gives the files of the lake, in the order of their time.
func (v *View) Files() []File {
	files := make([]File, 0, len(v.State.Files))
	for _, f := range v.State.Files {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Hour, b.Hour), cmp.Compare(a.Name, b.Name))
	})
	return files
}

// file reads one file. One that is gone although the manifest named it was compacted or expired
// meanwhile; that a reader must know, as its rows may stand elsewhere now.
func (v *View) file(ctx context.Context, f *File, w lake.Want, each func(*telemetry.Batch) error) (err error) {
	r, err := lake.Open(v.fs, f.Name)
	if err == nil {
		err = r.Batches(ctx, w, each)
		err = errors.Join(err, r.Close())
	}
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		if changed, cerr := v.changed(); cerr != nil || changed {
			return errors.Join(cerr, ErrChanged)
		}
	} else if damage, ok := errors.AsType[*lake.CorruptError](err); !ok || damage == nil {
		return fmt.Errorf("read rows of %s: %w", f.Name, err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.Damaged = append(v.Damaged, Hole{Found: v.Now, What: f.Name, Kind: f.Kind.String(), From: f.Day, To: f.Day, Rows: f.Rows, Why: err.Error()})
	return nil
}

// ErrChanged says that a writer replaced files while they were being read: the question is to be
// asked again of a new view.
var ErrChanged = errors.New("the data folder changed while it was read")

func (w *Wanted) file(f *File) bool {
	if w.Hour != nil && !w.Hour(f.Kind, f.Day, f.Hour) || w.Taken != nil && !w.Taken(f.Entry) {
		return false
	}
	if w.From != 0 && f.Last != 0 && f.Last < w.From || w.To != 0 && f.First != 0 && f.First > w.To {
		return false
	}
	return len(w.Sensors) == 0 || slices.ContainsFunc(f.Sensors, func(s string) bool { return slices.Contains(w.Sensors, s) })
}

// Held tells what is held of the rows of a day and kind.
type Held struct {
	Rows    uint64
	Expired []Expired // by class: rows that were removed when their time was over
	Damaged uint64    // rows that can no longer be read
}

// dayOf is a kind of record on a day.
type dayOf struct {
	kind string
	day  telemetry.Day
}

// Held sums up what is held of the rows of a day and kind.
func (v *View) Held(kind telemetry.Kind, day telemetry.Day) Held {
	v.once.Do(v.sumUp)
	return v.held[dayOf{kind.String(), day}]
}

func (v *View) sumUp() {
	v.held = map[dayOf]Held{}
	change := func(kind string, day telemetry.Day, f func(*Held)) {
		h := v.held[dayOf{kind, day}]
		f(&h)
		v.held[dayOf{kind, day}] = h
	}
	for _, f := range v.State.Files {
		change(f.Kind.String(), f.Day, func(h *Held) { h.Rows += f.Rows })
	}
	for _, x := range v.State.Expired {
		change(x.Kind, x.Day, func(h *Held) { h.Expired = append(h.Expired, x) })
	}
	for _, x := range v.State.Holes {
		for day := x.From; day <= x.To; day++ {
			change(x.Kind, day, func(h *Held) { h.Damaged += x.Rows })
		}
	}
}
