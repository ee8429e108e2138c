package hunt

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// A month in which verdicts might lie.
var september = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

func hourAt(hours int) telemetry.Instant {
	return telemetry.InstantOf(september.Add(time.Duration(hours) * time.Hour))
}

// network counts what devices send.
type network struct{ counter coverage.Counter }

// says has a device send messages with an action in each of some hours.
func (n *network) says(host, action string, from, to int) {
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{Sensor: "syslog"}}
	b.Pairs = []telemetry.Pair{{Field: telemetry.FieldNamed("event.action"), Text: action}}
	for h := from; h < to; h++ {
		e := telemetry.Event{Host: host}
		e.Occurred, e.Pairs = hourAt(h), telemetry.Span{Len: 1}
		b.Event = append(b.Event, e)
	}
	n.counter.Batch(b)
}

// flows has an exporter send flows.
func (n *network) flows(exporter string, sampling uint32, from, to int) {
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Sensor: exporter}}
	for h := from; h < to; h++ {
		f := telemetry.Flow{Export: telemetry.Export{Exporter: netip.MustParseAddr(exporter), Sampling: sampling}}
		f.Occurred = hourAt(h)
		b.Flow = append(b.Flow, f)
	}
	n.counter.Batch(b)
}

func devicesOf(t *testing.T, entries string) *register.Registers {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "registers"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "registers", "devices.yaml"), []byte("devices:"+entries), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := register.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const threeDevices = `
  - {id: r1, names: [r1], platform: ios, exporter: {address: 192.0.2.1, observation_domain: 0}}
  - {id: r2, names: [r2], platform: iosxe}
  - {id: j1, names: [j1], platform: junos}
`

// result asks a rule that needs some sorts of what a network sent.
func (n *network) result(r *register.Registers, product string, needs ...string) *Result {
	a := RuleAccount{RuleInfo: &RuleInfo{Key: "rule", Tags: []string{"attack.t1078", "cve.2023-20198"}}, Kinds: []telemetry.Kind{telemetry.KindEvent}, Arrived: true, Product: product}
	for _, s := range needs {
		sort, _ := coverage.ParseSort(s)
		a.Sorts = append(a.Sorts, sort)
		a.Kinds = []telemetry.Kind{sort.Kind}
	}
	out := &Result{Rules: &RulesAccount{Rules: []RuleAccount{a}}}
	out.Coverage = coverage.Take(&coverage.Question{Rows: n.counter.Rows(), Registers: r, Sorts: out.Rules.NeededSorts()})
	account := &telemetry.Account{}
	account.Kinds[telemetry.KindEvent], account.Kinds[telemetry.KindFlow] = 1, 1
	out.Accounts = []*telemetry.Account{account}
	return out
}

// answer gives the one verdict, and wants words among what lacks.
func answer(t *testing.T, r *Result, want Answer, words ...string) RuleVerdict {
	t.Helper()
	v := r.Verdicts().Rules[0]
	said := strings.Join(v.Lacks, "; ")
	if v.Answer != want {
		t.Errorf("the answer is %s, want %s (%s)", v.Answer, want, said)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("it does not say %q: %s", w, said)
		}
	}
	return v
}

// TestVerdictOfAWholeMonth: all devices of the product were heard all the time.
func TestVerdictOfAWholeMonth(t *testing.T) {
	var n network
	for _, d := range []string{"r1", "r2"} {
		n.says(d, "login", 0, 720)
	}
	v := answer(t, n.result(devicesOf(t, threeDevices), "cisco", "event/login"), NotFound)
	if v.Devices != 2 || v.OfDevices != 2 || v.Hours != 1440 || v.Of != 1440 || len(v.Spans) != 1 || len(v.Lacks) != 0 {
		t.Errorf("%+v", v)
	}
}

