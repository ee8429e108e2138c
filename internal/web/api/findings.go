package api

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/hunt"
	"stormglass/internal/report"
	"stormglass/internal/seen"
)

// findingsInput is the query for findings.
type findingsInput struct {
	Level  string   `query:"level" enum:"informational,low,medium,high,critical" doc:"Only those of this level and above."`
	Status []string `query:"status,explode" enum:"open,acknowledged,dismissed" maxItems:"3" doc:"Only those of this status; may come several times."`
	Value  string   `query:"value" maxLength:"4096" doc:"Only those of this indicator, in any spelling."`
	Rule   string   `query:"rule" maxLength:"400" doc:"Only those of the rule with this key: its id, else its name, else its file and line."`
	Since  uint64   `query:"since" doc:"Only those that changed after this change: last_change of an earlier answer."`
	All    bool     `query:"all" doc:"Those that were dismissed and those that are no longer found, too."`
	Limit  int      `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"Findings on a page."`
	After  string   `query:"after" maxLength:"512" pattern:"^[A-Za-z0-9._-]*$" doc:"The page after this cursor, as the header Link of a page gives it."`
}

// findingsBody is what findings answers with: finding list -o json.
type findingsBody struct {
	Text      string        `json:"text" doc:"The list in a sentence; of one page of several that page, and how many there are at least."`
	Last      uint64        `json:"last_change" doc:"Number of the last change of any finding."`
	Dismissed int           `json:"dismissed_not_shown"`
	Findings  []findingBody `json:"findings"`
}

// findingBody is a finding as it is kept.
type findingBody struct {
	report.FindingJSON

	Triage  TriageBody `json:"triage"`
	Changed uint64     `json:"changed" doc:"Number of its last change."`
	Saved   *time.Time `json:"first_saved"`
	Gone    bool       `json:"gone" doc:"It is no longer found, and kept for what was decided."`
}

// TriageBody is what people decided about a finding.
type TriageBody struct {
	Status   string     `json:"status" enum:"open,acknowledged,dismissed"`
	Lapsed   bool       `json:"lapsed" doc:"It is open again because its dismissal ran out."`
	Reason   string     `json:"reason"`
	Until    *time.Time `json:"until"`
	Assignee string     `json:"assignee"`
	Tickets  []string   `json:"tickets"`
	Who      string     `json:"who"`
	When     *time.Time `json:"when"`
}

// detailBody is what finding answers with: finding show -o json.
type detailBody struct {
	Finding findingBody `json:"finding"`
	History []stepBody  `json:"history" doc:"What was decided, the first step first."`
}

// stepBody is one thing that somebody did, and the state after it.
type stepBody struct {
	TriageBody

	Action string `json:"action"`
}

func (s *server) addFindings(rt *route) {
	register(s, s.operation(rt, findingsBody{}, nil), func(ctx context.Context, in *findingsInput) (*answer, error) {
		q, err := in.query()
		if err != nil {
			return nil, err
		}
		page, err := s.service.Findings(ctx, q)
		if err != nil {
			return nil, err
		}
		a := &answer{write: func(w io.Writer) error {
			said := &textWriter{w: w, text: func(s string) string { return page.textOf(s, in.After == "") }}
			return report.WriteFindingList(said, report.JSON, &page.FindingList, report.Options{})
		}}
		if page.Next != "" {
			a.link = "<" + rt.path + "?" + in.following(page.Next) + `>; rel="next"`
		}
		return a, nil
	})
}

// query makes what the service is asked of what came.
func (in *findingsInput) query() (q FindingQuery, err error) {
	q = FindingQuery{Status: in.Status, Rule: in.Rule, Since: in.Since, All: in.All, Limit: in.Limit, After: in.After}
	if in.Level != "" {
		if q.Level, err = hunt.ParseLevel(in.Level); err != nil {
			return q, fault.Wrap(fault.Invalid, err)
		}
	}
	if in.Value != "" {
		v := seen.Parse(in.Value, false)
		if v.Err != nil {
			return q, wrong("query.value", "no value that can be looked for; kind:value states what it is, as in filename:invoice.exe")
		}
		q.Value = v.Value
	}
	if in.Value != "" && in.Rule != "" {
		return q, wrong("query.rule", "a finding is of an indicator or of a rule: ask for value or rule, not for both")
	}
	return q, nil
}

// following gives the query of the next page.
func (in *findingsInput) following(next string) string {
	q := url.Values{"limit": {strconv.Itoa(in.Limit)}, "after": {next}}
	if in.Level != "" {
		q.Set("level", in.Level)
	}
	if len(in.Status) > 0 {
		q["status"] = in.Status
	}
	if in.Value != "" {
		q.Set("value", in.Value)
	}
	if in.Rule != "" {
		q.Set("rule", in.Rule)
	}
	if in.Since > 0 {
		q.Set("since", strconv.FormatUint(in.Since, 10))
	}
	if in.All {
		q.Set("all", "true")
	}
	return q.Encode()
}

// findingInput is the path of one finding.
type findingInput struct {
	ID string `path:"id" minLength:"4" maxLength:"32" pattern:"^[0-9a-fA-F]+$" doc:"4 or more hex digits that its id begins with."`
}

func (s *server) addFinding(rt *route) {
	register(s, s.operation(rt, detailBody{}, nil), func(ctx context.Context, in *findingInput) (*answer, error) {
		f, err := s.service.Finding(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &answer{write: func(w io.Writer) error {
			return report.WriteFindingDetail(w, report.JSON, f, report.Options{})
		}}, nil
	})
}
