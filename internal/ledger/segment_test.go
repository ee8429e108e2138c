package ledger

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// writeRows writes rows as a segment.
func writeRows(t testing.TB, fs disk.FS, name string, m Meta, o WriterOptions, rows []*Row) Info {
	t.Helper()
	w, err := NewWriter(fs, name, m, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Add(r); err != nil {
			t.Fatalf("add %+v: %v", r, err)
		}
	}
	info, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// segmentOf writes rows as a segment in memory and opens it.
func segmentOf(t testing.TB, m Meta, o WriterOptions, rows []*Row) *Segment {
	t.Helper()
	folder := disktest.NewMemory()
	writeRows(t, folder, "a.seg", m, o, rows)
	return openOne(t, folder, "a.seg")
}

func openOne(t testing.TB, fs disk.FS, name string) *Segment {
	t.Helper()
	s, err := Open(fs, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// scanRows gives all rows of a segment.
func scanRows(s *Segment) ([]*Row, error) {
	var rows []*Row
	var r Row
	c := s.Scan()
	for c.Next(&r) {
		rows = append(rows, r.Clone())
	}
	return rows, c.Err()
}

// made draws made-up rows of a space, from few enough values that they collide.
type made struct {
	rng   *rand.Rand
	space Space
}

func (m made) value() []byte {
	switch m.space {
	case Addrs:
		return m.addr()
	case Names:
		return AppendNameKey(nil, m.name())
	default:
		kinds := []observable.Kind{observable.URL, observable.MD5, observable.Email}
		return AppendTextKey(nil, kinds[m.rng.IntN(len(kinds))], m.text())
	}
}

func (m made) addr() []byte {
	var a [16]byte
	switch m.rng.IntN(10) {
	case 0:
		a = netip.MustParseAddr("2001:db8::").As16()
		a[5], a[6], a[15] = byte(m.rng.IntN(3)), byte(m.rng.IntN(2)), byte(m.rng.IntN(4))
	case 1:
		a = [16]byte{15: byte(m.rng.IntN(3))} // ::, ::1, ::2
	case 2:
		for i := range a {
			a[i] = 0xff
		}
		a[15] -= byte(m.rng.IntN(3))
	default:
		a = netip.MustParseAddr("192.0.2.0").As16()
		a[13], a[14], a[15] = byte(m.rng.IntN(3)), byte(m.rng.IntN(3)), byte(m.rng.IntN(256))
	}
	return a[:]
}

func (m made) name() string {
	tops := []string{"example.com", "example.co.uk", "example", "com", "example.org"}
	name := tops[m.rng.IntN(len(tops))]
	for range m.rng.IntN(4) {
		name = string(rune('a'+m.rng.IntN(4))) + "." + name
	}
	return name
}

func (m made) text() string {
	paths := []string{"example.com/", "example.com/a", "example.com/a?q=1", "example.com/a?q=2", "example.com/ab", "example.org/"}
	return paths[m.rng.IntN(len(paths))] + string([]byte("\x00\xffx")[:m.rng.IntN(4)])
}

func (m made) peer() Peer {
	p := Peer{Kind: PeerKind(1 + m.rng.IntN(3))}
	n := addrLen
	if p.Kind == PeerName {
		n = peerNames
	}
	for i := range n {
		p.Bytes[i] = byte(m.rng.IntN(256))
	}
	if p.Kind == PeerAddr && m.rng.IntN(2) == 0 {
		copy(p.Bytes[:], mapped[:])
	}
	return p
}

// number draws small and huge numbers.
func (m made) number() uint64 { return m.rng.Uint64() >> m.rng.IntN(65) }

func (m made) row(fold bool) *Row {
	r := &Row{Value: m.value(), Kind: telemetry.Kind(m.rng.IntN(3)), Day: telemetry.Day(19000 + m.rng.IntN(3))}
	switch m.rng.IntN(12) {
	case 0:
		r.Day = 0
	case 1:
		r.Day = telemetry.DayFolded
	}
	if key, ok := FoldOf(m.space, r.Value); ok && fold && m.rng.IntN(4) == 0 {
		r.Value, r.Folded, r.Values = bytes.Clone(key), true, m.number()
	}
	if m.rng.IntN(8) > 0 {
		r.First = max(1, int64(max(0, r.Day))*secondDay+m.rng.Int64N(secondDay))
		r.Last = r.First + m.rng.Int64N(secondDay)
	}
	r.Hours, r.Roles = m.rng.Uint32()&allHours, uint8(m.number())
	for range m.rng.IntN(4) {
		r.Sensors = AddSeen(r.Sensors, Seen{Sensor: uint32(m.number()), Records: m.number(), Bytes: m.number(), Packets: m.number()})
	}
	for range m.rng.IntN(7) {
		r.Peers, r.More = AddPeer(r.Peers, r.More, m.peer())
	}
	return r
}

// rows draws about n rows in order, each key once.
func (m made) rows(n int, fold bool) []*Row {
	all := make([]*Row, n)
	for i := range all {
		all[i] = m.row(fold)
	}
	slices.SortFunc(all, (*Row).Compare)
	return slices.CompactFunc(all, func(a, b *Row) bool { return a.Compare(b) == 0 })
}

// drawRows draws rows with a seed of rapid's.
func drawRows(t *rapid.T, n int) (Space, []*Row) {
	space := Space(rapid.IntRange(0, int(Spaces)-1).Draw(t, "space"))
	m := made{rng: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), space: space}
	return space, m.rows(rapid.IntRange(0, n).Draw(t, "rows"), rapid.Bool().Draw(t, "folds"))
}

func drawOptions(t *rapid.T) WriterOptions {
	return WriterOptions{
		NoFilter:    rapid.Bool().Draw(t, "no filter"),
		blockRows:   rapid.IntRange(1, maxBlockRows).Draw(t, "block rows"),
		groupValues: rapid.SampledFrom([]int{1, 2, 7, 100, groupValues}).Draw(t, "group values"),
	}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		space, rows := drawRows(t, 600)
		meta := Meta{Space: space, Sensors: rapid.MapOf(rapid.Uint32(), rapid.String()).Draw(t, "sensors")}
		opts := drawOptions(t)
		folder := disktest.NewMemory()
		w, err := NewWriter(folder, "a.seg", meta, opts)
		if err != nil {
			t.Fatal(err)
		}
		want := Info{Space: space, Rows: uint64(len(rows)), Filtered: !opts.NoFilter, FirstDay: math.MaxInt32}
		for i, r := range rows {
			if err := w.Add(r); err != nil {
				t.Fatal(err)
			}
			if i == 0 || !bytes.Equal(rows[i-1].Value, r.Value) {
				want.Values++
			}
			want.FirstDay, want.LastDay = min(want.FirstDay, r.Day), max(want.LastDay, r.Day)
			want.Folds = want.Folds || r.Folded
			want.Tokens = want.Tokens || slices.ContainsFunc(r.Peers, func(p Peer) bool { return p.Kind == PeerToken })
		}
		switch {
		case len(rows) == 0:
			want.FirstDay = 0
		case !slices.ContainsFunc(rows, func(r *Row) bool { return r.Day >= 0 }):
			want.LastDay = telemetry.DayFolded
		}
		info, err := w.Close()
		if err != nil {
			t.Fatal(err)
		}
		stat, err := folder.Stat("a.seg")
		if err != nil {
			t.Fatal(err)
		}
		want.Bytes = stat.Size()
		s, err := Open(folder, "a.seg")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]Info{want, want}, []Info{info, s.Info()}); diff != "" {
			t.Errorf("info (-want +got of writer, segment):\n%s", diff)
		}
		if diff := cmp.Diff(meta, s.Meta(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("meta (-want +got):\n%s", diff)
		}
		got, err := scanRows(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rows, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
		if err := s.Verify(t.Context()); err != nil {
			t.Errorf("verify: %v", err)
		}
	})
}