// TestVerdictLoggingNeverOn: a device that never logged logins is not "no login found".
func TestVerdictLoggingNeverOn(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 720)
	n.says("r2", "", 0, 720)
	r := devicesOf(t, threeDevices)
	v := answer(t, n.result(r, "cisco", "event/login"), NotFound, "no event/login from 1 of 2 devices (r2)")
	if v.Devices != 1 || v.OfDevices != 2 {
		t.Errorf("%d of %d devices, want 1 of 2", v.Devices, v.OfDevices)
	}
	answer(t, n.result(r, "cisco", "event/command"), NotAssessed, "no event/command from 2 of 2 devices (r1, r2)")
	answer(t, n.result(r, "juniper", "event/login"), NotAssessed, "no event/login from 1 of 1 device (j1)")
}

// TestVerdictSwitchedOnLater: before the first message nothing is known.
func TestVerdictSwitchedOnLater(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 720)
	n.says("r2", "", 0, 720)
	n.says("r2", "login", 480, 720)
	v := answer(t, n.result(devicesOf(t, threeDevices), "cisco", "event/login"), NotFound, "no event/login from 1 of 2 devices before 2026-09-21 (r2)")
	if v.Hours != 720+240 {
		t.Errorf("%d hours, want 960", v.Hours)
	}
}

// TestVerdictSilentHour: silence counts where the device was heard, and only there.
func TestVerdictSilentHour(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 1)
	n.says("r1", "", 0, 24)
	n.says("r2", "login", 0, 48)
	r := n.result(devicesOf(t, "\n  - {id: r1, names: [r1]}\n  - {id: r2, names: [r2]}\n"), "cisco", "event/login")
	v := answer(t, r, NotFound, "23 hours of event/login are a gap")
	if v.Hours != 25+48 { // r1: a day, and the hour beside it
		t.Errorf("%d hours, want 73", v.Hours)
	}
}

// TestVerdictGap: hours of loss, and in which nobody was heard, are no silence.
func TestVerdictGap(t *testing.T) {
	var n network
	for _, d := range []string{"r1", "r2"} {
		n.says(d, "login", 0, 10)
		n.says(d, "", 10, 24)
		n.says(d, "", 30, 48)
	}
	n.counter.Lost(telemetry.KindEvent, coverage.Speaker{Sensor: "syslog"}, hourAt(12), hourAt(13), 2)
	r := n.result(devicesOf(t, "\n  - {id: r1, names: [r1]}\n  - {id: r2, names: [r2]}\n"), "", "event/login")
	v := answer(t, r, NotFound, "16 hours of event/login are a gap") // 2 lost and 6 without anybody, of 2 devices
	if v.Hours != 2*40 {
		t.Errorf("%d hours, want 80", v.Hours)
	}
}

// TestVerdictSeenWithGaps: where records came and others were lost, nothing is plainly not found.
func TestVerdictSeenWithGaps(t *testing.T) {
	var n network
	n.flows("192.0.2.1", 1, 0, 24)
	who := coverage.Speaker{Exporter: netip.MustParseAddr("192.0.2.1")}
	n.counter.Lost(telemetry.KindFlow, who, hourAt(3), hourAt(4), 100)
	n.counter.Lost(telemetry.KindFlow, coverage.Speaker{}, hourAt(4), hourAt(4), 7)
	r := n.result(devicesOf(t, threeDevices), "", "flow")
	r.Campaigns = []Campaign{{Name: "all", Rules: []string{"rule"}}}
	v := answer(t, r, NotFound, "seen with gaps: in 2 hours at least 100 of 102 records of flow were lost (r1)",
		"seen with gaps: in 1 hour at least 7 of 8 records of flow were lost or could not be read, and nobody knows of which device")
	if !v.Gaps || v.Answer.Words(v.Gaps) != "not found, seen with gaps" {
		t.Errorf("%v: %q", v.Gaps, v.Answer.Words(v.Gaps))
	}
	if c := r.Verdicts().Campaigns; len(c) != 1 || c[0].Gaps != 1 {
		t.Errorf("campaigns %+v", c)
	}
	r.Evaluated = map[string]*RuleEvaluated{"rule": {Days: coverage.NewDays(hourAt(25).Day()), Arrived: true}}
	if v := answer(t, r, NotAssessed); v.Gaps {
		t.Error("losses of days that the rule was not asked of are told of")
	}
}

