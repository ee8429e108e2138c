package device_test

import (
	"strings"
	"testing"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/text"
)

// BenchmarkDecode reads messages of all platforms, headers and all. The bar is 500,000 lines a second.
func BenchmarkDecode(b *testing.B) {
	data := []byte(strings.Repeat(strings.Join(seeds, "\n")+"\n", 100))
	d := text.New(nil, "")
	var s telemetry.Set
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	lines := 0
	for b.Loop() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
		lines += int(s.Read)
	}
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "lines/s")
}

func TestNothingAllocatedPerMessage(t *testing.T) {
	data := []byte(strings.Repeat(strings.Join(seeds, "\n")+"\n", 100))
	d := text.New(nil, "")
	var s telemetry.Set
	n := testing.AllocsPerRun(5, func() {
		s.Reset()
		d.Decode(&telemetry.Block{Data: data, Line: 1}, &s)
	})
	if n > 20 {
		t.Errorf("%v allocations for %d messages", n, s.Read)
	}
}

// TestLongNames reads messages whose name is a megabyte long, of what parsers look for.
func TestLongNames(t *testing.T) {
	start := time.Now()
	for _, line := range seeds {
		for _, part := range []string{"x", " from ", "', '", "] [", " user = ", "Ip=1, ", ": "} {
			e, pairs := event(t, strings.ReplaceAll(line, "op1", strings.Repeat(part, 1<<20/len(part))))
			for _, p := range pairs {
				if name := p.Field.String(); len(p.Text) > 256 && name != "message" && strings.Contains(name, ".") && name != "process.command_line" && name != "stormglass.config.path" {
					t.Errorf("%d bytes of %s: %.80s", len(p.Text), name, e.Raw)
				}
			}
		}
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}
