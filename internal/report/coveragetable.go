package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"stormglass/internal/hunt/coverage"
)

// CoverageAnswer is what stormglass coverage says.
type CoverageAnswer struct {
	Survey  *coverage.Survey
	Changes []LoggingChange // of logging, those that open most rules first
	Rules   int             // that were asked what they need
	Opened  int             // of them, how many lack nothing
	Notes   []string
}

// LoggingChange is what would have to be switched on, on devices of one platform, for messages of one sort to come.
type LoggingChange struct {
	Sort     string   `json:"sort"`
	Platform string   `json:"platform"` // "" when the register states none
	Devices  []string `json:"devices"`
	Rules    int      `json:"rules"` // that lack nothing else on any of these devices
	Wait     int      `json:"wait"`  // that lack something else too
	Titles   []string `json:"titles"`
	Lines    []string `json:"lines"`     // of configuration, as typed; none where we know none
	Source   string   `json:"source"`    // documentation of the vendor
	Certain  bool     `json:"certain"`   // else to be tried first
	Note     string   `json:"note"`      // what else to know
	NoAdvice bool     `json:"no_advice"` // nothing is known for the platform
}

// What is shown of coverage.
const (
	barParts     = maxColumn // what a column of a table holds
	shownLines   = 400
	shownChanges = 12
)

// WriteCoverage writes what could be seen, as a table or a document.
func WriteCoverage(w io.Writer, f Format, a *CoverageAnswer, o Options) error {
	b := bufio.NewWriter(w)
	if f == JSON {
		e := json.NewEncoder(b)
		e.SetIndent("", "  ")
		if err := e.Encode(coverageDocument(a)); err != nil {
			return fmt.Errorf("write coverage: %w", err)
		}
		return b.Flush()
	}
	if o.Width == 0 {
		o.Width = defaultWidth
	}
	p := &page{w: b, width: max(o.Width, minWidth), color: o.Color}
	p.survey(a)
	p.changes(a)
	return b.Flush()
}

// CoverageDocument is the JSON form.
type CoverageDocument struct {
	Schema  string          `json:"schema"` // "stormglass.coverage/1"
	Covered *CoveredJSON    `json:"coverage"`
	Rules   int             `json:"rules"`
	Opened  int             `json:"rules_that_lack_nothing"`
	Changes []LoggingChange `json:"changes"`
	Notes   []string        `json:"notes"`
}

func coverageDocument(a *CoverageAnswer) *CoverageDocument {
	d := &CoverageDocument{Schema: "stormglass.coverage/1", Covered: coveredOf(a.Survey), Rules: a.Rules, Opened: a.Opened, Changes: a.Changes, Notes: list(a.Notes)}
	if d.Changes == nil {
		d.Changes = []LoggingChange{}
	}
	return d
}

// stateLetters are the letters of a strip.
var stateLetters = [...]string{coverage.Seen: "#", coverage.Silent: "-", coverage.Gap: "?", coverage.Absent: ".", coverage.Partly: "+"}

func (p *page) survey(a *CoverageAnswer) {
	s := a.Survey
	for _, n := range a.Notes {
		p.text(0, warn, n)
	}
	if s.Hours == 0 {
		p.text(0, bold, "Nothing could be seen: no record with a time was read.")
		return
	}
	p.text(0, bold, "What could be seen, "+spanText(s.From, s.To)+", "+count(s.Hours, "hour")+": "+deviceCount(s)+".")
	for _, l := range coverageLimits(s) {
		p.text(0, warn, l)
	}
	p.text(0, dim, "# came   + came, with gaps   - none came, and that says something   ? gap: lost, or device not heard   . none ever, up to there")
	p.line("")
	sorts := sortsOf(s)
	parts := min(barParts, s.Hours)
	rows := [][]string{{"device", "sort", "hours", "looked at", "sampled"}}
	never := map[coverage.Sort][]string{}
	for _, d := range s.Devices {
		for _, x := range sorts {
			l := d.Line(x)
			if l == nil || x.Class == "" && !d.Sensor && hasClasses(d, x) {
				continue
			}
			if !l.Ever() && l.Hours[coverage.Absent] == s.Hours {
				never[x] = append(never[x], d.Name)
				continue
			}
			if len(rows) > shownLines {
				break
			}
			rows = append(rows, coverageRow(d, l, s, parts))
		}
	}
	p.columns(0, []bool{false, false, false, true, true}, rows)
	if len(rows) > shownLines {
		p.text(0, "", "and further lines; -o json lists them.")
	}
	p.never(sorts, never, len(s.Devices))
}