// TestVerdictUnregistered: what a device sends that nobody knows does not stand for those that are known.
func TestVerdictUnregistered(t *testing.T) {
	var n network
	n.says("stranger", "login", 0, 24)
	v := answer(t, n.result(devicesOf(t, threeDevices), "", "event/login"), NotAssessed, "no event/login from 3 of 3 devices", "1 device that no register names")
	if v.Devices != 0 {
		t.Errorf("%d devices", v.Devices)
	}
}

// TestVerdictClaimed: what another machine sends in the name of a device is no answer about the device, and it is said.
func TestVerdictClaimed(t *testing.T) {
	var n network
	b := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{Sensor: "syslog"}}
	e := telemetry.Event{Host: "r1", Dataset: "syslog"}
	e.Occurred, e.Received = hourAt(1), hourAt(1)
	b.AddPair(&e.Pairs, telemetry.FieldNamed("event.action"), "login")
	b.AddPair(&e.Pairs, telemetry.FieldNamed("log.source.address"), "198.51.100.66")
	b.Event = append(b.Event, e)
	n.counter.Batch(b)
	v := answer(t, n.result(devicesOf(t, threeDevices), "", "event/login"), NotAssessed, "no event/login from 3 of 3 devices",
		"event/login in the name of 1 device (r1) came from machines that are neither the device nor a relay of the register")
	if v.Devices != 0 || v.OfDevices != 3 {
		t.Errorf("%d of %d devices", v.Devices, v.OfDevices)
	}
}

// TestVerdictEmptyRegister: without devices in the register their number is not known, which is said.
func TestVerdictEmptyRegister(t *testing.T) {
	for name, r := range map[string]*register.Registers{"none": nil, "empty": devicesOf(t, " []\n")} {
		t.Run(name, func(t *testing.T) {
			var n network
			n.says("r1", "login", 0, 24)
			n.says("r2", "", 0, 24)
			answer(t, n.result(r, "", "event/login"), NotFound, "1 of the 2 devices heard, of an unknown number of devices (unregistered:r2)")
		})
	}
}

// TestVerdictSamplingUnstated: an exporter that does not say whether it samples is not taken for one that does not; a sensor is no exporter.
func TestVerdictSamplingUnstated(t *testing.T) {
	registers := devicesOf(t, threeDevices)
	for rate, want := range map[uint32]int{0: 24, 1: 0} {
		var n network
		n.flows("192.0.2.1", rate, 0, 24)
		v := n.result(registers, "", "flow").Verdicts().Rules[0]
		said := strings.Contains(strings.Join(v.Lacks, "; "), "1 exporter (r1) stated no rate of sampling in 24 hours: if they sample, small flows were not seen")
		if v.Answer != NotFound || v.Unstated != want || said != (want > 0) || v.Sampled != nil {
			t.Errorf("rate %d: %s, %d hours unstated, want %d: %v", rate, v.Answer, v.Unstated, want, v.Lacks)
		}
	}
	var n network
	b := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Sensor: "zeek"}, Flow: make([]telemetry.Flow, 1)}
	b.Flow[0].Occurred = hourAt(0)
	n.counter.Batch(b)
	if v := n.result(nil, "", "flow").Verdicts().Rules[0]; v.Unstated != 0 {
		t.Errorf("a sensor: %d hours unstated, %v", v.Unstated, v.Lacks)
	}
}

