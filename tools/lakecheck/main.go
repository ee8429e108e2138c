// Command lakecheck reads a lake with the Parquet reader of Apache Arrow, which shares no code with
// what wrote it, and compares every row with a dump beside it: FOLDER/lake/... and
// FOLDER/<kind>.jsonl, as `go run ./internal/lake/laketest/sample FOLDER` of the main module makes
// them. It writes nothing. It is a module of its own, so that Arrow is no dependency of the product.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: lakecheck FOLDER")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "lakecheck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string) error {
	dumps, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return err
	}
	if len(dumps) == 0 {
		return fmt.Errorf("no dumps in %s", dir)
	}
	for _, name := range dumps {
		if err := checkKind(ctx, dir, name); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	return nil
}

// checkKind compares all files of one kind with their dump.
func checkKind(ctx context.Context, dir, dump string) error {
	kind := filepath.Base(dump[:len(dump)-len(".jsonl")])
	want, err := dumped(dump)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "lake", kind, "*", "*", "*.parquet"))
	if err != nil {
		return err
	}
	var got []string
	found := counts{columns: make(map[string]int)}
	for _, f := range files {
		rows, err := readFile(ctx, f, &found)
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		got = append(got, rows...)
	}
	if err := same(want, got); err != nil {
		return err
	}
	fmt.Printf("%-6s %6d rows in %2d files, %2d columns with values, %d values asked of filters: the same\n",
		kind, len(got), len(files), len(found.columns), found.asked)
	return nil
}
