package api

import (
	"context"
	"time"
)

// coverageInput is the query for coverage.
type coverageInput struct {
	From string `query:"from" maxLength:"40" doc:"Begin, as 2006-01-02 or 2006-01-02T15:04:05Z; the hour it lies in counts whole. Default: a day before the end."`
	To   string `query:"to" maxLength:"40" doc:"End, as from. Default: now."`
}

func (s *server) addCoverage(rt *route) {
	register(s, s.operation(rt, Coverage{}, nil), func(ctx context.Context, in *coverageInput) (*answer, error) {
		q, err := in.query(time.Now())
		if err != nil {
			return nil, err
		}
		c, err := s.service.Coverage(ctx, q)
		return jsonAnswer(c), err
	})
}

// query gives whole hours.
func (in *coverageInput) query(now time.Time) (q CoverageQuery, err error) {
	q.To = now
	if in.To != "" {
		if q.To, err = parseTime("query.to", in.To); err != nil {
			return q, err
		}
	}
	if whole := q.To.UTC().Truncate(time.Hour); whole.Before(q.To) {
		q.To = whole.Add(time.Hour)
	} else {
		q.To = whole
	}
	q.From = q.To.Add(-24 * time.Hour)
	if in.From != "" {
		if q.From, err = parseTime("query.from", in.From); err != nil {
			return q, err
		}
	}
	q.From = q.From.UTC().Truncate(time.Hour)
	switch {
	case !q.From.Before(q.To):
		return q, wrong("query.from", "it is not before to")
	case q.To.Sub(q.From) > MaxCoverage:
		return q, wrong("query.from", "over 366 days before to")
	}
	return q, nil
}

// parseTime reads a day or a time of a year that records can be of.
func parseTime(where, text string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t, err = time.Parse(time.RFC3339, text)
	}
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return t, wrong(where, "neither a day (2006-01-02) nor a time (2006-01-02T15:04:05Z)")
	}
	return t, nil
}
