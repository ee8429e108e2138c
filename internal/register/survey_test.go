package register

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
)

// surveyed is 40 edge routers that use an NTP server (two of them another one), and what else a survey may meet.
func surveyed() []*telemetry.Batch {
	at := day("2024-05-01")
	flows := &telemetry.Batch{Kind: telemetry.KindFlow}
	flow := func(src, dst string, proto uint8, port uint16, answered telemetry.Answer) {
		var f telemetry.Flow
		at += telemetry.Instant(time.Hour)
		f.Occurred, f.Src, f.Dst, f.Proto, f.DstPort, f.SrcPort, f.Answered = at, netip.MustParseAddr(src), netip.MustParseAddr(dst), proto, port, 40000, answered
		flows.Flow = append(flows.Flow, f)
	}
	for i := range 40 {
		router := fmt.Sprintf("192.0.2.%d", i+1)
		if i < 38 {
			flow(router, "10.20.0.5", 17, 123, telemetry.Answered)
		} else {
			flow(router, "203.0.113.77", 17, 123, telemetry.Answered)
		}
		flow(router, "10.20.0.6", 6, 49, telemetry.Answered)
		flow("10.20.0.30", router, 6, 22, telemetry.Answered)
		flow("198.51.100.9", router, 6, 22, telemetry.Refused) // scans
		flow("198.51.100.9", router, 17, 161, telemetry.Unanswered)
	}
	flow("198.51.100.66", "192.0.2.4", 6, 22, telemetry.Answered)
	flow("192.0.2.3", "198.51.100.200", 47, 0, telemetry.Answered)
	flow("192.0.2.3", "192.0.2.4", 47, 0, telemetry.Answered)
	flow("100.64.0.9", "8.8.8.8", 17, 53, telemetry.Answered) // a subscriber
	flow("192.0.2.1", "224.0.0.1", 17, 123, telemetry.Unanswered)
	flows.Flow[0].Exporter, flows.Flow[0].Domain = netip.MustParseAddr("10.10.0.9"), 5
	back := flows.Flow[1]
	back.Src, back.Dst, back.SrcPort, back.DstPort, back.OneWay = back.Dst, back.Src, back.DstPort, back.SrcPort, true
	flows.Flow = append(flows.Flow, back)

	events := &telemetry.Batch{Kind: telemetry.KindEvent}
	event := func(host, dataset string, pairs ...string) {
		start := uint32(len(events.Pairs))
		for i := 0; i < len(pairs); i += 2 {
			events.Pairs = append(events.Pairs, telemetry.Pair{Field: telemetry.FieldNamed(pairs[i]), Text: pairs[i+1]})
		}
		e := telemetry.Event{Host: host, Dataset: dataset, Pairs: telemetry.Span{Start: start, Len: uint32(len(pairs) / 2)}}
		at += telemetry.Instant(time.Hour)
		e.Occurred = at
		events.Event = append(events.Event, e)
	}
	for range 10 {
		event("edge-0", "syslog", "user.name", "Rancid", "process.command_line", "show  run", "source.ip", "10.20.0.20")
		event("edge-1", "syslog", "user.name", "rancid", "process.command_line", "show version <cr>", "source.ip", "10.20.0.20")
	}
	event("edge-1", "syslog", "user.name", "alice", "event.outcome", "success", "source.ip", "10.20.0.30")
	event("edge-1", "syslog", "user.name", "alice", "event.outcome", "success", "source.ip", "198.51.100.66")
	event("edge-1", "syslog", "user.name", "Tr0ub4dor&3", "event.outcome", "failure", "source.ip", "10.20.0.30")
	event("edge-1", "syslog", "user.name", "+447700900123", "event.outcome", "success")
	event("workstation-7", "windows", "user.name", "bob", "event.outcome", "success")
	event("new-router", "syslog")
	event("New-Router", "syslog")
	event("odd\x1bname", "syslog")
	return []*telemetry.Batch{flows, events}
}

func edgeDevices() string {
	var b strings.Builder
	b.WriteString("id,addresses,role\n")
	for i := range 40 {
		fmt.Fprintf(&b, "edge-%d,192.0.2.%d,edge\n", i, i+1)
	}
	return b.String()
}

const surveyNetworks = `networks:
- {prefix: 192.0.2.0/25, class: infrastructure}
- {prefix: 100.64.0.0/10, class: subscriber}
`

