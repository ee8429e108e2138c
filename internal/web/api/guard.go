package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// guard lets a request through to its handler: when who asks is known and may, when there is room, and within the
// limits of its route.
func (s *server) guard(rt *route, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := s.admit(rt, r)
		if who.Via != auth.ViaNone {
			w.Header().Del("Connection")
		}
		if err == nil {
			err = strict(rt, r.URL)
		}
		if err == nil {
			var leave func()
			if leave, err = s.enter(rt, who); err == nil {
				defer leave()
			}
		}
		ctx := auth.With(r.Context(), who)
		if err != nil {
			writeProblem(w, s.problemOf(ctx, err))
			return
		}
		if !rt.upload {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, s.limits.Timeout)
			defer cancel()
		}
		var most int64
		if rt.body != nil {
			most = rt.body(&s.limits)
		}
		body := newPacedBody(w, r, &s.limits, most)
		r = r.WithContext(context.WithValue(ctx, bodyKey{}, body))
		r.Body = body
		next(w, r)
	}
}

// admit says who asks, and whether they may.
func (s *server) admit(rt *route, r *http.Request) (auth.Who, error) {
	if rt.need == "" {
		return auth.Who{}, nil
	}
	who := auth.From(r.Context()) // the local socket knows
	if who.Via == auth.ViaNone {
		if rt.local && auth.OnLoopback(r) {
			return auth.Who{Name: "loopback", Roles: []auth.Role{auth.Read}, Via: auth.ViaLoopback}, nil
		}
		var err error
		if who, err = s.who.Who(r); err != nil {
			return who, err
		}
	}
	if !who.May(rt.need) {
		return who, fault.Hint(fault.Denied, fmt.Errorf("%s lacks the role %s", who, rt.need), "whoever runs the service gives roles in its file of tokens")
	}
	return who, nil
}

// strict refuses queries of which one program reads one thing and another something else.
func strict(rt *route, u *url.URL) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fault.Wrap(fault.Invalid, errors.New("the query is not in the form of URLs"))
	}
	for name, values := range query {
		if len(values) > 1 && name != rt.many {
			return fault.Wrap(fault.Invalid, fmt.Errorf("the query has %q twice", name))
		}
	}
	return nil
}

// recovered answers for a handler that panicked, as far as nothing was answered yet.
func (s *server) recovered(w *pacedWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	s.log.ErrorContext(r.Context(), "a request panicked", slog.String("route", r.Pattern), slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
	if w.begun {
		panic(http.ErrAbortHandler) // so that the client sees that the answer is not whole
	}
	writeProblem(w, newProblem(http.StatusInternalServerError, fault.Internal, "internal error", "the log of the service says more"))
}
