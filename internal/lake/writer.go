package lake

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

// Options say how a Writer works.
type Options struct {
	// NewID gives each file its id: unique, and sortable by the time of writing. 1 to 64 letters,
	// digits, - and _. It is called from several goroutines.
	NewID func() string
	// Memory bounds the bytes of rows that wait, scratch included. 0: 256 MiB.
	Memory int64
	// Rows is how many rows a file has at most. 0: 2 M.
	Rows int
	// Bytes is about how many bytes a file has at most, by an estimate. 0: 128 MB.
	Bytes int64
	// Encoders is how many files are written at once. 0: 2.
	Encoders int
}

func (o *Options) defaults() {
	if o.Memory <= 0 {
		o.Memory = 256 << 20
	}
	if o.Rows <= 0 {
		o.Rows = 2_000_000
	}
	if o.Bytes <= 0 {
		o.Bytes = 128e6
	}
	if o.Encoders <= 0 {
		o.Encoders = 2
	}
}

// encoderMemory is what one encoder holds beside the rows it writes, measured with flows.
const encoderMemory = 24 << 20

// Writer gathers records by partition (kind, day, hour, class) and writes their files.
//
// What bounds the partitions that are open at once is memory, not their number: when it is short
// the largest are written. Input that jumps over more hours than usual thus gives more and smaller
// files, which Rewrite joins later, and not a file for each jump.
type Writer struct {
	fs  disk.FS
	dir string
	o   Options

	sources sources
	scratch sync.Pool     // *addition and friends
	idle    chan *encoder // encoders that nobody uses; nil for one not made yet

	mu      sync.Mutex
	freed   sync.Cond
	parts   map[partition]*open
	limit   int64
	used    int64
	writing int
	files   []File
	folders map[string]bool
	err     error // after which nothing is taken any more
}

// open is a partition with rows that wait.
type open struct {
	partition
	mu    sync.Mutex
	table *table // nil when it was taken to be written
	size  int64  // of table; written under both mutexes
}

// NewWriter makes a writer of files below dir.
func NewWriter(fs disk.FS, dir string, o Options) *Writer {
	o.defaults()
	w := &Writer{
		fs: fs, dir: path.Clean(dir), o: o, parts: make(map[partition]*open), folders: make(map[string]bool),
		limit: max(o.Memory/2, o.Memory-int64(o.Encoders)*encoderMemory), idle: make(chan *encoder, o.Encoders),
	}
	w.freed.L = &w.mu
	for range o.Encoders {
		w.idle <- nil
	}
	return w
}

// Add takes the records of b; class gives the class of record i. Nothing of b is kept: what is
// needed is copied, also of b.Source, which has to hold its final ID. After an error, which is of
// the disk unless it is fault.Invalid, the writer takes nothing more and Abort is all that is left.
func (w *Writer) Add(b *telemetry.Batch, class func(i int) Class) error {
	if columns(b.Kind) == nil {
		return fault.Wrap(fault.Invalid, fmt.Errorf("keep records of kind %s: it has no rows", b.Kind))
	}
	s, ok := w.scratch.Get().(*sorter)
	if !ok {
		s = new(sorter)
	}
	defer w.scratch.Put(s)
	s.sort(b, class)
	s.batch, s.source = b, uint64(w.sources.number(b.Source))
	defer func() { s.batch = nil }()
	for i := range s.used {
		if err := w.addRun(&s.addition, &s.runs[i]); err != nil {
			return err
		}
	}
	return w.makeRoom()
}

// Bytes gives about how much memory the rows take that are not written yet.
func (w *Writer) Bytes() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.used
}

func (w *Writer) addRun(a *addition, r *run) error {
	if err := r.class.check(); err != nil {
		return err
	}
	a.rows = r.rows
	for {
		p, err := w.open(r.partition)
		if err != nil {
			return err
		}
		p.mu.Lock()
		t := p.table
		if t == nil { // taken in between
			p.mu.Unlock()
			continue
		}
		err = t.add(a)
		full, size := w.full(t), t.size()
		if full {
			p.table = nil
		}
		w.mu.Lock()
		w.used += size - p.size
		p.size = size
		if full {
			delete(w.parts, p.partition)
			w.writing++
		}
		if err != nil {
			w.err = errors.Join(w.err, err)
		}
		w.mu.Unlock()
		p.mu.Unlock()
		if full {
			err = errors.Join(err, w.write(p.partition, t, size))
		}
		return err
	}
}

// full tells whether a table makes a file. How well texts compress is a guess.
func (w *Writer) full(t *table) bool {
	return t.n >= w.o.Rows || int64(t.n)*24+t.arena.bytes/4 >= w.o.Bytes
}

