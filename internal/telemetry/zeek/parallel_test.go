package zeek_test

import (
	"slices"
	"sync"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/telemetrytest"
	"stormglass/internal/telemetry/zeek"
)

// TestParallel decodes blocks by several goroutines at once, in any order.
func TestParallel(t *testing.T) {
	for name := range generators {
		head, body := generate(name)
		want := telemetrytest.Records(telemetrytest.Read(zeek.New(head, ""), body)...)
		d := zeek.New(head, "")
		var blocks []telemetry.Block
		line := uint64(1)
		for rest := body; len(rest) > 0; {
			n := min(len(rest), 10000)
			for n < len(rest) && rest[n-1] != '\n' {
				n++
			}
			b := telemetry.Block{Data: rest[:n], Line: line, Last: n == len(rest)}
			for _, c := range b.Data {
				if c == '\n' {
					line++
				}
			}
			d.Prepare(&b)
			blocks, rest = append(blocks, b), rest[n:]
		}
		sets := make([]*telemetry.Set, len(blocks))
		var wg sync.WaitGroup
		for i := range blocks {
			wg.Go(func() {
				sets[i] = new(telemetry.Set)
				d.Decode(&blocks[i], sets[i])
			})
		}
		wg.Wait()
		if got := telemetrytest.Records(sets...); !slices.Equal(got, want) {
			t.Errorf("%s: %d records, want %d, or they differ", name, len(got), len(want))
		}
	}
}
