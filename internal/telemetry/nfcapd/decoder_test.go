package nfcapd_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/nfcapd"
	"stormglass/internal/telemetry/telemetrytest"
)

// entry is a flow by itself: nothing of it is the batch's.
type entry struct {
	telemetry.Flow
	pairs map[string]string
	text  string
}

// result is what a file gave.
type result struct {
	entries []entry
	set     telemetry.Set // its counts and problems only
	err     error
}

// read reads a file, keeping nothing of a batch after its flush.
func read(t testing.TB, data []byte) *result {
	t.Helper()
	return readFrom(t, data, bytes.NewReader(data))
}

func readFrom(t testing.TB, data []byte, r io.Reader) *result {
	t.Helper()
	out := &result{}
	var s telemetry.Set
	flush := func() error {
		texts := telemetrytest.Records(&s)
		b := s.Batch(telemetry.KindFlow)
		for i := range b.Flow {
			e := entry{b.Flow[i], map[string]string{}, texts[i]}
			for _, p := range b.PairsOf(e.Extra) {
				e.pairs[p.Field.String()] = strings.Clone(p.Text)
			}
			out.entries = append(out.entries, e)
		}
		out.set.Lines += s.Lines
		out.set.Read += s.Read
		out.set.Undated += s.Undated
		out.set.Problems.Merge(&s.Problems)
		s.Reset()
		return nil
	}
	out.err = nfcapd.New(data[:min(len(data), 64<<10)]).Read(t.Context(), r, &s, flush)
	_ = flush()
	return out
}

// texts gives the records as text.
func (r *result) texts() []string {
	var all []string
	for i := range r.entries {
		all = append(all, r.entries[i].text)
	}
	return all
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
