package habit

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/hunt/analyse/analysetest"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// monday is the day on which tests begin.
var monday = time.Date(2025, 1, 6, 0, 0, 0, 0, time.UTC)

// used is one use of an account in a test.
type used struct {
	at         time.Time
	user, from string
	host       string
	pairs      map[string]string // besides
}

func at(day, hour, minute int) time.Time {
	return monday.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// login is a login to a router.
func login(day, hour, minute int, user, from string) used {
	return used{at(day, hour, minute), user, from, "edge-r1", map[string]string{"event.action": "login", "event.outcome": "success", "observer.vendor": "cisco"}}
}

func (u used) with(pairs ...string) used {
	m := maps.Clone(u.pairs)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	u.pairs = m
	return u
}

// batches makes batches of some uses each.
func batches(list []used, size int) (out []*telemetry.Batch) {
	for from := 0; from < len(list); from += size {
		b := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{Name: "a test"}}
		for n, u := range list[from:min(from+size, len(list))] {
			e := &b.Event[b.Append(uint64(from+n+1))]
			e.Occurred, e.Host = telemetry.InstantOf(u.at), u.host
			if u.from != "" {
				e.Src = netip.MustParseAddr(u.from)
			}
			i := len(b.Event) - 1
			for k, v := range u.pairs {
				b.AddPair(&b.Event[i].Pairs, telemetry.FieldNamed(k), v)
			}
			b.AddPair(&b.Event[i].Pairs, telemetry.FieldUserName, u.user)
		}
		out = append(out, b)
	}
	return out
}

