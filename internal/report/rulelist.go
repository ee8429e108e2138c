package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma"
)

// RuleRow is a rule as it is listed.
type RuleRow struct {
	Key         string   `json:"key"` // its id, else its name, else file and line
	Title       string   `json:"title"`
	Sort        string   `json:"sort"`  // "detection", "correlation", "filter"; "count": a detection of the old form "| count() by"
	Level       string   `json:"level"` // "none" when it states none
	Status      string   `json:"status"`
	LogSource   string   `json:"log_source"` // "product=zeek service=dns"; empty for a correlation
	Kinds       []string `json:"kinds"`      // of records it is asked of
	NotAssessed string   `json:"not_assessed"`
	Missing     []string `json:"missing"`      // what no register states and no file of addresses gives, so that it is not assessed, or not in part
	Note        string   `json:"note"`         // what else there is to know of it
	CountedOnly bool     `json:"counted_only"` // by a correlation: it is no finding of its own
	File        string   `json:"file"`
	Line        int      `json:"line"`
}

// RuleList is rules as they were read.
type RuleList struct {
	Rules      []RuleRow // what matters most first
	Complaints int       // about rules and pipelines; RuleCheck tells them
}

// WriteRuleList writes rules as a table with a line each, as JSON or as JSON lines.
func WriteRuleList(w io.Writer, f Format, l *RuleList, o Options) error {
	b := bufio.NewWriter(w)
	var err error
	switch f {
	case Table:
		writeRuleTable(b, l, o)
	case JSON:
		j := &fieldWriter{b: b}
		j.field("schema", "stormglass.rules/1")
		j.field("complaints", l.Complaints)
		j.list("rules", len(l.Rules), func(i int) any { return &l.Rules[i] })
		err = j.end()
	case JSONL:
		for i := range l.Rules {
			if err = writeLine(b, &l.Rules[i]); err != nil {
				return err
			}
		}
	default:
		err = fmt.Errorf("rules are listed as table, json or jsonl, not as %s", f)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func writeRuleTable(b *bufio.Writer, l *RuleList, o Options) {
	p := newPage(b, o)
	p.text(0, bold, l.text())
	if l.Complaints > 0 {
		p.text(0, warn, count(l.Complaints, "complaint")+" about what could not be read or used: stormglass rules check")
	}
	if len(l.Rules) == 0 {
		return
	}
	rows := [][]string{{"level", "title", "log source", "id", "asked of"}}
	keys, unstated := ruleKeysOf(l.Rules, func(r *RuleRow) string { return r.Key }), false
	for i := range l.Rules {
		rows = append(rows, l.Rules[i].row(keys))
		unstated = unstated || l.Rules[i].unstated()
	}
	p.line("")
	p.columns(0, []bool{false, false, false, false, false}, rows)
	p.line("")
	if unstated {
		p.text(0, dim, "(medium): the rule states no level, and its findings are medium.")
	}
	p.text(0, dim, "stormglass rules show ID tells of one.")
}

func (l *RuleList) text() string {
	asked := 0
	for i := range l.Rules {
		if l.Rules[i].NotAssessed == "" {
			asked++
		}
	}
	s := count(len(l.Rules), "rule") + ": " + number(asked) + " can be asked"
	if n := len(l.Rules) - asked; n > 0 {
		s += ", " + number(n) + " not assessed"
	}
	return s + "."
}

// Bounds of a rule's line, in characters: asked of stands last and is wrapped.
const maxRuleTitle, maxListTitle, maxRuleSource, maxAskedOf = 60, maxColumn, 20, 90

func (r *RuleRow) row(keys ruleKeys) []string {
	level := r.Level
	switch {
	case level == hunt.Informational.String():
		level = "info"
	case r.Sort == "filter":
		level = "-"
	case r.unstated():
		level = "(" + hunt.Medium.String() + ")"
	}
	return []string{level, cutText(ruleTitle(r.Title, r.Key), maxListTitle), cutText(r.source(), maxRuleSource), keys.short(r.Key), cutText(r.askedOf(), maxAskedOf)}
}

// unstated reports whether the rule states no level, so that its findings are medium.
func (r *RuleRow) unstated() bool { return r.Level == "none" && r.Sort != "filter" }

// level gives the level of what the rule finds, in words; empty of a filter, which finds nothing.
func (r *RuleRow) level() string {
	switch {
	case r.Sort == "filter":
		return ""
	case r.unstated():
		return hunt.Medium.String() + " (none stated)"
	}
	return r.Level
}

// source gives the log source as people say it: "zeek dns".
func (r *RuleRow) source() string {
	if r.Sort != "detection" && r.LogSource == "" {
		return r.Sort
	}
	s := sourceWords(r.LogSource)
	if r.Sort == "filter" {
		s = "filter, " + s
	}
	return s
}

// sourceWords takes the keys out of a log source: "product=zeek service=dns" is "zeek dns".
func sourceWords(s string) string {
	for _, key := range []string{"product=", "category=", "service="} {
		s = strings.Replace(s, key, "", 1)
	}
	return name(s)
}

func (r *RuleRow) askedOf() string {
	switch {
	case r.NotAssessed != "":
		return "not assessed: " + name(r.NotAssessed)
	case len(r.Missing) > 0:
		return joined(", ", strings.Join(r.Kinds, ", "), "in part: "+name(sigma.MissingText(r.Missing)))
	}
	only := map[bool]string{true: "only counted by a correlation"}[r.CountedOnly]
	return joined("; ", strings.Join(r.Kinds, ", "), name(r.Note), only)
}

func ruleTitle(title, key string) string {
	if title == "" {
		return name(key)
	}
	return name(title)
}
