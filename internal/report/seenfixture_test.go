package report

import (
	"fmt"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/observable"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// Numbers and secrets that no format may repeat.
const (
	seenIMSI   = "999991234567890"
	seenIMEI   = "490154203237519" // its check digit is wrong, so it is no value
	seenPhone  = "+49 151 1234 5678"
	seenSecret = "hunter2-geheim"
)

func clock(s string) time.Time { return at(s).Time() }

func asked(given string) seen.Question { return seen.Parse(given, false) }

// seenAddr is an address that was met on every day held, with records and something of everything.
func seenAddr() seen.Answer {
	return seen.Answer{
		Question: asked("203.0.113[.]7"), Verdict: seen.Seen,
		First: clock("2026-11-02T00:14:09Z"), Last: clock("2026-11-04T23:10:55Z"), Records: 1234,
		Kinds: map[telemetry.Kind]uint64{telemetry.KindFlow: 1200, telemetry.KindDNS: 34},
		Roles: hunt.Roles(hunt.RoleCalled) | hunt.Roles(hunt.RoleCalledUs),
		Days: []seen.Day{
			{Records: 12},
			{Day: day("2026-11-02"), Hours: 0b1111_1000_0000_0000_1111, Records: 400},
			{Day: day("2026-11-03"), Hours: 1<<24 - 1, Records: 800},
			{Day: day("2026-11-04"), Hours: 1 << 23, Records: 22},
		},
		Sensors: []seen.Sensor{{Name: "nfdump", Records: 34, Bytes: 1_000_000, Packets: 2000}, {Name: "zeek", Records: 1200, Bytes: 4_200_000, Packets: 9123}},
		Peers:   []string{"10.20.0.10", "10.20.0.11", "2001:db8:1::40", "rtr1"}, PeerCount: 12,
		Folded: []seen.Fold{{Day: day("2026-11-03"), As: "203.0.113.0/24", Values: 91}},
		Rows: []hunt.Sample{
			sample("/srv/case-17/flows/nfdump-2026-11-02.csv", 77123, "2026-11-02T00:14:09Z", "destination.ip", "203.0.113.7", ends("10.20.0.10", 40000, "203.0.113.7", 443), ""),
			sample("/srv/case-17/syslog/core.log", 4, "2026-11-04T23:10:55Z", "message", "203.0.113.7", telemetry.Ends{}, "sshd: refused 203.0.113.7 "+hostile),
		},
		RowsCut: true,
		RowsLost: []seen.RowsLost{
			{Day: day("2026-11-02"), Kind: telemetry.KindDNS, Why: "expired on 2026-11-08 (transit)"},
			{Day: day("2026-11-03"), Kind: telemetry.KindDNS, Why: "expired on 2026-11-08 (transit)"},
			{Day: day("2026-11-03"), Kind: telemetry.KindFlow, Why: "damaged"},
		},
	}
}

// seenDomain is a domain with names below it, met on more days than are drawn.
func seenDomain() seen.Answer {
	a := seen.Answer{
		Question: asked("evil-cdn[.]example"), Verdict: seen.Seen,
		First: clock("2026-10-05T01:00:00Z"), Last: clock("2026-11-04T20:00:00Z"),
		Kinds: map[telemetry.Kind]uint64{telemetry.KindDNS: 125}, Roles: hunt.Roles(hunt.RoleResolved),
		Sensors: []seen.Sensor{{Name: hostile, Records: 125}}, Peers: []string{"10.0.0.53"}, PeerCount: 1, ValueCount: 12_345,
		Values: []seen.Value{
			{Value: observable.Of(observable.Domain, "a.evil-cdn.example"), Records: 60},
			{Value: observable.Of(observable.Domain, "evil-cdn.example"), Records: 5},
		},
		Folded: []seen.Fold{{Day: day("2026-11-03"), As: "*.evil-cdn.example", Values: 1_204_331}},
	}
	for d := day("2026-10-05"); d <= day("2026-11-04"); d++ {
		if d%7 != 0 && d != day("2026-10-10") && d != day("2026-10-11") {
			a.Days = append(a.Days, seen.Day{Day: d, Hours: 1 << (uint(d) % 24), Records: 5})
			a.Records += 5
		}
	}
	return a
}

// seenUndated is a hash that only stands in records without a time.
func seenUndated() seen.Answer {
	return seen.Answer{
		Question: asked("d41d8cd98f00b204e9800998ecf8427e"), Verdict: seen.Seen, Records: 2, Kinds: map[telemetry.Kind]uint64{telemetry.KindFile: 2},
		Roles: hunt.Roles(hunt.RoleMentioned), Days: []seen.Day{{Records: 2}}, Sensors: []seen.Sensor{{Name: "edr", Records: 2}},
	}
}

func notExact() seen.Answer {
	return seen.Answer{
		Question: asked("x7f3.cdn.example.net"), Verdict: seen.NotExact,
		Why:    "values like it were so many on some days that they were not kept one by one",
		Folded: []seen.Fold{{Day: day("2026-11-02"), As: "*.example.net", Values: 20_000}, {Day: day("2026-11-04"), As: "*.example.net", Values: 1}},
	}
}

// wrong is a question that is no value.
func wrong(given string) seen.Answer {
	q := asked(given)
	if q.Err == nil {
		panic(given + " is a value")
	}
	return seen.Answer{Question: q, Verdict: seen.NoValue, Why: q.Err.Error()}
}

// lookedBack is a result with every verdict and every sort of trouble.
func lookedBack() *seen.Result {
	alone := seen.Parse("example.org", true)
	return &seen.Result{
		Answers: []seen.Answer{
			seenAddr(), seenDomain(), seenUndated(),
			{Question: asked("198.51.100.9")},
			{Question: alone},
			notExact(),
			{Question: asked("imsi:" + seenIMSI), Verdict: seen.NotKept, Why: "numbers of subscribers are masked before anything is kept"},
			{
				Question: asked("https://user:" + seenSecret + "@login.example/x?token=" + seenSecret), Verdict: seen.NotKept,
				Why: "it holds what is blanked before anything is kept: a secret, or a subscriber's number",
			},
			wrong(hostile), wrong("imei:" + seenIMEI), wrong(seenPhone), wrong("203.0.113.999"), wrong("password=" + seenSecret),
		},
		Window: seen.Window{
			First: day("2026-10-05"), Last: day("2026-11-04"), Held: 29, Missing: []telemetry.Day{day("2026-10-10"), day("2026-10-11")},
			Undated: true, Expired: day("2026-10-04"),
			Damaged: []depot.Hole{
				{Found: clock("2026-11-05T06:00:00Z"), What: "ledger/000017.seg", Kind: "names", To: day("2026-10-12"), Rows: 120_000, Why: "checksum of block 3 is wrong"},
				{Found: clock("2026-11-05T06:00:00Z"), What: "lake/flow/2026-11-03/00/1.parquet", Kind: "flow", From: day("2026-11-03"), To: day("2026-11-03"), Rows: 9, Why: "cut off " + hostile},
			},
		},
		Took: 3400 * time.Microsecond,
	}
}

// lookedBackMany is a result of more values than get a block each.
func lookedBackMany() *seen.Result {
	r := lookedBack()
	long := seenAddr()
	long.Question = asked("http://update.evil.example:8080/a/very/long/path/that/goes/on/and/on/until/it/does/not/fit/any/line/payload.bin?id=1")
	long.Rows = nil
	r.Answers = append(r.Answers, long)
	for i := range 60 {
		r.Answers = append(r.Answers, seen.Answer{Question: asked(fmt.Sprintf("192.0.2.%d", i))}, wrong(fmt.Sprintf("no value %d", i)))
	}
	return r
}

// lookedBackWhole is a result with nothing to complain of.
func lookedBackWhole() *seen.Result {
	a := seenAddr()
	a.Rows, a.RowsLost, a.RowsCut, a.Folded, a.Days = nil, nil, false, nil, a.Days[1:]
	return &seen.Result{
		Answers: []seen.Answer{a, {Question: asked("198.51.100.9")}},
		Window:  seen.Window{First: day("2026-11-02"), Last: day("2026-11-04"), Held: 3},
		Took:    200 * time.Microsecond,
	}
}

// lookedBackEmpty is a result of a folder that holds nothing of the time asked for.
func lookedBackEmpty() *seen.Result {
	return &seen.Result{
		Answers: []seen.Answer{{Question: asked("198.51.100.9")}},
		Window:  seen.Window{Since: day("2025-01-01"), Until: day("2025-01-31"), Expired: day("2025-10-04")},
	}
}
