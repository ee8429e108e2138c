package report

import (
	"stormglass/internal/hunt"
	"stormglass/internal/telemetry"
)

// AnalyserJSON tells what an analyser did.
type AnalyserJSON struct {
	Name        string   `json:"name"`
	First       string   `json:"first"` // day, of those that it told of; "" when there was none
	Last        string   `json:"last"`
	Days        int      `json:"days"`
	Records     uint64   `json:"records"` // that it looked at
	Undated     uint64   `json:"undated"` // of these, without a time
	Notes       uint64   `json:"notes"`   // that it kept on the way
	Dropped     uint64   `json:"dropped"` // notes and rows that did not fit into its bounds
	Derived     uint64   `json:"derived"` // records that it emitted
	Warming     string   `json:"warming"` // the first day that it can tell of; "" when it can already
	NotAssessed []string `json:"not_assessed"`
}

func analysersJSON(list []*hunt.AnalyserAccount) []AnalyserJSON {
	var out []AnalyserJSON
	for _, a := range list {
		x := AnalyserJSON{
			Name: a.Name, Days: a.Days, Records: a.Records, Undated: a.Undated, Notes: a.Notes, Dropped: a.Dropped, Derived: a.Derived,
			Warming: dayOrNone(a.Warming), NotAssessed: append([]string{}, a.Reasons()...),
		}
		if a.Days > 0 {
			x.First, x.Last = a.First.String(), a.Last.String()
		}
		out = append(out, x)
	}
	return out
}

func dayOrNone(d telemetry.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
