package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// clock is a time that a test sets.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

// told gives what a sink was told: the kind of each message with the reasons of its findings.
func told(k *taker) (out []string) {
	for _, m := range k.messages() {
		line := []string{string(m.Kind)}
		for _, f := range m.Findings {
			line = append(line, f.Value, strings.Join(f.Reasons, "+"))
		}
		out = append(out, strings.Join(line, " "))
	}
	k.got = nil
	return out
}

func TestWhatIsTold(t *testing.T) {
	now := &clock{start}
	s, k := openStore(t, now.now), &taker{}
	b := openOutbox(t, s, configOf([]Route{{Name: "soc", To: []string{"siem"}}}, "siem"), Options{Now: now.now, Receivers: map[string]Receiver{"siem": k}})
	a := func(level hunt.Level, days ...telemetry.Day) *hunt.Finding {
		return found("a.example.net", "edge1", level, intel.Clear, days...)
	}
	steps := []struct {
		name string
		do   func()
		want []string
	}{
		{"it is new", func() { save(t, s, a(hunt.High, day)) }, []string{"finding a.example.net new"}},
		{"the same again", func() { save(t, s, a(hunt.High, day)) }, nil},
		{"more records of the day", func() {
			f := a(hunt.High, day)
			f.Days[0].Records = 9
			save(t, s, f)
		}, nil},
		{"a further day, on the same day", func() { save(t, s, a(hunt.High, day+1)) }, nil},
		{"an earlier day", func() { save(t, s, a(hunt.High, day-3)) }, []string{"finding a.example.net seen_earlier"}},
		{"a further day, a day later", func() {
			now.Time = now.Add(24 * time.Hour)
			save(t, s, a(hunt.High, day+2))
		}, []string{"finding a.example.net new_day"}},
		{"and another one on that day", func() { save(t, s, a(hunt.High, day+3)) }, nil},
		{"it is dismissed, and changes", func() {
			must[hunt.FindingID](t)(s.Dismiss(context.Background(), a(0, day).ID.String(), store.Act{Who: "ana", Reason: "ours"}, time.Time{}))
			now.Time = now.Add(24 * time.Hour)
			save(t, s, a(hunt.High, day+4))
		}, nil},
		{"it is open again, and changes", func() {
			must[hunt.FindingID](t)(s.Reopen(context.Background(), a(0, day).ID.String(), store.Act{Who: "ana", Reason: "no"}))
			f := a(hunt.High, day+3)
			f.Days[0].Records = 9
			save(t, s, f)
		}, []string{"finding a.example.net new_day"}},
	}
	for _, st := range steps {
		st.do()
		drive(t, b)
		if diff := cmp.Diff(st.want, told(k)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", st.name, diff)
		}
	}
}

// A record dated in the future keeps no later day from being told, one that an earlier version told of neither.
func TestFutureDaysKeepNothingBack(t *testing.T) {
	f := func(days ...telemetry.Day) *store.Stored {
		return &store.Stored{Finding: found("a.example.net", "edge1", hunt.High, intel.Clear, days...)}
	}
	now := start
	j := &judge{routes: []*route{{name: "all", to: []string{"siem"}}}, now: func() time.Time { return now }}
	first, err := j.judge(f(day, day+400), nil)
	if err != nil || first.Told == nil || first.Told.Last != day {
		t.Fatalf("%+v, %v", first.Told, err)
	}
	now = now.Add(24 * time.Hour)
	for _, told := range []*store.OutboxTold{first.Told, {Level: hunt.High, First: day, Last: day + 400, At: start}} {
		next, err := j.judge(f(day, day+1, day+400), told)
		if err != nil || len(next.Items) != 1 || next.Items[0].Reasons != reasonDay || next.Told.Last != day+1 {
			t.Errorf("told %+v: %+v, %v", told, next, err)
		}
	}
}

func TestRaisedLevelIsTold(t *testing.T) {
	for _, tt := range []struct {
		told hunt.Level
		now  hunt.Level
		want uint8
	}{{hunt.Low, hunt.High, reasonRaised}, {hunt.High, hunt.Low, 0}, {hunt.Low, hunt.Low, 0}} {
		f := found("a.example.net", "edge1", tt.now, intel.Clear, day)
		if got := reasonsFor(f, &store.OutboxTold{Level: tt.told, First: day, Last: day, At: start}, day, day, start); got != tt.want {
			t.Errorf("from %v to %v: reasons %b, want %b", tt.told, tt.now, got, tt.want)
		}
	}
}

