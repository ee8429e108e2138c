package store

import (
	"context"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// originReader holds the sources that were read, by their rows.
type originReader map[int64]*intel.Source

// list reads the statements of a list.
func (r *findingReader) list(ctx context.Context, n int64) (out []hunt.Ref, err error) {
	var origins []int64
	err = r.each(ctx, func(scan scanner) error {
		var origin int64
		var said string
		if err := scan(&origin, &said); err != nil {
			return err
		}
		var s statement
		if err := decode(said, &s); err != nil {
			return err
		}
		out, origins = append(out, hunt.Ref{Ref: s.ref()}), append(origins, origin)
		return nil
	}, `SELECT coalesce(source, 0), says FROM statements WHERE list = ? ORDER BY seq`, n)
	for i := 0; err == nil && i < len(out); i++ {
		out[i].Source, err = r.origin(ctx, origins[i])
	}
	return out, err
}

// origin gives the source in a row, nil for row 0.
func (r *findingReader) origin(ctx context.Context, n int64) (*intel.Source, error) {
	if s, ok := r.origins[n]; ok || n == 0 {
		return s, nil
	}
	var said string
	if _, err := r.one(ctx, []any{&said}, `SELECT says FROM intel_sources WHERE n = ?`, n); err != nil {
		return nil, err
	}
	var o origin
	if err := decode(said, &o); err != nil {
		return nil, err
	}
	r.origins[n] = o.source()
	return r.origins[n], nil
}