// Wherever writing goes wrong, there is an error or a whole segment, and no file after Abort.
func TestWriterFails(t *testing.T) {
	rows := made{rng: rand.New(rand.NewPCG(1, 2)), space: Texts}.rows(3000, false)
	write := func(fs disk.FS) (*Writer, error) {
		w, err := NewWriter(fs, "a.seg", Meta{Space: Texts}, WriterOptions{groupValues: 10})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if err := w.Add(r); err != nil {
				return w, err
			}
		}
		_, err = w.Close()
		return w, err
	}
	for _, how := range disktest.Hows {
		failed := 0
		for n := 1; ; n++ {
			memory := disktest.NewMemory()
			failing := disktest.FailAt(memory, n, how)
			w, err := write(failing)
			if !failing.Tripped() {
				if err != nil || failed == 0 {
					t.Fatalf("%v: error %v without a failure, after %d with one", how, err, failed)
				}
				break
			}
			failed++
			switch {
			case err == nil:
				got, err := scanRows(openOne(t, memory, "a.seg"))
				if diff := cmp.Diff(rows, got); diff != "" || err != nil {
					t.Fatalf("%v at call %d: a segment without an error does not hold its rows: %v", how, n, err)
				}
			case w != nil && how != disktest.Dead:
				if err := w.Abort(); err != nil {
					t.Fatalf("%v at call %d: abort: %v", how, n, err)
				}
				if _, err := memory.Stat("a.seg"); !errors.Is(err, fs.ErrNotExist) {
					t.Fatalf("%v at call %d: the file is still there: %v", how, n, err)
				}
			}
		}
	}
}