func proposed(t *testing.T, files map[string]string) *Proposal {
	t.Helper()
	s := NewSurvey(registersOf(t, files), func(a netip.Addr) bool { return a.String() == "203.0.113.77" })
	for _, b := range surveyed() {
		s.Add(b)
	}
	return s.Propose()
}

func TestSurvey(t *testing.T) {
	p := proposed(t, map[string]string{"networks.yaml": surveyNetworks, "devices.csv": edgeDevices()})
	for _, register := range ProposedRegisters() {
		golden(t, "proposed_"+register+".yaml", p.YAML(register))
	}
	got := p.Odd
	want := []Odd{{
		Service: ServiceNTP, Role: "edge", Usual: netip.MustParseAddr("10.20.0.5"), Users: 38, Of: 40, Server: netip.MustParseAddr("203.0.113.77"),
		Devices: []string{"edge-38", "edge-39"}, Suspect: true,
	}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("odd (-want +got):\n%s", diff)
	}
}

// What is proposed can be stated, and is then proposed no more.
func TestProposalsLoad(t *testing.T) {
	files := map[string]string{"networks.yaml": surveyNetworks, "devices.csv": edgeDevices()}
	for _, register := range []string{"servers", "accounts", "tunnels"} {
		files[register+".yaml"] = string(proposed(t, files).YAML(register))
	}
	p := proposed(t, files)
	for _, s := range p.Servers {
		if len(s.Doubts) == 0 {
			t.Errorf("proposed again: %+v", s)
		}
	}
	for _, a := range p.Accounts {
		if len(a.Doubts) == 0 {
			t.Errorf("proposed again: %+v", a)
		}
	}
	for _, x := range p.Tunnels {
		if len(x.Doubts) == 0 {
			t.Errorf("proposed again: %+v", x)
		}
	}
	registersOf(t, map[string]string{"devices.yaml": string(p.YAML("devices"))})
}

// An operator that states nothing yet gets proposals too, by private addresses and exporters.
func TestSurveyOfNothingStated(t *testing.T) {
	s := NewSurvey(&Registers{}, nil)
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: make([]telemetry.Flow, 2)}
	for i := range b.Flow {
		f := &b.Flow[i]
		f.Src, f.Dst, f.Proto, f.DstPort = netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.9.9.9"), protoUDP, 123
		f.Exporter = netip.MustParseAddr("10.0.0.1")
	}
	s.Add(b)
	p := s.Propose()
	if len(p.Servers) != 1 || p.Servers[0].Devices != 1 || len(p.Servers[0].Doubts) > 0 || len(p.Devices) != 1 || p.Devices[0].ID != "10.0.0.1" {
		t.Errorf("%+v", p)
	}
	registersOf(t, map[string]string{"servers.yaml": string(p.YAML("servers")), "devices.yaml": string(p.YAML("devices"))})
	if p.YAML("tunnels") != nil || p.YAML("nonsense") != nil {
		t.Error("something is proposed of nothing")
	}
}

// evenFlows are flows of one direction from and to port 123: each pair "a b" asks and is answered.
func evenFlows(pairs ...string) *telemetry.Batch {
	b := &telemetry.Batch{Kind: telemetry.KindFlow}
	for _, pair := range pairs {
		one, two, _ := strings.Cut(pair, " ")
		for _, ends := range [][2]string{{one, two}, {two, one}} {
			var f telemetry.Flow
			f.Occurred, f.Src, f.Dst, f.Proto, f.SrcPort, f.DstPort, f.OneWay = day("2024-05-01"), netip.MustParseAddr(ends[0]), netip.MustParseAddr(ends[1]), protoUDP, 123, 123, true
			b.Flow = append(b.Flow, f)
		}
	}
	return b
}

