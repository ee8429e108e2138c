package report

import (
	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// markingOf gives the strictest marking of what a report shows: of the findings and, when values
// that were not used are named, of all sources.
func markingOf(r *hunt.Result, o Options) intel.TLP {
	t := intel.Unmarked
	for _, f := range r.Findings {
		t = max(t, f.TLP)
	}
	if o.ExplainIntel {
		t = max(t, markingOfSources(r))
	}
	return t
}

func markingOfSources(r *hunt.Result) intel.TLP {
	t := intel.Unmarked
	if r.Library != nil {
		for _, s := range r.Library.Sources {
			t = max(t, s.TLP)
		}
	}
	return t
}

// handling says what a marking means for whoever holds the report (FIRST, TLP 2.0).
func handling(t intel.TLP) string {
	switch t {
	case intel.Red:
		return "contains information marked RED: do not pass on"
	case intel.AmberStrict:
		return "contains information marked AMBER+STRICT: do not pass on beyond your own organisation"
	case intel.Amber:
		return "within your own organisation and to its clients, as far as they need to know"
	case intel.Green:
		return "within the community, not through public channels"
	case intel.Clear:
		return "no limits on passing on"
	case intel.Unmarked:
	}
	return ""
}

// banner gives the line that marks the whole report; empty when nothing in it is marked.
func banner(t intel.TLP) string {
	if t == intel.Unmarked {
		return ""
	}
	return t.String() + ": " + handling(t)
}

// marked gives the marking of one thing, for people.
func marked(t intel.TLP) string {
	if t == intel.Unmarked {
		return "no TLP"
	}
	return t.String()
}