// registers are what tests state.
func registers(t testing.TB) *register.Registers {
	t.Helper()
	r, err := register.Load(fstest.MapFS{
		"registers/accounts.yaml": {Data: []byte("accounts:\n  - {name: copier, kind: automation, hosts: [192.0.2.15]}\n  - {name: op-anna, kind: person, aliases: [anna@example.net]}\n  - {name: op-rest, kind: person}\n")},
		"registers/servers.yaml":  {Data: []byte("servers:\n  - {service: jump, addresses: [\"192.0.2.30/31\"]}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run runs an analyser, in the order given and shuffled: both must tell the same.
func run(t *testing.T, a analyse.Analyser, list []used) *analysetest.Run {
	t.Helper()
	env := analyse.Env{Registers: registers(t)}
	r := analysetest.Batches(t, a, env, batches(list, len(list))...)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	if diff := gocmp.Diff(r.Records, analysetest.Batches(t, a, env, batches(list, 7)...).Records, gocmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("the order matters: -in order +shuffled\n%s", diff)
	}
	return r
}

// told gives records as lines of some fields.
func told(r *analysetest.Run, fields ...string) (out []string) {
	for _, x := range r.Records {
		line := []string{x.At.Time().Format("2006-01-02T15:04"), x.Ends.Src.String()}
		for _, f := range fields {
			line = append(line, x.Fields[f])
		}
		out = append(out, strings.Join(line, " "))
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// work is some weeks of work: two engineers on working days from jump hosts, and a program every night.
func work(days int) (out []used) {
	for d := range days {
		out = append(out, login(d, 2, 0, "copier", "192.0.2.15"))
		if d%7 >= 5 {
			continue
		}
		for _, h := range []int{9, 11, 14} {
			out = append(out, login(d, h, 10, "op-anna", "192.0.2.30"), login(d, h, 20, "op-ben", "192.0.2.31"))
		}
	}
	return out
}

func TestFirstSeen(t *testing.T) {
	list := append(
		work(22),
		login(21, 10, 0, "op-ben", "192.0.2.77"), // new
		login(21, 10, 1, "anna@example.net", "192.0.2.30"), // another name of one that is known
		login(21, 10, 2, "copier", "192.0.2.15"),           // where it runs
		login(21, 10, 3, "copier", "192.0.2.30"),           // not where it runs
		login(21, 10, 4, "op-gita", "192.0.2.30"),          // somebody new
		login(21, 10, 5, "op-ben", "198.51.100.7").with("event.outcome", "failure"),
		used{at(21, 10, 6), "www", "198.51.100.8", "web-1", map[string]string{"event.action": "login", "event.outcome": "success"}}, // no device
		login(5, 10, 0, "op-ben", "192.0.2.79"), // while it warmed up
	)
	r := run(t, FirstSeen{}, list)
	same(t, told(r, "user.name", "stormglass.firstseen.what", "stormglass.firstseen.days"),
		"2025-01-27T10:03 192.0.2.30 copier pair 0",
		"2025-01-27T10:00 192.0.2.77 op-ben pair 16",
		"2025-01-27T10:04 192.0.2.30 op-gita pair 0",
	)
	if got := r.Account.Warming.String(); got != "2025-01-20" {
		t.Errorf("warming until %s", got)
	}
}

func TestOverlap(t *testing.T) {
	r := run(t, FirstSeen{}, []used{
		login(0, 10, 0, "op-ben", "192.0.2.77"), login(0, 10, 8, "op-ben", "192.0.2.77"), login(0, 10, 4, "op-ben", "192.0.2.31"), // one is no jump host
		login(0, 10, 0, "op-anna", "192.0.2.30"), login(0, 10, 8, "op-anna", "192.0.2.30"), login(0, 10, 4, "op-anna", "192.0.2.31"), // both are
		login(0, 10, 0, "op-cara", "192.0.2.77"), login(0, 10, 4, "op-cara", "192.0.2.78"), // one after the other
		login(0, 12, 0, "op-dan", "192.0.2.77").with("event.action", "session-end", "event.duration", "7200000000000"), login(0, 11, 0, "op-dan", "192.0.2.31"),
	})
	same(t, told(r, "user.name", "stormglass.firstseen.what", "stormglass.firstseen.other"),
		"2025-01-06T10:04 192.0.2.77 op-ben overlap 192.0.2.31",
		"2025-01-06T11:00 192.0.2.77 op-dan overlap 192.0.2.31",
	)
}

func TestHours(t *testing.T) {
	list := append(
		work(29),
		login(28, 3, 12, "op-ben", "192.0.2.31"), login(28, 4, 2, "op-ben", "192.0.2.31"), // a Monday night
		login(28, 15, 30, "op-anna", "192.0.2.30"), // beside an hour of hers
		login(26, 10, 0, "op-anna", "192.0.2.30"),  // a Saturday
		login(28, 3, 0, "op-new", "192.0.2.30"),    // little is known
		login(28, 4, 0, "copier", "192.0.2.15"),    // where it runs
		login(6, 3, 0, "op-ben", "192.0.2.31"),     // while it warmed up
	)
	r := run(t, Hours{}, list)
	same(t, told(r, "user.name", "stormglass.hours.weekday", "stormglass.hours.hour", "stormglass.hours.length", "stormglass.hours.days"),
		"2025-02-01T10:00 192.0.2.30 op-anna saturday 10 1 20",
		"2025-02-03T03:12 192.0.2.31 op-ben monday 3 2 21",
	)
}

func TestUsualWrapsAtMidnight(t *testing.T) {
	day := telemetry.InstantOf(at(28, 0, 0)).Day()
	p := profile{map[telemetry.Day]uint32{day - 8: 1 << 23, day - 7: 1 << 22}, day}
	for hour, want := range map[int]bool{0: true, 1: false, 21: true, 22: true, 23: true, 20: false} {
		if got := p.usual(hour); got != want {
			t.Errorf("hour %d of a Monday: usual is %v", hour, got)
		}
	}
}

func TestDormant(t *testing.T) {
	list := append(
		work(80),
		login(3, 10, 0, "op-ivar", "192.0.2.30"), login(70, 10, 20, "op-ivar", "192.0.2.30"),
		login(20, 10, 0, "op-away", "192.0.2.30"), login(70, 10, 20, "op-away", "192.0.2.30"), // fifty days
		login(70, 10, 0, "op-new", "192.0.2.30"),  // new
		login(72, 10, 0, "op-rest", "192.0.2.30"), // of the register
		used{at(3, 1, 0), "old", "", "web-1", map[string]string{"event.action": "session-start", "stormglass.session.via": "cron"}},
		used{at(71, 1, 0), "old", "", "web-1", map[string]string{"event.action": "session-start", "stormglass.session.via": "cron"}},
		login(4, 10, 0, "op-fail", "192.0.2.30"), login(71, 10, 0, "op-fail", "198.51.100.9").with("event.outcome", "failure"),
	)
	r := run(t, Dormant{}, list)
	same(t, told(r, "user.name", "stormglass.dormant.days", "stormglass.dormant.last"),
		"2025-03-17T10:20 192.0.2.30 op-ivar 67 2025-01-09T10:00:00Z",
		"2025-03-19T10:00 192.0.2.30 op-rest 91 ",
	)
	if got := r.Account.Warming.String(); got != "2025-03-07" {
		t.Errorf("warming until %s", got)
	}
}

// TestAttack: lines that name random accounts and sources keep to the bounds, and are counted where they do not fit.
func TestAttack(t *testing.T) {
	for _, a := range []analyse.Analyser{FirstSeen{}, Hours{}, Dormant{}} {
		rnd := rand.New(rand.NewPCG(1, 1))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r := analysetest.Within(t, a, analyse.Env{}, analyse.Limits{Memory: 1 << 20, Disk: 2 << 20}, func(each func(*telemetry.Batch)) {
			for range 60 {
				var list []used
				for range 1000 {
					list = append(list, login(0, 3, rnd.IntN(60), fmt.Sprintf("u%x", rnd.Uint64()), fmt.Sprintf("198.18.%d.%d", rnd.IntN(256), rnd.IntN(256))))
				}
				each(batches(list, 1000)[0])
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
		})
		if more := int64(after.HeapAlloc) - int64(before.HeapAlloc); more > 8<<20 {
			t.Errorf("%s: %d bytes more in memory", a.Name(), more)
		}
		if r.Account.Dropped == 0 || len(r.Records) > 0 {
			t.Errorf("%s: %d dropped, %d told", a.Name(), r.Account.Dropped, len(r.Records))
		}
	}
}
