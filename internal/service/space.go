package service

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"stormglass/internal/web/api"
)

// space looks now and then at the room that the data folder takes and has left.
type space struct {
	root string
	room func(root string) (free, total uint64)
	last atomic.Pointer[api.Disk]
}

const spaceEvery = 30 * time.Second

// run looks until the context ends.
func (s *space) run(ctx context.Context) error {
	tick := time.NewTicker(spaceEvery)
	defer tick.Stop()
	for {
		s.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look adds up what the parts of the folder take. Files come and go meanwhile: what cannot be looked at is not counted.
func (s *space) look(ctx context.Context) {
	used := map[string]uint64{}
	_ = filepath.WalkDir(s.root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil || !e.Type().IsRegular() {
			return ctx.Err()
		}
		if info, err := e.Info(); err == nil {
			used[partOf(s.root, name)] += uint64(info.Size())
		}
		return nil
	})
	if ctx.Err() != nil {
		return
	}
	d := &api.Disk{}
	d.Free, d.Total = s.room(s.root)
	for _, part := range []string{"lake", "ledger", "wal", "intel", "vault", "quarantine", "templates", "manifest", "tmp", "database", "other"} {
		if n := used[part]; n > 0 {
			d.Used = append(d.Used, api.DiskPart{Part: part, Bytes: n})
		}
	}
	s.last.Store(d)
}

// partOf names the part of the data folder to which a file belongs.
func partOf(root, name string) string {
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return "other"
	}
	switch first, _, below := strings.Cut(filepath.ToSlash(rel), "/"); {
	case strings.HasPrefix(rel, "stormglass.db"):
		return "database"
	case !below:
		return "other"
	default:
		switch first {
		case "lake", "ledger", "wal", "intel", "vault", "quarantine", "templates", "manifest", "tmp":
			return first
		}
		return "other"
	}
}

// get gives what was seen last.
func (s *space) get() api.Disk {
	if d := s.last.Load(); d != nil {
		return *d
	}
	return api.Disk{}
}

// short reports whether there is little room left: less than a twentieth, and less than 10 GiB.
func short(d api.Disk) bool { return d.Total > 0 && d.Free < d.Total/20 && d.Free < 10<<30 }
