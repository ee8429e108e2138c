// Package outboxtest makes the messages that tests of sinks send.
package outboxtest

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/outbox/message"
	"stormglass/internal/telemetry"
)

// Made is when all messages were made.
var Made = time.Date(2026, 3, 1, 12, 0, 0, 123_000_000, time.UTC)

// Hostile is a text that every way out has to escape.
const Hostile = "a|b=c\\d\"e]f\r\nBcc: x@example.org <g>&\x1b[31m"

// Finding is a finding with something in every field.
func Finding() *hunt.Finding {
	v, s := observable.Of(observable.Addr, "198.51.100.7"), hunt.Subject{Addr: netip.MustParseAddr("192.0.2.9")}
	at := telemetry.Instant(Made.Add(-48 * time.Hour).UnixNano())
	return &hunt.Finding{
		ID: hunt.IndicatorFindingID(v, s), Value: v, Subject: s, Subjects: 1, Level: hunt.High, Because: []string{"a reason"}, First: at, Last: at + 60e9,
		Records: 2, Bytes: 1200, Kinds: []telemetry.Kind{telemetry.KindFlow}, Fields: []string{"destination.ip"}, Roles: hunt.Roles(hunt.RoleCalled),
		Warnings: []string{"a list"}, Also: []string{"Other Name"}, TLP: intel.Amber, Statements: 1,
		Days: []hunt.Day{{Day: at.Day(), Records: 2, Bytes: 1200, First: at, Last: at + 60e9, Samples: []hunt.Sample{{
			Source: "conn.log", Ordinal: 7, Occurred: at, Kind: telemetry.KindFlow, Field: "destination.ip", Seen: "198.51.100.7", Flow: "1:wCb3OG7yAFWelaUydu0D+125CLM=",
			Ends: telemetry.Ends{Src: s.Addr, Dst: v.Addr(), SrcPort: 40000, DstPort: 443, Proto: 6},
		}}}},
		Refs: []hunt.Ref{{
			Ref:    intel.Ref{ID: "indicator--1", Comment: "password: hunter2 " + Hostile},
			Source: &intel.Source{Format: "misp", Org: "Example CERT", Title: "A campaign", TLP: intel.Amber, Actors: []string{"Example Group"}},
		}},
	}
}

// maker makes findings that may leave.
var maker = message.Maker{Link: "https://stormglass.example/findings/", Name: func(netip.Addr) string { return "edge1" }}

// Single is a message of one finding.
func Single(t testing.TB) *message.Message {
	f := maker.Finding(Finding(), []string{"new"}, true)
	return done(t, &message.Message{Kind: message.KindFinding, Level: f.Level, TLP: f.TLP, Title: message.TitleOf(&f), Count: 1, Findings: []message.Finding{f}}, 1)
}

// Several is a message of n findings of one value.
func Several(t testing.TB, n int) *message.Message {
	m := &message.Message{Kind: message.KindFindings, Level: "high", TLP: "TLP:AMBER", Count: n}
	for i := range n {
		f := Finding()
		f.Subject.Addr = netip.AddrFrom4([4]byte{192, 0, byte(2 + i/256), byte(i)})
		f.ID = hunt.IndicatorFindingID(f.Value, f.Subject)
		m.Findings = append(m.Findings, maker.Finding(f, []string{"new"}, false))
	}
	m.Title = message.TitleOfMany(m.Findings, n, "high")
	return done(t, m, 2)
}

// RuleFinding is a finding of a rule with something in every field that one has.
func RuleFinding() *hunt.Finding {
	s := hunt.Subject{Kind: hunt.SubjectFields, Name: "user.name=noc, source.ip=192.0.2.9"}
	at := telemetry.Instant(Made.Add(-48 * time.Hour).UnixNano())
	r := &hunt.RuleInfo{
		Key: "6d844f0f-0000-4a46-8f19-33e7654edfc3", Title: "Account made on a router " + Hostile, Level: hunt.High, LevelStated: true,
		Description: "Finds accounts that are made\nby hand. password: hunter2 " + Hostile, Author: "Ana Example", Tags: []string{"attack.persistence", "attack.t1136.001", "attack.t1098"},
		References: []string{"https://vendor.example/guide"}, FalsePositives: []string{"A change that was asked for " + Hostile}, File: "rules/account.yml",
	}
	return &hunt.Finding{
		ID: hunt.RuleFindingID(r.Key, s), Rule: r, Subject: s, Subjects: 1, Level: hunt.High, First: at, Last: at + 60e9, Records: 2,
		Kinds: []telemetry.Kind{telemetry.KindEvent},
		Days: []hunt.Day{{Day: at.Day(), Records: 2, First: at, Last: at + 60e9, Samples: []hunt.Sample{{
			Source: "core.log", Ordinal: 7, Occurred: at, Kind: telemetry.KindEvent, Line: "username noc secret 0 hunter2",
		}}}},
	}
}

// Ruled is a message of one finding of a rule.
func Ruled(t testing.TB) *message.Message {
	f := maker.Finding(RuleFinding(), []string{"new"}, true)
	return done(t, &message.Message{Kind: message.KindFinding, Level: f.Level, TLP: f.TLP, Title: message.TitleOf(&f), Count: 1, Findings: []message.Finding{f}}, 6)
}

// Pointer is a message of a finding that may not leave.
func Pointer(t testing.TB) *message.Message {
	f := Finding()
	f.TLP = intel.Red
	p := maker.Pointer(f, []string{"new"})
	return done(t, &message.Message{Kind: message.KindPointer, Level: p.Level, Title: message.TitleOfPointer(&p), Count: 1, Pointers: []message.Pointer{p}}, 3)
}

// Summary is a message of so many findings that they are only counted.
func Summary(t testing.TB) *message.Message {
	p := maker.Pointer(Finding(), []string{"new"})
	p.TLP = ""
	return done(t, &message.Message{
		Kind: message.KindSummary, Level: "high", Title: "high: 1204 findings, too many to tell one by one (4 high, 1200 low)", Count: 1204,
		Levels: map[string]int{"high": 4, "low": 1200}, Pointers: []message.Pointer{p},
	}, 4)
}

// Alarm is an alarm of the service, with a text that has to be escaped.
func Alarm(t testing.TB) *message.Message {
	text := message.Clean(Hostile, 400)
	return done(t, &message.Message{
		Kind: message.KindAlarm, Level: "critical", Title: "critical: alarm loss of netflow: " + text, Count: 2,
		Alarm: &message.Alarm{Kind: "loss", Subject: "netflow", Text: text, At: Made, Last: Made.Add(time.Second)},
	}, 5)
}

// All is one of each kind, by name.
func All(t testing.TB) map[string]*message.Message {
	return map[string]*message.Message{"finding": Single(t), "rule": Ruled(t), "findings": Several(t, 3), "pointer": Pointer(t), "summary": Summary(t), "alarm": Alarm(t)}
}

// Numbered is a message of one finding with an id of its own.
func Numbered(t testing.TB, n int) *message.Message {
	m := *Single(t)
	return done(t, &m, n)
}

func done(t testing.TB, m *message.Message, n int) *message.Message {
	t.Helper()
	m.Schema, m.ID, m.Made, m.Instance, m.Route = message.Schema, fmt.Sprintf("%032x", n), Made, "collector 1", "soc"
	var err error
	if m.Body, err = m.Encode(); err != nil {
		t.Fatal(err)
	}
	return m
}
