package api

import (
	"context"
	"io"
	"net/http"
	"time"
)

// bodyError is an error of reading what a client sends.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return "read the body: " + e.err.Error() }
func (e *bodyError) Unwrap() error { return e.err }

// pacedBody reads a body that has to come at some speed at least: one who sends a byte a minute would hold a place for
// ever. It keeps the error of reading, so that no answer depends on whether those who read pass it on.
type pacedBody struct {
	body    io.ReadCloser
	control *http.ResponseController
	limits  *Limits
	waited  time.Duration // for the client; not for those who read
	n       int64
	ended   bool
	err     *bodyError // nil as long as all is well
}

func newPacedBody(w http.ResponseWriter, r *http.Request, l *Limits, most int64) *pacedBody {
	return &pacedBody{body: http.MaxBytesReader(w, r.Body, most), control: http.NewResponseController(w), limits: l}
}

// Read reads on, as long as the client is not waited for longer than the bytes up to here allow for.
func (b *pacedBody) Read(p []byte) (int, error) {
	began, allowed := time.Now(), b.limits.BodyGrace+time.Duration(float64(b.n)/float64(b.limits.BodyRate)*float64(time.Second))
	_ = b.control.SetReadDeadline(began.Add(allowed - b.waited)) // where there are no deadlines, there are none
	n, err := b.body.Read(p)
	b.n += int64(n)
	b.waited += time.Since(began)
	switch {
	case err == io.EOF:
		b.ended = true
		_ = b.control.SetReadDeadline(time.Time{}) // the server goes on reading to learn whether the client goes, and would take its passing for that
	case err != nil:
		b.err = &bodyError{err}
		err = b.err
	}
	return n, err
}

// Close closes the body. What the server still reads of it has to come soon.
func (b *pacedBody) Close() error {
	if !b.ended {
		_ = b.control.SetReadDeadline(time.Now().Add(b.limits.Discard))
	}
	return b.body.Close()
}

type bodyKey struct{}

// bodyOf gives the body of the request that a context is of.
func bodyOf(ctx context.Context) *pacedBody {
	b, _ := ctx.Value(bodyKey{}).(*pacedBody)
	return b
}

// pacedWriter writes an answer of which every piece has to be fetched within some time.
type pacedWriter struct {
	http.ResponseWriter

	control *http.ResponseController
	limits  *Limits
	begun   bool // the status has been sent
}

// pieceSize is what has to be fetched within Limits.WriteStall.
const pieceSize = 64 << 10

// WriteHeader sends the status.
func (w *pacedWriter) WriteHeader(status int) {
	w.begun = w.begun || status >= http.StatusOK
	w.ResponseWriter.WriteHeader(status)
}

// Write writes p piece by piece.
func (w *pacedWriter) Write(p []byte) (n int, err error) {
	w.begun = true
	for {
		piece := p[n:min(len(p), n+pieceSize)]
		_ = w.control.SetWriteDeadline(time.Now().Add(w.limits.WriteStall))
		m, err := w.ResponseWriter.Write(piece)
		n += m
		if err != nil || n >= len(p) {
			return n, err
		}
	}
}

// Unwrap lets a ResponseController find the writer below.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
