package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
)

// outboxIn is what an outbox holds, as its calls tell it.
type outboxIn struct {
	Routes           []string
	Waiting          map[string]OutboxWaiting
	Sinks            []OutboxSink
	Due              map[string][]OutboxDelivery
	Items, Withdrawn uint64
}

func outboxOf(t *testing.T, s *Store) (o outboxIn) {
	t.Helper()
	o.Routes = must[[]string](t)(s.OutboxRoutes(t.Context()))
	o.Sinks = must[[]OutboxSink](t)(s.OutboxSinks(t.Context()))
	for _, r := range o.Routes {
		if o.Waiting == nil {
			o.Waiting = map[string]OutboxWaiting{}
		}
		o.Waiting[r] = must[OutboxWaiting](t)(s.OutboxWaiting(t.Context(), r, time.Time{}))
	}
	for _, sink := range o.Sinks {
		if o.Due == nil {
			o.Due = map[string][]OutboxDelivery{}
		}
		o.Due[sink.Name] = dueAt(t, s, sink.Name)
	}
	var err error
	if o.Items, o.Withdrawn, err = s.OutboxHeld(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

func dueAt(t *testing.T, s *Store, sink string) []OutboxDelivery {
	t.Helper()
	due, _, err := s.OutboxDue(t.Context(), sink, 100, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return due
}

// tellAll is a judge that tells everything to one route.
func tellAll(now time.Time) func(*Stored, *OutboxTold) (OutboxNews, error) {
	return func(f *Stored, _ *OutboxTold) (OutboxNews, error) {
		item := OutboxItem{Route: "soc", Sinks: "hook,siem", Key: f.Value.String(), Finding: f.ID, Reasons: 1, Level: f.Level, At: now}
		return OutboxNews{Items: []OutboxItem{item}, Told: &OutboxTold{Level: f.Level, Last: f.Days[len(f.Days)-1].Day, At: now}}, nil
	}
}

func pickEach(w OutboxWaiting) (out []OutboxPick) {
	for _, g := range w.Groups {
		out = append(out, OutboxPick{Groups: []OutboxGroup{g}, Load: 10})
	}
	return out
}

func composeOf(id byte) func(*OutboxPicked) (*OutboxMessage, error) {
	return func(p *OutboxPicked) (*OutboxMessage, error) {
		id++
		body := `{"key":"` + p.Groups[0].Key + `"}`
		return &OutboxMessage{ID: OutboxID{id}, Route: "soc", Sinks: strings.Split(p.Groups[0].Sinks, ","), Level: p.Items[0].Level, Made: start, Body: body}, nil
	}
}

// fillOutbox adds something of everything to an outbox.
func fillOutbox(t *testing.T, s *Store) {
	t.Helper()
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 100, func(f *Stored, told *OutboxTold) (OutboxNews, error) {
		if f.Gone {
			return OutboxNews{}, nil
		}
		return tellAll(start)(f, told)
	}))
	must[int](t)(s.OutboxSeal(t.Context(), "soc", time.Time{}, pickEach, composeOf(0)))
	due := dueAt(t, s, "hook")
	errs := []error{
		s.OutboxDone(t.Context(), "hook", []OutboxOutcome{{N: due[0].N, State: OutboxDelivered}, {N: due[1].N, Next: start.Add(-time.Second), Error: "no"}}),
		s.OutboxAdd(t.Context(), []OutboxItem{{Route: "soc", Sinks: "hook", Key: "alarm", Level: hunt.High, Alarm: `{"kind":"canary"}`, At: start}}),
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	must[int64](t)(s.OutboxGiveUp(t.Context(), "siem", start.Add(time.Second), "too old"))
}

func TestOutboxTakesEveryChangeOnce(t *testing.T) {
	s := open(t)
	for i := range 25 {
		save(t, s, Scope{}, findingOn(domain(i), 1))
	}
	seen, took := map[hunt.FindingID]int{}, 0
	judge := func(f *Stored, told *OutboxTold) (OutboxNews, error) {
		seen[f.ID]++
		if told != nil {
			t.Errorf("finding %s was told before", f.ID)
		}
		return tellAll(start)(f, told)
	}
	failing := func(f *Stored, told *OutboxTold) (OutboxNews, error) {
		if took++; took == 5 {
			return OutboxNews{}, errCrash
		}
		return tellAll(start)(f, told)
	}
	if _, err := s.OutboxTake(t.Context(), 10, failing); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	if items, _, err := s.OutboxHeld(t.Context()); items != 0 || err != nil {
		t.Errorf("a take that failed left %d items, %v", items, err)
	}
	for more := true; more; {
		taken := must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, judge))
		more = taken.More
	}
	if len(seen) != 25 {
		t.Errorf("%d findings of 25 were judged", len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("finding %s was judged %d times", id, n)
		}
	}
	save(t, s, Scope{}, findingOn(domain(3), 1, 2))
	var told *OutboxTold
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, func(_ *Stored, before *OutboxTold) (OutboxNews, error) {
		told = before
		return OutboxNews{}, nil
	}))
	if diff := cmp.Diff(&OutboxTold{Level: hunt.High, Last: 1, At: start}, told); diff != "" {
		t.Errorf("what was told, -want +got:\n%s", diff)
	}
}

