package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const secureRule = `title: To the secure port
id: 5e0b7a10-0000-4000-8000-00000000000a
logsource: {category: network_connection}
detection:
  sel: {DestinationPort: 443}
  condition: sel
level: low
`

// ruleRecords gives the records of each rule's findings.
func ruleRecords(t *testing.T, data string) string {
	t.Helper()
	list, err := Findings(t.Context(), data, FindingQuery{})
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]uint64{}
	for _, f := range list.Findings {
		if f.Rule != nil {
			records[f.Rule.Title] += f.Records
		}
	}
	return fmt.Sprint(records)
}

func eventuallyRules(t *testing.T, data, what, want string) {
	t.Helper()
	got := ""
	for range 2000 {
		if got = ruleRecords(t, data); got == want {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s: rules have records %s, want %s", what, got, want)
}

// flowLine is a flow to the secure port as Suricata writes it.
func flowLine(n int) string {
	at := time.Date(2026, 3, 2, 5, n, 0, 0, time.UTC).Format("2006-01-02T15:04:05.000000-0700")
	return fmt.Sprintf(`{"timestamp":%q,"flow_id":%d,"event_type":"flow","src_ip":"10.0.0.9","src_port":40000,"dest_ip":"198.51.100.%d","dest_port":443,"proto":"TCP","flow":{"pkts_toserver":3,"pkts_toclient":2,"bytes_toserver":10,"bytes_toclient":900,"start":%q,"end":%q,"age":0,"state":"closed"}}`+"\n", at, n+1, n+1, at, at)
}

// TestServiceHoldsAllThatComesInAgainstRules sends records in every way, breaks and adds rules, and starts the service again.
func TestServiceHoldsAllThatComesInAgainstRules(t *testing.T) {
	data, watched := filepath.Join(t.TempDir(), "data"), t.TempDir()
	rules := filepath.Join(data, "rules")
	writeRules(t, rules, "secure.yml", secureRule)
	l := newFakeListener()
	s, stop := serving(t, data, ServiceConfig{FoldEvery: 20 * time.Millisecond, Listeners: []Listener{l}, Watch: []string{watched}})
	l.send("198.51.100.1")
	eventuallyRules(t, data, "from a socket", "map[To the secure port:1]")
	writeFile(t, watched, "eve.json", flowLine(0)+flowLine(1))
	eventuallyRules(t, data, "from a watched file", "map[To the secure port:3]")
	for range 2000 { // they are told after they are kept
		if s.State().Folds.New == 2 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if f := s.State().Folds; f.New != 2 {
		t.Errorf("of two findings that were not there before are told as new %d, as changed %d", f.New, f.Changed)
	}
	if _, err := s.Upload(t.Context(), &Upload{Name: "upload", Body: strings.NewReader(flowLine(2))}); err != nil {
		t.Fatal(err)
	}
	eventuallyRules(t, data, "from an upload", "map[To the secure port:4]")

	writeRules(t, rules, "secure.yml", "title: [broken\n")
	for range 2000 {
		if s.RulesState().Err != nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err := s.RulesState().Err; err == nil || !strings.Contains(err.Error(), "secure.yml:2:1") || !strings.Contains(err.Error(), "its rules of before are in force") {
		t.Errorf("of a broken file is said: %v", err)
	}
	l.send("198.51.100.2")
	eventuallyRules(t, data, "with a broken file", "map[To the secure port:5]")

	writeRules(t, rules, "secure.yml", secureRule)
	second := strings.NewReplacer("To the secure port", "Once more", "00000a", "00000b").Replace(secureRule)
	writeRules(t, rules, "second.yml", second)
	eventuallyRules(t, data, "a new rule", "map[Once more:5 To the secure port:5]")
	l.send("198.51.100.3")
	eventuallyRules(t, data, "with both", "map[Once more:6 To the secure port:6]")
	stop()

	if err := os.Remove(filepath.Join(rules, "second.yml")); err != nil {
		t.Fatal(err)
	}
	l = newFakeListener()
	_, stop = serving(t, data, ServiceConfig{FoldEvery: 20 * time.Millisecond, Listeners: []Listener{l}, Watch: []string{watched}})
	l.send("198.51.100.4")
	eventuallyRules(t, data, "after a restart without the second", "map[Once more:6 To the secure port:7]")
	stop()
}

const correlatedRules = `title: Connection
name: connection
logsource: {category: network_connection}
detection:
  sel: {DestinationPort: 443}
  condition: sel
---
title: Many connections
id: 5e0b7a10-0000-4000-8000-00000000000c
correlation:
  type: event_count
  rules: [connection]
  group-by: [SourceIp]
  timespan: 1h
  condition: {gte: 3}
level: high
`

// TestServiceCorrelatesOverCommitsAndRestarts has an episode grow commit by commit.
func TestServiceCorrelatesOverCommitsAndRestarts(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	writeRules(t, filepath.Join(data, "rules"), "many.yml", correlatedRules)
	l := newFakeListener()
	s, stop := serving(t, data, ServiceConfig{FoldEvery: 20 * time.Millisecond, Listeners: []Listener{l}})
	for n := range 2 {
		l.send(fmt.Sprintf("198.51.100.%d", n+1))
		if err := s.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := ruleRecords(t, data); got != "map[]" {
		t.Errorf("two of three connections are found: %s", got)
	}
	stop()
	l = newFakeListener()
	_, stop = serving(t, data, ServiceConfig{FoldEvery: 20 * time.Millisecond, Listeners: []Listener{l}})
	l.send("198.51.100.3")
	eventuallyRules(t, data, "the third, after a restart", "map[Many connections:3]")
	l.send("198.51.100.4")
	eventuallyRules(t, data, "the fourth", "map[Many connections:4]")
	stop()
}