// TestVerdictSampling: what a flow must have to be seen is said.
func TestVerdictSampling(t *testing.T) {
	var n network
	n.flows("192.0.2.1", 1000, 0, 24)
	v := answer(t, n.result(devicesOf(t, threeDevices), "", "flow"), NotFound)
	if v.Sampled == nil || v.Sampled.Rate != 1000 || v.Sampled.Packets != 2995 {
		t.Errorf("sampled %+v, want 1:1000 and 2995 packets", v.Sampled)
	}
	if v.OfDevices != 1 {
		t.Errorf("%d devices are said to export flows, the register states 1", v.OfDevices)
	}
}

// TestVerdictRuleAddedToday: a rule has not seen what came before it.
func TestVerdictRuleAddedToday(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 720)
	r := n.result(devicesOf(t, "\n  - {id: r1, names: [r1]}\n"), "", "event/login")
	r.Evaluated = map[string]*RuleEvaluated{"rule": {Days: coverage.NewDays(), Arrived: true}}
	answer(t, r, NotAssessed, "the rule was not asked of all records of 2026-09-01 to 2026-09-30")
	r.Evaluated["rule"].Days.Add(hourAt(719).Day())
	v := answer(t, r, NotFound, "the rule was not asked of all records of 2026-09-01 to 2026-09-29 (696 hours of devices)")
	if fmt.Sprint(v.Spans) != fmt.Sprint([]coverage.Span{{From: hourAt(719).Day(), To: hourAt(719).Day()}}) || v.Hours != 24 {
		t.Errorf("assessed %v, %d hours", v.Spans, v.Hours)
	}
}

// TestVerdictNeverArrived: a rule of whose log source nothing came looked at nothing, whatever other records there are.
func TestVerdictNeverArrived(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 24)
	r := n.result(nil, "windows")
	r.Rules.Rules[0].Arrived = false
	if v := answer(t, r, NotAssessed); !v.Never {
		t.Error("it is not said that nothing came")
	}
	r = n.result(nil, "windows")
	r.Kept, r.Rules.Rules[0].Arrived = true, false
	r.Evaluated = map[string]*RuleEvaluated{"rule": {}}
	answer(t, r, NotAssessed)
}

// TestVerdictSince: the interval says what is not known of before.
func TestVerdictSince(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 720)
	tests := []struct {
		name    string
		first   int
		history []History
		days    []Day
		want    []string
	}{
		{"within", 480, nil, nil, []string{"at the latest since 2026-09-21 00:00", "from 2026-09-01 00:00 on, 20 days before"}},
		{"at the edge", 3, nil, nil, []string{"or before: no record from before 2026-09-01 00:00 is held"}},
		{"expired", 480, []History{{telemetry.KindEvent, hourAt(240), nil, hourAt(239).Day()}}, nil, []string{"10 days before", "rows up to 2026-09-10 have expired"}},
		{"folded", 480, nil, []Day{{Day: telemetry.DayFolded}}, []string{"no longer kept apart"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := n.result(nil, "", "event/login")
			r.History = tt.history
			r.Findings = []*Finding{{Rule: r.Rules.Rules[0].RuleInfo, First: hourAt(tt.first), Days: tt.days}}
			v := answer(t, r, Found)
			for _, w := range tt.want {
				if !strings.Contains(v.Since.Text(), w) {
					t.Errorf("it does not say %q: %s", w, v.Since.Text())
				}
			}
		})
	}
}

