package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
)

// intelligence is what was hunted for and what was not, in words.
type intelligence struct {
	Files                           []intelRow
	Total, Loaded, Listed, Reported int
	Values                          int
	Reasons                         []reasonRow // most frequent first
	Unread                          []*fileGroup
	Library                         string   // what is known besides values
	Warnings                        []string // entries of warning lists that could not be used
}

// intelRow is the account of one file.
type intelRow struct {
	File, Format                    string
	Total, Loaded, Listed, Reported int
}

// reasonRow is why items, or values of items that were loaded, were not used.
type reasonRow struct {
	Outcome string // "listed", "reported", "part of an item"
	Reason  string
	Count   int
}

func intelligenceOf(r *hunt.Result, in folder) intelligence {
	v := intelligence{Values: r.Values, Library: libraryText(r.Library)}
	reasons := map[reasonRow]int{}
	var unread fileGroups
	for _, f := range r.Intel {
		row := intelRow{
			File: in.name(f.File), Format: name(f.Format), Total: f.Total, Loaded: f.Loaded,
			Listed: f.Count(intel.Listed), Reported: f.Count(intel.Reported),
		}
		switch {
		case f.Skipped != "":
			unread.add("not read", prose(f.Skipped), advice(f.Skipped), groupFile{Name: row.File})
		case f.Failed != "":
			unread.add("stopped before the end", prose(f.Failed), advice(f.Failed), groupFile{Name: row.File})
		}
		if f.Skipped == "" {
			v.Files = append(v.Files, row)
		}
		v.Total += row.Total
		v.Loaded += row.Loaded
		v.Listed += row.Listed
		v.Reported += row.Reported
		for outcome, m := range map[string]map[string]int{"listed": f.Listed, "reported": f.Reported, partOf: f.Parts} {
			for reason, n := range m {
				reasons[reasonRow{Outcome: outcome, Reason: prose(reason)}] += n
			}
		}
	}
	for row, n := range reasons {
		row.Count = n
		v.Reasons = append(v.Reasons, row)
	}
	v.Unread = unread.sorted()
	slices.SortFunc(v.Reasons, func(a, b reasonRow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Outcome, b.Outcome))
	})
	for _, l := range slices.Sorted(maps.Keys(r.Warnings)) {
		if n := r.Warnings[l]; n > 0 {
			v.Warnings = append(v.Warnings, count(n, "entry")+" of warning list "+name(l)+" could not be used")
		}
	}
	return v
}

// partOf is the outcome of a value whose item is counted elsewhere.
const partOf = "part of an item"

// balance says that every item is accounted for.
func (v *intelligence) balance() string {
	return count(v.Total, "item") + " = " + number(v.Loaded) + " loaded + " + number(v.Listed) + " listed + " +
		number(v.Reported) + " reported"
}

func libraryText(l *intel.Library) string {
	if l == nil {
		return ""
	}
	var parts []string
	for _, p := range []struct {
		n    int
		noun string
	}{{len(l.Sources), "source"}, {len(l.Actors), "actor"}, {len(l.Vulnerabilities), "vulnerability"}, {len(l.WarningLists), "warning list"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.noun))
		}
	}
	return strings.Join(parts, ", ")
}
