package unheard

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strconv"
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

// line is a line of a log in a test, or a flow when it has none of its host.
type line struct {
	at    time.Time
	host  string
	from  string
	pairs map[string]string
	flow  *telemetry.Flow
}

func at(day, hour, minute int) time.Time {
	return time.Date(2025, 1, 6+day, hour, minute, 0, 0, time.UTC)
}

// says is a line of a device.
func says(t time.Time, host string, pairs ...string) line {
	l := line{at: t, host: host, pairs: map[string]string{"observer.vendor": "cisco"}}
	for i := 0; i < len(pairs); i += 2 {
		l.pairs[pairs[i]] = pairs[i+1]
	}
	return l
}

func numberedLine(t time.Time, host string, n int) line {
	return says(t, host, "event.sequence", strconv.Itoa(n))
}

// batches makes batches of events, then of flows.
func batches(list []line, size int) (out []*telemetry.Batch) {
	for _, kind := range []telemetry.Kind{telemetry.KindEvent, telemetry.KindFlow} {
		var b *telemetry.Batch
		for n, l := range list {
			if (l.flow != nil) != (kind == telemetry.KindFlow) {
				continue
			}
			if b == nil || b.Len() >= size {
				b = &telemetry.Batch{Kind: kind, Source: &telemetry.Source{Name: "a test"}}
				out = append(out, b)
			}
			i := b.Append(uint64(n + 1))
			if l.flow != nil {
				h := b.Flow[i].Head
				b.Flow[i] = *l.flow
				b.Flow[i].Head = h
				b.Flow[i].Occurred = telemetry.InstantOf(l.at)
				continue
			}
			b.Event[i].Occurred, b.Event[i].Host, b.Event[i].Dataset = telemetry.InstantOf(l.at), l.host, "syslog"
			if l.from != "" {
				b.Event[i].Src = netip.MustParseAddr(l.from)
			}
			for k, v := range l.pairs {
				b.AddPair(&b.Event[i].Pairs, telemetry.FieldNamed(k), v)
			}
		}
	}
	return out
}

