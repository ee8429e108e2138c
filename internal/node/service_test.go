package node

import (
	"cmp"
	"context"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/receive"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// calls decodes datagrams that hold an address: a flow to it from the sender.
type calls struct{}

func (calls) Decode(d *telemetry.Datagram, s *telemetry.Set) {
	a, err := netip.ParseAddr(string(d.Data))
	if err != nil {
		s.Skip(0, "not an address", "")
		return
	}
	b, i := s.Append(telemetry.KindFlow)
	f := &b.Flow[i]
	f.Occurred, f.Received, f.Src, f.Dst, f.Proto, f.DstPort, f.SrcPort = d.At, d.At, netip.MustParseAddr("10.0.0.7"), a, 6, 443, 40000
	f.Answered, f.SrcBytes = telemetry.Answered, 100
}

// fakeListener hands on what the test sends.
type fakeListener struct {
	in, out chan *listen.Block
}

func newFakeListener() *fakeListener {
	return &fakeListener{make(chan *listen.Block), make(chan *listen.Block)}
}

func (*fakeListener) Name() string { return "calls test" }

func (f *fakeListener) Queues() []<-chan *listen.Block { return []<-chan *listen.Block{f.out} }

func (f *fakeListener) Run(ctx context.Context) error {
	defer close(f.out)
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-f.in:
			f.out <- r
		}
	}
}

func (f *fakeListener) send(to string) {
	d := telemetry.Datagram{From: netip.MustParseAddrPort("192.0.2.1:2055"), At: telemetry.InstantOf(time.Now()), Data: []byte(to)}
	f.in <- &listen.Block{Datagrams: []telemetry.Datagram{d}}
}

// serving runs a service until stop is called, which waits for its end.
func serving(t *testing.T, data string, cfg ServiceConfig) (s *Service, stop func()) {
	t.Helper()
	return servingWith(t, data, cfg, slog.New(slog.DiscardHandler))
}

