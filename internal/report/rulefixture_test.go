package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/telemetry"
)

var (
	deletion = &hunt.RuleInfo{
		Key: "0f0c7a4e-57c4-4f0a-9c55-2f1b8a3d1e90", Title: "File deleted on a router", Level: hunt.High, LevelStated: true, Author: "Ana Example",
		Description: "Somebody deletes files\non a router's flash.", Tags: []string{"attack.defense-evasion", "attack.T1070.004", "stormglass.cfg-12"},
		References: []string{"https://vendor.example/guide"}, FalsePositives: []string{"An upgrade of the software.", "Housekeeping"}, File: "rules/router/deletion.yml",
	}
	burst = &hunt.RuleInfo{
		Key: "many-logins", Title: "", Level: hunt.Medium, Correlation: true, File: "rules/many.yml", Description: hostile, Author: hostile, Tags: []string{hostile}, FalsePositives: []string{hostile},
		Counting: &hunt.Counting{
			Type: "event_count", Rules: []string{"Login failed"}, GroupBy: []string{"user.name", "host.name"}, Timespan: 5 * time.Minute,
			Bounds: []rule.Bound{{Op: rule.GreaterOrEqual, Number: 5}},
		},
	}
	other = &hunt.RuleInfo{Key: "c1", Title: "Never asked " + hostile, Level: hunt.Low, LevelStated: true, File: "rules/" + hostile}
)

// ruleFinding completes a finding of a rule from its days, as the hunt does.
func ruleFinding(r *hunt.RuleInfo, s hunt.Subject, days ...hunt.Day) *hunt.Finding {
	f := &hunt.Finding{ID: hunt.RuleFindingID(r.Key, s), Rule: r, Subject: s, Subjects: 1}
	f.Add(&hunt.Finding{Rule: r, Subject: s, Subjects: 1, Level: r.Level, Because: r.Because(), Kinds: []telemetry.Kind{telemetry.KindEvent}, Days: days})
	return f
}

// ruled is the result of a hunt with rules beside values.
func ruled() *hunt.Result {
	r := empty()
	line := hunt.Sample{Source: "syslog/core.log", Ordinal: 7, Occurred: at("2026-11-18T09:12:00Z"), Kind: telemetry.KindEvent, Line: "<189>: delete /force flash:log by admin (198.51.100.7)"}
	held := hunt.Sample{Source: "aaa.json", Ordinal: 3, Kind: telemetry.KindEvent, Fields: []hunt.SampleField{{Name: "user.name", Value: "admin"}, {Name: "url.full", Value: "http://evil.example/x"}}}
	day := hunt.Day{Day: day("2026-11-18"), Records: 2, First: line.Occurred, Last: line.Occurred + 500, Samples: []hunt.Sample{line}}
	r.Findings = []*hunt.Finding{
		ruleFinding(deletion, hunt.Subject{Kind: hunt.SubjectDevice, Name: "rtr-ams-1"}, day),
		addrFinding(),
		ruleFinding(deletion, hunt.Subject{Kind: hunt.SubjectDevice, Name: "rtr-ams-2"}, day),
		ruleFinding(burst, hunt.Subject{Kind: hunt.SubjectFields, Name: "user.name=admin, host.name=rtr-ams-1"}, hunt.Day{Records: 40, Samples: []hunt.Sample{held}}),
	}
	r.Findings[3].Counted = hunt.Counted{Number: 8, Episodes: 3}
	return withRules(r, true, r.Values)
}

// withRules makes a result one of a hunt with rules, and so many values.
func withRules(r *hunt.Result, arrived bool, values int) *hunt.Result {
	event := []telemetry.Kind{telemetry.KindEvent}
	a := &hunt.RulesAccount{Files: 6, Rules: []hunt.RuleAccount{
		{RuleInfo: deletion, LogSource: "product=cisco", Kinds: event, Arrived: arrived, Asked: 50, Matched: 4},
		{RuleInfo: other, LogSource: "product=windows service=security", Kinds: event},
		{RuleInfo: other, LogSource: "product=" + hostile, NotAssessed: "not assessed: no pipeline says where its log source is found (product \"x\")"},
	}}
	for i := range 40 {
		a.Rules = append(a.Rules, hunt.RuleAccount{RuleInfo: other, LogSource: fmt.Sprint("product=windows category=c", i%9), Kinds: event})
		a.Complaints = append(a.Complaints, &rule.Complaint{File: "rules/b" + hostile + ".yml", Line: i + 1, Column: 2, Rule: hostile, Text: "unknown modifier " + hostile})
	}
	if arrived && values == r.Values && len(r.Findings) > 0 {
		a.Rules = append(a.Rules,
			hunt.RuleAccount{RuleInfo: other, LogSource: "product=cisco", Kinds: event, Arrived: true, Shortfall: hunt.Shortfall{Cut: 17, Unknown: 4}, Missing: []string{"jump_hosts"}},
			hunt.RuleAccount{RuleInfo: burst, LogSource: "correlation", Counts: []int{0}, Matches: &hunt.MatchesOf{Counted: 40, Ungrouped: 3, GroupBy: burst.Counting.GroupBy}},
			hunt.RuleAccount{
				RuleInfo: burst, LogSource: "correlation", Counts: []int{0}, Matches: &hunt.MatchesOf{Ungrouped: 1, GroupBy: []string{"source.ip"}},
				NotAssessed: "not assessed: every one of its matches lacks the group-by field source.ip",
			},
			hunt.RuleAccount{RuleInfo: deletion, LogSource: "product=cisco", Kinds: event, Arrived: true, Needs: []telemetry.Kind{telemetry.KindAAA}})
		a.Undated = 2
	}
	r.Rules, r.Values = a, values
	return r
}

// However many rules could not be asked, they are a line for each reason.
func TestRulesThatWereNotAskedAreFewLines(t *testing.T) {
	r := ruled()
	base := strings.Count(render(t, Table, r, Options{}), "\n")
	for range 3000 {
		r.Rules.Rules = append(r.Rules.Rules, r.Rules.Rules[1])
	}
	r.Rules.Rules = slices.Clip(r.Rules.Rules)
	if n := strings.Count(render(t, Table, r, Options{}), "\n"); n > base+2 { // figures grow, in two places
		t.Errorf("%d lines more", n-base)
	}
}
