package nfcapd_test

import (
	"bytes"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/nfcapd"
	"stormglass/internal/telemetry/telemetrytest"
)

// result is what a file gave.
type result struct {
	records []string
	set     telemetry.Set // its counts and problems only
	kinds   [telemetry.NumKinds]uint64
	err     error
	flushes int
}

// read reads a file, keeping nothing of a batch after its flush but text.
func read(t testing.TB, data []byte) *result {
	t.Helper()
	out := &result{}
	var s telemetry.Set
	flush := func() error {
		out.flushes++
		out.records = append(out.records, telemetrytest.Records(&s)...)
		out.set.Lines += s.Lines
		out.set.Read += s.Read
		out.set.Undated += s.Undated
		out.set.Problems.Merge(&s.Problems)
		s.Reset()
		return nil
	}
	out.err = nfcapd.New(data[:min(len(data), 64<<10)]).Read(t.Context(), bytes.NewReader(data), &s, flush)
	_ = flush()
	return out
}

func TestSniff(t *testing.T) {
	v2 := append([]byte{0x0c, 0xa5, 2, 0}, make([]byte, 60)...)
	v2[16] = 3
	v1 := append([]byte{0x0c, 0xa5, 1, 0, 1}, make([]byte, 60)...)
	big := append([]byte{0xa5, 0x0c, 0, 1}, make([]byte, 60)...)
	for want, head := range map[string][]byte{"nfcapd v2 lz4": v2, "nfcapd v1 lzo": v1, "nfcapd big-endian": big} {
		if got := nfcapd.New(head).Name(); got != want || !nfcapd.Sniff(head) {
			t.Errorf("%q, taken for a file: %v, want %q", got, nfcapd.Sniff(head), want)
		}
	}
	for _, head := range [][]byte{nil, {0x0c, 0xa5}, v2[:19], []byte("ts,te,td,sa,da,sp,dp,pr,flg"), append([]byte{0x0c, 0xa5, 9, 0}, make([]byte, 60)...)} {
		if nfcapd.Sniff(head) {
			t.Errorf("%x taken for a file", head)
		}
	}
}
