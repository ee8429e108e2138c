package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stormglass/internal/disk/disktest"
	"stormglass/internal/telemetry"
)

// scatter writes rows to segments at random, each segment a part of the rows; some rows in two parts.
func scatter(t testing.TB, fs *disktest.Memory, c chance, space Space, rows []*Row, parts int) []*Segment {
	t.Helper()
	lists := make([][]*Row, parts)
	for _, r := range rows {
		i := c.IntN(parts)
		lists[i] = append(lists[i], r)
	}
	names := make([]string, parts)
	for i, list := range lists {
		slices.SortFunc(list, (*Row).Compare)
		list = slices.CompactFunc(list, func(a, b *Row) bool { return a.Compare(b) == 0 })
		names[i] = fmt.Sprintf("in-%d-%d", parts, i)
		writeRows(t, fs, names[i], Meta{Space: space, Sensors: map[uint32]string{uint32(i): strconv.Itoa(i)}}, WriterOptions{}, list)
	}
	return openAll(t, fs, names)
}

// mergeAll merges segments into one and gives its rows.
func mergeAll(t testing.TB, fs *disktest.Memory, name string, ins []*Segment, o MergeOptions) []*Row {
	t.Helper()
	w, err := NewWriter(fs, name, JoinMeta(ins), WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Merge(context.Background(), w, ins, o); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := fs.ReadDir(".")
	for _, e := range list {
		if err != nil || strings.HasSuffix(e.Name(), ".run") {
			t.Errorf("%s is left, %v", e.Name(), err)
		}
	}
	return allRows(t, openAll(t, fs, []string{name}), ins[0].Info().Space)
}

// foldableRows makes rows of which many can be folded. No two have the same key.
func (c chance) foldableRows(space Space, n, days int) []*Row {
	keys := map[string]bool{}
	var rows []*Row
	for range n {
		r := &Row{Day: firstDay + telemetry.Day(c.IntN(days)), Kind: telemetry.Kind(c.IntN(2)), Roles: 1 << c.IntN(4)}
		if c.IntN(8) == 0 {
			r.Roles |= 1 << c.IntN(4)
		}
		if space == Addrs {
			k := c.scanner().As16()
			r.Value = k[:]
		} else {
			r.Value = AppendNameKey(nil, c.sibling())
		}
		if c.IntN(30) == 0 {
			if key, ok := FoldOf(space, r.Value); ok {
				r.Value, r.Folded, r.Values = bytes.Clone(key), true, 1+c.Uint64N(5)
			}
		}
		r.First = int64(r.Day)*86400 + c.Int64N(40000)
		r.Last = r.First + c.Int64N(40000)
		for s := range uint32(1 + c.IntN(2)) {
			r.Sensors = append(r.Sensors, Seen{Sensor: s, Records: 1 + c.Uint64N(20)/19, Bytes: c.Uint64N(100), Packets: c.Uint64N(40) / 19})
		}
		if p := c.peer(); p.Kind != 0 {
			r.Peers = append(r.Peers, p)
		}
		if key := fmt.Sprintf("%x %t %d %d", r.Value, r.Folded, r.Day, r.Kind); !keys[key] {
			keys[key] = true
			rows = append(rows, r)
		}
	}
	return rows
}

// scanner gives an address of one of few networks, among them those at the border of the v4-mapped block.
func (c chance) scanner() netip.Addr {
	switch n := byte(c.IntN(40)); c.IntN(6) {
	case 0:
		return netip.AddrFrom16([16]byte{15: n})
	case 1:
		return netip.AddrFrom16([16]byte{5: 1, 15: n})
	case 2:
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 5: n % 2, 8: n})
	case 3:
		return netip.AddrFrom4([4]byte{198, 51, 100, n})
	default:
		return netip.AddrFrom4([4]byte{203, 0, 113 + n%2, n})
	}
}

// sibling gives a name of one of few domains, some of which lie in one another; some are public
// suffixes, some have none.
func (c chance) sibling() string {
	domain := []string{
		"example.com", "example.co.uk", "example.net", "amazonaws.com", "s3.amazonaws.com", "a.s3.amazonaws.com",
		"zz.amazonaws.com", "com", "localhost", "b.s3.amazonaws.com",
	}[c.IntN(10)]
	if c.IntN(20) == 0 {
		return domain
	}
	return fmt.Sprintf("n%d.%s", c.IntN(60), domain)
}

