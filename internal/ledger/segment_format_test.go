package ledger

import (
	"encoding/binary"
	"errors"
	"flag"
	"hash/crc32"
	"io/fs"
	"math/bits"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

var update = flag.Bool("update", false, "write golden files that are missing; those of past versions are never written again")

// goldenRows are made up by hand: every space, folded and undated rows, all kinds of peer.
func goldenRows(space Space) []*Row {
	peers := []Peer{
		{Kind: PeerAddr, Bytes: netip.MustParseAddr("198.51.100.7").As16()},
		{Kind: PeerAddr, Bytes: netip.MustParseAddr("2001:db8::7").As16()},
		{Kind: PeerName, Bytes: [16]byte{3: 9}},
		{Kind: PeerToken, Bytes: [16]byte{0xde, 0xad, 15: 0xff}},
	}
	base := Row{Day: 20044, Kind: telemetry.KindFlow, First: 20044*secondDay + 3661, Last: 20044*secondDay + 86399, Hours: 1<<1 | 1<<5 | 1<<23, Roles: 5}
	base.Sensors = []Seen{{Sensor: 1, Records: 3, Bytes: 70_000, Packets: 60}, {Sensor: 300, Records: 1}}
	base.Peers = peers
	undated := Row{Kind: telemetry.KindDNS, Roles: 1, Sensors: []Seen{{Sensor: 2, Records: 1}}}
	folded := Row{Folded: true, Values: 12_345, Day: 20044, First: 20044 * secondDay, Last: 20044 * secondDay, Hours: 1, Peers: peers[:1], More: 1<<63 | 5}
	values := map[Space][]string{
		Addrs: {addrValue("192.0.2.0"), addrValue("192.0.2.1"), addrValue("203.0.113.255"), addrValue("2001:db8::1")},
		Names: {"com\x01example\x01", "com\x01example\x01www\x01", "net\x01example\x01", "org\x01example\x01a\x01"},
		Texts: {
			string(AppendTextKey(nil, observable.URL, "example.com/a?q=1")), string(AppendTextKey(nil, observable.SHA256, "00ff")),
			string(AppendTextKey(nil, observable.Email, "a@example.com")), string(AppendTextKey(nil, observable.Email, "b@example.com")),
		},
	}[space]
	var rows []*Row
	for i, v := range values {
		for _, r := range []Row{base, undated, folded} {
			if r.Folded && (i > 0 || space == Texts) {
				continue
			}
			r.Value, r.Last = []byte(v), max(0, r.Last-int64(i))
			if r.First == r.Last+int64(i) {
				r.Last = r.First
			}
			rows = append(rows, r.Clone())
		}
	}
	slices.SortFunc(rows, (*Row).Compare)
	return rows
}

func addrValue(s string) string {
	k := AddrKey(netip.MustParseAddr(s))
	return string(k[:])
}

var goldenMeta = map[uint32]string{1: "edge1.example.net", 2: "dns1.example.net", 9: "web1.example.net", 300: "edge2.example.net"}

// Segments of every past version are read, by this program and by a reader that was written from
// docs/format/ledger.md alone.
func TestGolden(t *testing.T) {
	for space := range Spaces {
		t.Run(space.String(), func(t *testing.T) {
			rows := goldenRows(space)
			file := filepath.Join("testdata", "v1-"+space.String()+".seg")
			data, err := os.ReadFile(file)
			if errors.Is(err, fs.ErrNotExist) && *update {
				folder := disktest.NewMemory()
				writeRows(t, folder, "a.seg", Meta{Space: space, Sensors: goldenMeta}, WriterOptions{blockRows: 3, groupValues: 2}, rows)
				data = disktest.Bytes(t, folder, "a.seg")
				err = os.WriteFile(file, data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err := openMapped(file, data, func() error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Verify(t.Context()); err != nil {
				t.Error(err)
			}
			got, err := scanRows(s)
			if diff := cmp.Diff(rows, got); diff != "" || err != nil {
				t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
			}
			if diff := cmp.Diff(goldenMeta, s.Meta().Sensors); diff != "" {
				t.Errorf("dictionary (-want +got):\n%s", diff)
			}
			p := plain{t: t, data: data, space: space}
			if diff := cmp.Diff(rows, p.rows(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("rows of the plain reader (-want +got):\n%s", diff)
			}
		})
	}
}

// plain reads a segment as the page says, with nothing of the package but its types.
type plain struct {
	t     *testing.T
	data  []byte
	space Space
}

var le = binary.LittleEndian

func (p *plain) sum(part []byte, want uint32, what string) {
	if got := crc32.Checksum(part, crc32.MakeTable(crc32.Castagnoli)); got != want {
		p.t.Errorf("checksum of %s is %x, want %x", what, got, want)
	}
}

func (p *plain) rows() (rows []*Row) {
	d := p.data
	if string(d[:8]) != "SGledger" || le.Uint32(d[8:]) != 1 || string(d[len(d)-8:]) != "SGledend" {
		p.t.Fatal("magic or version")
	}
	p.sum(d[:12], le.Uint32(d[12:]), "header")
	tail := len(d) - 16
	f := d[tail-int(le.Uint32(d[tail:])) : tail]
	p.sum(d[tail-len(f):tail+4], le.Uint32(d[tail+4:]), "footer")
	if Space(f[0]) != p.space {
		p.t.Errorf("space %d", f[0])
	}
	count := le.Uint64(f[2:])
	groups := le.Uint32(f[26:])
	f = f[30:]
	for range groups {
		first := int(le.Uint16(f[52:]))
		last := int(le.Uint16(f[54+first:]))
		got := p.group(f)
		if string(got[0].Value) != string(f[54:54+first]) || string(got[len(got)-1].Value) != string(f[56+first:56+first+last]) {
			p.t.Error("first or last value of a group")
		}
		rows, f = append(rows, got...), f[56+first+last:]
	}
	if uint64(len(rows)) != count || le.Uint32(f) != uint32(len(goldenMeta)) {
		p.t.Errorf("%d rows, want %d", len(rows), count)
	}
	return rows
}

// group reads the group of a directory entry.
func (p *plain) group(e []byte) (rows []*Row) {
	offset, size := int(le.Uint64(e)), int(le.Uint32(e[8:]))
	blocks, keys := int(le.Uint32(e[12:])), int(le.Uint32(e[16:]))
	length, count := int(le.Uint32(e[40:])), int(le.Uint32(e[44:]))
	index := p.data[offset+size:]
	for i := range blocks {
		start, end := int(le.Uint32(index[12*i:])), size
		if i+1 < blocks {
			end = int(le.Uint32(index[12*i+12:]))
		}
		block := p.data[offset+start : offset+end]
		p.sum(block, le.Uint32(index[12*i+4:]), "block")
		rows = append(rows, p.block(block)...)
	}
	prints := index[12*blocks+keys:][:count+2*length]
	for _, r := range rows {
		if !mayHave(r.Value, le.Uint64(e[32:]), uint64(length), uint64(count), prints) {
			p.t.Errorf("%q is not in the filter", r.Value)
		}
	}
	whole := 12*blocks + keys + len(prints)
	table := index[whole:]
	for at := 0; at < whole; at += 1024 {
		p.sum(index[at:min(at+1024, whole)], le.Uint32(table[at/256:]), "page")
	}
	p.sum(table[:(whole+1023)/1024*4], le.Uint32(e[48:]), "table")
	return rows
}

func mayHave(value []byte, seed, length, count uint64, prints []byte) bool {
	mix := func(h uint64) uint64 {
		h = (h ^ h>>33) * 0xff51afd7ed558ccd
		h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
		return h ^ h>>33
	}
	fnv := uint64(14695981039346656037)
	for _, b := range value {
		fnv = (fnv ^ uint64(b)) * 1099511628211
	}
	h := mix(mix(fnv) + seed)
	a, _ := bits.Mul64(h, count)
	b := (a + length) ^ (h >> 18 & (length - 1))
	c := (a + 2*length) ^ (h & (length - 1))
	return prints[a]^prints[b]^prints[c] == byte(h^h>>32)
}

func (p *plain) block(b []byte) (rows []*Row) {
	n, flags, split := int(b[0])+1, b[1], 14+le.Uint32(b[10:])
	keys := p.unpack(b[14:split], flags&1 != 0, le.Uint32(b[2:]))
	facts := p.unpack(b[split:], flags&2 != 0, le.Uint32(b[6:]))
	shared := take(&keys, n)
	suffix := make([]uint64, n)
	if p.space == Addrs {
		for i := range suffix {
			suffix[i] = 16 - shared[i]
		}
	} else {
		suffix = take(&keys, n)
	}
	marks, days := take(&keys, n), take(&keys, n)
	var value []byte
	for i := range n {
		value = append(append([]byte{}, value[:shared[i]]...), keys[:suffix[i]]...)
		keys = keys[suffix[i]:]
		day := int64(days[i]>>1) ^ -int64(days[i]&1)
		rows = append(rows, &Row{Value: value, Folded: marks[i]&1 == 1, Kind: telemetry.Kind(marks[i] >> 1), Day: telemetry.Day(day)})
	}
	p.facts(facts, rows)
	return rows
}

func (p *plain) facts(b []byte, rows []*Row) {
	n := len(rows)
	firsts, spans, hours, roles := take(&b, n), take(&b, n), take(&b, n), take(&b, n)
	values, mores, sensors := take(&b, n), take(&b, n), take(&b, n)
	s := total(sensors)
	numbers, records, traffic, packets := take(&b, s), take(&b, s), take(&b, s), take(&b, s)
	peers := take(&b, n)
	codes := take(&b, total(peers))
	for i, r := range rows {
		r.Hours, r.Roles, r.Values, r.More = uint32(hours[i]), uint8(roles[i]), values[i], mores[i]
		if f := firsts[i]; f > 0 {
			r.First = (int64((f-1)>>1) ^ -int64((f-1)&1)) + 86400*int64(r.Day)
			r.Last = r.First + int64(spans[i])
			r.Hours ^= 1<<(r.First/3600%24) | 1<<(r.Last/3600%24)
		}
		sensor := uint32(0)
		for range sensors[i] {
			sensor += uint32(numbers[0])
			r.Sensors = append(r.Sensors, Seen{sensor, records[0], traffic[0], packets[0]})
			numbers, records, traffic, packets = numbers[1:], records[1:], traffic[1:], packets[1:]
		}
		for range peers[i] {
			r.Peers = append(r.Peers, takePeer(&b, codes[0]))
			codes = codes[1:]
		}
	}
	if len(b) != 0 {
		p.t.Errorf("%d bytes follow the peers", len(b))
	}
}

func takePeer(b *[]byte, code uint64) (p Peer) {
	p.Kind = map[uint64]PeerKind{1: 1, 2: 1, 3: 2, 4: 3}[code]
	n := map[uint64]int{1: 4, 2: 16, 3: 4, 4: 16}[code]
	if code == 1 {
		p.Bytes = netip.AddrFrom4([4]byte((*b)[:4])).As16()
	} else {
		copy(p.Bytes[:], (*b)[:n])
	}
	*b = (*b)[n:]
	return p
}

func (p *plain) unpack(b []byte, packed bool, n uint32) []byte {
	if packed {
		z, err := zstd.NewReader(nil)
		if err != nil {
			p.t.Fatal(err)
		}
		defer z.Close()
		if b, err = z.DecodeAll(b, nil); err != nil {
			p.t.Fatal(err)
		}
	}
	if uint32(len(b)) != n {
		p.t.Fatalf("%d bytes, want %d", len(b), n)
	}
	return b
}

// take reads a column.
func take(b *[]byte, n int) []uint64 {
	if n == 0 {
		return nil
	}
	width := int((*b)[0])
	low, size := binary.Uvarint((*b)[1:])
	planes := (*b)[1+size:]
	*b = planes[width*n:]
	numbers := make([]uint64, n)
	for i := range numbers {
		numbers[i] = low
		for p := range width {
			numbers[i] += uint64(planes[p*n+i]) << (8 * p)
		}
	}
	return numbers
}

func total(numbers []uint64) (n int) {
	for _, v := range numbers {
		n += int(v)
	}
	return n
}
