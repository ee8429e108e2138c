package ledger

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stormglass/internal/disk"
	"stormglass/internal/disk/disktest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// stated is a fact with its value, as a test hands it to a builder.
type stated struct {
	space Space
	addr  netip.Addr
	text  string
	fact  Fact
}

// taker takes facts in: a Builder, or a Feeder of several.
type taker interface {
	Addr(a netip.Addr, f *Fact)
	Name(name string, f *Fact)
	Text(k observable.Kind, text string, f *Fact)
}

func (s *stated) tell(b taker) {
	switch s.space {
	case Addrs:
		b.Addr(s.addr, &s.fact)
	case Names:
		b.Name(s.text, &s.fact)
	default:
		b.Text(observable.FileName, s.text, &s.fact)
	}
}

func (s *stated) value() []byte {
	switch s.space {
	case Addrs:
		k := s.addr.As16()
		return k[:]
	case Names:
		labels := strings.Split(strings.ToLower(s.text), ".")
		slices.Reverse(labels)
		return []byte(strings.Join(labels, "\x01") + "\x01")
	default:
		return append([]byte{byte(observable.FileName)}, s.text...)
	}
}

// model is what a builder should keep, kept in the simplest way.
type model map[string]*modelRow

type modelRow struct {
	space   Space
	row     Row
	sensors map[uint32]*Seen
	peers   map[Peer]bool
}

func (m model) tell(s *stated) {
	day, second := telemetry.Day(0), int64(0)
	if s.fact.At > 0 && s.fact.At.Day() > 0 {
		day, second = s.fact.At.Day(), s.fact.At.Time().Unix()
	}
	key := fmt.Sprintf("%d %x %d %d", s.space, s.value(), day, s.fact.Kind)
	r := m[key]
	if r == nil {
		r = &modelRow{space: s.space, sensors: map[uint32]*Seen{}, peers: map[Peer]bool{}}
		r.row = Row{Value: s.value(), Day: day, Kind: s.fact.Kind, First: second, Last: second}
		m[key] = r
	}
	r.row.First, r.row.Last = min(r.row.First, second), max(r.row.Last, second)
	if day > 0 {
		r.row.Hours |= 1 << s.fact.At.Time().Hour()
	}
	r.row.Roles |= s.fact.Roles
	if r.sensors[s.fact.Sensor] == nil {
		r.sensors[s.fact.Sensor] = &Seen{Sensor: s.fact.Sensor}
	}
	x := r.sensors[s.fact.Sensor]
	x.Records++
	x.Bytes += s.fact.Bytes
	x.Packets += s.fact.Packets
	if s.fact.Peer.Kind != 0 {
		r.peers[s.fact.Peer] = true
	}
}

// rows gives the rows of a space, in order.
func (m model) rows(space Space) []*Row {
	var rows []*Row
	for _, r := range m {
		if r.space != space {
			continue
		}
		row := r.row
		for _, number := range slices.Sorted(maps.Keys(r.sensors)) {
			row.Sensors = append(row.Sensors, *r.sensors[number])
		}
		row.Peers = slices.SortedFunc(maps.Keys(r.peers), comparePeers)
		if len(row.Peers) > MaxPeers {
			for _, p := range row.Peers {
				row.More |= p.bit()
			}
			row.Peers = row.Peers[:MaxPeers]
		}
		rows = append(rows, &row)
	}
	slices.SortFunc(rows, (*Row).Compare)
	return rows
}

// chance makes facts over few values, so that rows have many facts.
type chance struct{ *rand.Rand }

const firstDay = telemetry.Day(20_000)

func (c chance) fact(days int) stated {
	s := stated{space: Space(c.IntN(int(Spaces)))}
	switch n := c.IntN(60); {
	case s.space == Addrs && n < 30:
		s.addr = netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
	case s.space == Addrs:
		s.addr = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 5: byte(n % 3), 15: byte(n)})
	case s.space == Names:
		s.text = fmt.Sprintf("%sHost%d.Example.%s", strings.Repeat("a.", n%4), n%9, []string{"com", "net", "co.uk"}[n%3])
	default:
		s.text = strings.Repeat("long-", n%30) + strconv.Itoa(n)
	}
	s.fact = Fact{
		Kind: telemetry.Kind(c.IntN(3)), Roles: 1 << c.IntN(4), Sensor: uint32(c.IntN(6)),
		Bytes: c.Uint64N(5000), Packets: c.Uint64N(9), Peer: c.peer(),
	}
	if c.IntN(10) > 0 {
		day := firstDay + telemetry.Day(c.IntN(days))
		s.fact.At = telemetry.Instant(int64(day)*86400e9 + c.Int64N(86400e9))
	}
	return s
}