// A segment that was closed survives a loss of power once its folder was synced.
func TestSegmentSurvives(t *testing.T) {
	rows := made{rng: rand.New(rand.NewPCG(1, 2)), space: Addrs}.rows(300, false)
	memory := disktest.NewMemory()
	writeRows(t, memory, "a.seg", Meta{}, WriterOptions{}, rows)
	if err := memory.SyncDir("."); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(50) {
		got, err := scanRows(openOne(t, memory.Crash(rand.New(rand.NewPCG(seed, 0))), "a.seg"))
		if diff := cmp.Diff(rows, got); diff != "" || err != nil {
			t.Fatalf("crash %d: error %v, rows (-want +got):\n%s", seed, err, diff)
		}
	}
}

// What is written depends on the rows alone.
func TestSameRowsSameBytes(t *testing.T) {
	rows := made{rng: rand.New(rand.NewPCG(1, 2)), space: Names}.rows(3000, true)
	meta := Meta{Space: Names, Sensors: map[uint32]string{3: "c", 1: "a", 2: "b"}}
	folder := disktest.NewMemory()
	writeRows(t, folder, "a.seg", meta, WriterOptions{}, rows)
	writeRows(t, folder, "b.seg", meta, WriterOptions{}, rows)
	if !bytes.Equal(disktest.Bytes(t, folder, "a.seg"), disktest.Bytes(t, folder, "b.seg")) {
		t.Error("two segments of the same rows differ")
	}
}

// A segment on the file system of the machine.
func TestSegmentOnDisk(t *testing.T) {
	folder, err := disk.Dir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	rows := made{rng: rand.New(rand.NewPCG(1, 2)), space: Addrs}.rows(2000, false)
	info := writeRows(t, folder, "a.seg", Meta{Space: Addrs}, WriterOptions{}, rows)
	stat, err := folder.Stat("a.seg")
	if err != nil || stat.Size() != info.Bytes {
		t.Fatalf("size %v, error %v, want %d", stat, err, info.Bytes)
	}
	s := openOne(t, folder, "a.seg")
	got, err := scanRows(s)
	if diff := cmp.Diff(rows, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
	}
	if _, err := NewWriter(folder, "a.seg", Meta{}, WriterOptions{}); err == nil {
		t.Error("a writer overwrote a segment")
	}
	// A file that becomes shorter under its map is an error and not the end of the program.
	if err := folder.Truncate("a.seg", 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context()); err == nil {
		t.Error("a file cut under its map verifies")
	}
}