func TestRouting(t *testing.T) {
	names := func(a netip.Addr) string {
		if a == netip.MustParseAddr("192.0.2.1") {
			return "edge-north/1"
		}
		return ""
	}
	amber := found("a.example.net", "edge1", hunt.High, intel.Amber, day)
	named := found("a.example.net", "192.0.2.1", hunt.High, intel.Clear, day)
	low := found("a.example.net", "core1", hunt.Low, intel.Clear, day)
	red := found("a.example.net", "edge1", hunt.High, intel.Red, day)
	redSource := found("a.example.net", "edge1", hunt.High, intel.Clear, day)
	redSource.Refs = []hunt.Ref{{Source: &intel.Source{TLP: intel.Red}}}
	tests := []struct {
		name   string
		routes []Route
		f      *hunt.Finding
		want   []string // route: sinks key
	}{
		{"no filter", []Route{{Name: "a", To: []string{"x", "y"}}}, low, []string{"a: x,y finding"}},
		{"level", []Route{{Name: "a", To: []string{"x"}, Level: "medium"}}, low, nil},
		{"device", []Route{{Name: "a", To: []string{"x"}, Devices: []string{"edge*"}}}, amber, []string{"a: x finding"}},
		{"another device", []Route{{Name: "a", To: []string{"x"}, Devices: []string{"edge*"}}}, low, nil},
		{"device by its name", []Route{{Name: "a", To: []string{"x"}, Devices: []string{"edge-*"}}}, named, []string{"a: x finding"}},
		{"device by its network", []Route{{Name: "a", To: []string{"x"}, Devices: []string{"192.0.2.0/24"}}}, named, []string{"a: x finding"}},
		{"rule", []Route{{Name: "a", To: []string{"x"}, Rules: []string{"indicator/*"}}}, low, []string{"a: x finding"}},
		{"another rule", []Route{{Name: "a", To: []string{"x"}, Rules: []string{"indicator/address"}}}, low, nil},
		{"each sink once", []Route{{Name: "a", To: []string{"x"}}, {Name: "b", To: []string{"x", "y"}}, {Name: "c", To: []string{"y"}}}, low, []string{"a: x finding", "b: y finding"}},
		{"who may carry it goes first", []Route{{Name: "a", To: []string{"x"}, TLP: "green"}, {Name: "b", To: []string{"x"}, TLP: "amber"}}, amber, []string{"b: x finding"}},
		{"a pointer where none may", []Route{{Name: "a", To: []string{"x"}, TLP: "green", Group: time.Minute}}, amber, []string{"a: x pointer"}},
		{"red goes nowhere", []Route{{Name: "a", To: []string{"x"}, TLP: "amber+strict", Group: time.Minute}}, red, []string{"a: x pointer"}},
		{"neither when only a source is red", []Route{{Name: "a", To: []string{"x"}, TLP: "amber+strict", Group: time.Minute}}, redSource, []string{"a: x pointer"}},
		{"a group is of a value", []Route{{Name: "a", To: []string{"x"}, Group: time.Minute}}, low, []string{"a: x value domain a.example.net"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := &judge{name: names, now: func() time.Time { return start }}
			for i := range tt.routes {
				j.routes = append(j.routes, must[*route](t)(newRoute(&tt.routes[i])))
			}
			var got []string
			for _, it := range j.items(tt.f, reasonNew, start) {
				key := it.Key
				if strings.HasPrefix(key, "finding ") {
					key = "finding"
				}
				got = append(got, fmt.Sprintf("%s: %s %s", it.Route, it.Sinks, key))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestNothingStrictLeaves holds that a message of what may not leave holds neither value nor subject nor source.
func TestNothingStrictLeaves(t *testing.T) {
	now := &clock{start}
	s, k := openStore(t, now.now), &taker{}
	subscriber := netip.MustParsePrefix("203.0.113.0/24")
	c := configOf([]Route{{Name: "soc", To: []string{"siem"}, TLP: "amber+strict", Group: time.Minute}}, "siem")
	c.Link = "https://stormglass.example/finding/"
	b := openOutbox(t, s, c, Options{Now: now.now, Subscriber: subscriber.Contains, Receivers: map[string]Receiver{"siem": k}})
	red := found("secret.example.net", "192.0.2.9", hunt.High, intel.Red, day)
	red.Refs = []hunt.Ref{{Source: &intel.Source{Title: "a secret report"}}}
	// The same value, of which one finding may leave and one may not: their message is of pointers.
	mixed, strict := found("mixed.example.net", "192.0.2.8", hunt.Low, intel.Clear, day), found("mixed.example.net", "192.0.2.7", hunt.Low, intel.Clear, day)
	sub := found("plain.example.net", "203.0.113.77", hunt.Low, intel.Clear, day)
	sub.Days[0].Samples = []hunt.Sample{{
		Source: "a.log", Seen: "plain.example.net", Flow: "1:abc", Line: "lease 203.0.113.77 +4915112345678", Fields: []hunt.SampleField{{Name: "x", Value: "203.0.113.77"}},
		Ends: telemetry.Ends{Src: netip.MustParseAddr("203.0.113.77"), Dst: netip.MustParseAddr("198.51.100.1"), SrcPort: 7},
	}}
	save(t, s, red, mixed, strict, sub)
	must[time.Time](t)(b.turn(context.Background()))
	strict.TLP = intel.Red // between taking and sealing
	save(t, s, strict)
	now.Time = now.Add(time.Minute)
	drive(t, b)
	var all strings.Builder
	for _, m := range k.messages() {
		all.Write(m.Body)
		all.WriteString(m.Text())
	}
	for _, bad := range []string{"secret", "mixed.example", "192.0.2.", "203.0.113.77", "1:abc", "lease", "49151"} {
		if strings.Contains(all.String(), bad) {
			t.Errorf("%q left:\n%s", bad, all.String())
		}
	}
	for _, good := range []string{red.ID.String(), mixed.ID.String(), strict.ID.String(), "plain.example.net", "203.0*****77", "https://stormglass.example/finding/" + red.ID.String(), "whose source is TLP:RED"} {
		if !strings.Contains(all.String(), good) {
			t.Errorf("%q is missing:\n%s", good, all.String())
		}
	}
}

func TestSubscriberValuesAreMasked(t *testing.T) {
	v := observable.Of(observable.IMSI, "tok:imsi:00000000:0123456789abcdef0123456789abcdef")
	m := &message.Maker{Privacy: message.Privacy{Subscriber: func(a netip.Addr) bool { return a == netip.MustParseAddr("203.0.113.7") }}}
	for _, v := range []observable.Value{
		v, observable.Of(observable.Addr, "203.0.113.7"), observable.Of(observable.Prefix, "203.0.113.7/32"),
		observable.Of(observable.URL, "http://203.0.113.7:81/x"), observable.Of(observable.Domain, "7.113.0.203.in-addr.arpa"),
	} {
		f := m.Finding(&hunt.Finding{Value: v, Subjects: 1}, nil, true)
		if !f.Masked || strings.Contains(f.Value+f.Defanged, "0.113") || strings.Contains(f.Value, "113.0") || strings.Contains(f.Value, "89abcdef") {
			t.Errorf("%v leaves as %q, %q", v, f.Value, f.Defanged)
		}
	}
}

func TestAlarmsAreToldTogether(t *testing.T) {
	now := &clock{start}
	s, k, other := openStore(t, now.now), &taker{}, &taker{}
	c := configOf([]Route{{Name: "soc", To: []string{"siem"}, Group: time.Hour}, {Name: "rest", To: []string{"siem", "hook"}, NoAlarms: true}}, "siem", "hook")
	b := openOutbox(t, s, c, Options{Now: now.now, Receivers: map[string]Receiver{"siem": k, "hook": other}})
	for i, text := range []string{"1 lost", "2 lost", "3 lost"} {
		err := b.Alarm(context.Background(), Alarm{Kind: "loss", Subject: "netflow\n:2055", Text: text, Level: hunt.High, At: start.Add(time.Duration(i) * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Alarm(context.Background(), Alarm{Kind: "canary_missing", Text: "none came", Level: hunt.Critical}); err != nil {
		t.Fatal(err)
	}
	drive(t, b)
	var got []message.Alarm
	for _, m := range k.messages() {
		got = append(got, *m.Alarm)
	}
	want := []message.Alarm{
		{Kind: "loss", Subject: `netflow\n:2055`, Text: "3 lost", At: start, Last: start.Add(2 * time.Second)},
		{Kind: "canary_missing", Text: "none came", At: start, Last: start},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := len(other.messages()); n != 0 {
		t.Errorf("%d alarms went where none are wanted", n)
	}
}

// TestLevelsKeepNoAlarmOut: the route that packaging/stormglass.yaml suggests is told of every alarm, low ones too.
func TestLevelsKeepNoAlarmOut(t *testing.T) {
	now := &clock{start}
	s, k := openStore(t, now.now), &taker{}
	b := openOutbox(t, s, configOf([]Route{{Name: "soc", To: []string{"siem"}, Level: "high", Group: 10 * time.Minute}}, "siem"), Options{Now: now.now, Receivers: map[string]Receiver{"siem": k}})
	save(t, s, found("a.example.net", "edge1", hunt.Medium, intel.Clear, day))
	for level := hunt.Informational; level <= hunt.Critical; level++ {
		if err := b.Alarm(context.Background(), Alarm{Kind: "loss", Subject: level.String(), Text: "some", Level: level}); err != nil {
			t.Fatal(err)
		}
	}
	drive(t, b)
	var got []string
	for _, m := range k.messages() {
		got = append(got, m.Title)
	}
	slices.Sort(got)
	want := []string{
		"critical: alarm loss of critical: some", "high: alarm loss of high: some", "informational: alarm loss of informational: some",
		"low: alarm loss of low: some", "medium: alarm loss of medium: some",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestSkippedValuesAreNotTold: of the service's own canary nobody hears, of anything else they do.
func TestSkippedValuesAreNotTold(t *testing.T) {
	now := &clock{start}
	s, k := openStore(t, now.now), &taker{}
	canary := found("canary.example.net", "edge1", hunt.High, intel.Clear, day)
	b := openOutbox(t, s, configOf([]Route{{Name: "soc", To: []string{"siem"}}}, "siem"), Options{
		Now: now.now, Receivers: map[string]Receiver{"siem": k}, Skip: func(v observable.Value) bool { return v == canary.Value },
	})
	save(t, s, canary, found("a.example.net", "edge1", hunt.High, intel.Clear, day))
	drive(t, b)
	if diff := cmp.Diff([]string{"finding a.example.net new"}, told(k)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatIsNoLongerConfigured(t *testing.T) {
	now := &clock{start}
	s := openStore(t, now.now)
	failing := &taker{answer: func(*message.Message) error { return errors.New("down") }}
	c := configOf([]Route{{Name: "soc", To: []string{"old"}}, {Name: "later", To: []string{"siem"}, Group: time.Hour}}, "old", "siem")
	b := openOutbox(t, s, c, Options{Now: now.now, Receivers: map[string]Receiver{"old": failing, "siem": &taker{}}})
	save(t, s, many(3, hunt.High)...)
	drive(t, b)
	b = openOutbox(t, s, configOf([]Route{{Name: "soc", To: []string{"siem"}}}, "siem"), Options{Now: now.now, Receivers: map[string]Receiver{"siem": &taker{}}})
	if err := b.tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := must[Stats](t)(b.Stats(context.Background()))
	if len(got.Sinks) != 2 || got.Sinks[0].GivenUp != 3 || got.Sinks[0].Waiting != 0 || got.Sinks[0].Type != "" || got.Held != 0 || got.Withdrawn != 3 {
		t.Errorf("stats are %+v", got)
	}
}

// TestRetries holds, on a clock of its own, what becomes of messages to sinks that fail.
func TestRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, time.Now)
		begin, tries := time.Now(), []time.Duration{}
		flaky := &taker{answer: func(*message.Message) error {
			tries = append(tries, time.Since(begin))
			if len(tries) < 4 {
				return errors.New("connection refused\nby \x1b[31mthem")
			}
			return nil
		}}
		slow := &taker{answer: func(*message.Message) error {
			return &message.PostponedError{Err: errors.New("busy"), After: 30 * time.Minute}
		}}
		refusing := &taker{answer: func(*message.Message) error { return message.Refused(errors.New("400")) }}
		c := configOf([]Route{{Name: "soc", To: []string{"flaky", "slow", "refusing"}}}, "flaky", "slow", "refusing")
		c.GiveUpAfter = 2 * time.Hour
		b := openOutbox(t, s, c, Options{Receivers: map[string]Receiver{"flaky": flaky, "slow": slow, "refusing": refusing}})
		save(t, s, many(1, hunt.High)...)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if len(tries) != 4 || len(flaky.messages()) != 1 {
			t.Fatalf("tried at %v, %d arrived", tries, len(flaky.messages()))
		}
		for i, gap := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second} {
			if got := tries[i+1] - tries[i]; got < gap/2 || got > gap {
				t.Errorf("between try %d and the next %v passed, not %v to %v", i, got, gap/2, gap)
			}
		}
		stats := must[Stats](t)(b.Stats(ctx))
		bySink := map[string]SinkStats{}
		for _, one := range stats.Sinks {
			bySink[one.Name] = one
		}
		if f := bySink["flaky"]; f.FailedTries != 3 || f.Delivered != 1 || f.LastError != `connection refused\nby \x1b[31mthem` {
			t.Errorf("flaky: %+v", f)
		}
		if f := bySink["slow"]; f.FailedTries != 1 || f.Waiting != 1 || !f.Oldest.Equal(begin) {
			t.Errorf("slow, within its half hour: %+v", f)
		}
		if f := bySink["refusing"]; f.FailedTries != 1 || f.GivenUp != 1 || f.Waiting != 0 {
			t.Errorf("refusing: %+v", f)
		}
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		for _, one := range must[Stats](t)(b.Stats(t.Context())).Sinks {
			if one.Name == "slow" && (one.GivenUp != 1 || one.Waiting != 0 || one.FailedTries > 6) {
				t.Errorf("slow, after it was given up: %+v", one)
			}
		}
	})
}

// TestSlowSinkHoldsUpNoOther has one sink hang while another one takes everything.
func TestSlowSinkHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, quick := openStore(t, time.Now), &taker{}
		c := configOf([]Route{{Name: "soc", To: []string{"hung", "quick"}, Rate: Rate{100, time.Second}}}, "hung", "quick")
		b := openOutbox(t, s, c, Options{Receivers: map[string]Receiver{"hung": hung{}, "quick": quick}})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		for _, f := range many(5, hunt.High) {
			save(t, s, f)
			b.Kick()
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if n := len(quick.messages()); n != 5 {
			t.Errorf("%d messages of 5 arrived", n)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// hung takes nothing before its time is over.
type hung struct{}

func (hung) Deliver(ctx context.Context, _ []*message.Message) []error {
	<-ctx.Done()
	return []error{ctx.Err()}
}
func (hung) Close() error { return nil }

func TestOpenRefusesWhatIsWrong(t *testing.T) {
	s := openStore(t, time.Now)
	_, err := Open(s, configOf([]Route{{Name: "soc", To: []string{"siem"}}}), Options{})
	if err == nil || !strings.Contains(err.Error(), `routes[0].to: there is no sink "siem"`) {
		t.Errorf("got %v", err)
	}
	k := &taker{}
	c := configOf(nil, "a", "b")
	c.Sinks["b"] = Sink{Type: TypeWebhook, URL: "https://example.org/", SecretFile: "/nowhere/secret"}
	if _, err := Open(s, c, Options{Receivers: map[string]Receiver{"a": k}}); err == nil || !strings.Contains(err.Error(), "sink b: read secret_file") || !k.closed {
		t.Errorf("got %v, the other sink is closed: %v", err, k.closed)
	}
	if !slices.Contains(reasonsOf(reasonNew|reasonDay), "new_day") {
		t.Error("a reason has no name")
	}
}