func servingWith(t *testing.T, data string, cfg ServiceConfig, log *slog.Logger) (s *Service, stop func()) {
	t.Helper()
	k, err := OpenKeeper(t.Context(), data, "test")
	if err != nil {
		t.Fatal(err)
	}
	cfg.PollEvery, cfg.HastenEvery = 5*time.Millisecond, cmp.Or(cfg.HastenEvery, time.Millisecond)
	cfg.kinds = map[string]receive.Kind{"calls": {New: func() receive.Decoder { return calls{} }}}
	s, err = NewService(t.Context(), k, cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return s, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
}

// foundValues gives the values of the findings of a folder.
func foundValues(t *testing.T, data string) []string {
	t.Helper()
	found, err := Findings(t.Context(), data, FindingQuery{Filter: store.Filter{NoSamples: true}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range found.Findings {
		out = append(out, f.Value.String())
	}
	slices.Sort(out)
	return out
}

// eventually waits until a folder's findings are of certain values.
func eventually(t *testing.T, data, what string, want ...string) {
	t.Helper()
	var got []string
	for range 2000 {
		if got = foundValues(t, data); slices.Equal(got, want) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s: findings of %v, want %v", what, got, want)
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestServiceFindsLiveAndInThePast(t *testing.T) {
	data, feed, logs := t.TempDir(), t.TempDir(), t.TempDir()
	l := newFakeListener()
	s, stop := serving(t, data, ServiceConfig{Listeners: []Listener{l}, WatchIntel: []string{feed}, Watch: []string{logs}})
	l.send("203.0.113.1")
	l.send("203.0.113.2")
	l.send("not an address")

	writeFile(t, feed, "iocs.txt", "203.0.113.1\n")
	eventually(t, data, "an indicator that comes after the flow", "203.0.113.1")

	writeFile(t, feed, "more.txt", "203.0.113.3\n203.0.113.4\n")
	for s.live.Values() != 3 {
		time.Sleep(time.Millisecond)
	}
	l.send("203.0.113.3")
	eventually(t, data, "a flow that comes after the indicator", "203.0.113.1", "203.0.113.3")

	writeFile(t, logs, "flows.jsonl", `{"@timestamp":"2026-11-20T10:00:00Z","source.ip":"10.0.0.5","destination.ip":"203.0.113.4","destination.port":443,"network.iana_number":6}`+"\n")
	eventually(t, data, "a file that appears", "203.0.113.1", "203.0.113.3", "203.0.113.4")

	writeFile(t, feed, "more.txt", "203.0.113.2\n")
	eventually(t, data, "a file of intelligence that changed", "203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4")
	if n := s.live.Values(); n != 2 {
		t.Errorf("%d values in force, want 2", n)
	}
	if err := os.Remove(filepath.Join(feed, "more.txt")); err != nil {
		t.Fatal(err)
	}
	for s.live.Values() != 1 {
		time.Sleep(time.Millisecond)
	}
	l.send("203.0.113.1")
	eventuallyRecords(t, data, "203.0.113.1", 2)
	if err := os.Remove(filepath.Join(feed, "iocs.txt")); err != nil {
		t.Fatal(err)
	}
	l.send("203.0.113.1") // met, and perhaps out of force when it is looked up
	for s.live.Values() != 0 {
		time.Sleep(time.Millisecond)
	}
	l.send("203.0.113.1")
	stop()

	c := s.pipeline.Counts()["calls test"]
	if c.Datagrams != 7 || c.Records != 6 || c.Problems.Losses() != 1 {
		t.Errorf("counts %+v", c)
	}
}

// eventuallyRecords waits until a finding of a value tells of so many records.
func eventuallyRecords(t *testing.T, data, value string, want uint64) {
	t.Helper()
	var got uint64
	for range 2000 {
		found, err := Findings(t.Context(), data, FindingQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found.Findings {
			if f.Value.String() == value {
				got = f.Records
			}
		}
		if got == want {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s: %d records, want %d", value, got, want)
}

// What an earlier run put in force is out of force when its file went meanwhile.
func TestServiceKnowsWatchedIntelAgain(t *testing.T) {
	data, feed := t.TempDir(), t.TempDir()
	writeFile(t, feed, "stays.txt", "203.0.113.1\n")
	writeFile(t, feed, "goes.txt", "203.0.113.2\n203.0.113.3\n")
	writeFile(t, feed, "changes.txt", "203.0.113.4\n")
	cfg := ServiceConfig{WatchIntel: []string{feed}}
	inForce := func(s *Service, want int) {
		t.Helper()
		for range 2000 {
			if s.live.Values() == want {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Fatalf("%d values in force, want %d", s.live.Values(), want)
	}
	s, stop := serving(t, data, cfg)
	inForce(s, 4)
	stop()
	if err := os.Remove(filepath.Join(feed, "goes.txt")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, feed, "changes.txt", "203.0.113.5\n203.0.113.6\n")
	s, stop = serving(t, data, cfg)
	defer stop()
	inForce(s, 3)
}

// Registers that are broken keep the old ones in force, and the service up.
func TestServiceKeepsRegisters(t *testing.T) {
	data := t.TempDir()
	s, stop := serving(t, data, ServiceConfig{})
	dir := filepath.Join(data, "registers")
	writeFile(t, dir, "networks.yaml", "networks:\n- {prefix: 10.0.0.0/8, class: server}\n")
	for !s.keeper.Depot.Registers().Networks.Stated() {
		time.Sleep(time.Millisecond)
	}
	writeFile(t, data, "new.yaml", "networks: 7\n") // and put into place whole: an empty file states nothing, as it says
	if err := os.Rename(filepath.Join(data, "new.yaml"), filepath.Join(dir, "networks.yaml")); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return s.State().Registers != nil })
	if !s.keeper.Depot.Registers().Networks.Stated() {
		t.Error("a broken file took the registers away")
	}
	stop()
	var l lines
	s, stop = servingWith(t, data, ServiceConfig{}, l.log())
	defer stop()
	if !s.keeper.Depot.Registers().Networks.Stated() || s.State().Registers == nil {
		t.Errorf("after a start with a broken file: complaint %v", s.State().Registers)
	}
	waitFor(t, func() bool { return len(l.with("the registers are not in order")) == 1 })
	writeFile(t, dir, "networks.yaml", "networks: []\n")
	waitFor(t, func() bool { return s.State().Registers == nil })
}

func TestWatched(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	w := newWatched([]string{dir})
	look := func(changed, gone []string) {
		t.Helper()
		now = now.Add(time.Second)
		c, g, complaints := w.look(now)
		for i := range c {
			c[i] = filepath.Base(c[i])
		}
		for i := range g {
			g[i] = filepath.Base(g[i])
		}
		if len(complaints) > 0 || !slices.Equal(c, changed) || !slices.Equal(g, gone) {
			t.Fatalf("changed %v, gone %v, %v; want %v, %v", c, g, complaints, changed, gone)
		}
	}
	look(nil, nil)
	writeFile(t, dir, "a", "1")
	writeFile(t, dir, ".hidden", "1")
	look(nil, nil) // it may be being written
	look([]string{"a"}, nil)
	look(nil, nil)
	for i := range 20 { // it grows all the time
		writeFile(t, dir, "a", string(make([]byte, i+2)))
		if i%11 == 10 {
			look([]string{"a"}, nil)
		} else {
			look(nil, nil)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	look(nil, []string{"a"})
}

// What was met in what no commit holds yet is looked up after its commit, however often something else was taken in
// meanwhile.
func TestMetBeforeOthersAreTakenIn(t *testing.T) {
	data, files := t.TempDir(), t.TempDir()
	l := newFakeListener()
	s, stop := serving(t, data, ServiceConfig{Listeners: []Listener{l}, HastenEvery: time.Hour, FoldEvery: time.Hour})
	defer stop()
	writeFile(t, files, "iocs.txt", "203.0.113.9\n")
	err := s.With(t.Context(), func(ctx context.Context, k *Keeper) error {
		_, err := k.AddIntel(ctx, nil, []string{filepath.Join(files, "iocs.txt")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l.send("203.0.113.9")
	for s.State().Matches == 0 {
		time.Sleep(time.Millisecond)
	}
	for _, name := range []string{"a.log", "b.log", "c.log"} {
		writeFile(t, files, name, "nothing of interest in "+name+"\n")
		if _, err := s.Ingest(t.Context(), &Ingest{Paths: []string{filepath.Join(files, name)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Fold(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := foundValues(t, data); !slices.Equal(got, []string{"203.0.113.9"}) {
		t.Errorf("found %v", got)
	}
}