// naiveFold folds rows the simple way.
func naiveFold(space Space, rows []*Row, budget, siblings uint64) []*Row {
	type unit struct {
		value string
		day   telemetry.Day
		kind  telemetry.Kind
	}
	units, perDay := map[unit][]*Row{}, map[telemetry.Day]uint64{}
	folded := map[*Row]bool{}
	for _, r := range rows {
		perDay[r.Day]++
		if key, ok := FoldOf(space, r.Value); ok && !r.Folded && naiveFoldable(space, r, key) {
			u := unit{string(key), r.Day, r.Kind}
			units[u] = append(units[u], r)
		}
	}
	result := map[unit]*Row{}
	for day, n := range perDay {
		for size := sizes - 1; size > 0 && n > budget; size-- {
			for u, rs := range units {
				if u.day != day || sizeOf(uint64(len(rs))) != size || len(rs) < 2 || space == Names && uint64(len(rs)) <= siblings {
					continue
				}
				n -= uint64(len(rs)) - 1
				f := &Row{Value: []byte(u.value), Folded: true, Day: u.day, Kind: u.kind}
				for _, r := range rs {
					f.Combine(r)
					folded[r] = true
				}
				f.Values = uint64(len(rs))
				result[u] = f
			}
		}
	}
	var out []*Row
	for _, r := range rows {
		if folded[r] {
			continue
		}
		if u := (unit{string(r.Value), r.Day, r.Kind}); r.Folded && result[u] != nil {
			result[u].Combine(r)
			continue
		}
		out = append(out, r)
	}
	for _, f := range result {
		out = append(out, f)
	}
	slices.SortFunc(out, (*Row).Compare)
	return out
}

func naiveFoldable(space Space, r *Row, key []byte) bool {
	if space == Names {
		return !bytes.Equal(r.Value, key)
	}
	a := AddrOf(r.Value)
	if a.Is6() && netip.MustParsePrefix("::/48").Contains(a) {
		return false
	}
	quiet := r.Roles == 1<<1 || r.Roles == 1<<3 || r.Roles == 1<<1|1<<3
	return quiet && !slices.ContainsFunc(r.Sensors, func(s Seen) bool { return s.Records > 1 || s.Packets > 1 })
}

// TestMergeFolds merges segments of several days under a small budget and expects what the simple way
// gives, however the rows were spread over segments.
func TestMergeFolds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))}
		space := Space(rapid.IntRange(0, 1).Draw(rt, "space"))
		rows := c.foldableRows(space, rapid.IntRange(1, 1500).Draw(rt, "rows"), rapid.IntRange(1, 4).Draw(rt, "days"))
		budget := rapid.Uint64Range(1, 400).Draw(rt, "budget")
		siblings := rapid.Uint64Range(1, 20).Draw(rt, "siblings")
		keep := func(*Row) bool { return true }
		if rapid.Bool().Draw(rt, "keep") {
			keep = func(r *Row) bool {
				return !bytes.HasPrefix(r.Value, []byte("net\x01")) && r.Value[len(r.Value)-1]%7 != 3
			}
		}
		var left []*Row
		for _, r := range rows {
			if keep(r) {
				left = append(left, r)
			}
		}
		want := naiveFold(space, left, budget, siblings)
		for _, parts := range []int{1, rapid.IntRange(2, 6).Draw(rt, "parts")} {
			fs := disktest.NewMemory()
			ins := scatter(t, fs, c, space, rows, parts)
			got := mergeAll(t, fs, "out", ins, MergeOptions{Keep: keep, Budget: budget, siblings: siblings})
			if diff := diffRows(want, got); diff != "" {
				rt.Fatalf("from %d segments (-want +got)\n%s", parts, diff)
			}
		}
	})
}

