package nfcapd_test

import (
	"bytes"
	"io"
	"slices"
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
		out.set.Missed = append(out.set.Missed, s.Missed...)
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

// TestMissed: what nfcapd counted of broken sequences is told of, with the exporter and the time of the file's flows, wherever it stands.
func TestMissed(t *testing.T) {
	exporter := sized(7, u32(0), make([]byte, 8), u32(0xc0000207, 0), u16(2, 1), u32(256)) // version, address, family, number, id
	stats := sized(8, u32(2), u32(1, 3), u64(100, 2000), u32(8, 0), u64(1, 2))
	data := file2(0, block2(3, slices.Concat(stats, exporter, flow2(generic, ipv4))))
	r := read(t, data)
	if len(r.set.Missed) != 1 {
		t.Fatalf("%+v, %v", r.set.Missed, r.set.Problems)
	}
	m := r.set.Missed[0]
	if m.Records != 3 || m.Kind != telemetry.KindFlow || m.To != r.entries[0].Occurred || m.From != m.To {
		t.Errorf("%+v", m)
	}
	if e := &r.entries[0]; m.Exporter != e.Exporter || m.Domain != e.Domain {
		t.Errorf("it is of %s/%d, the flow of %s/%d", m.Exporter, m.Domain, e.Exporter, e.Domain)
	}
}