func (w *Writer) open(p partition) (*open, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return nil, w.err
	}
	o, ok := w.parts[p]
	if !ok {
		o = &open{partition: p, table: newTable(p.kind)}
		w.parts[p] = o
	}
	return o, nil
}

// makeRoom writes the largest partitions while more memory is used than may be, and waits while
// others do.
func (w *Writer) makeRoom() error {
	for {
		w.mu.Lock()
		if w.err != nil || w.used <= w.limit {
			err := w.err
			w.mu.Unlock()
			return err
		}
		p := w.largest()
		if p == nil {
			if w.writing > 0 {
				w.freed.Wait()
			}
			w.mu.Unlock()
			continue
		}
		delete(w.parts, p.partition)
		w.writing++
		w.mu.Unlock()
		if err := w.take(p); err != nil {
			return err
		}
	}
}

func (w *Writer) largest() *open {
	var most *open
	for _, p := range w.parts {
		if most == nil || p.size > most.size {
			most = p
		}
	}
	return most
}

// take writes a partition that is no longer among the open ones, and was counted in writing. An Add
// that filled it meanwhile has written it already.
func (w *Writer) take(p *open) error {
	p.mu.Lock()
	t, size := p.table, p.size
	p.table = nil
	p.mu.Unlock()
	if t == nil {
		t, size = new(table), 0
	}
	return w.write(p.partition, t, size)
}

// write writes the file of a table that was counted in writing, and lets its memory go.
func (w *Writer) write(p partition, t *table, size int64) error {
	f, err := w.writeTable(p, t)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writing--
	w.used -= size
	w.freed.Broadcast()
	if err != nil {
		w.err = errors.Join(w.err, err)
		return err
	}
	if f.Rows > 0 {
		w.files = append(w.files, f)
	}
	return nil
}

func (w *Writer) writeTable(p partition, t *table) (f File, err error) {
	if t.n == 0 {
		return File{}, nil
	}
	id := w.o.NewID()
	if err := checkID(id); err != nil {
		return File{}, err
	}
	e := <-w.idle
	defer func() { w.idle <- e }()
	if e == nil {
		if e, err = newEncoder(); err != nil {
			return File{}, err
		}
	}
	if err := w.folder(p.folder(w.dir)); err != nil {
		return File{}, err
	}
	return e.writeFile(w.fs, p.file(w.dir, id), p, w.sources.word, func(f *File) error {
		return e.writeRows(t, t.order(&e.order), f)
	})
}

// folder makes a folder and notes it and those above, to be synced at the end.
func (w *Writer) folder(name string) error {
	w.mu.Lock()
	known := w.folders[name]
	w.mu.Unlock()
	if known {
		return nil
	}
	if err := w.fs.MkdirAll(name); err != nil {
		return fmt.Errorf("make folder %s: %w", name, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	noteFolders(w.folders, name)
	return nil
}

// noteFolders adds a folder and all above it, the root too.
func noteFolders(folders map[string]bool, name string) {
	for name != "." && name != "/" && !folders[name] {
		folders[name] = true
		name = path.Dir(name)
	}
	folders["."] = true
}

// syncFolders makes names durable, the innermost first.
func syncFolders(fs disk.FS, folders map[string]bool) error {
	names := make([]string, 0, len(folders))
	for n := range folders {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		return strings.Count(b, "/") - strings.Count(a, "/")
	})
	for _, n := range names {
		if err := fs.SyncDir(n); err != nil {
			return fmt.Errorf("sync folder %s: %w", n, err)
		}
	}
	return nil
}

// Finish writes what waits and gives all files written, sorted by name. Their content and names are
// durable. No Add may run beside it or follow.
func (w *Writer) Finish(ctx context.Context) ([]File, error) {
	w.mu.Lock()
	rest := make([]*open, 0, len(w.parts))
	for _, p := range w.parts {
		rest = append(rest, p)
	}
	clear(w.parts)
	w.writing += len(rest)
	err := w.err
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(w.o.Encoders)
	for _, p := range rest {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err // and Abort is all that is left
			}
			return w.take(p)
		})
	}
	err = g.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = errFinished
	if err != nil {
		return nil, err
	}
	if err := syncFolders(w.fs, w.folders); err != nil {
		return nil, err
	}
	slices.SortFunc(w.files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return slices.Clone(w.files), nil
}

var errFinished = fault.Wrap(fault.Conflict, errors.New("the writer is finished"))

// Abort removes what was written, durably, after Finish too. No Add may run beside it or follow.
func (w *Writer) Abort() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = errFinished
	clear(w.parts)
	w.used = 0
	var err error
	for _, f := range w.files {
		err = errors.Join(err, w.fs.Remove(f.Name))
	}
	w.files = nil
	return errors.Join(err, syncFolders(w.fs, w.folders))
}