// TestMergeKeeps lets Keep drop a value, days, and the tokens of a row.
func TestMergeKeeps(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))}
		fs := disktest.NewMemory()
		want := model{}
		gone := AddrKey(netip.AddrFrom4([4]byte{192, 0, 2, 7}))
		b := NewBuilder(fs, "tmp", BuilderOptions{})
		var names []string
		for commit := range rapid.IntRange(1, 5).Draw(rt, "commits") {
			for range rapid.IntRange(1, 300).Draw(rt, "facts") {
				s := c.fact(5)
				s.space, s.addr = Addrs, netip.AddrFrom4([4]byte{192, 0, 2, byte(c.IntN(20))})
				s.fact.Peer.Bytes = [16]byte{} // three peers at most: a sketch would not tell tokens apart
				s.tell(b)
				if s.fact.At.Day() < firstDay+3 && !bytes.Equal(s.value(), gone[:]) {
					if s.fact.Peer.Kind == PeerToken {
						s.fact.Peer = Peer{}
					}
					want.tell(&s)
				}
			}
			made, err := b.Finish(context.Background(), segmentName(commit))
			if err != nil {
				rt.Fatal(err)
			}
			names = append(names, namesOf(made)...)
		}
		keep := func(r *Row) bool {
			r.Peers = slices.DeleteFunc(r.Peers, func(p Peer) bool { return p.Kind == PeerToken })
			return r.Day < firstDay+3 && !bytes.Equal(r.Value, gone[:])
		}
		got := mergeAll(t, fs, "out", openAll(t, fs, names), MergeOptions{Keep: keep})
		if diff := diffRows(want.rows(Addrs), got); diff != "" {
			rt.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

// TestMergeRefuses gives the errors of a merge.
func TestMergeRefuses(t *testing.T) {
	c := chance{rand.New(rand.NewPCG(1, 1))}
	fs := disktest.NewMemory()
	ins := scatter(t, fs, c, Names, c.foldableRows(Names, 9000, 2), 2)
	to := func(name string, space Space) *Writer {
		w, err := NewWriter(fs, name, Meta{Space: space}, WriterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Abort() })
		return w
	}
	if err := Merge(t.Context(), to("other-space", Addrs), ins, MergeOptions{}); err == nil {
		t.Error("names merged into addresses")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Merge(ctx, to("cancelled", Names), ins, MergeOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	disktest.Flip(t, fs, "in-2-1", 800)
	ins = openAll(t, fs, []string{"in-2-0", "in-2-1"})
	for _, budget := range []uint64{0, 1} {
		err := Merge(t.Context(), to(fmt.Sprint("damaged-", budget), Names), ins, MergeOptions{Budget: budget, siblings: 1})
		if damage, ok := errors.AsType[*CorruptError](err); !ok || damage.File != "in-2-1" {
			t.Errorf("damaged, budget %d: %v", budget, err)
		}
	}
}

// TestSizes holds that classes of size are intervals, in order.
func TestSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(1, 1<<62).Draw(t, "n")
		size := sizeOf(n)
		if size < 1 || size >= sizes-1 || smallest(size) > n || smallest(size+1) <= n {
			t.Fatalf("%d is of class %d, %d to %d", n, size, smallest(size), smallest(size+1))
		}
	})
}

// TestCombineLaws holds that the order in which rows are combined does not matter, also for rows that
// lost peers to Keep, and that a row without facts changes nothing.
func TestCombineLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chance{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
		row := func() *Row {
			r := &Row{Hours: c.Uint32N(1 << 24), Roles: uint8(c.Uint32()), Values: c.Uint64() >> c.IntN(65)}
			if c.IntN(3) > 0 {
				r.First = 1 + c.Int64N(100)
				r.Last = r.First + c.Int64N(100)
			}
			for range c.IntN(4) {
				r.Sensors = AddSeen(r.Sensors, Seen{Sensor: c.Uint32N(5), Records: c.Uint64() >> c.IntN(65), Bytes: c.Uint64() >> c.IntN(65)})
			}
			for range c.IntN(8) {
				r.Peers, r.More = AddPeer(r.Peers, r.More, c.peer())
			}
			if c.IntN(4) == 0 {
				r.Peers = slices.DeleteFunc(r.Peers, func(p Peer) bool { return p.Kind == PeerToken })
			}
			return r
		}
		join := func(rows ...*Row) *Row {
			sum := &Row{}
			for _, r := range rows {
				sum.Combine(r.Clone())
			}
			return sum
		}
		x, y, z := row(), row(), row()
		want := join(x, y, z)
		for i, got := range []*Row{join(x, z, y), join(z, y, x), join(join(x, y), z), join(x, join(y, z)), join(x, y, z, &Row{})} {
			if diff := gocmp.Diff(want, got, asRows); diff != "" {
				t.Fatalf("order %d (-want +got)\n%s", i, diff)
			}
		}
	})
}