// With port 123 on both sides the answers do not make servers of those who asked.
func TestSurveyOfAnswersFromTheSamePort(t *testing.T) {
	several := []string{"10.0.0.1 10.20.0.5", "10.0.0.2 10.20.0.5", "10.0.0.3 10.20.0.5"}
	for name, c := range map[string]struct {
		pairs []string
		files map[string]string
		want  string // addresses and how many use them, with ? where there are doubts
	}{
		"many ask one":          {several, nil, "10.20.0.5 3/3"},
		"a second server":       {append([]string{"10.0.0.1 10.20.0.9", "10.0.0.2 10.20.0.9"}, several...), nil, "10.20.0.5 3/3, 10.20.0.9 2/3"},
		"one asks one":          {[]string{"10.0.0.1 10.20.0.5"}, nil, "10.0.0.1? 1/1, 10.20.0.5? 1/1"},
		"a third asks another":  {append([]string{"10.0.0.7 10.20.0.9"}, several...), nil, "10.20.0.5 3/3, 10.0.0.7? 1/1, 10.20.0.9? 1/1"},
		"the register knows it": {[]string{"10.0.0.1 10.20.0.5"}, map[string]string{"servers.csv": "service,addresses\nntp,10.20.0.5\n"}, ""},
	} {
		s := NewSurvey(registersOf(t, c.files), nil)
		s.Add(evenFlows(c.pairs...))
		p := s.Propose()
		var got []string
		for _, x := range p.Servers {
			mark := ""
			if len(x.Doubts) > 0 {
				mark = "?"
			}
			got = append(got, fmt.Sprintf("%s%s %d/%d", x.Address, mark, x.Devices, x.Of))
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A port that is not the same on both sides tells who serves, and so does a sensor that saw who began.
func TestSurveyOfWhoAskedByTheFlow(t *testing.T) {
	for name, change := range map[string]func(f *telemetry.Flow){
		"by the port": func(f *telemetry.Flow) {
			if f.Dst.String() == "10.20.0.5" {
				f.SrcPort = 40000
			} else {
				f.DstPort = 40000
			}
		},
		"by the sensor": func(f *telemetry.Flow) {
			if f.OneWay, f.Answered = false, telemetry.Answered; f.Src.String() == "10.20.0.5" {
				f.Src, f.Dst = f.Dst, f.Src
			}
		},
	} {
		b := evenFlows("10.0.0.1 10.20.0.5")
		for i := range b.Flow {
			change(&b.Flow[i])
		}
		s := NewSurvey(&Registers{}, nil)
		s.Add(b)
		if p := s.Propose(); len(p.Servers) != 1 || p.Servers[0].Address.String() != "10.20.0.5" || len(p.Servers[0].Doubts) > 0 {
			t.Errorf("%s: %+v", name, p.Servers)
		}
	}
}

// What outsiders send costs no more than the bounds, and is counted.
func TestSurveyIsBounded(t *testing.T) {
	s := NewSurvey(&Registers{}, nil)
	s.maxSeen, s.maxUses = 500, 3000
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Event: make([]telemetry.Event, 2)}
	for i := range s.maxSeen + 10 {
		b.Event[0] = telemetry.Event{Host: fmt.Sprintf("h%d", i), Dataset: "syslog"}
		b.Event[1] = telemetry.Event{Pairs: telemetry.Span{Len: 2}}
		b.Pairs = []telemetry.Pair{{Field: userField, Text: fmt.Sprintf("u%d", i)}, {Field: commandField, Text: fmt.Sprint("show ", i)}}
		s.Add(b)
	}
	if len(s.hosts) != s.maxSeen || len(s.accounts) != s.maxSeen || s.lost != 20 {
		t.Errorf("%d hosts, %d accounts, %d lost", len(s.hosts), len(s.accounts), s.lost)
	}
	f := &telemetry.Batch{Kind: telemetry.KindFlow, Flow: make([]telemetry.Flow, 1)}
	for i := range s.maxUses + 5 {
		f.Flow[0].Src, f.Flow[0].Dst = netip.MustParseAddr("10.0.0.1"), netip.AddrFrom4([4]byte{8, byte(i >> 16), byte(i >> 8), byte(i)})
		f.Flow[0].Proto, f.Flow[0].DstPort = protoUDP, 123
		s.Add(f)
	}
	if len(s.uses) != s.maxUses || s.lost != 25 || !strings.Contains(string(s.Propose().YAML("accounts")), "25 sightings found no place") {
		t.Errorf("%d uses, %d lost", len(s.uses), s.lost)
	}
}

// A survey does not depend on the order of batches, but for what the bounds cut off.
func TestSurveyInAnyOrder(t *testing.T) {
	files := map[string]string{"networks.yaml": surveyNetworks, "devices.csv": edgeDevices()}
	a, b := NewSurvey(registersOf(t, files), nil), NewSurvey(registersOf(t, files), nil)
	batches := surveyed()
	for _, x := range batches {
		a.Add(x)
	}
	slices.Reverse(batches)
	for _, x := range batches {
		b.Add(x)
	}
	for _, register := range ProposedRegisters() {
		if diff := cmp.Diff(string(a.Propose().YAML(register)), string(b.Propose().YAML(register))); diff != "" {
			t.Errorf("(-one way +the other):\n%s", diff)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

var update = flag.Bool("update", false, "write the golden files")
