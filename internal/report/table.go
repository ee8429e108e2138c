package report

import (
	"bufio"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// What the table shows of lists that may be long.
const (
	defaultFindings = 50
	tableSamples    = 2
	tableSources    = 3
	tableLines      = 2 // of a sample's text
	tableDetails    = 3
	tableReasons    = 5
	tableFiles      = 20
	tableDevices    = 8
	maxShownValue   = 400 // characters
)

func writeTable(w *bufio.Writer, r *hunt.Result, o Options) {
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	p := &page{w: w, width: max(o.Width, minWidth), color: o.Color}
	p.in = foldersOf(r)
	v, c, in := verdictOf(r), coverageOf(r, p.in.telemetry), intelligenceOf(r, p.in.intel)
	mark := markingOf(r, o)
	if mark != intel.Unmarked {
		p.text(0, tlpStyle(mark), banner(mark))
		p.line("")
	}
	p.verdict(&v, r)
	if s := p.in.text(); s != "" {
		p.text(0, dim, s)
	}
	rules := ruleHuntOf(r)
	p.findings(r, o)
	p.coverage(r, &v, &c, len(r.Accounts))
	p.notAssessed(&v, &c, r.Gaps(), rules)
	p.heading("What was looked for")
	p.rulesLookedFor(rules)
	p.analysers(r)
	if rules == nil || len(r.Intel) > 0 || r.Values > 0 {
		p.intelligence(&in, o)
	}
	if o.ExplainIntel {
		p.explain(r)
	}
	p.together(r)
	p.verdicts(ruleAnswersOf(r))
	p.line("")
	p.text(0, dim, evidence(r)+" All times are UTC.")
	if mark.Restricted() {
		p.text(0, tlpStyle(mark), banner(mark))
	}
}

// evidence says what made the report and when.
func evidence(r *hunt.Result) string {
	s := "Stormglass " + name(r.Version)
	if !r.Started.IsZero() {
		s += ", hunt of " + r.Started.UTC().Format(secondForm) + " UTC"
	}
	if r.Took > 0 {
		s += ", took " + durationText(r.Took)
	}
	return s + "."
}

func (p *page) verdict(v *verdict, r *hunt.Result) {
	st := bold
	if worst, ok := r.Worst(); ok && worst >= hunt.High {
		st = alarm
	}
	p.text(0, st, v.text)
	if s := spanText(v.first, v.last); v.answer == Found && s != "" {
		p.text(0, "", "The records span "+s+".")
	}
	if v.but != "" {
		p.text(0, warn, upper(v.but)+": see below.")
	}
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (p *page) findings(r *hunt.Result, o Options) {
	show := o.MaxFindings
	switch {
	case show == 0:
		show = defaultFindings
	case show < 0:
		show = len(r.Findings)
	}
	show = min(show, len(r.Findings))
	for i, f := range r.Findings[:show] {
		v := viewOf(f, tableSamples, p.in)
		p.line("")
		if f.Rule != nil && i > 0 {
			v.RuleSaid = slices.ContainsFunc(r.Findings[:i], func(b *hunt.Finding) bool { return b.Rule == f.Rule })
		}
		p.finding(&v, i > 0 && sameSources(f, r.Findings[i-1]))
	}
	if rest := r.Findings[show:]; len(rest) > 0 {
		var levels [hunt.Critical + 1]int
		for _, f := range rest {
			levels[min(f.Level, hunt.Critical)]++
		}
		p.line("")
		p.text(0, bold, "… and "+number(len(rest))+" more: "+levelCounts(levels)+". --max-findings 0 shows all; -o csv, -o jsonl and -o html list them.")
	}
	for _, s := range limitsOf(r) {
		p.line("")
		p.text(0, warn, s)
	}
}

// limitsOf says where the hunt itself had to leave details out.
func limitsOf(r *hunt.Result) []string {
	var out []string
	if r.Merged > 0 {
		out = append(out, "So many subjects met the same values that the findings of "+count(r.Merged, mergedOf(r))+
			" were merged into one each; nothing was left out of their counts.")
	}
	if r.Overflow.Records > 0 {
		out = append(out, "More was met than one hunt can hold: "+count(r.Overflow.Records, "record")+" of about "+
			count(r.Overflow.Findings, "further finding")+" were counted and are not shown. Hunt a part of the logs or of the intelligence at a time.")
	}
	if n := strays(r); n > 0 {
		out = append(out, strayText(n))
	}
	if r.Dismissed > 0 {
		out = append(out, count(r.Dismissed, "further finding")+" were dismissed and are not shown (stormglass finding list --all).")
	}
	for _, s := range r.Unread {
		out = append(out, "Not assessed: "+s+".")
	}
	if r.SamplesStopped {
		out = append(out, "There were so many findings that not all of them have samples; their counts are complete.")
	}
	return out
}

// strays counts the findings about names that the register of devices, where there is one, does not state.
func strays(r *hunt.Result) (n int) {
	if r.Coverage == nil || r.Coverage.Registered == 0 {
		return 0
	}
	for _, f := range r.Findings {
		if f.Stray() {
			n++
		}
	}
	return n
}

// mergedOf names what findings are merged by.
func mergedOf(r *hunt.Result) string {
	if r.Rules == nil {
		return "value"
	}
	return "value and rule"
}

// sameSources reports whether two findings are about the same value and rest on the same sources.
func sameSources(a, b *hunt.Finding) bool {
	return a.Rule == nil && b.Rule == nil && a.Value == b.Value && len(a.Refs) > 0 && reflect.DeepEqual(a.Refs, b.Refs)
}

// finding writes one finding as a block; sources that stand in the block above are not repeated.
func (p *page) finding(v *findingView, asAbove bool) {
	word := strings.ToUpper(v.Level.String())
	lead := p.paint(word, levelStyle(v.Level)) + strings.Repeat(" ", max(bodyAt-len(word), 2))
	indent := max(bodyAt, len(word)+2)
	tail := v.Kind
	if v.TLP != intel.Unmarked {
		tail += ", " + care(v.TLP)
	}
	p.hanging(lead, indent, bold, cutText(v.Value, maxShownValue)+"  ("+tail+")")
	if v.Matched != "" {
		p.field("matched", v.Matched)
	}
	p.field("subject", joined(", ", v.Subject, v.Roles))
	p.field("when", v.Span)
	p.field("extent", v.Figures)
	p.field("counted", v.Counted)
	switch {
	case v.Rule != nil:
		p.rule(v.Rule, v.RuleSaid)
	case asAbove:
		p.field("source", "as above")
	default:
		p.sources(v.Sources)
		if v.Also != "" {
			p.field("also", v.Also)
		}
	}
	for _, n := range v.Notes {
		p.field("note", n)
	}
	for i := range v.Samples {
		p.sample("sample", &v.Samples[i])
	}
	p.field("id", v.ID)
}

// care gives a marking with what it asks for, where that is much.
func care(t intel.TLP) string {
	switch t { //nolint:exhaustive // the others are no reason for care
	case intel.Red:
		return t.String() + ", do not pass on"
	case intel.AmberStrict:
		return t.String() + ", own organisation only"
	}
	return t.String()
}

// joined joins the parts that are not empty.
func joined(sep string, parts ...string) string {
	out := parts[:0:0]
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}

func (p *page) sources(list []sourceView) {
	for i := range list[:min(len(list), tableSources)] {
		p.source(&list[i])
	}
	if n := len(list) - tableSources; n > 0 {
		p.field("", "and "+count(n, "further source"))
	}
}

func (p *page) source(s *sourceView) {
	p.field("source", s.Title+" ["+marked(s.TLP)+"]")
	if len(s.Names) > 0 {
		p.field("", strings.Join(s.Names, "; "))
	}
	details := s.Details
	if n := len(details) - tableDetails; n > 0 {
		details = append(details[:tableDetails:tableDetails], "and "+number(n)+" more")
	}
	if len(details) > 0 {
		p.field("", strings.Join(details, "; "))
	}
}

// sample writes one record, under a label.
func (p *page) sample(label string, s *sampleView) {
	where := tail(s.Where, max(p.width-bodyAt-2-utf8.RuneCountInString(s.When), p.width/2))
	if line := joined("  ", where, s.When, s.Ends); utf8.RuneCountInString(line) <= p.width-bodyAt {
		p.field(label, line)
	} else {
		p.field(label, joined("  ", where, s.When))
		p.field("", s.Ends)
	}
	text := s.Text
	if text == "" {
		text = s.Seen
	}
	p.field("", cutText(text, tableLines*(p.width-bodyAt)))
}