func TestOutboxSealLeavesOutWhatIsNotToBeTold(t *testing.T) {
	s := open(t)
	open1, dismissed, gone := findingOn(values[0], 1), findingOn(values[1], 1), findingOn(values[2], 1)
	save(t, s, Scope{}, open1, dismissed, gone)
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, tellAll(start)))
	save(t, s, Scope{}, findingOn(values[0], 1, 2)) // two items of one finding
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, func(f *Stored, told *OutboxTold) (OutboxNews, error) {
		news, err := tellAll(start)(f, told)
		news.Items[0].Reasons = 6
		return news, err
	}))
	must[hunt.FindingID](t)(s.Dismiss(t.Context(), dismissed.ID.String(), Act{Who: "ana", Reason: "ours"}, time.Time{}))
	save(t, s, Scope{AllDays: true, Values: func(v observable.Value) bool { return v == gone.Value }})
	var picked []OutboxPicked
	n := must[int](t)(s.OutboxSeal(t.Context(), "soc", time.Time{}, pickEach, func(p *OutboxPicked) (*OutboxMessage, error) {
		picked = append(picked, *p)
		return composeOf(0)(p)
	}))
	if n != 1 || len(picked) != 1 || len(picked[0].Items) != 1 || picked[0].Items[0].Finding != open1.ID || picked[0].Items[0].Reasons != 7 {
		t.Fatalf("%d messages of %+v", n, picked)
	}
	if f := picked[0].Findings[open1.ID]; f == nil || len(f.Days) != 2 || len(f.Days[0].Samples) == 0 {
		t.Errorf("the finding is not whole and new: %+v", f)
	}
	if items, withdrawn, err := s.OutboxHeld(t.Context()); items != 0 || withdrawn != 2 || err != nil {
		t.Errorf("%d items left, %d withdrawn, %v", items, withdrawn, err)
	}
}

