package lake

import (
	"fmt"
	"testing"

	"stormglass/internal/disk"
	"stormglass/internal/telemetry"
)

// TestTextsOfSeveralPages writes texts that no dictionary holds, in more rows than a page has.
func TestTextsOfSeveralPages(t *testing.T) {
	const rows = 3*pageRows + 7
	fs, err := disk.Dir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	w := NewWriter(fs, "lake", Options{NewID: func() string { n++; return fmt.Sprint("f", n) }})
	uid := func(i uint64) string { return fmt.Sprintf("C%dx%d", i, i*2654435761) }
	b := &telemetry.Batch{Kind: telemetry.KindTLS, Source: &telemetry.Source{Name: "ssl.log"}}
	for i := uint64(1); i <= rows; i++ {
		x := telemetry.TLS{Head: telemetry.Head{Ordinal: i, Occurred: telemetry.Instant(1_700_000_000_000_000_000 + i)}}
		x.UID = uid(i)
		b.TLS = append(b.TLS, x)
	}
	if err := w.Add(b, func(int) Class { return "own" }); err != nil {
		t.Fatal(err)
	}
	files, err := w.Finish(t.Context())
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	r, err := Open(fs, files[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := uint64(0)
	err = r.Batches(t.Context(), Want{}, func(b *telemetry.Batch) error {
		for i := range b.TLS {
			got++
			if x := &b.TLS[i]; x.Ordinal != got || x.UID != uid(got) {
				return fmt.Errorf("row %d is %d, %s", got, x.Ordinal, x.UID)
			}
		}
		return nil
	})
	if err != nil || got != rows {
		t.Errorf("%d rows of %d: %v", got, rows, err)
	}
}
