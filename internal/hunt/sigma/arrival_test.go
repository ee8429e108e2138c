package sigma

import (
	"slices"
	"testing"

	"stormglass/content"
	"stormglass/internal/hunt/sigma/pipeline"
	"stormglass/internal/telemetry"
)

// byContent compiles rules by the pipelines that the program comes with.
func byContent(t testing.TB, text string) *Program {
	t.Helper()
	set, complaints := pipeline.Load(content.Pipelines())
	for _, c := range complaints {
		t.Errorf("pipelines: %s", c)
	}
	return Compile(parse(t, text), set, Options{})
}

func sourced(title, source, detection string) string {
	return "title: " + title + "\nlogsource: " + source + "\ndetection: " + detection + "\n---\n"
}

const fourSources = `title: windows
logsource: {product: windows, service: security}
detection: {s: {EventID: 1102}, condition: s}
---
title: any DNS
logsource: {category: dns}
detection: {s: {query: x.example}, condition: s}
---
title: Zeek's DNS
logsource: {product: zeek, service: dns}
detection: {s: {Z: 0}, condition: not s}
---
title: Cisco
logsource: {product: cisco, service: aaa}
detection: {keywords: ['archive tar'], condition: keywords}
`

// TestALogSourceArrivesWithItsFirstRecord, whether or not a rule matches, and no other does.
func TestALogSourceArrivesWithItsFirstRecord(t *testing.T) {
	p := byContent(t, fourSources)
	e := p.Evaluator()
	ask := func(b *telemetry.Batch, want ...bool) {
		t.Helper()
		e.Batch(b, func(int, int) {})
		s := p.Stats()
		if !slices.Equal(s.Arrived, want) {
			t.Errorf("arrived %v, want %v", s.Arrived, want)
		}
		for _, x := range s.Sources {
			if x.Rules != 1 || x.Cut != 0 {
				t.Errorf("source %+v", x)
			}
		}
	}
	events := func(raw, dataset string, pairs ...string) *telemetry.Batch {
		b := &telemetry.Batch{Kind: telemetry.KindEvent}
		event(b, raw, pairs...)
		b.Event[0].Dataset = dataset
		return b
	}
	ask(&telemetry.Batch{Kind: telemetry.KindDNS}, false, false, false, false)
	ask(events("sshd: nothing", "syslog"), false, false, false, false)
	question := &telemetry.Batch{Kind: telemetry.KindDNS}
	question.Append(1)
	ask(question, false, true, false, false)
	ask(events("%SYS-5-CONFIG_I: Configured from console", "syslog"), false, true, false, true)
	id := telemetry.FieldNamed("zeek.dns.Z")
	question.AddPair(&question.Head(0).Extra, id, "0")
	ask(question, false, true, true, true)
	ask(events("{}", "windows", "winlog.channel", "Security", "winlog.event_id", "4624"), true, true, true, true)
}

// TestWhatOnlyItsSourceStatesIsAskedOfIt: a rule on a column of Zeek's is not asked of other sensors' records, one on what all of
// them state is, and so with filters.
func TestWhatOnlyItsSourceStatesIsAskedOfIt(t *testing.T) {
	http := "{product: zeek, service: http}"
	p := byContent(t, sourced("own", http, "{s: {tags: x}, condition: not s}")+sourced("shared", http, "{s: {method: GET}, condition: s}")+
		sourced("reference", http, "{s: {'method|fieldref': tags}, condition: not s}")+
		"title: f\nlogsource: "+http+"\nfilter: {rules: any, s: {origin: y}, condition: not s}\n")
	b := &telemetry.Batch{Kind: telemetry.KindHTTP}
	for i := range 2 {
		b.HTTP[b.Append(uint64(i+1))].Method = "GET"
	}
	for field, text := range map[string]string{"zeek.http.trans_depth": "1", "zeek.http.origin": "y"} {
		b.AddPair(&b.Head(1).Extra, telemetry.FieldNamed(field), text)
	}
	if got, want := matches(p, b), []string{"1:0", "0:1", "1:1", "2:1"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if x := p.Explain(0, b, 0).Routes[0]; x.Routed || len(x.Own) != 1 || x.Own[0].Held {
		t.Errorf("explained %+v", x)
	}
}

// TestAskingWhereARecordComesFromIsBounded: what costs too much is given up, and said.
func TestAskingWhereARecordComesFromIsBounded(t *testing.T) {
	p := byContent(t, fourSources)
	p.budget.Steps = 1
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	for range 2000 {
		event(b, "a line that is "+string(make([]byte, 5000))+" % long", "x", "y")
	}
	e := p.Evaluator()
	for range 5 {
		e.Batch(b, func(int, int) {})
	}
	for _, x := range p.Stats().Sources {
		if cut := x.LogSource == "product=cisco service=aaa" && x.Kind == telemetry.KindEvent; cut != (x.Cut > 0) || x.Arrived {
			t.Errorf("%+v", x)
		}
	}
}