func TestOutboxDelivery(t *testing.T) {
	s, now := openClock(t)
	for i := range 3 {
		save(t, s, Scope{}, findingOn(domain(i), 1))
	}
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, tellAll(start)))
	must[int](t)(s.OutboxSeal(t.Context(), "soc", time.Time{}, pickEach, composeOf(0)))
	due := dueAt(t, s, "siem")
	if len(due) != 3 || due[0].ID != (OutboxID{1}) || due[0].Body == "" {
		t.Fatalf("due are %+v", due)
	}
	if few, _, err := s.OutboxDue(t.Context(), "siem", 100, 1); len(few) != 1 || err != nil {
		t.Errorf("with no room for bodies %d are due, %v", len(few), err)
	}
	later := start.Add(time.Minute)
	outcomes := []OutboxOutcome{
		{N: due[0].N, State: OutboxDelivered}, {N: due[1].N, Next: later, Error: "refused"}, {N: due[2].N, State: OutboxGivenUp, Error: "status 400"},
	}
	for range 2 { // said again it changes nothing
		if err := s.OutboxDone(t.Context(), "siem", outcomes[:1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.OutboxDone(t.Context(), "siem", outcomes[1:]); err != nil {
		t.Fatal(err)
	}
	rest, next, err := s.OutboxDue(t.Context(), "siem", 100, 1<<20)
	if len(rest) != 0 || !next.Equal(later) || err != nil {
		t.Errorf("%d are due, the next one at %v, %v", len(rest), next, err)
	}
	now.Time = later
	if again := dueAt(t, s, "siem"); len(again) != 1 || again[0].Attempts != 1 || again[0].ID != due[1].ID {
		t.Errorf("due later: %+v", again)
	}
	got := must[[]OutboxSink](t)(s.OutboxSinks(t.Context()))
	want := []OutboxSink{
		{Name: "hook", Waiting: 3, Oldest: start},
		{Name: "siem", Waiting: 1, Delivered: 1, Failed: 2, GivenUp: 1, Error: "status 400", ErrorAt: start, Oldest: start},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := must[int64](t)(s.OutboxPrune(t.Context(), later)); n != 0 {
		t.Errorf("%d messages that wait were removed", n)
	}
	must[int64](t)(s.OutboxGiveUp(t.Context(), "hook", later, "gone"))
	must[int64](t)(s.OutboxGiveUp(t.Context(), "siem", later, "gone"))
	if n := must[int64](t)(s.OutboxPrune(t.Context(), later)); n != 3 {
		t.Errorf("%d messages of 3 were removed", n)
	}
	wantSound(t, s)
}

func TestOutboxDropRoute(t *testing.T) {
	s := open(t)
	save(t, s, Scope{}, findingOn(values[0], 1), findingOn(values[1], 1))
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, tellAll(start)))
	if got := must[[]string](t)(s.OutboxRoutes(t.Context())); !slices.Equal(got, []string{"soc"}) {
		t.Errorf("routes are %q", got)
	}
	must[int64](t)(s.OutboxDropRoute(t.Context(), "soc"))
	if items, withdrawn, err := s.OutboxHeld(t.Context()); items != 0 || withdrawn != 2 || err != nil {
		t.Errorf("%d items left, %d withdrawn, %v", items, withdrawn, err)
	}
}

// TestOutboxPurge holds that nothing of a purged value stays in what is to be told, or was.
func TestOutboxPurge(t *testing.T) {
	s := open(t)
	about, other := findingOn(values[1], 1), findingOn(values[0], 1)
	other.Because = []string{"beside " + values[1].String()}
	save(t, s, Scope{}, about, other)
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, tellAll(start)))
	must[int](t)(s.OutboxSeal(t.Context(), "soc", time.Time{}, func(w OutboxWaiting) []OutboxPick {
		return []OutboxPick{{Groups: w.Groups, Load: 10}}
	}, func(*OutboxPicked) (*OutboxMessage, error) {
		return &OutboxMessage{ID: OutboxID{1}, Route: "soc", Sinks: []string{"hook"}, Made: start, Body: `{"value":"198.51.100.7"}`}, nil
	}))
	due := dueAt(t, s, "hook")
	if err := s.OutboxDone(t.Context(), "hook", []OutboxOutcome{{N: due[0].N, Next: start, Error: "198.51.100.7 is not known here"}}); err != nil {
		t.Fatal(err)
	}
	save(t, s, Scope{}, findingOn(values[1], 1, 2))
	must[OutboxTaken](t)(s.OutboxTake(t.Context(), 10, tellAll(start)))
	if len(holding(t, s, "198.51.100.7")) == 0 {
		t.Fatal("the value is not there: the test shows nothing")
	}
	must[Purged](t)(s.PurgeValue(t.Context(), values[1]))
	if names := holding(t, s, "198.51.100.7"); len(names) > 0 {
		t.Errorf("%q hold the value", names)
	}
	if items, _, err := s.OutboxHeld(t.Context()); items != 0 || err != nil {
		t.Errorf("%d items of a purged finding, %v", items, err)
	}
	wantSound(t, s)
}
