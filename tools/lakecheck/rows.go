package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
)

// dumped gives the rows of a dump, each as JSON with sorted names and whole numbers.
func dumped(name string) (rows []string, err error) {
	f, err := os.Open(name) //nolint:gosec // the folder is the caller's
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.UseNumber()
		row := make(map[string]any)
		if err := d.Decode(&row); err != nil {
			return nil, err
		}
		text, err := json.Marshal(row)
		if err != nil {
			return nil, err
		}
		rows = append(rows, string(text))
	}
	return rows, lines.Err()
}

// same compares rows without regard to their order.
func same(want, got []string) error {
	slices.Sort(want)
	slices.Sort(got)
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			return fmt.Errorf("%d rows, %d are due; one is missing:\n%s", len(got), len(want), want[i])
		case i >= len(want):
			return fmt.Errorf("%d rows, %d are due; one is too many:\n%s", len(got), len(want), got[i])
		case want[i] != got[i]:
			return fmt.Errorf("rows differ, the first:\nwritten %s\nread    %s", want[i], got[i])
		}
	}
	return nil
}