func (c chance) peer() Peer {
	p := Peer{Kind: PeerKind(c.IntN(4))}
	switch p.Kind {
	case 0:
	case PeerName:
		p.Bytes[3] = byte(c.IntN(5))
	default:
		p.Bytes[15] = byte(c.IntN(7))
	}
	return p
}

// segmentName gives a name for each space, day and commit.
func segmentName(commit int) func(Space, telemetry.Day) string {
	return func(s Space, d telemetry.Day) string { return fmt.Sprintf("%s-%d-%d", s, d, commit) }
}

// openAll opens segments until the test ends.
func openAll(t testing.TB, fs disk.FS, names []string) []*Segment {
	t.Helper()
	segs := make([]*Segment, len(names))
	for i, n := range names {
		s, err := Open(fs, n)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		segs[i] = s
	}
	return segs
}

// allRows gives the rows of a space in segments, those of equal keys combined.
func allRows(t testing.TB, segs []*Segment, space Space) []*Row {
	t.Helper()
	var rows []*Row
	for _, s := range segs {
		if s.Info().Space != space {
			continue
		}
		if err := s.Verify(context.Background()); err != nil {
			t.Fatal(err)
		}
		c := s.Scan()
		for r := new(Row); c.Next(r); {
			rows = append(rows, r.Clone())
		}
		if c.Err() != nil {
			t.Fatal(c.Err())
		}
	}
	slices.SortStableFunc(rows, (*Row).Compare)
	var joined []*Row
	for _, r := range rows {
		if n := len(joined); n > 0 && joined[n-1].Compare(r) == 0 {
			joined[n-1].Combine(r)
			continue
		}
		joined = append(joined, r)
	}
	return joined
}

func namesOf(made []Made) []string {
	names := make([]string, len(made))
	for i := range made {
		names[i] = made[i].Name
	}
	return names
}

var asRows = cmpopts.EquateEmpty()

// diffRows is cmp.Diff for rows. It is asked for many that are the same.
func diffRows(want, got []*Row) string {
	if slices.EqualFunc(want, got, sameRow) {
		return ""
	}
	return gocmp.Diff(want, got, asRows)
}

func sameRow(a, b *Row) bool {
	return a.Compare(b) == 0 && a.First == b.First && a.Last == b.Last && a.Hours == b.Hours && a.Roles == b.Roles &&
		a.Values == b.Values && a.More == b.More && slices.Equal(a.Sensors, b.Sensors) && slices.Equal(a.Peers, b.Peers)
}

// TestBuilders hands facts to several builders with tiny tables and expects the rows of the model, one
// segment for each space and day, and no run left.
func TestBuilders(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))}
		days := rapid.IntRange(1, 12).Draw(rt, "days")
		fs := disktest.NewMemory()
		want := model{}
		builders := make([]*Builder, rapid.IntRange(1, 3).Draw(rt, "builders"))
		for i := range builders {
			builders[i] = NewBuilder(fs, "tmp", BuilderOptions{maxRows: rapid.IntRange(1, 200).Draw(rt, "rows")})
		}
		for range rapid.IntRange(0, 2000).Draw(rt, "facts") {
			s := c.fact(days)
			s.tell(builders[c.IntN(len(builders))])
			want.tell(&s)
		}
		made, err := Finish(context.Background(), builders, segmentName(0))
		if err != nil {
			rt.Fatal(err)
		}
		segs := openAll(t, fs, namesOf(made))
		for space := range Spaces {
			if diff := diffRows(want.rows(space), allRows(t, segs, space)); diff != "" {
				rt.Fatalf("%s (-want +got)\n%s", space, diff)
			}
		}
		checkMade(rt, made)
		if left, _ := fs.ReadDir("tmp"); len(left) > 0 {
			rt.Fatalf("%d runs left", len(left))
		}
	})
}

// checkMade expects segments of one day each, in order of space and day.
func checkMade(t *rapid.T, made []Made) {
	for i, m := range made {
		if m.Info.FirstDay != m.Info.LastDay {
			t.Errorf("%s holds days %d to %d", m.Name, m.Info.FirstDay, m.Info.LastDay)
		}
		if i > 0 && cmp.Or(cmp.Compare(made[i-1].Info.Space, m.Info.Space), cmp.Compare(made[i-1].Info.FirstDay, m.Info.FirstDay)) >= 0 {
			t.Errorf("%s stands behind %s", m.Name, made[i-1].Name)
		}
	}
}

