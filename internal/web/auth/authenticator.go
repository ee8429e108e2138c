package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"stormglass/internal/fault"
)

// ErrUnknown is that a client did not say who it is, or said it wrongly.
var ErrUnknown = errors.New("who asks is not known")

// TooManyError is that a sender had too many wrong tries.
type TooManyError struct{ Wait time.Duration } // until its next one

func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many wrong tries: wait %d seconds", int(e.Wait/time.Second)+1)
}

// Config is what an Authenticator works with.
type Config struct {
	File string // of tokens and certificates; empty: there is none
	// Loopback is what connections from this machine may do when there is no File. None: nothing, since any user of the
	// machine may connect.
	Loopback []Role
	Log      *slog.Logger
}

// Authenticator says who asks. Its methods may be called from any goroutine.
type Authenticator struct {
	cfg     Config
	known   atomic.Pointer[known]
	limiter *limiter

	mu        sync.Mutex // of what follows
	stamp     stamp      // of the file as it was read last
	looked    time.Time
	complaint string // of the file as it is now, empty when it is in force
}

// lookEvery is how often the file is looked at, so that a token is revoked within this time.
const lookEvery = time.Second

// Open reads the file of tokens, which has to be whole at first.
func Open(cfg Config) (*Authenticator, error) {
	a := &Authenticator{cfg: cfg, limiter: newLimiter()}
	a.known.Store(&known{})
	if cfg.File == "" {
		return a, nil
	}
	k, st, err := load(cfg.File)
	if err != nil {
		return nil, err
	}
	a.known.Store(k)
	a.stamp, a.looked = st, time.Now()
	return a, nil
}

// Protected reports whether clients have to prove who they are.
func (a *Authenticator) Protected() bool { return a.cfg.File != "" }

// NamesCertificates reports whether the file names client certificates.
func (a *Authenticator) NamesCertificates() bool { return len(a.known.Load().certificates) > 0 }

// Complaint says what is wrong with the file of tokens as it is now, while an older state of it is in force; empty when
// nothing is.
func (a *Authenticator) Complaint() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.complaint
}

// Who says who sent a request. A right token is never refused for the wrong tries of others, who may have the same address: behind a proxy, or
// in one network of IPv6. The error is ErrUnknown or a *TooManyError, with a kind and a hint.
func (a *Authenticator) Who(r *http.Request) (Who, error) {
	ctx, now := r.Context(), time.Now()
	a.refresh(ctx, now)
	from := remote(r)
	headers := r.Header.Values("Authorization")
	if len(headers) > 0 {
		w, why := a.bearer(headers, now)
		if why != "" {
			return Who{}, a.wrong(ctx, from, now, w, why)
		}
		return w, nil
	}
	if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
		w, why := a.verified(r, now)
		if why != "" {
			return Who{}, a.wrong(ctx, from, now, w, why)
		}
		return w, nil
	}
	if a.Protected() {
		return Who{}, fault.Hint(fault.Denied, ErrUnknown, "send a token: Authorization: Bearer TOKEN")
	}
	if len(a.cfg.Loopback) > 0 && OnLoopback(r) {
		return Who{Name: "loopback", Roles: a.cfg.Loopback, Via: ViaLoopback}, nil
	}
	return Who{}, fault.Hint(fault.Denied, ErrUnknown, "this service has no file of tokens (http.tokens): its owner asks over the local socket")
}

// wrong notes a wrong try and tells the operator, not the client, what was wrong: the first try of a sender at once, how many
// there were since then once a minute.
func (a *Authenticator) wrong(ctx context.Context, from netip.Addr, now time.Time, w Who, why string) error {
	tries, wait := a.limiter.wrong(from, now)
	if tries > 0 {
		a.cfg.Log.WarnContext(ctx, "somebody was turned away", slog.String("from", from.String()), slog.String("name", w.Name), slog.String("why", why), slog.Int("tries", tries))
	}
	if wait > 0 {
		return fault.Wrap(fault.Busy, &TooManyError{wait})
	}
	return fault.Hint(fault.Denied, ErrUnknown, "the token or certificate is not known, or its time is over")
}

const maxToken = 512 // bytes

// bearer says who a token stands for, or why it is not good.
func (a *Authenticator) bearer(headers []string, now time.Time) (w Who, why string) {
	scheme, token, ok := strings.Cut(headers[0], " ")
	token = strings.TrimSpace(token)
	switch {
	case len(headers) > 1:
		return w, "several headers of authorization"
	case !ok || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > maxToken:
		return w, "no bearer token"
	}
	t := a.known.Load().token(Secret(token))
	if t == nil {
		return w, "token not known"
	}
	w = Who{Name: t.name, Roles: t.roles, Via: ViaToken}
	if t.over(now) {
		return w, "the token's time is over"
	}
	return w, ""
}

// verified says who a certificate stands for whose chain was verified.
func (a *Authenticator) verified(r *http.Request, now time.Time) (w Who, why string) {
	c := r.TLS.VerifiedChains[0][0]
	k := a.known.Load().certificate(c)
	if k == nil {
		return w, "the certificate is not in the file"
	}
	w = Who{Name: k.name, Roles: k.roles, Via: ViaCertificate}
	switch {
	case k.over(now):
		return w, "the certificate's entry is over"
	case now.After(c.NotAfter): // a connection may outlive it
		return w, "the certificate has run out"
	}
	return w, ""
}

// refresh reads the file again when it changed. A broken one keeps the old one in force, and is told of once.
func (a *Authenticator) refresh(ctx context.Context, now time.Time) {
	if !a.Protected() || !a.mu.TryLock() {
		return // somebody else is looking
	}
	defer a.mu.Unlock()
	if now.Sub(a.looked) < lookEvery {
		return
	}
	a.looked = now
	info, err := os.Stat(a.cfg.File)
	if err == nil && a.stamp.same(stampOf(info)) {
		return
	}
	k, st, err := load(a.cfg.File)
	a.stamp = st
	if err != nil {
		if text := err.Error(); text != a.complaint {
			a.complaint = text
			a.cfg.Log.ErrorContext(ctx, "the file of tokens cannot be read: the tokens read before stay in force", slog.String("error", text))
		}
		return
	}
	a.complaint = ""
	a.known.Store(k)
	a.cfg.Log.InfoContext(ctx, "the file of tokens was read again", slog.Int("tokens", len(k.tokens)), slog.Int("certificates", len(k.certificates)))
}
