package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"

	"stormglass/internal/fault"
	"stormglass/internal/observable"
	"stormglass/internal/web/auth"
)

// Problem is an error as it is answered (RFC 9457, application/problem+json).
type Problem struct { //nolint:errname // the name that RFC 9457 gives it
	Type   string         `json:"type" doc:"Always about:blank: status and kind tell problems apart."`
	Title  string         `json:"title" doc:"The status in words."`
	Status int            `json:"status" doc:"HTTP status."`
	Detail string         `json:"detail" doc:"What went wrong."`
	Kind   string         `json:"kind" enum:"invalid,not found,conflict,denied,busy,internal" doc:"What to make of it."`
	Hint   string         `json:"hint,omitempty" doc:"The way out, where it is known."`
	Errors []ProblemField `json:"errors,omitempty" doc:"Parts of the request that are wrong."`

	retry time.Duration // Retry-After
}

// ProblemField is one part of a request that is wrong.
type ProblemField struct {
	Where string `json:"where" doc:"query.level, body.values[3] and so on."`
	What  string `json:"what" doc:"What is wrong with it."`
}

// Error gives the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType marks problems as such.
func (*Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// busyRetry is when a client may come again whom the service had no room for.
const busyRetry = 5 * time.Second

var kindStatus = map[fault.Kind]int{
	fault.Invalid: http.StatusBadRequest, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Denied: http.StatusForbidden, fault.Busy: http.StatusServiceUnavailable, fault.Internal: http.StatusInternalServerError,
}

// kindOfStatus is the inverse, for errors that huma makes.
func kindOfStatus(status int) fault.Kind {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fault.Denied
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fault.NotFound
	case http.StatusConflict:
		return fault.Conflict
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		return fault.Busy
	case http.StatusInternalServerError:
		return fault.Internal
	}
	return fault.Invalid
}

func newProblem(status int, kind fault.Kind, detail, hint string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: observable.Printable(detail), Kind: kind.String(), Hint: observable.Printable(hint)}
}

// humaProblem makes a problem of what huma finds wrong with a request. It leaves out the values that it would give
// back: a subscriber's number has no business in an answer.
func humaProblem(status int, message string, errs ...error) huma.StatusError {
	if status == http.StatusUnprocessableEntity || status == 0 {
		status = http.StatusBadRequest
	}
	p := newProblem(status, kindOfStatus(status), message, "")
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			detail := d.ErrorDetail()
			p.Errors = append(p.Errors, ProblemField{Where: observable.Printable(detail.Location), What: observable.Printable(detail.Message)})
		}
	}
	return p
}

// humaContextProblem is humaProblem, but knows better why a body could not be read.
func humaContextProblem(hc huma.Context, status int, message string, errs ...error) huma.StatusError {
	if b := bodyOf(hc.Context()); b != nil && b.err != nil {
		return sendingProblem(b.err)
	}
	return humaProblem(status, message, errs...)
}

// problemOf makes a problem of an error. What has no kind is ours: it is logged, and the client learns only that.
func (s *server) problemOf(ctx context.Context, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if p := sendingProblem(err); p != nil {
		return p
	}
	if e, ok := errors.AsType[*auth.TooManyError](err); ok {
		p := newProblem(http.StatusTooManyRequests, fault.Busy, e.Error(), "")
		p.retry = e.Wait
		return p
	}
	if errors.Is(err, auth.ErrUnknown) {
		return newProblem(http.StatusUnauthorized, fault.Denied, auth.ErrUnknown.Error(), fault.HintOf(err))
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		p := newProblem(http.StatusServiceUnavailable, fault.Busy, "the answer took too long, or the service is stopping", "")
		p.retry = busyRetry
		return p
	}
	kind := fault.KindOf(err)
	if kind == fault.Internal {
		s.log.ErrorContext(ctx, "a request failed", slog.String("who", auth.From(ctx).String()), slog.Any("error", err))
		return newProblem(http.StatusInternalServerError, kind, "internal error", "the log of the service says more")
	}
	p := newProblem(kindStatus[kind], kind, inParameters(err.Error()), inParameters(fault.HintOf(err)))
	if kind == fault.Busy {
		p.retry = busyRetry
	}
	return p
}

// sendingProblem is the problem of a client that sends too much, too slowly, or not to the end.
func sendingProblem(err error) *Problem {
	e, ok := errors.AsType[*bodyError](err)
	if !ok {
		return nil
	}
	if big, ok := errors.AsType[*http.MaxBytesError](e); ok {
		return newProblem(http.StatusRequestEntityTooLarge, fault.Invalid, "the body has over "+strconv.FormatInt(big.Limit, 10)+" bytes", "send it in parts")
	}
	if errors.Is(e, os.ErrDeadlineExceeded) {
		return newProblem(http.StatusRequestTimeout, fault.Invalid, "the body came too slowly", "")
	}
	if errors.Is(e, io.ErrUnexpectedEOF) {
		return newProblem(http.StatusBadRequest, fault.Invalid, "the body ended before its end", "")
	}
	return newProblem(http.StatusBadRequest, fault.Invalid, "the body cannot be read", "")
}

// Refuse answers with a problem, for those who stand before the API.
func Refuse(w http.ResponseWriter, status int, kind fault.Kind, detail, hint string) {
	writeProblem(w, newProblem(status, kind, detail, hint))
}

// writeProblem answers with a problem.
func writeProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", problemType)
	setProblemHeaders(h.Set, p)
	w.WriteHeader(p.Status)
	_ = json.MarshalWrite(w, p) // the client has gone, or reads it
}

func setProblemHeaders(set func(name, value string), p *Problem) {
	if p.retry > 0 {
		set("Retry-After", strconv.Itoa(int((p.retry+time.Second-1)/time.Second)))
	}
	if p.Status == http.StatusUnauthorized {
		set("WWW-Authenticate", `Bearer realm="stormglass"`)
	}
}
