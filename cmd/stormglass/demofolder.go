package main

import (
	"context"
	"fmt"
	"io"

	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/seen"
)

// prompt shows a command of which the answer follows.
func (a *app) prompt(command, data, argument string) {
	fmt.Fprintf(a.stdout, "\n$ stormglass %s --data %s", command, data)
	if argument != "" {
		fmt.Fprintf(a.stdout, " %s", argument)
	}
	fmt.Fprintln(a.stdout)
}

// demoSeen asks what was seen of the value of the weightiest finding.
func (a *app) demoSeen(ctx context.Context, data string, findings []*hunt.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	value := findings[0].Value.String()
	q := []seen.Question{seen.Parse(value, false)}
	r, err := node.Seen(ctx, data, q, seen.Options{Version: version()})
	if err != nil {
		return err
	}
	a.prompt("seen", data, value)
	return a.deliver("", nil, func(w io.Writer) error { return report.WriteSeen(w, report.Table, r, a.reportOptions()) })
}

// demoIncidents joins what was found, by indicators and by rules, and tells of the incident that matters most.
func (a *app) demoIncidents(ctx context.Context, data string) error {
	l, err := node.Incidents(ctx, data)
	if err != nil || len(l.Incidents) == 0 {
		return err
	}
	a.prompt("incident list", data, "")
	if err := a.deliver("", nil, func(w io.Writer) error {
		return report.WriteIncidentList(w, report.Table, node.ShownIncidents(l, hunt.Informational), a.reportOptions())
	}); err != nil {
		return err
	}
	id := l.Incidents[0].ID.String()
	d, err := node.Incident(ctx, data, id)
	if err != nil {
		return err
	}
	a.prompt("incident show", data, id[:8])
	return a.deliver("", nil, func(w io.Writer) error {
		return report.WriteIncidentDetail(w, report.Table, node.ShownIncident(d), a.reportOptions())
	})
}

// demoVerdicts says what the rules and campaigns come to, and what could not be told.
func (a *app) demoVerdicts(data string, r *hunt.Result) error {
	a.prompt("hunt", data, "")
	fmt.Fprintln(a.stdout, "…")
	return a.deliver("", nil, func(w io.Writer) error { return report.WriteVerdicts(w, r, a.reportOptions()) })
}
