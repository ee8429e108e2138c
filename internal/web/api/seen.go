package api

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stormglass/internal/fault"
	"stormglass/internal/report"
	"stormglass/internal/telemetry"
	"stormglass/internal/web/auth"
)

// seenInput is the query of a look-back for some values.
type seenInput struct {
	Value []string `query:"value,explode" required:"true" minItems:"1" maxItems:"1000" doc:"Address, prefix, domain, URL, hash or another value, in any spelling; may come several times."`
	Exact bool     `query:"exact" doc:"Of a domain that name alone, without the names below it."`
	Since string   `query:"since" maxLength:"16" doc:"First day asked for, as 2006-01-02, or how long ago, as 30d, 8w or 1y."`
	Until string   `query:"until" maxLength:"16" doc:"Last day asked for, as 2006-01-02, or how long ago, as 30d, 8w or 1y."`
	Rows  int      `query:"rows" minimum:"0" maximum:"1000" doc:"Records to fetch for each value, the earliest."`
}

// seenManyInput is the body of a look-back for many values.
type seenManyInput struct {
	Body seenRequest
}

// seenRequest asks for many values.
type seenRequest struct {
	_      struct{} `additionalProperties:"false"`
	Values []string `json:"values" minItems:"1" maxItems:"10000" doc:"Addresses, prefixes, domains, URLs, hashes or other values, in any spelling."`
	Exact  bool     `json:"exact,omitempty" doc:"Of a domain that name alone, without the names below it."`
	Since  string   `json:"since,omitempty" maxLength:"16" doc:"First day asked for, as 2006-01-02, or how long ago, as 30d, 8w or 1y."`
	Until  string   `json:"until,omitempty" maxLength:"16" doc:"Last day asked for, as 2006-01-02, or how long ago, as 30d, 8w or 1y."`
	Rows   int      `json:"rows,omitempty" minimum:"0" maximum:"1000" doc:"Records to fetch for each value, the earliest."`
}

func (s *server) addSeen(rt *route) {
	register(s, s.operation(rt, report.SeenDocument{}, nil), func(ctx context.Context, in *seenInput) (*answer, error) {
		return s.seen(ctx, &seenRequest{Values: in.Value, Exact: in.Exact, Since: in.Since, Until: in.Until, Rows: in.Rows}, "query.")
	})
}

func (s *server) addSeenMany(rt *route) {
	register(s, s.operation(rt, report.SeenDocument{}, nil), func(ctx context.Context, in *seenManyInput) (*answer, error) {
		leave, err := s.heavy.enter(auth.From(ctx))
		if err != nil {
			return nil, err
		}
		defer leave()
		return s.seen(ctx, &in.Body, "body.")
	})
}

func (s *server) seen(ctx context.Context, in *seenRequest, where string) (*answer, error) {
	q, err := in.query(where, time.Now())
	if err != nil {
		return nil, err
	}
	r, err := s.service.Seen(ctx, auth.From(ctx), q)
	if err != nil {
		return nil, err
	}
	return &answer{write: func(w io.Writer) error { return report.WriteSeen(w, report.JSON, r, report.Options{}) }}, nil
}

// maxValue bounds one value, in bytes.
const maxValue = 8192

func (in *seenRequest) query(where string, now time.Time) (q SeenQuery, err error) {
	if len(in.Values) > MaxValues {
		return q, wrong(where+"values", "over "+strconv.Itoa(MaxValues)+" values")
	}
	q.Rows = in.Rows
	if q.Since, err = parseDay(where+"since", in.Since, now); err != nil {
		return q, err
	}
	if q.Until, err = parseDay(where+"until", in.Until, now); err != nil {
		return q, err
	}
	if q.Until != 0 && q.Since > q.Until {
		return q, wrong(where+"since", "it is after until")
	}
	if q.Questions, err = in.questions(where); err != nil {
		return q, err
	}
	return q, q.fit(where)
}

// daysOf are the units of how long ago a day is.
var daysOf = map[byte]int64{'d': 1, 'w': 7, 'y': 365}

// parseDay reads a day, or how long before now it is, as the command line does; none is 0.
func parseDay(where, text string, now time.Time) (telemetry.Day, error) {
	if text == "" {
		return 0, nil
	}
	var day telemetry.Day
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		day = telemetry.InstantOf(t).Day()
	} else {
		last := len(text) - 1
		n, err := strconv.ParseUint(text[:last], 10, 16)
		days, ok := daysOf[text[last]]
		if err != nil || !ok {
			return 0, wrong(where, "neither a day (2006-01-02) nor how long ago (30d, 8w, 1y)")
		}
		day = telemetry.Day(max(int64(telemetry.InstantOf(now).Day())-int64(n)*days, 0))
	}
	if day <= 0 {
		return 0, wrong(where, "no record that has a time is of such a day")
	}
	return day, nil
}

// wrong is the problem of one part of a request.
func wrong(where, what string) error {
	p := newProblem(400, fault.Invalid, "the request is not valid", "")
	p.Errors = []ProblemField{{where, what}}
	return p
}

var _ huma.StatusError = (*Problem)(nil)
