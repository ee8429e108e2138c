package api

import (
	"context"
	"io"
	"net/url"
	"strconv"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/report"
)

// incidentsInput is the query for incidents.
type incidentsInput struct {
	Level string `query:"level" enum:"informational,low,medium,high,critical" doc:"Only those of this level and above."`
	Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"Incidents on a page."`
	After string `query:"after" maxLength:"512" pattern:"^[A-Za-z0-9._-]*$" doc:"The page after this cursor, as the header Link of a page gives it."`
}

// incidentsBody is what incidents answers with: incident list -o json.
type incidentsBody struct {
	Text      string                `json:"text" doc:"The list in a sentence; of one page of several that page, and how many there are at least."`
	Alone     int                   `json:"findings_in_none" doc:"Findings that are in no incident: low or informational, and alone."`
	Dismissed int                   `json:"dismissed_not_shown"`
	Incidents []report.IncidentJSON `json:"incidents"`
}

// incidentBody is what incident answers with: incident show -o json.
type incidentBody struct {
	Part     string              `json:"asked_part" doc:"The id that was asked for, where that incident became part of this one; else empty."`
	Incident report.IncidentJSON `json:"incident"`
	Timeline []findingBody       `json:"timeline" doc:"Its findings by first evidence, 500 at most."`
}

func (s *server) addIncidents(rt *route) {
	register(s, s.operation(rt, incidentsBody{}, nil), func(ctx context.Context, in *incidentsInput) (*answer, error) {
		q := IncidentQuery{Limit: in.Limit, After: in.After}
		if in.Level != "" {
			var err error
			if q.Level, err = hunt.ParseLevel(in.Level); err != nil {
				return nil, fault.Wrap(fault.Invalid, err)
			}
		}
		page, err := s.service.Incidents(ctx, q)
		if err != nil {
			return nil, err
		}
		a := &answer{write: func(w io.Writer) error {
			said := &textWriter{w: w, text: func(s string) string { return page.textOf(s, in.After == "") }}
			return report.WriteIncidentList(said, report.JSON, &page.IncidentList, report.Options{})
		}}
		if page.Next != "" {
			a.link = "<" + rt.path + "?" + in.following(page.Next) + `>; rel="next"`
		}
		return a, nil
	})
}

// following gives the query of the next page.
func (in *incidentsInput) following(next string) string {
	q := url.Values{"limit": {strconv.Itoa(in.Limit)}, "after": {next}}
	if in.Level != "" {
		q.Set("level", in.Level)
	}
	return q.Encode()
}

// incidentInput is the path of one incident.
type incidentInput struct {
	ID string `path:"id" minLength:"4" maxLength:"32" pattern:"^[0-9a-fA-F]+$" doc:"4 or more hex digits that its id begins with, or that of an incident that became part of it."`
}

func (s *server) addIncident(rt *route) {
	register(s, s.operation(rt, incidentBody{}, nil), func(ctx context.Context, in *incidentInput) (*answer, error) {
		x, err := s.service.Incident(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &answer{write: func(w io.Writer) error {
			return report.WriteIncidentDetail(w, report.JSON, x, report.Options{})
		}}, nil
	})
}
