package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// listWriter stores what sources say of values. Findings of one value have the same statements, and
// many values the same source, so that each list and each source is stored once, by its digest.
type listWriter struct {
	*txn
	origins map[*intel.Source]int64 // rows of sources that were met in this transaction
	lists   map[shared]int64        // rows of lists, by their place in memory: a hunt shares them
	loose   map[int64]struct{}      // rows of lists that a finding no longer refers to
}

// shared is a list of statements in memory.
type shared struct {
	first *hunt.Ref
	n     int
}

func newListWriter(t *txn) *listWriter {
	return &listWriter{txn: t, origins: map[*intel.Source]int64{}, lists: map[shared]int64{}, loose: map[int64]struct{}{}}
}

// save gives the row of a list, 0 for an empty one.
func (w *listWriter) save(ctx context.Context, refs []hunt.Ref) (int64, error) {
	if len(refs) == 0 {
		return 0, nil
	}
	at := shared{&refs[0], len(refs)}
	if n, ok := w.lists[at]; ok {
		return n, nil
	}
	n, err := w.store(ctx, refs)
	if err != nil {
		return 0, fmt.Errorf("save statements: %w", err)
	}
	w.lists[at] = n
	return n, nil
}

func (w *listWriter) store(ctx context.Context, refs []hunt.Ref) (int64, error) {
	origins, said := make([]int64, len(refs)), make([]string, len(refs))
	h := sha256.New()
	for i := range refs {
		var err error
		if origins[i], err = w.origin(ctx, refs[i].Source); err != nil {
			return 0, err
		}
		if said[i], err = encode(statementOf(&refs[i].Ref)); err != nil {
			return 0, err
		}
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(origins[i])))
		h.Write([]byte(said[i]))
		h.Write([]byte{0}) // never in JSON
	}
	n, known, err := w.digested(ctx, `SELECT n FROM statement_lists WHERE digest = ?`, h.Sum(nil))
	if err != nil || known {
		return n, err
	}
	if n, err = w.insert(ctx, `INSERT INTO statement_lists (digest) VALUES (?)`, h.Sum(nil)); err != nil {
		return 0, err
	}
	for i := range refs {
		err := w.exec(ctx, `INSERT INTO statements (list, seq, source, says) VALUES (?, ?, ?, ?)`, n, i, orNull(origins[i]), said[i])
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (w *listWriter) digested(ctx context.Context, query string, digest []byte) (n int64, ok bool, err error) {
	ok, err = w.one(ctx, []any{&n}, query, digest)
	return n, ok, err
}

// origin gives the row of a source, 0 for none.
func (w *listWriter) origin(ctx context.Context, s *intel.Source) (int64, error) {
	if s == nil {
		return 0, nil
	}
	if n, ok := w.origins[s]; ok {
		return n, nil
	}
	said, err := encode(originOf(s))
	if err != nil {
		return 0, err
	}
	digest := sha256.Sum256([]byte(said))
	n, known, err := w.digested(ctx, `SELECT n FROM intel_sources WHERE digest = ?`, digest[:])
	if err == nil && !known {
		n, err = w.insert(ctx, `INSERT INTO intel_sources (digest, says) VALUES (?, ?)`, digest[:], said)
	}
	if err != nil {
		return 0, err
	}
	w.origins[s] = n
	return n, nil
}

// replaced notes that a finding refers to another list than before.
func (w *listWriter) replaced(was, is int64) {
	if was != 0 && was != is {
		w.loose[was] = struct{}{}
	}
}

// dropUnused removes the lists that no finding refers to any more, and then the sources.
func (w *listWriter) dropUnused(ctx context.Context) error {
	if len(w.loose) == 0 {
		return nil
	}
	for n := range w.loose {
		if err := w.exec(ctx, `DELETE FROM statement_lists WHERE n = ?1 AND NOT EXISTS (SELECT 1 FROM findings WHERE list = ?1)`, n); err != nil {
			return err
		}
	}
	return w.exec(ctx, `DELETE FROM intel_sources WHERE NOT EXISTS (SELECT 1 FROM statements WHERE source = intel_sources.n)`)
}
