package intel

import (
	"net/netip"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/gaissmai/bart"

	"stormglass/internal/observable"
)

// Bounds on warning lists: they come with feeds, and one that holds everything would lower every
// finding (hostile-input.md H05, H20).
const (
	minSubstring = 4
	maxPattern   = 1 << 10 // bytes
	maxProgram   = 2000    // instructions of a pattern
	maxPrograms  = 50_000  // instructions of all patterns
)

// Warnings finds the warning lists that a value is on. A nil *Warnings knows none.
type Warnings struct {
	lists []*compiledList
	// Skipped counts entries that could not be used, by list name.
	Skipped map[string]int
	program int // instructions of the patterns so far
}

type compiledList struct {
	name     string
	special  bool
	prefixes *bart.Lite
	exact    map[string]struct{}
	suffixes map[string]struct{} // hostname lists: a name or anything below it
	parts    []string
	patterns []*regexp.Regexp
}

// CompileWarnings prepares lists for look-ups.
func CompileWarnings(lists []*WarningList) *Warnings {
	w := &Warnings{Skipped: map[string]int{}}
	for _, l := range lists {
		w.lists = append(w.lists, w.compile(l))
	}
	return w
}

func (w *Warnings) compile(l *WarningList) *compiledList {
	c := &compiledList{name: l.Name, special: l.Special}
	for _, e := range l.Entries {
		if e = strings.TrimSpace(e); e == "" || !w.add(c, l.Type, e) {
			w.Skipped[l.Name]++
		}
	}
	return c
}

func (w *Warnings) add(c *compiledList, kind, e string) bool {
	switch kind {
	case "cidr":
		p, err := netip.ParsePrefix(e)
		if err != nil {
			a, err := netip.ParseAddr(e)
			if err != nil {
				return false
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		if _, broad := TooBroad(observable.Of(observable.Prefix, p.Masked().String())); broad && !c.special && p.Bits() < p.Addr().BitLen() {
			return false
		}
		if c.prefixes == nil {
			c.prefixes = new(bart.Lite)
		}
		c.prefixes.Insert(p.Masked())
	case "hostname":
		name := strings.TrimPrefix(strings.ToLower(e), ".")
		if name == "" {
			return false
		}
		set(&c.suffixes, name)
	case "substring":
		if len(e) < minSubstring {
			return false
		}
		c.parts = append(c.parts, strings.ToLower(e))
	case "regex":
		re, size := compilePattern(strings.Trim(e, "/"))
		if re == nil || w.program+size > maxPrograms {
			return false
		}
		w.program += size
		c.patterns = append(c.patterns, re)
	default:
		set(&c.exact, strings.ToLower(e))
	}
	return true
}

// compilePattern compiles an expression of bounded size; nil when it cannot be used: broken, too
// large, or one that matches everything.
func compilePattern(s string) (*regexp.Regexp, int) {
	if len(s) > maxPattern {
		return nil, 0
	}
	parsed, err := syntax.Parse(s, syntax.Perl)
	if err != nil || repeats(parsed) > maxProgram {
		return nil, 0
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxProgram {
		return nil, 0
	}
	re, err := regexp.Compile(s)
	if err != nil || re.MatchString("") {
		return nil, 0
	}
	return re, len(program.Inst)
}

// repeats estimates from below how many instructions a parsed expression expands to: counted
// repetitions multiply when it is simplified.
func repeats(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)/2
	for _, sub := range re.Sub {
		n += repeats(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Max, re.Min, 1)
	}
	return min(n, 1<<20)
}

func set(m *map[string]struct{}, k string) {
	if *m == nil {
		*m = map[string]struct{}{}
	}
	(*m)[k] = struct{}{}
}

// Names gives the lists a value is on. Lists of special-purpose ranges do not count for the
// operator's own addresses.
func (w *Warnings) Names(v observable.Value, own bool) []string {
	if w == nil {
		return nil
	}
	var names []string
	for _, c := range w.lists {
		if (!c.special || !own) && c.has(v) {
			names = append(names, c.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *compiledList) has(v observable.Value) bool {
	text := strings.ToLower(v.String())
	if _, ok := c.exact[text]; ok {
		return true
	}
	host := hostOf(v)
	if host != "" && (c.below(host) || c.isExact(host)) {
		return true
	}
	if p := v.Prefix(); p.IsValid() && c.prefixes != nil && c.prefixes.Contains(p.Addr()) {
		return true
	}
	if a, err := netip.ParseAddr(host); err == nil && c.prefixes != nil && c.prefixes.Contains(a) {
		return true
	}
	return slices.ContainsFunc(c.parts, func(s string) bool { return strings.Contains(text, s) }) ||
		slices.ContainsFunc(c.patterns, func(re *regexp.Regexp) bool { return re.MatchString(v.String()) })
}

func (c *compiledList) isExact(host string) bool {
	_, ok := c.exact[host]
	return ok
}

// below reports whether a name or one of its parents is a hostname entry.
func (c *compiledList) below(host string) bool {
	for c.suffixes != nil && host != "" {
		if _, ok := c.suffixes[host]; ok {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}

// hostOf gives the name or address that a domain, URL or e-mail address speaks of.
func hostOf(v observable.Value) string {
	switch v.Kind() { //nolint:exhaustive // the others have no host
	case observable.Domain:
		return v.String()
	case observable.Email:
		return v.String()[strings.LastIndexByte(v.String(), '@')+1:]
	case observable.URL:
		key := observable.URLKey(v.String())
		if i := strings.IndexByte(key, '/'); i >= 0 {
			key = key[:i]
		}
		if i := strings.LastIndexByte(key, ':'); i >= 0 && !strings.HasSuffix(key, "]") {
			key = key[:i]
		}
		return strings.Trim(key, "[]")
	}
	return ""
}
