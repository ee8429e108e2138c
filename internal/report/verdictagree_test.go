package report

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/telemetry"
)

// answered is a hunt whose rules have each of the answers, with gaps of several sorts.
func answered() *hunt.Result {
	r := empty()
	logs := &telemetry.Batch{Kind: telemetry.KindEvent, Source: &telemetry.Source{Sensor: "syslog"}}
	logs.Pairs = []telemetry.Pair{{Field: telemetry.FieldNamed("event.action"), Text: "login"}}
	for h := range 24 {
		e := telemetry.Event{Host: "r1"}
		e.Occurred, e.Pairs = at("2026-11-18T00:30:00Z")+telemetry.Instant(h)*3600e9, telemetry.Span{Len: 1}
		logs.Event = append(logs.Event, e)
	}
	flows := &telemetry.Batch{Kind: telemetry.KindFlow, Source: &telemetry.Source{Sensor: "collector"}, Flow: make([]telemetry.Flow, 1)}
	flows.Flow[0].Occurred, flows.Flow[0].Exporter = at("2026-11-18T05:00:00Z"), address("192.0.2.1").Addr
	c := &coverage.Counter{}
	c.Batch(logs)
	c.Batch(flows)
	sort := func(s string) []coverage.Sort { x, _ := coverage.ParseSort(s); return []coverage.Sort{x} }
	rule := func(title, log, needs string, k telemetry.Kind, short hunt.Shortfall) hunt.RuleAccount {
		info := &hunt.RuleInfo{Key: "key of " + title, Title: title, Level: hunt.High, LevelStated: true, Tags: []string{"attack.t1078"}}
		return hunt.RuleAccount{RuleInfo: info, LogSource: log, Kinds: []telemetry.Kind{k}, Arrived: needs != "", Sorts: sort(needs), Shortfall: short}
	}
	r.Rules = &hunt.RulesAccount{Files: 1, Rules: []hunt.RuleAccount{
		rule("Intruder login", "product=a", "event/login", telemetry.KindEvent, hunt.Shortfall{}),
		rule("Plain", "product=a", "event/login", telemetry.KindEvent, hunt.Shortfall{}),
		rule("Dear", "product=a", "event/login", telemetry.KindEvent, hunt.Shortfall{Cut: 17}),
		rule("Of flows", "product=b", "flow", telemetry.KindFlow, hunt.Shortfall{}),
		rule("Of commands", "product=c", "event/command", telemetry.KindEvent, hunt.Shortfall{}),
	}}
	never := rule("Never", "product=d", "", telemetry.KindDNS, hunt.Shortfall{})
	never.Sorts = nil
	r.Rules.Rules = append(r.Rules.Rules, never)
	a := &telemetry.Account{Source: telemetry.Source{Name: "a.log"}, Format: "text", Read: 25}
	a.Kinds[telemetry.KindEvent], a.Kinds[telemetry.KindFlow] = 24, 1
	r.Accounts = []*telemetry.Account{a}
	r.Coverage = coverage.Take(&coverage.Question{Rows: c.Rows(), Sorts: r.Rules.NeededSorts()})
	r.Findings = []*hunt.Finding{ruleFinding(r.Rules.Rules[0].RuleInfo, hunt.Subject{Kind: hunt.SubjectDevice, Name: "r1"}, hunt.Day{Day: day("2026-11-18"), Records: 1, First: at("2026-11-18T05:30:00Z"), Last: at("2026-11-18T05:30:00Z")})}
	return r
}

// TestFormsAgreeOnVerdicts: terminal, JSON and HTML of a hunt give each rule the same answer, the same counts, and name the same gaps.
func TestFormsAgreeOnVerdicts(t *testing.T) {
	r := answered()
	form := func(f Format) string {
		var b bytes.Buffer
		if err := Write(&b, f, r, Options{Width: 200}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	flat := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	var doc Document
	if err := json.Unmarshal([]byte(form(JSON)), &doc); err != nil {
		t.Fatal(err)
	}
	page, table := form(HTML), form(Table)
	_, said, ok := strings.Cut(table, "\nVerdicts\n")
	if !ok {
		t.Fatal("the table has no verdicts")
	}
	said = flat(said)
	whole := flat(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")))
	for name, text := range map[string]string{"table": said, "page": whole} {
		if !strings.Contains(text, flat(doc.Verdicts.Text)) {
			t.Errorf("the %s does not count %q", name, doc.Verdicts.Text)
		}
		for _, limit := range doc.Verdicts.Limits {
			if !strings.Contains(text, flat(limit)) {
				t.Errorf("the %s does not say %q", name, limit)
			}
		}
	}
	counts := map[string]int{}
	for _, v := range doc.Verdicts.Rules {
		words := map[string]string{"found": "found", "not_found": "not found", "not_assessed": "not assessed"}[v.Answer]
		lead := map[string]string{"found": "found by " + v.Title + ":", "not_found": "not found by 1 rule (" + v.Title + "):", "not_assessed": "not assessed: 1 rule (" + v.Title + "):"}[v.Answer]
		if v.Gaps && v.Answer == "not_found" {
			words, lead = "not found, seen with gaps", "not found, seen with gaps, by 1 rule ("+v.Title+"):"
		}
		counts[words]++
		if v.Never { // which says it all, in one line for all of these
			lead, v.Lacks = "not assessed: 1 rule: nothing of their log sources ever came", nil
		}
		if !strings.Contains(said, flat(lead)) {
			t.Errorf("the table does not say %q of %s", lead, v.Title)
		}
		if row := flat(v.Title + " [" + v.Key + "] " + words + " "); !strings.Contains(whole, row) {
			t.Errorf("the page does not say %q", row)
		}
		for i, lack := range v.Lacks {
			if !strings.Contains(whole, flat(lack)) {
				t.Errorf("%s: the page does not name %q", v.Title, lack)
			}
			if (i == 0 || v.Answer != "not_assessed") && !strings.Contains(said, flat(lack)) {
				t.Errorf("%s: the table does not name %q", v.Title, lack)
			}
		}
	}
	for words, want := range map[string]int{"found": 1, "not found": 2, "not found, seen with gaps": 1, "not assessed": 2} {
		if counts[words] != want {
			t.Errorf("%d rules are said to be %s, want %d", counts[words], words, want)
		}
	}
}
