package sigmatest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// Stream is correlations and the matches of the rules that they refer to.
type Stream struct {
	Rules  string   // base rules a, b and c, and the correlations
	Names  []string // of the correlations: the last may refer to those before it
	Events []Event  // in any order, close in time, some at equal times
}

// DrawStream gives one. Every correlation has a meaning that does not depend on the order of events of one time.
func DrawStream(t *rapid.T) Stream {
	s := Stream{}
	for _, name := range []string{"a", "b", "c"} {
		s.Rules += fmt.Sprintf("title: %s\nname: %s\n%sdetection:\n    sel:\n        kind: %s\n    condition: sel\n---\n", name, name, LogSource, name)
	}
	d := streamDrawer{t}
	lasting := d.correlation(&s, "first", []string{"a", "b", "c"}, append(counts, temporals...))
	if lasting && rapid.Bool().Draw(t, "chained") {
		s.Rules += "---\n"
		d.correlation(&s, "second", []string{"first", "c"}, append([]string{"value_count"}, temporals...))
	}
	s.Events = d.events()
	return s
}

var (
	counts    = []string{"event_count", "event_count", "value_count", "value_sum", "value_avg", "value_percentile", "value_median"}
	temporals = []string{"temporal", "temporal_ordered"}
)

type streamDrawer struct{ *rapid.T }

// correlation writes one; lasting says that what holds cannot cease to.
func (d streamDrawer) correlation(s *Stream, name string, rules, kinds []string) (lasting bool) {
	kind := rapid.SampledFrom(kinds).Draw(d.T, "type")
	count := rapid.IntRange(1, len(rules)).Draw(d.T, "rules")
	if name == "second" || slices.Contains(temporals, kind) {
		count = rapid.IntRange(2, len(rules)).Draw(d.T, "rules of temporal")
	} else {
		rules = rapid.Permutation(rules).Draw(d.T, "order of rules")
	}
	groupBy := rapid.SampledFrom([]string{"[User]", "[User]", "[User, Host]", "[who]"}).Draw(d.T, "group-by")
	if name == "second" {
		groupBy = "[User]"
	}
	condition, lasting := d.condition(kind, count)
	s.Names = append(s.Names, name)
	s.Rules += fmt.Sprintf("title: %s\nname: %s\ncorrelation:\n    type: %s\n    rules: [%s]\n    group-by: %s\n    timespan: %s\n%s",
		name, name, kind, strings.Join(rules[:count], ", "), groupBy, rapid.SampledFrom([]string{"5s", "10s", "10s", "1m"}).Draw(d.T, "timespan"), condition)
	if groupBy == "[who]" {
		s.Rules += "    aliases:\n        who:\n            a: User\n            b: Account\n            c: User\n"
		lasting = false // its group has no field that a correlation above could name
	}
	return lasting && groupBy != "[who]"
}

// condition writes one, which for temporal types may be none.
func (d streamDrawer) condition(kind string, rules int) (text string, lasting bool) {
	if slices.Contains(temporals, kind) {
		if rapid.Bool().Draw(d.T, "all rules") {
			return "", true
		}
		return fmt.Sprintf("    condition:\n        gte: %d\n", rapid.IntRange(1, rules).Draw(d.T, "gte")), true
	}
	text = "    condition:\n"
	if kind != "event_count" {
		text += "        field: " + rapid.SampledFrom(map[bool][]string{
			true: {"Port", "Port", "[Port, Host]"}, false: {"Bytes"},
		}[kind == "value_count"]).Draw(d.T, "field") + "\n"
	}
	if kind == "value_percentile" {
		text += "        percentile: " + rapid.SampledFrom([]string{"1", "50", "75", "90", "100"}).Draw(d.T, "percentile") + "\n"
	}
	most := 5
	if strings.HasPrefix(kind, "value_") && kind != "value_count" {
		most = 30
	}
	number := strconv.Itoa(rapid.IntRange(1, most).Draw(d.T, "number"))
	lasting = !slices.Contains([]string{"value_avg", "value_percentile", "value_median"}, kind)
	switch op := rapid.SampledFrom([]string{"gte", "gte", "gte", "gt", "gt", "eq", "lte", "range"}).Draw(d.T, "op"); op {
	case "range":
		return text + "        gt: " + number + "\n        lte: " + strconv.Itoa(most+2) + "\n", false
	default:
		return text + "        " + op + ": " + number + "\n", lasting && strings.HasPrefix(op, "g")
	}
}

func (d streamDrawer) events() []Event {
	start := time.Date(2024, 11, 4, 0, 0, 0, 0, time.UTC)
	events := make([]Event, rapid.IntRange(0, 14).Draw(d.T, "events"))
	for i := range events {
		e := Event{
			At:     start.Add(time.Duration(rapid.IntRange(0, 40).Draw(d.T, "second")) * time.Second),
			Rule:   rapid.SampledFrom([]string{"a", "a", "b", "c"}).Draw(d.T, "rule"),
			Fields: map[string][]string{},
		}
		for _, f := range eventFields {
			if value := rapid.SampledFrom(f.Pool).Draw(d.T, f.Name); value != "" {
				e.Fields[f.Name] = []string{value}
			}
		}
		events[i] = e
	}
	return events
}

// eventFields are those of events; an empty value stands for none.
var eventFields = []Field{
	{"User", Text, []string{"ann", "ann", "ann", "bob", ""}},
	{"Account", Text, []string{"ann", "bob", ""}},
	{"Host", Text, []string{"h1", "h2", ""}},
	{"Port", Number, []string{"1", "2", "3", "4", ""}},
	{"Bytes", Number, []string{"0", "1", "5", "10", "20", "2.5", "many", ""}},
}
