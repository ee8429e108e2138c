package depot

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"sync"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/ledger"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// View is a data folder as of one edit, for reading. It needs no lock, and a writer may go on beside
// it: what a later edit drops stays readable as long as it was opened before.
type View struct {
	State     *State
	Registers *register.Registers
	// RegistersErr is why Registers are those of before: the ones of the folder cannot be read. Mostly it is nil.
	RegistersErr error
	Damaged      []Hole // what could not be opened or read since the view was opened
	Now          time.Time

	root string
	fs   disk.FS
	mu   sync.Mutex
	segs []*ledger.Segment
	once sync.Once
	held map[dayOf]Held
}

// tries is how often a reader starts again because a writer dropped what it was about to open.
const tries = 5

// OpenView opens a data folder for reading.
func OpenView(ctx context.Context, root string, parts Parts) (*View, error) {
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("there is no data folder %s", root), "stormglass ingest --data "+root+" PATH… makes it")
	}
	folder, err := disk.Dir(root)
	if err != nil {
		return nil, fmt.Errorf("open data folder: %w", err)
	}
	v, err := openView(ctx, folder, root, parts)
	if err != nil {
		return nil, err
	}
	if v.Registers, v.RegistersErr, err = openRegisters(root); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

func openView(ctx context.Context, f disk.FS, root string, parts Parts) (*View, error) {
	switch version, err := readFormat(f); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Hint(fault.NotFound, fmt.Errorf("%s is not a data folder of stormglass", root), "stormglass ingest --data makes one in a new or empty folder")
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", formatFile, err)
	case version != format:
		return nil, newer(root, version)
	}
	v := &View{fs: f, root: root, Now: time.Now().UTC(), Registers: &register.Registers{}}
	for range tries {
		again, err := v.load(ctx, parts)
		if err != nil {
			return nil, errors.Join(err, v.Close())
		}
		if !again {
			return v, nil
		}
		if err := v.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fault.Wrap(fault.Busy, fmt.Errorf("%s changes faster than it can be opened", root))
}

// load reads the manifest and opens the segments. It is to be done again when a segment is gone: an
// edit after the one that was read dropped it.
func (v *View) load(ctx context.Context, parts Parts) (again bool, err error) {
	if v.State, _, err = readManifest(v.fs, parts); err != nil {
		return false, err
	}
	if again, err := v.nothing(ctx); again || err != nil {
		return again, err
	}
	v.Damaged = nil
	for _, s := range v.State.segments() {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		seg, err := ledger.Open(v.fs, s.Name)
		if errors.Is(err, fs.ErrNotExist) {
			if changed, merr := v.changed(); merr != nil || changed {
				return changed, merr
			}
		}
		if err != nil {
			v.hole(s, err)
			continue
		}
		v.segs = append(v.segs, seg)
	}
	return false, nil
}

// changed reports whether the manifest has moved on.
func (v *View) changed() (bool, error) {
	now, _, err := readManifest(v.fs, 0)
	if err != nil {
		return false, err
	}
	return now.Entry != v.State.Entry, nil
}

func (v *View) hole(s Segment, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.Damaged = append(v.Damaged, Hole{
		Found: v.Now, What: s.Name, Kind: s.Info.Space.String(), From: s.Info.FirstDay, To: s.Info.LastDay, Rows: s.Info.Rows, Why: err.Error(),
	})
}

// Close lets go of the segments.
func (v *View) Close() error {
	errs := make([]error, 0, len(v.segs))
	for _, s := range v.segs {
		errs = append(errs, s.Close())
	}
	v.segs = nil
	return errors.Join(errs...)
}

// Look asks the ledger. Days whose time is over are not asked for, even where a merge has yet to
// remove them. What is damaged is noted in Damaged, and the rest answers.
func (v *View) Look(ctx context.Context, probes []ledger.Probe, days ledger.Days, found func(probe int, r *ledger.Row) error) error {
	err := ledger.Look(ctx, v.segs, probes, days, found)
	if partial, ok := errors.AsType[*ledger.PartialError](err); ok {
		for _, f := range partial.Failed {
			v.hole(v.State.Segments[f.Segment.Name()], f.Err)
		}
		return nil
	}
	return err
}

// Networks are the operator's, for telling the ends of a conversation apart.
func (v *View) Networks() hunt.Networks { return hunt.NewNetworks(v.Registers.Networks.Prefixes()) }

// PeerName gives a peer as people read it.
func (v *View) PeerName(p ledger.Peer) string {
	switch p.Kind {
	case ledger.PeerAddr:
		return netip.AddrFrom16(p.Bytes).Unmap().String()
	case ledger.PeerName:
		return v.Name(binary.BigEndian.Uint32(p.Bytes[:]))
	case ledger.PeerToken:
		return fmt.Sprintf("subscriber %x", p.Bytes)
	}
	return ""
}

// Name gives a name of the dictionary.
func (v *View) Name(id uint32) string {
	if s, ok := v.State.Names[id]; ok {
		return s
	}
	return fmt.Sprintf("name %d (not in the dictionary)", id)
}

// HeldDays gives the days of which the ledger has rows.
func (v *View) HeldDays() map[telemetry.Day]bool {
	held := map[telemetry.Day]bool{}
	for _, s := range v.State.Segments {
		for _, d := range s.Days {
			held[d] = true
		}
	}
	return held
}

// LedgerExpired gives the last day of which rows of the ledger were removed because their time was
// over, zero when none were.
func (v *View) LedgerExpired() telemetry.Day {
	var day telemetry.Day
	for _, x := range v.State.Expired {
		if x.Kind == ledgerKind {
			day = max(day, x.Day)
		}
	}
	return day
}
