package node

import (
	"stormglass/internal/hunt"
	"stormglass/internal/report"
)

// ShownIncidents gives incidents of a level and above as they are shown.
func ShownIncidents(l *IncidentList, level hunt.Level) *report.IncidentList {
	out := &report.IncidentList{Alone: l.Alone, Dismissed: l.Dismissed}
	for _, x := range l.Incidents {
		if x.Level < level {
			out.Hidden++
			continue
		}
		out.Incidents = append(out.Incidents, x)
	}
	return out
}

// ShownIncident gives an incident as it is shown.
func ShownIncident(d *IncidentDetail) *report.IncidentDetail {
	out := &report.IncidentDetail{Incident: d.Incident, Part: d.Part}
	for i := range d.Findings {
		out.Findings = append(out.Findings, ShownFinding(&d.Findings[i]))
	}
	return out
}