func TestAbort(t *testing.T) {
	folder := disktest.NewMemory()
	w, err := NewWriter(folder, "a.seg", Meta{Space: Texts}, WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(&Row{Value: []byte("\x04a")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Stat("a.seg"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an aborted segment left its file: %v", err)
	}
}

func TestWriterRefuses(t *testing.T) {
	peer := func(k PeerKind, last byte) Peer { return Peer{Kind: k, Bytes: [16]byte{15: last}} }
	sensors := make([]Seen, MaxSensors+1)
	for i := range sensors {
		sensors[i].Sensor = uint32(i)
	}
	value := AppendNameKey(nil, "example.com")
	tests := map[string]Row{
		"empty value":     {},
		"unended name":    {Value: []byte("com")},
		"long value":      {Value: append(bytes.Repeat([]byte("a"), MaxValue), labelEnd)},
		"early day":       {Value: value, Day: -2},
		"late day":        {Value: value, Day: maxDay + 1},
		"negative time":   {Value: value, First: -1, Last: 5},
		"last only":       {Value: value, Last: 5},
		"last before":     {Value: value, First: 6, Last: 5},
		"late time":       {Value: value, First: 6, Last: maxSecond + 1},
		"hour 24":         {Value: value, Hours: 1 << 24},
		"values unfolded": {Value: value, Values: 1},
		"sensors":         {Value: value, Sensors: sensors},
		"sensor twice":    {Value: value, Sensors: []Seen{{Sensor: 1}, {Sensor: 1}}},
		"five peers":      {Value: value, Peers: []Peer{peer(1, 1), peer(1, 2), peer(1, 3), peer(1, 4), peer(1, 5)}},
		"peer order":      {Value: value, Peers: []Peer{peer(1, 2), peer(1, 1)}},
		"peer kind":       {Value: value, Peers: []Peer{peer(4, 2)}},
		"no peer":         {Value: value, Peers: []Peer{{}}},
		"long peer name":  {Value: value, Peers: []Peer{peer(PeerName, 2)}},
	}
	for name, r := range tests {
		t.Run(name, func(t *testing.T) {
			w, err := NewWriter(disktest.NewMemory(), "a.seg", Meta{Space: Names}, WriterOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Add(&r); err == nil {
				t.Error("was accepted")
			}
		})
	}
	w, err := NewWriter(disktest.NewMemory(), "b.seg", Meta{Space: Names}, WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false} {
		if err := w.Add(&Row{Value: value}); (err == nil) != want {
			t.Errorf("row %d of the same key: %v", i, err)
		}
	}
	if err := w.Add(&Row{Value: AppendNameKey(nil, "example.org")}); err != nil {
		t.Error(err)
	}
	if err := w.Add(&Row{Value: AppendNameKey(nil, "example.net")}); err == nil {
		t.Error("a row that comes too late was accepted")
	}
}

// Rows at the limits.
func TestLimits(t *testing.T) {
	long := bytes.Repeat([]byte{0xfe}, MaxValue)
	full := &Row{
		Value: append(long[:MaxValue-1:MaxValue-1], 0xff), Day: maxDay, Kind: 255, First: 1, Last: maxSecond,
		Hours: allHours, Roles: 255, More: math.MaxUint64,
	}
	for i := range uint32(MaxSensors) {
		n := Seen{Sensor: math.MaxUint32 - MaxSensors + 1 + i, Records: math.MaxUint64, Bytes: math.MaxUint64, Packets: math.MaxUint64}
		if i%2 == 0 {
			n = Seen{Sensor: n.Sensor}
		}
		full.Sensors = append(full.Sensors, n)
	}
	for i := range byte(MaxPeers) {
		full.Peers = append(full.Peers, Peer{Kind: PeerToken, Bytes: [16]byte{i}})
	}
	other := full.Clone()
	other.Value = long
	rows := []*Row{{Value: []byte{0}}, other, full, {Value: []byte{0xff}, Sensors: []Seen{{Sensor: 7}}}}
	s := segmentOf(t, Meta{Space: Texts}, WriterOptions{}, rows)
	got, err := scanRows(s)
	if err != nil || !reflect.DeepEqual(rows, got) {
		t.Errorf("error %v, or rows that differ", err)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// A group never ends within a value, and filters are built for each.
func TestGroups(t *testing.T) {
	var rows []*Row
	for v := range 10 {
		for day := range 9 {
			rows = append(rows, &Row{Value: []byte{1, byte(v)}, Day: telemetry.Day(day + 1)})
		}
	}
	s := segmentOf(t, Meta{Space: Texts}, WriterOptions{blockRows: 4, groupValues: 3}, rows)
	if len(s.groups) != 4 {
		t.Fatalf("%d groups, want 4", len(s.groups))
	}
	for i, g := range s.groups {
		if i < 3 && (g.values != 3 || g.rows != 27) {
			t.Errorf("group %d has %d values, %d rows", i, g.values, g.rows)
		}
		if g.fuse.count == 0 {
			t.Errorf("group %d has no filter", i)
		}
	}
}