func registers(t testing.TB) *register.Registers {
	t.Helper()
	r, err := register.Load(fstest.MapFS{
		"registers/devices.yaml": {Data: []byte("devices:\n" +
			"  - {id: core-r1, names: [core-r1.example.net], addresses: [192.0.2.1], exporter: {address: 192.0.2.1}}\n" +
			"  - {id: core-r2, names: [core-r2.example.net], addresses: [192.0.2.2], exporter: {address: 192.0.2.2}}\n")},
		"registers/servers.yaml": {Data: []byte("servers:\n  - {service: jump, addresses: [\"192.0.2.30/31\"]}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run runs an analyser, in the order given and shuffled, with some of the lines doubled: all must tell the same.
func run(t *testing.T, a analyse.Analyser, list []line) *analysetest.Run {
	t.Helper()
	env := analyse.Env{Registers: registers(t)}
	r := analysetest.Batches(t, a, env, batches(list, len(list))...)
	list = append(list, list[:len(list)/3]...)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
	again := analysetest.Batches(t, a, env, batches(list, 50)...)
	for _, x := range append(r.Records, again.Records...) {
		delete(x.Fields, "stormglass.aaasilent.signs") // doubled lines are more signs
	}
	if diff := gocmp.Diff(r.Records, again.Records, gocmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("order and doubled lines matter: -in order +shuffled\n%s", diff)
	}
	return r
}

func told(r *analysetest.Run, fields ...string) (out []string) {
	for _, x := range r.Records {
		l := []string{x.At.Time().Format("2006-01-02T15:04"), x.Host}
		for _, f := range fields {
			l = append(l, x.Fields[f])
		}
		out = append(out, strings.Join(l, " "))
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func exported(t time.Time, by string) line {
	return line{at: t, flow: &telemetry.Flow{Export: telemetry.Export{Exporter: netip.MustParseAddr(by)}}}
}

// hourly is what steady devices write, but for what quiet says.
func hourly(days int, quiet func(host string, day, hour int) bool) (out []line) {
	for d := range days {
		for h := range 24 {
			for _, host := range []string{"core-r1.example.net", "CORE-R2", "acc-r3", "acc-r4"} {
				if !quiet(host, d, h) {
					out = append(out, says(at(d, h, 30), host))
				}
			}
			out = append(out, exported(at(d, h, 10), "192.0.2.1"))
			if d != 9 || h < 6 {
				out = append(out, exported(at(d, h, 10), "192.0.2.2"))
			}
		}
		out = append(out, says(at(d, 23, 55), "acc-r4"))
	}
	return out
}

func TestSilence(t *testing.T) {
	r := run(t, Silence{}, hourly(10, func(host string, d, h int) bool {
		switch host {
		case "core-r1.example.net":
			return d == 8 && h >= 22 || d == 9 && h < 4 // over midnight, its flows go on
		case "CORE-R2":
			return d == 9 && h >= 6 && h < 10 // with its flows
		case "acc-r3":
			return d == 9 && h >= 12 && h < 14 // not long
		}
		return d == 9 && h == 20 || d == 2 && h >= 3 && h < 8
	}))
	same(t, told(r, "stormglass.silence.hours", "stormglass.silence.flows", "event.start", "event.end"),
		"2025-01-15T00:00 core-r1.example.net 6 true 2025-01-14T22:00:00Z 2025-01-15T04:00:00Z",
		"2025-01-15T06:00 CORE-R2 4 false 2025-01-15T06:00:00Z 2025-01-15T10:00:00Z",
	)
	if got := r.Account.Warming.String(); got != "2025-01-13" {
		t.Errorf("warming until %s", got)
	}
}

// TestForgedLinesAreSilence: lines that another machine sends in the name of a router which fell silent do not make it speak.
func TestForgedLinesAreSilence(t *testing.T) {
	list := hourly(10, func(host string, d, h int) bool { return host == "core-r1.example.net" && d == 9 && h >= 12 && h < 18 })
	for h := 12; h < 18; h++ {
		list = append(list, says(at(9, h, 30), "core-r1.example.net", "log.source.address", "192.0.2.1", "stormglass.log.relay.address", "198.51.100.66"))
	}
	same(t, told(run(t, Silence{}, list), "stormglass.silence.hours"), "2025-01-15T12:00 core-r1.example.net 6")
}

// TestSilentCollector: when most are silent nobody is called so, and it is said.
func TestSilentCollector(t *testing.T) {
	r := run(t, Silence{}, hourly(9, func(host string, d, h int) bool { return d == 8 && h >= 3 && h < 9 && host != "acc-r4" }))
	same(t, told(r))
	if n := r.Account.NotAssessed; len(n) == 0 || n[len(n)-1] != "2025-01-14: most devices were silent at 03:00, as if the collector had been" {
		t.Errorf("%q", n)
	}
}

// counting is what devices write that number their messages: one every ten minutes, from 1000 times the number of the device.
func counting(days int, skip func(host string, n int) (by int, lost bool)) (out []line) {
	for k, host := range []string{"core-r1", "core-r2", "acc-r3", "acc-r4"} {
		n := 1000 * (k + 1)
		for i := range days * 144 {
			by, lost := skip(host, i)
			n += 1 + by
			if !lost {
				out = append(out, numberedLine(at(0, 0, 10*i+5), host, n))
			}
		}
	}
	return out
}

func TestSequence(t *testing.T) {
	list := counting(2, func(host string, i int) (int, bool) {
		switch {
		case host == "core-r1" && i == 60: // at 10:00
			return 57, false
		case host == "core-r2" && i == 200: // the next day at 09:20: begins anew
			return -2000, false
		case host == "acc-r3" && i == 100: // the same, with a restart
			return -3000, false
		case i == 30: // all of them: lost on the way
			return 0, true
		case host == "acc-r4" && i >= 143 && i <= 145: // over midnight
			return 0, true
		}
		return 0, false
	})
	list = append(list, says(at(0, 16, 30), "acc-r3", "event.action", "system-start"))
	list = append(list, numberedLine(at(0, 20, 0), "core-r1", 2_000_000_000)) // forged
	list = append(list, numberedLine(at(0, 19, 58), "core-r1", 1150))         // late: received, and dated so
	r := run(t, Sequence{}, list)
	same(t, told(r, "stormglass.sequence.what", "stormglass.sequence.missing", "stormglass.sequence.after", "stormglass.sequence.next", "event.start", "event.end"),
		"2025-01-06T10:05 core-r1 gap 57 1060 1118 2025-01-06T09:55:00Z 2025-01-06T10:05:00Z",
		"2025-01-07T09:25 core-r2 reset  2200 201 2025-01-07T09:15:00Z 2025-01-07T09:25:00Z",
		"2025-01-07T00:25 acc-r4 gap 3 4143 4147 2025-01-06T23:45:00Z 2025-01-07T00:25:00Z",
	)
}

// TestUsualLoss: the numbers of a device that loses messages all the time mean nothing.
func TestUsualLoss(t *testing.T) {
	r := run(t, Sequence{}, counting(5, func(host string, i int) (int, bool) { return 0, host == "core-r1" && i%70 == 69 }))
	for _, x := range r.Records {
		if x.At.Day() > telemetry.InstantOf(at(3, 0, 0)).Day() {
			t.Errorf("%s %v", x.Host, x.Fields)
		}
	}
	if len(r.Records) == 0 {
		t.Error("the first losses are not told of")
	}
}

func TestCountsWrittenAndRead(t *testing.T) {
	n := numbers{name: "r1", restarts: []int64{5}, counts: []stretch{{1, 9, 3, 7}}, losses: []loss{{1, 2, 9, 3}}, lines: 4}
	for _, want := range []numbers{n, {name: "r1", lines: 9, wild: true}} {
		got, ok := numbersOf(want.row())
		if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(numbers{}, stretch{}, loss{})); diff != "" || !ok {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	whole := n.row()
	for i := range whole {
		if _, ok := numbersOf(whole[:i]); ok {
			t.Errorf("%d of %d bytes are read as a row", i, len(whole))
		}
	}
}

// accounted is a record of an AAA server.
func accounted(t time.Time, host, action string, pairs ...string) line {
	return says(t, host, append([]string{"event.action", action, "user.name", "op-ben", "stormglass.aaa.record", "stop"}, pairs...)...) // a later pair counts
}

func TestAccounting(t *testing.T) {
	from := func(l line, a string) line { l.from = a; return l }
	session := line{at: at(1, 15, 0), flow: &telemetry.Flow{
		Ends: telemetry.Ends{Src: netip.MustParseAddr("192.0.2.30"), Dst: netip.MustParseAddr("192.0.2.2"), DstPort: 22, Proto: 6}, Duration: 9 * time.Minute, DstBytes: 90_000,
	}}
	short := line{at: at(1, 18, 0), flow: &telemetry.Flow{Ends: session.flow.Ends, Duration: 3 * time.Second, DstBytes: 2400}}
	var list []line
	for d := range 2 {
		for h := 6; h < 22; h += 2 {
			list = append(list, accounted(at(d, h, 0), "acc-r3", "command"), accounted(at(d, h, 5), "acc-r4", "command"))
		}
		for _, h := range []int{8, 9, 10} {
			list = append(list, from(says(at(d, h, 0), "core-r1.example.net", "event.action", "login", "user.name", "op-ben"), "192.0.2.30"),
				accounted(at(d, h, 1), "192.0.2.1", "command"), accounted(at(d, h, 1), "core-r2", "session-start"))
		}
	}
	list = append(
		list,
		from(says(at(1, 13, 20), "CORE-R1", "event.action", "login", "event.outcome", "success", "user.name", "op-cara"), "192.0.2.31"),
		says(at(1, 13, 25), "core-r1", "event.action", "config-change", "user.name", "op-cara"),
		accounted(at(1, 13, 15), "core-r1", "command"), // of somebody else
		accounted(at(0, 7, 0), "acc-r4", "command", "user.name", "op-cara"),
		session, short,
		from(says(at(1, 16, 0), "core-r1", "event.action", "login", "event.outcome", "failure", "user.name", "x"), "198.51.100.9"),
		says(at(1, 17, 0), "core-r1", "event.action", "config-change", "stormglass.session.via", "console", "user.name", "console"),
		from(says(at(1, 12, 0), "acc-r9", "event.action", "login", "user.name", "op-ben"), "192.0.2.30"), // AAA servers never tell of it
		accounted(at(1, 20, 0), "core-r2", "session-end", "event.duration", "7200000000000"),
		says(at(1, 18, 45), "core-r2", "event.action", "config-change", "user.name", "op-ben"),             // in that session
		from(says(at(0, 23, 50), "core-r1", "event.action", "login", "user.name", "op-ben"), "192.0.2.30"), // told of by the next day
	)
	r := run(t, Accounting{}, list)
	same(t, told(r, "user.name", "stormglass.aaasilent.what", "stormglass.aaasilent.last", "event.start", "event.end"),
		"2025-01-07T00:00 core-r1 op-ben login 2025-01-06T10:00:00Z 2025-01-06T23:50:00Z 2025-01-06T23:50:00Z",
		"2025-01-07T13:20 CORE-R1 op-cara config-change 2025-01-07T13:15:00Z 2025-01-07T13:20:00Z 2025-01-07T13:25:00Z",
		"2025-01-07T15:00 core-r2  flow 2025-01-07T10:00:00Z 2025-01-07T15:00:00Z 2025-01-07T15:00:00Z",
	)
}

// TestAccountingOut: when AAA servers tell of nobody, nobody is told of; without any it is not assessed.
func TestAccountingOut(t *testing.T) {
	list := []line{accounted(at(0, 8, 0), "core-r1", "command"), accounted(at(0, 9, 0), "core-r1", "command"), accounted(at(0, 10, 0), "core-r1", "command")}
	sign := says(at(0, 20, 0), "core-r1", "event.action", "config-change", "user.name", "op-ben")
	same(t, told(run(t, Accounting{}, append(list, sign))))
	r := run(t, Accounting{}, []line{sign})
	if len(r.Account.NotAssessed) != 1 || r.Account.NotAssessed[0] != "no AAA server tells of devices" {
		t.Errorf("%q", r.Account.NotAssessed)
	}
}

// TestAttack: lines of random devices keep to the bounds, and do not hide a silence of one that has been there for days.
func TestAttack(t *testing.T) {
	quiet := hourly(9, func(host string, d, h int) bool { return host == "core-r1.example.net" && d == 8 && h >= 3 && h < 9 })
	for _, a := range []analyse.Analyser{Silence{}, Sequence{}, Accounting{}} {
		rnd := rand.New(rand.NewPCG(1, 1))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r := analysetest.Within(t, a, analyse.Env{Registers: registers(t)}, analyse.Limits{Memory: 1 << 20, Disk: 2 << 20}, func(each func(*telemetry.Batch)) {
			for _, b := range batches(quiet, 500) {
				each(b)
			}
			for range 60 {
				var list []line
				for range 1000 {
					list = append(list, accounted(at(8, 1, rnd.IntN(60)), fmt.Sprintf("r%x", rnd.Uint64()), "command"))
					list = append(list, numberedLine(at(8, 1, rnd.IntN(60)), fmt.Sprintf("r%x", rnd.Uint64()), rnd.IntN(1e9)))
				}
				each(batches(list, 2000)[0])
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
		})
		if more := int64(after.HeapAlloc) - int64(before.HeapAlloc); more > 8<<20 {
			t.Errorf("%s: %d bytes more in memory", a.Name(), more)
		}
		if r.Account.Dropped == 0 {
			t.Errorf("%s: nothing was dropped: the test asks too little", a.Name())
		}
		if a.Name() == "silence" {
			same(t, told(r, "stormglass.silence.hours"), "2025-01-14T03:00 core-r1.example.net 6")
		}
	}
}