// never tells of what nothing ever came, so that silence says nothing.
func (p *page) never(sorts []coverage.Sort, by map[coverage.Sort][]string, devices int) {
	if len(by) == 0 {
		return
	}
	p.line("")
	p.text(0, bold, "Of what nothing ever came, so that its absence says nothing")
	rows := [][]string{{"sort", "devices", ""}}
	for _, x := range sorts {
		if who := by[x]; len(who) > 0 {
			rows = append(rows, []string{x.String(), number(len(who)) + " of " + number(devices), listed(names(who), shownNever)})
		}
	}
	p.columns(0, []bool{false, true, false}, rows)
}

// shownNever is how many devices are named of which nothing of a sort came.
const shownNever = 6

// hasClasses reports whether lines of classes of a kind stand beside the line of all of it.
func hasClasses(d *coverage.Device, s coverage.Sort) bool {
	return slices.ContainsFunc(d.Lines, func(l *coverage.Line) bool { return l.Kind == s.Kind && l.Class != "" && l.Ever() })
}

func coverageRow(d *coverage.Device, l *coverage.Line, s *coverage.Survey, parts int) []string {
	var bar strings.Builder
	for _, x := range l.Strip(parts) {
		bar.WriteString(stateLetters[x])
	}
	looked := l.Hours[coverage.Seen] + l.Hours[coverage.Silent]
	sampled := ""
	switch {
	case l.Sampling > 1:
		sampled = "1:" + number(int(l.Sampling))
	case l.Unstated > 0:
		sampled = "not stated"
	}
	return []string{tail(cutText(name(d.Name), maxName), 28), l.String(), bar.String(), number(100*looked/s.Hours) + " %", sampled}
}

func deviceCount(s *coverage.Survey) string {
	if s.Registered == 0 {
		return number(len(s.Devices)) + " devices and sensors heard, of an unknown number"
	}
	heard := 0
	for _, d := range s.Devices {
		if d.Registered && slices.ContainsFunc(d.Lines, (*coverage.Line).Ever) {
			heard++
		}
	}
	return number(heard) + " of the " + count(s.Registered, "device") + " in the register heard"
}

// deviceNote says what is to be known of a device beside its name.
func deviceNote(d *coverage.Device) string {
	switch {
	case d.Registered:
		return cutText(prose(d.Platform), maxName)
	case d.Sensor:
		return "names no device"
	case d.Claim != nil:
		return "sent by another machine"
	}
	return "not in the register"
}

// sortsOf gives all sorts of record of a survey.
func sortsOf(s *coverage.Survey) (out []coverage.Sort) {
	known := map[string]coverage.Sort{}
	for _, d := range s.Devices {
		for _, l := range d.Lines {
			known[l.String()] = l.Sort
		}
	}
	names := make([]string, 0, len(known))
	for n := range known {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		out = append(out, known[n])
	}
	return out
}

// changes writes what to switch on.
func (p *page) changes(a *CoverageAnswer) {
	if a.Rules == 0 {
		return
	}
	p.heading("What to log next")
	p.text(2, "", "Of "+count(a.Rules, "rule")+", "+number(a.Opened)+" have all logs that they need from at least one device.")
	for i := range a.Changes {
		if i == shownChanges {
			p.text(2, "", "and "+count(len(a.Changes)-i, "further change")+"; -o json lists them.")
			return
		}
		p.change(&a.Changes[i])
	}
}

func (p *page) change(c *LoggingChange) {
	on := cutText(prose(c.Platform), maxName)
	if on == "" {
		on = "an unknown platform"
	}
	p.line("")
	names := make([]string, 0, len(c.Devices))
	for _, d := range c.Devices {
		names = append(names, cutText(name(d), maxName))
	}
	p.hanging("  ", 4, bold, c.Sort+" from "+count(len(c.Devices), "device")+" of "+on+": opens "+count(c.Rules, "rule")+waitText(c.Wait))
	p.hanging("    devices: ", 13, "", listed(names, 6))
	if len(c.Titles) > 0 {
		p.hanging("    rules: ", 11, "", prose(listed(c.Titles, 4)))
	}
	if c.NoAdvice {
		p.text(4, dim, "What switches it on there is not known to us.")
		return
	}
	for _, l := range c.Lines {
		p.line("      " + l)
	}
	if c.Note != "" {
		p.text(4, "", c.Note)
	}
	s := "from: " + c.Source
	if !c.Certain {
		s += " (not verified by us: try it on one device first)"
	}
	p.text(4, dim, s)
}

func waitText(n int) string {
	if n == 0 {
		return ""
	}
	return ", and " + count(n, "more rule") + " once something else comes too"
}
