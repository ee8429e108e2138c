package report

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"stormglass/internal/casework"
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
)

// madeUp gives an incident of a rule and an indicator on one device, and its findings as they are kept.
func madeUp() (*casework.Incident, []KeptFinding) {
	at := telemetry.InstantOf(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC))
	s := hunt.Subject{Kind: hunt.SubjectDevice, Name: "edge-r1"}
	v := observable.Of(observable.Addr, "203.0.113.9")
	rule := &hunt.Finding{
		ID: hunt.RuleFindingID("k", s), Rule: &hunt.RuleInfo{Key: "k", Title: "Log of a device cleared", Tags: []string{"attack.t1070", "attack.stealth", "attack.discovery"}},
		Subject: s, Subjects: 1, Level: hunt.Medium, First: at, Last: at, Records: 1,
	}
	rule.Days = []hunt.Day{{Day: at.Day(), Records: 1, First: at, Last: at, Samples: []hunt.Sample{{Source: "r1.log", Ordinal: 7, Occurred: at, Line: "clear logging"}}}}
	met := &hunt.Finding{
		ID: hunt.IndicatorFindingID(v, s), Value: v, Subject: s, Subjects: 1, Level: hunt.High, Roles: hunt.Roles(hunt.RoleCalled), First: at + 3600e9, Last: at + 7200e9, Records: 2, TLP: intel.Red,
	}
	other := *met
	other.Subject = hunt.Subject{Addr: netip.MustParseAddr("10.0.0.2")}
	other.ID = hunt.IndicatorFindingID(v, other.Subject)
	var items []*casework.Item
	var kept []KeptFinding
	for _, f := range []*hunt.Finding{rule, met, &other} {
		items = append(items, casework.ItemOf(f, casework.World{Own: hunt.Networks{}.Own}))
		kept = append(kept, KeptFinding{Finding: f, Triage: Triage{Status: "open"}})
	}
	x := casework.Group(items)[0]
	casework.Name([]*casework.Incident{x}, nil, time.Unix(0, 0))
	x.Leads, x.Was = []string{"Salt Typhoon"}, []casework.ID{{0xab}}
	x.Since = (&hunt.Result{History: []hunt.History{{From: at - 100*24*3600e9}}}).SinceOf(x.Findings())
	return x, kept
}

func TestIncident(t *testing.T) {
	x, kept := madeUp()
	var b strings.Builder
	l := &IncidentList{Incidents: []*casework.Incident{x}, Hidden: 1, Alone: 2}
	if err := WriteIncidentList(&b, Table, l, Options{Width: 120}); err != nil {
		t.Fatal(err)
	}
	wantIn(t, b.String(), "TLP:RED", "1 incident: 1 critical. 1 incident below that level is not shown. 2 findings are in none", x.ID.String()[:8]+"  critical +  2026-03-01  2026-03-01",
		"10.0.0.2, unregistered:edge-r1; peer 203[.]0[.]113[.]9")
	b.Reset()
	d := &IncidentDetail{Incident: x, Part: "abcd", Findings: kept}
	if err := WriteIncidentDetail(&b, Table, d, Options{Width: 120}); err != nil {
		t.Fatal(err)
	}
	wantIn(t, b.String(), "CRITICAL    Incident "+x.ID.String()+", 3 findings", "abcd became part of it", "raised from high, since 3 tactics meet in it", "at the latest since 2026-03-01 10:00",
		"joined    device unregistered:edge-r1 (2 findings), peer 203[.]0[.]113[.]9 (2 findings)", "Salt Typhoon are among what was found: a lead, not an attribution", "2026-03-01 10:00:00  medium   Log of a device cleared", "T1070",
		"r1.log:7  clear logging")
	b.Reset()
	if err := WriteIncidentDetail(&b, JSON, d, Options{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Incident IncidentJSON
		Timeline []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if j := got.Incident; j.Level != "critical" || j.TLP != "TLP:RED" || len(j.Findings) != 3 || len(got.Timeline) != 3 || j.Was[0][:2] != "ab" || j.Leads[0].Campaign != "Salt Typhoon" {
		t.Errorf("JSON says %+v", got)
	}
}

// TestTogether: a hunt says which of its findings belong together, for people and for machines.
func TestTogether(t *testing.T) {
	x, _ := madeUp()
	r := &hunt.Result{Together: []hunt.Together{{Level: x.Level, Because: x.Because, Findings: x.Findings(), Devices: x.Devices, Peers: x.Peers, Leads: x.Leads}}}
	r.Findings = x.Findings()
	var b strings.Builder
	if err := Write(&b, Table, r, Options{Width: 120}); err != nil {
		t.Fatal(err)
	}
	wantIn(t, b.String(), "Belong together", "CRITICAL    1. 3 findings on 10.0.0.2, unregistered:edge-r1; peer 203[.]0[.]113[.]9: Log of a device cleared,", "a lead, not an attribution")
	b.Reset()
	if err := Write(&b, JSON, r, Options{}); err != nil {
		t.Fatal(err)
	}
	wantIn(t, b.String(), `"together": [`, `"peers": [`, `"verdicts": null`)
}

func wantIn(t *testing.T, text string, all ...string) {
	t.Helper()
	plain := strings.Join(strings.Fields(text), " ")
	for _, s := range all {
		if !strings.Contains(plain, strings.Join(strings.Fields(s), " ")) {
			t.Errorf("%q is not in\n%s", s, text)
		}
	}
}
