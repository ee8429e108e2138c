package seen

import (
	"context"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stormglass/internal/depot"
	"stormglass/internal/depot/depottest"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// checks sets how often a property is tried, ten times as often with STORMGLASS_SOAK.
func checks(t *testing.T, n int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue { // somebody asked for another number
		return
	}
	if os.Getenv("STORMGLASS_SOAK") != "" {
		n *= 10
	}
	if err := f.Value.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}

// world is a data folder and the model of it.
type world struct {
	*rapid.T
	ctx    context.Context
	dir    string
	now    time.Time
	depot  *depot.Depot
	model  *model
	make   *maker
	always bool // nothing of the ledger is ever over its time
}

const networksYAML = `networks:
- {prefix: 192.0.2.0/25, class: server}
- {prefix: 192.0.2.192/26, class: subscriber}
- {prefix: 100.64.0.0/16, class: subscriber}
- {prefix: "2001:db8:5::/48", class: subscriber}
- {prefix: "198.51.100.192/26", class: subscriber, valid_until: 2026-03-20}
`

func newWorld(t *rapid.T, root string) *world {
	w := &world{T: t, ctx: context.Background(), model: &model{}, make: newMaker(t), now: firstDay.Time().AddDate(0, 0, madeDays/2).Add(time.Hour)}
	var err error
	if w.dir, err = os.MkdirTemp(root, "data"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(w.dir, depot.RegistersDir), 0o700); err != nil {
		t.Fatal(err)
	}
	if rapid.IntRange(0, 3).Draw(t, "networks stated") > 0 {
		w.register("networks.yaml", networksYAML)
	}
	days := func(what string) int { return rapid.SampledFrom([]int{0, 1, 3, 10, 60}).Draw(t, what) }
	w.always = rapid.IntRange(0, 3).Draw(t, "ledger kept") > 0
	ledger, tokens := 36500, 36500
	if !w.always {
		ledger, tokens = days("ledger"), days("tokens")
	}
	w.register("retention.yaml", fmt.Sprintf("rows:\n  own: {traffic: %d, systems: %d}\n  subscriber: {traffic: %d}\n  transit: {traffic: %d}\nledger: %d\npeer_tokens: %d\n",
		days("own"), days("systems"), days("subscriber"), days("transit"), ledger, tokens))
	w.open()
	return w
}

func (w *world) register(name, text string) {
	if err := os.WriteFile(filepath.Join(w.dir, depot.RegistersDir, name), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
}

func (w *world) open() {
	d, err := depot.Open(w.ctx, w.dir, depot.Options{Now: func() time.Time { return w.now }, TableBytes: 1, LakeBytes: 1 << 16, FileRows: 3})
	if err != nil {
		w.Fatal(err)
	}
	w.depot = d
}

func (w *world) close() {
	if err := w.depot.Close(); err != nil {
		w.Fatal(err)
	}
}

func (w *world) today() telemetry.Day { return telemetry.InstantOf(w.now).Day() }

// take takes some batches in, from two goroutines; what is aborted leaves no trace.
func (w *world) take(keep bool) {
	in, err := w.depot.Begin()
	if err != nil {
		w.Fatal(err)
	}
	var batches []*telemetry.Batch
	for range rapid.IntRange(1, 6).Draw(w.T, "batches") {
		batches = append(batches, w.make.batch())
	}
	var wg sync.WaitGroup
	errs := make([]error, len(batches))
	for part := range 2 {
		wg.Go(func() {
			for i := part; i < len(batches); i += 2 {
				errs[i] = in.Add(w.ctx, batches[i])
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			w.Fatalf("batch %d: %v", i, err)
		}
	}
	if !keep {
		if err := in.Abort(); err != nil {
			w.Fatal(err)
		}
		return
	}
	var sources []depot.Source
	for _, b := range batches {
		sources = append(sources, depot.Source{ID: b.Source.ID, Rows: b.Source.ID, Bytes: uint64(b.Len()), Lines: uint64(b.Len())})
		w.model.add(w.depot, b, w.today())
	}
	if err := in.Commit(w.ctx, sources); err != nil {
		w.Fatal(err)
	}
}

func (w *world) upkeep() {
	w.now = w.now.AddDate(0, 0, rapid.SampledFrom([]int{0, 0, 1, 4, 15}).Draw(w.T, "days pass"))
	m, err := w.depot.Maintain(w.ctx)
	if err != nil {
		w.Fatal(err)
	}
	if len(m.Damaged) > 0 {
		w.Fatalf("upkeep finds damage: %+v", m.Damaged)
	}
	w.model.expire(&w.depot.Registers().Retention, w.today())
}

func (w *world) purge() {
	v := pick(w.make, "purge", purgeable)
	if _, err := w.depot.Purge(w.ctx, v, "tester", "a test"); err != nil {
		w.Fatalf("purge %s: %v", v, err)
	}
	w.model.purge(w.depot, v)
}

var purgeable = valuesOf(
	"address:203.0.113.1", "address:192.0.2.3", "address:192.0.2.200", "address:2001:db8:1::1", "prefix:203.0.113.0/24", "prefix:2001:db8:1::/48", "prefix:10.0.0.0/8",
	"domain:www.example.com", "domain:example.net", "domain:localhost.example", "url:http://www.example.com/a?x=1", "url:http://evil.example.net/",
	"md5:"+madeDigests[0], "sha1:"+madeDigests[2], "email:bob@mail.example.org", "filename:invoice.exe",
)

func valuesOf(given ...string) []observable.Value {
	out := make([]observable.Value, 0, len(given))
	for _, g := range given {
		q := Parse(g, false)
		if q.Err != nil {
			panic(q.Err)
		}
		out = append(out, q.Value)
	}
	return out
}

// questions are those about every value that was met, and others.
func (w *world) questions() []Question {
	var out []Question
	known := map[string]bool{}
	ask := func(given string) {
		if known[given] {
			return
		}
		known[given] = true
		q := Parse(given, false)
		if q.Err != nil {
			return
		}
		out = append(out, q)
		if q.Value.Kind() == observable.Domain {
			q.Exact = true
			out = append(out, q)
		}
	}
	for _, s := range w.model.byValue {
		text := s.text
		switch s.kind { //nolint:exhaustive // texts are asked for as they are
		case observable.Addr:
			text = s.addr.String()
		case observable.Prefix:
			text = s.value().String()
		case observable.URL:
			text = "http://" + text
		}
		ask(s.kind.String() + ":" + text)
		if path, _, ok := strings.Cut(text, "?"); ok && s.kind == observable.URL {
			ask("url:" + path)
		}
		if s.kind == observable.Domain {
			ask("url:http://" + text + "/")
		}
	}
	for _, given := range []string{
		"203.0.113.9", "203.0.113.0", "2001:db8:9::1", "domain:example", "example.org", "org.example.com", "ample.com", "sub.www.example.com", "com", "url:http://www.example.com/none",
		"prefix:0.0.0.0/0", "prefix:::/0", "prefix:::ffff:0:0/95", "prefix:203.0.113.0/24", "prefix:203.0.113.64/26", "prefix:198.51.100.0/25", "prefix:198.51.100.0/24", "prefix:192.0.2.0/24",
		"prefix:2001:db8::/32", "prefix:2001:db8:1::/48", "prefix:255.255.255.255/32", "prefix:128.0.0.0/1", "prefix:8000::/1", "prefix:fe80::/10",
		"md5:ffffffffffffffffffffffffffffffff", "ja3:" + madeDigests[0], "filename:none.exe", "email:nobody@example.com",
	} {
		ask(given)
	}
	for range 6 {
		a := w.make.addr().WithZone("")
		ask("prefix:" + netip.PrefixFrom(a, rapid.IntRange(0, a.BitLen()).Draw(w.T, "bits")).Masked().String())
	}
	return out
}

// check asks everything, for several windows of time, and holds the answers against the model's.
func (w *world) check() {
	v, err := depot.OpenView(w.ctx, w.dir, depot.WithFiles)
	if err != nil {
		w.Fatal(err)
	}
	defer v.Close()
	questions := w.questions()
	day := func(what string) telemetry.Day {
		return firstDay.Day() + telemetry.Day(rapid.IntRange(0, madeDays).Draw(w.T, what))
	}
	windows := []Options{{}, {Since: day("since")}, {Until: day("until")}, {Since: day("from"), Until: day("to")}}
	for n, o := range windows {
		if n == 0 {
			o.Rows, o.Workers = 10_000, 2
		}
		r, err := Ask(w.ctx, v, questions, o)
		if err != nil {
			w.Fatal(err)
		}
		if len(r.Window.Damaged) > 0 {
			w.Fatalf("damage: %+v", r.Window.Damaged)
		}
		if n == 0 {
			w.checkFewRows(v, questions, r)
		}
		if w.always {
			w.checkWindow(v, &r.Window, o)
		}
		for i := range r.Answers {
			w.checkAnswer(v, &r.Answers[i], o)
			if o.Rows > 0 && !topLevel(r.Answers[i].Value) {
				w.checkRows(&r.Answers[i], o)
			}
		}
	}
}

// topLevel reports whether a value is a name without a dot, which the engine looks for in URLs only.
func topLevel(v observable.Value) bool {
	return v.Kind() == observable.Domain && !strings.Contains(v.String(), ".")
}

func (w *world) checkWindow(v *depot.View, got *Window, o Options) {
	held := map[telemetry.Day]bool{}
	for _, s := range w.model.byValue {
		if !s.gone && !s.private {
			held[s.day()] = true
		}
	}
	want := Window{Since: o.Since, Until: o.Until, Undated: held[0] && within(0, o)}
	for d := range held {
		if d != 0 && within(d, o) {
			want.Held++
			want.Last = max(want.Last, d)
			if want.First == 0 || d < want.First {
				want.First = d
			}
		}
	}
	for d := want.First + 1; d < want.Last; d++ {
		if !held[d] {
			want.Missing = append(want.Missing, d)
		}
	}
	if diff := cmp.Diff(want, *got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Window{}, "Damaged")); diff != "" {
		w.Fatalf("window %v (-want +got):\n%s\nsegments %v", o, diff, v.State.Segments)
	}
}

func tell(a *Answer) told {
	t := told{
		Verdict: a.Verdict.String(), First: a.First, Last: a.Last, Records: a.Records, Kinds: a.Kinds, Roles: a.Roles, Days: a.Days, Peers: a.Peers,
		PeerCount: a.PeerCount, ValueCount: a.ValueCount,
	}
	if len(a.Sensors) > 0 {
		t.Sensors = map[string]Sensor{}
	}
	for _, s := range a.Sensors {
		t.Sensors[s.Name] = s
	}
	for _, v := range a.Values {
		t.Values = append(t.Values, v.Value.String())
	}
	return t
}

func (w *world) token(a netip.Addr) [16]byte { return w.depot.Key.AddrToken(a) }

func (w *world) checkAnswer(v *depot.View, a *Answer, o Options) {
	want, less := w.model.answer(v, w.token, &a.Question, o)
	got := tell(a)
	if !w.always {
		w.checkSome(&want, &got, a)
		return
	}
	if less { // a purged subject still counts in a sketch, and may have been one of the four smallest
		for _, p := range got.Peers {
			if !slices.Contains(want.Peers, p) && len(want.Peers) < 4 {
				w.Fatalf("%s names %s, which is purged; want %v", a.Given, p, want.Peers)
			}
		}
		want.Peers, want.PeerCount, got.Peers, got.PeerCount = nil, 0, nil, 0
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		w.Fatalf("%s exact %v in %v (-want +got):\n%s", a.Given, a.Exact, o, diff)
	}
}

// checkSome holds an answer against the model's where the time of some days is over: it is never more.
func (w *world) checkSome(want, got *told, a *Answer) {
	switch {
	case got.Verdict == NotHeld.String() || got.Verdict == NotSeen.String():
		if got.Records != 0 {
			w.Fatalf("%s: %s with records", a.Given, got.Verdict)
		}
	case got.Verdict != want.Verdict || got.Records > want.Records || !got.First.IsZero() && got.First.Before(want.First) || got.Last.After(want.Last) || got.Roles&^want.Roles != 0:
		w.Fatalf("%s: more than there is: want %+v, got %+v", a.Given, *want, *got)
	}
}

// checkRows holds the records of an answer against the model's.
func (w *world) checkRows(a *Answer, o Options) {
	must, may := map[id]*record{}, map[id]bool{}
	known := map[id]*record{}
	for _, s := range w.model.byValue {
		if !s.covers(&a.Question) || !within(s.day(), o) {
			continue
		}
		n := id{s.source, s.ordinal}
		may[n] = may[n] || s.inLake
		known[n] = s.record
		if s.atLeast && !s.private && !s.gone {
			must[n] = s.record
		}
	}
	if a.Verdict != Seen {
		if len(a.Rows) > 0 {
			w.Fatalf("%s is %s and has records", a.Given, a.Verdict)
		}
		return
	}
	got := map[id]bool{}
	for _, s := range a.Rows {
		n := id{s.Source, s.Ordinal}
		if got[n] || !may[n] {
			w.Fatalf("%s exact %v: record %v, twice %v, is not one of %v", a.Given, a.Exact, n, got[n], may)
		}
		got[n] = true
	}
	for n, r := range must {
		if !got[n] && w.always {
			w.Fatalf("%s exact %v: record %v of %s (%s, day %s) is missing; got %v, lost %v", a.Given, a.Exact, n, r.at.Time(), r.kind, r.day(), got, a.RowsLost)
		}
	}
	w.checkLost(a, got)
}

// checkLost demands that every record that the ledger counts and that is not held is accounted for.
func (w *world) checkLost(a *Answer, got map[id]bool) {
	for _, s := range w.model.byValue {
		if !w.always || s.gone || s.private || !s.covers(&a.Question) || got[id{s.source, s.ordinal}] || !s.inLake && s.purgedRow {
			continue
		}
		if !slices.ContainsFunc(a.RowsLost, func(l RowsLost) bool {
			return l.Day == s.day() && l.Kind == s.record.kind && strings.HasPrefix(l.Why, "expired on ")
		}) {
			w.Fatalf("%s: record %s:%d of %s is not held, and nothing says why: %v", a.Given, s.source, s.ordinal, s.at.Time(), a.RowsLost)
		}
	}
}

// TestAskEqualsModel lets a data folder live: what it answers is what a walk over all records answers,
// whatever was merged, expired, purged or opened again between.
func TestAskEqualsModel(t *testing.T) {
	checks(t, 40)
	root := depottest.Dir(t)
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, root)
		defer func() {
			w.close()
			_ = os.RemoveAll(w.dir)
		}()
		for range rapid.IntRange(2, 9).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1:
				w.upkeep()
			case 2:
				w.close()
				w.open()
			case 3:
				w.purge()
			case 4:
				w.take(false)
			default:
				w.take(true)
				w.now = w.now.Add(time.Hour)
			}
			w.check()
		}
	})
}