// TestSinceAcrossDaysThatAreMissing: a lone record of long before does not say that what was found was not there since.
func TestSinceAcrossDaysThatAreMissing(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 1)
	n.says("r1", "login", 240, 720)
	day := hourAt(0).Day()
	held := []History{{Kind: telemetry.KindEvent, From: hourAt(0), Days: []telemetry.Day{day + 11, day, day + 10}}}
	for first, want := range map[int]string{
		0:   "since 2026-09-01 00:00 or before: no record from before 2026-09-01 00:00 is held",
		250: "since 2026-09-11 10:00 or before: the day before 2026-09-11 could not be looked at",
		274: "at the latest since 2026-09-12 10:00; each day from 2026-09-11 on was looked at, 1 day before, and shows nothing of it, of the days before that only some",
	} {
		r := n.result(nil, "", "event/login")
		found := &Finding{Rule: r.Rules.Rules[0].RuleInfo, Level: High, Kinds: []telemetry.Kind{telemetry.KindEvent}, First: hourAt(first)}
		r.Findings = []*Finding{found}
		if got := answer(t, r, Found).Since.Text(); got != want {
			t.Errorf("of a rule: %s", got)
		}
		if got := (&Result{History: held}).SinceOf(r.Findings).Text(); got != want {
			t.Errorf("of an incident: %s", got)
		}
	}
}

// TestVerdictDismissed: what people dismissed was found.
func TestVerdictDismissed(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 24)
	r := n.result(nil, "", "event/login")
	r.DismissedBy = map[string]int{"rule": 2}
	if v := answer(t, r, Found); v.Dismissed != 2 || v.Since != nil {
		t.Errorf("%d dismissed, since %v: of what was dismissed nothing is going on", v.Dismissed, v.Since)
	}
}

// TestVerdictGroups: techniques and campaigns are as far as the rules that make them.
func TestVerdictGroups(t *testing.T) {
	var n network
	n.says("r1", "login", 0, 24)
	r := n.result(nil, "", "event/login")
	r.Rules.Rules = append(r.Rules.Rules, RuleAccount{RuleInfo: &RuleInfo{Key: "b", Tags: []string{"attack.t1078"}}, NotAssessed: "not assessed: why"})
	r.Campaigns = []Campaign{{Name: "by vulnerability", CVEs: []string{"CVE-2023-20198"}}, {Name: "by key", Rules: []string{"b"}}, {Name: "none", Tags: []string{"x"}}}
	v := r.Verdicts()
	if len(v.Techniques) != 1 || v.Techniques[0].Answer != NotFound || v.Techniques[0].NotAssessed != 1 {
		t.Errorf("techniques %+v", v.Techniques)
	}
	got := map[string]Answer{}
	for _, c := range v.Campaigns {
		got[c.Name] = c.Answer
	}
	if got["by vulnerability"] != NotFound || got["by key"] != NotAssessed || got["none"] != NotAssessed {
		t.Errorf("campaigns %v", got)
	}
}

// TestSinceOfIncident: since when is that of the first finding above low; an earlier low one is told besides, and is all there is where nothing else is.
func TestSinceOfIncident(t *testing.T) {
	at := func(d int) telemetry.Instant {
		return telemetry.InstantOf(time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC))
	}
	of := func(d int, l Level, k telemetry.Kind) *Finding {
		return &Finding{Level: l, First: at(d), Last: at(d), Kinds: []telemetry.Kind{k}}
	}
	r := &Result{History: []History{{Kind: telemetry.KindFlow, From: at(1)}, {Kind: telemetry.KindEvent, From: at(2)}}}
	info, low, high := of(3, Informational, telemetry.KindFlow), of(5, Low, telemetry.KindEvent), of(9, High, telemetry.KindEvent)
	for _, c := range []struct {
		findings []*Finding
		want     string
	}{
		{[]*Finding{info, low, high}, "at the latest since 2026-03-09 12:00; records are held from 2026-03-02 12:00 on, 7 days before, and show nothing above level low; signs of level low since 2026-03-05 12:00"},
		{[]*Finding{info, low}, "at the latest since 2026-03-05 12:00; records are held from 2026-03-02 12:00 on, 3 days before, and show nothing of it"},
		{[]*Finding{high, of(10, Low, telemetry.KindFlow)}, "at the latest since 2026-03-09 12:00; records are held from 2026-03-02 12:00 on, 7 days before, and show nothing of it"},
		{[]*Finding{info}, "since when is not known: no record of it has a time"},
	} {
		if got := r.SinceOf(c.findings).Text(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
