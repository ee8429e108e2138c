// Command sample writes a small lake of made-up records, and beside it one file of JSON lines for
// each kind with what every row has to show. tools/lakecheck reads both and compares.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"stormglass/internal/disk"
	"stormglass/internal/lake"
	"stormglass/internal/lake/laketest"
	"stormglass/internal/telemetry"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sample FOLDER")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "sample:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string) error {
	d, err := disk.Dir(dir)
	if err != nil {
		return err
	}
	var n atomic.Int64
	w := lake.NewWriter(d, "lake", lake.Options{NewID: func() string { return fmt.Sprintf("%06d", n.Add(1)) }})
	for _, kind := range laketest.Kinds() {
		if err := sample(w, kind, filepath.Join(dir, kind.String()+".jsonl")); err != nil {
			return err
		}
	}
	_, err = w.Finish(ctx)
	return err
}

func sample(w *lake.Writer, kind telemetry.Kind, name string) (err error) {
	f, err := os.Create(name) //nolint:gosec // the folder is the caller's
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriter(f)
	lines := json.NewEncoder(out)
	m := laketest.New(uint64(kind), 3)
	for n := range 24 {
		b := m.Batch(kind, m.Source(n%5), 4000)
		for i := range b.Len() {
			if err := lines.Encode(laketest.Fields(b, i)); err != nil {
				return err
			}
		}
		if err := w.Add(b, func(i int) lake.Class { return []lake.Class{"own", "subscriber"}[i%2] }); err != nil {
			return err
		}
	}
	return out.Flush()
}