// TestBuilderTimes holds the rules for times: what has none, or one that no row can hold,
// is undated.
func TestBuilderTimes(t *testing.T) {
	const second = telemetry.Instant(1e9)
	day := telemetry.Instant(firstDay) * 86400 * second
	for _, c := range []struct {
		name string
		at   telemetry.Instant
		want Row
	}{
		{"unknown", 0, Row{}},
		{"before the epoch", -5, Row{}},
		{"on the first day", 5 * second, Row{}},
		{"after 2200", telemetry.Instant(84007) * 86400 * second, Row{}},
		{"midnight", day, Row{Day: firstDay, First: int64(day / second), Last: int64(day / second), Hours: 1}},
		{"rounded down", day + 7200*second - 1, Row{Day: firstDay, First: int64(day/second) + 7199, Last: int64(day/second) + 7199, Hours: 1 << 1}},
		{"last second", day + 86400*second - 1, Row{Day: firstDay, First: int64(day/second) + 86399, Last: int64(day/second) + 86399, Hours: 1 << 23}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs := disktest.NewMemory()
			b := NewBuilder(fs, "tmp", BuilderOptions{})
			b.Text(observable.FileName, "a", &Fact{At: c.at})
			made, err := b.Finish(t.Context(), segmentName(0))
			if err != nil {
				t.Fatal(err)
			}
			c.want.Value, c.want.Sensors = []byte("\x0ea"), []Seen{{Records: 1}}
			got := allRows(t, openAll(t, fs, namesOf(made)), Texts)
			if diff := gocmp.Diff([]*Row{&c.want}, got, asRows); diff != "" {
				t.Fatalf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestBuilderRefuses leaves out what no key can hold, and counts it.
func TestBuilderRefuses(t *testing.T) {
	b := NewBuilder(disktest.NewMemory(), "tmp", BuilderOptions{})
	b.Addr(netip.Addr{}, &Fact{})
	b.Name("", &Fact{})
	b.Name(".", &Fact{})
	b.Text(observable.URL, strings.Repeat("a", MaxValue), &Fact{})
	b.Text(observable.URL, strings.Repeat("a", MaxValue-1), &Fact{})
	if got := b.Refused(); got != 4 {
		t.Errorf("refused %d facts, want 4", got)
	}
	made, err := b.Finish(t.Context(), segmentName(0))
	if err != nil || len(made) != 1 || made[0].Info.Rows != 1 {
		t.Errorf("made %+v, %v, want one row", made, err)
	}
}

// TestBuilderNames puts the names of the sensors and peers that rows speak of into the segments, and
// no others.
func TestBuilderNames(t *testing.T) {
	fs := disktest.NewMemory()
	dictionary := map[uint32]string{1: "router-1", 2: "router-2", 3: "unused", 4: "phone-switch"}
	b := NewBuilder(fs, "tmp", BuilderOptions{maxRows: 2, Name: func(n uint32) (string, bool) {
		s, ok := dictionary[n]
		return s, ok
	}})
	for i := range 9 { // so many that there are spills
		b.Name(fmt.Sprintf("h%d.example.com", i), &Fact{Sensor: 1, Peer: Peer{Kind: PeerName, Bytes: [16]byte{3: 4}}})
		b.Name(fmt.Sprintf("h%d.example.com", i), &Fact{Sensor: 2})
		b.Addr(netip.MustParseAddr("192.0.2.1"), &Fact{Sensor: 2})
		b.Addr(netip.MustParseAddr("192.0.2.1"), &Fact{Sensor: 9})
	}
	made, err := b.Finish(t.Context(), segmentName(0))
	if err != nil {
		t.Fatal(err)
	}
	got := map[Space]map[uint32]string{}
	for _, s := range openAll(t, fs, namesOf(made)) {
		got[s.Info().Space] = s.Meta().Sensors
	}
	want := map[Space]map[uint32]string{
		Addrs: {2: "router-2"},
		Names: {1: "router-1", 2: "router-2", 4: "phone-switch"},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
}

// TestBuilderMemory keeps tables within the bound of all, whatever the shape of rows; and lets one have
// what the others do not need.
func TestBuilderMemory(t *testing.T) {
	const each, bound = 2 << 20, int64(Spaces) * 2 << 20
	for name, tell := range map[string]func(b *Builder, i uint64, f *Fact){
		"addresses": func(b *Builder, i uint64, f *Fact) { b.Addr(addrOf(i), f) },
		"many sensors": func(b *Builder, i uint64, f *Fact) {
			f.Sensor = uint32(i)
			b.Addr(addrOf(i%50), f)
		},
		"many peers": func(b *Builder, i uint64, f *Fact) {
			f.Peer.Bytes[15] = byte(i >> 9)
			b.Addr(addrOf(i%512), f)
		},
		"names": func(b *Builder, i uint64, f *Fact) { b.Name(fmt.Sprintf("n%d.example.com", i), f) },
		"by turns": func(b *Builder, i uint64, f *Fact) {
			switch name := fmt.Sprintf("n%d.example.com", i); {
			case i < 25_000:
				b.Addr(addrOf(i), f)
			case i%3 == 0:
				b.Name(name, f)
			default:
				b.Text(observable.FileName, name, f)
			}
		},
		"long texts": func(b *Builder, i uint64, f *Fact) {
			b.Text(observable.URL, strings.Repeat(strconv.FormatUint(i, 10), 3000), f)
		},
	} {
		t.Run(name, func(t *testing.T) {
			fs, err := disk.Make(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			b := NewBuilder(fs, "tmp", BuilderOptions{TableBytes: each})
			facts := uint64(60_000)
			if name == "long texts" {
				facts = 1000
			}
			var most int64
			for i := range facts {
				tell(b, i, &Fact{Peer: Peer{Kind: PeerAddr}, Bytes: 1})
				most = max(most, b.Bytes())
			}
			if names := b.tables[0].used.held(); most > bound+names {
				t.Errorf("held %d bytes, more than %d", most, bound)
			}
			if name == "addresses" && most < 2*each {
				t.Errorf("held %d bytes: what other spaces may have was left idle", most)
			}
			made, err := b.Finish(t.Context(), segmentName(0))
			if err != nil {
				t.Fatal(err)
			}
			var records, n uint64
			for _, s := range openAll(t, fs, namesOf(made)) {
				for c, r := s.Scan(), new(Row); c.Next(r); n++ {
					records += r.Records()
				}
			}
			if records != facts || n != countRows(made) {
				t.Errorf("%d records in %d rows, want %d", records, n, facts)
			}
		})
	}
}

func countRows(made []Made) (n uint64) {
	for _, m := range made {
		n += m.Info.Rows
	}
	return n
}

func addrOf(i uint64) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
}

// TestBuilderFaults lets the n-th call on the disk go wrong, for every n: Finish says so, and leaves
// nothing but the file whose removal went wrong.
func TestBuilderFaults(t *testing.T) {
	build := func(fs disk.FS) ([]Made, error) {
		b := NewBuilder(fs, "tmp", BuilderOptions{maxRows: 3, Budget: 5, siblings: 2})
		c := chance{rand.New(rand.NewPCG(1, 2))}
		for range 70 {
			s := c.fact(2)
			s.tell(b)
		}
		return b.Finish(t.Context(), segmentName(0))
	}
	counted := disktest.FailAt(disktest.NewMemory(), 0, disktest.Once)
	if _, err := build(counted); err != nil {
		t.Fatal(err)
	}
	for _, how := range []disktest.How{disktest.Once, disktest.Short, disktest.Full, disktest.Late, disktest.Dead} {
		for n := 1; n <= counted.Calls(); n++ {
			memory := disktest.NewMemory()
			fs := disktest.FailAt(memory, n, how)
			made, err := build(fs)
			if fs.Tripped() != (err != nil) || err != nil && made != nil {
				t.Fatalf("call %d goes wrong (%s): made %d, error %v", n, how, len(made), err)
			}
			if left := files(t, memory, "."); err != nil && how != disktest.Dead && len(left) > 1 {
				t.Fatalf("call %d goes wrong (%s): left %q after %v", n, how, left, err)
			}
		}
	}
}

// files gives the names of all files below a folder.
func files(t *testing.T, fs disk.FS, dir string) []string {
	t.Helper()
	list, err := fs.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		if name := path.Join(dir, e.Name()); e.IsDir() {
			names = append(names, files(t, fs, name)...)
		} else {
			names = append(names, name)
		}
	}
	return names
}

// folderOf makes a folder on disk.
func folderOf(t testing.TB) disk.FS {
	t.Helper()
	fs, err := disk.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return fs
}
