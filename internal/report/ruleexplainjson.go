package report

import (
	"time"

	"stormglass/internal/hunt/sigma"
)

type explanationJSON struct {
	Rule     string      `json:"rule"`
	Title    string      `json:"title"`
	Source   string      `json:"source"`
	Ordinal  uint64      `json:"ordinal"`
	Kind     string      `json:"kind"`
	Occurred *time.Time  `json:"occurred"`
	Matched  bool        `json:"matched"`
	NotAsked string      `json:"not_asked"`
	Routes   []routeJSON `json:"routes"`
}

type routeJSON struct {
	Pipeline   string           `json:"pipeline"`
	Routed     bool             `json:"routed"`
	Matched    bool             `json:"matched"`
	Where      []groupJSON      `json:"where"`
	Conditions []conditionJSON  `json:"conditions"`
	Selections []selectionJSON  `json:"selections"`
	Filters    []filterHeldJSON `json:"filters"`
}

type conditionJSON struct {
	Written string `json:"written"`
	Held    bool   `json:"held"`
}

type selectionJSON struct {
	Name   string      `json:"name"`
	Line   int         `json:"line"`
	Held   bool        `json:"held"`
	Groups []groupJSON `json:"groups"`
}

type filterHeldJSON struct {
	Conditions []string        `json:"conditions"`
	Held       bool            `json:"held"`
	Selections []selectionJSON `json:"selections"`
}

type groupJSON struct {
	Line  int        `json:"line"`
	Held  bool       `json:"held"`
	Items []itemJSON `json:"items"`
}

type itemJSON struct {
	Written string   `json:"written"`
	Line    int      `json:"line"`
	Column  int      `json:"column"`
	Wanted  []string `json:"wanted"`
	More    int      `json:"more"`
	Looked  []string `json:"looked"`
	Found   string   `json:"found"`
	Holds   []string `json:"holds"`
	Held    bool     `json:"held"`
	Why     string   `json:"why"`
}

func explanationOf(x *RuleExplained) explanationJSON {
	r := x.Rule.Rule
	out := explanationJSON{
		Rule: r.Key(), Title: r.Title, Source: x.Record.Source, Ordinal: x.Record.Ordinal, Kind: x.Record.Kind.String(),
		Occurred: instantOf(x.Record.Occurred), Matched: x.Matched, NotAsked: x.Why, Routes: []routeJSON{},
	}
	for i := range x.Routes {
		out.Routes = append(out.Routes, routeOf(&x.Routes[i]))
	}
	return out
}

func routeOf(x *sigma.RouteExplanation) routeJSON {
	out := routeJSON{Pipeline: x.Pipeline, Routed: x.Routed, Matched: x.Matched, Where: groupsOf(x.Where), Conditions: []conditionJSON{}, Filters: []filterHeldJSON{}}
	for _, c := range x.Conditions {
		out.Conditions = append(out.Conditions, conditionJSON(c))
	}
	out.Selections = selectionsOf(x.Selections)
	for i := range x.Filters {
		f := &x.Filters[i]
		out.Filters = append(out.Filters, filterHeldJSON{list(f.Filter.Detection.Written), f.Held, selectionsOf(f.Selections)})
	}
	return out
}

func selectionsOf(all []sigma.SelectionExplanation) []selectionJSON {
	out := []selectionJSON{}
	for i := range all {
		out = append(out, selectionJSON{all[i].Name, all[i].Line, all[i].Held, groupsOf(all[i].Groups)})
	}
	return out
}

func groupsOf(all []sigma.GroupExplanation) []groupJSON {
	out := []groupJSON{}
	for i := range all {
		g := groupJSON{all[i].Line, all[i].Held, []itemJSON{}}
		for j := range all[i].Items {
			x := itemJSON(all[i].Items[j])
			x.Wanted, x.Looked, x.Holds = list(x.Wanted), list(x.Looked), list(x.Holds)
			g.Items = append(g.Items, x)
		}
		out = append(out, g)
	}
	return out
}
