// Package post sends what sinks say over HTTP, warily: certificates are verified, redirects are refused, answers are bounded and
// errors name no address, for an address may hold a secret.
package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/outbox/message"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// maxSecret bounds a file that holds a secret or certificates, in bytes.
const maxSecret = 1 << 20

// Client sends to one receiver.
type Client struct {
	http    *http.Client
	timeout time.Duration
}

// New makes a client that waits for an answer at most so long. With caFile only certificates that hang from those in it are trusted.
func New(caFile string, timeout time.Duration) (*Client, error) {
	c, err := TLS(caFile)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: c, ForceAttemptHTTP2: true, MaxIdleConns: 2, IdleConnTimeout: time.Minute,
		TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout, MaxResponseHeaderBytes: 64 << 10,
	}
	return &Client{timeout: timeout, http: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // what is signed for one receiver is for no other
	}}}, nil
}

// Close lets go of connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// TLS gives settings that verify who answers: by the system's certificates, or by those in a file.
func TLS(caFile string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return c, nil
	}
	pem, err := readFile(caFile)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fault.Hint(fault.Invalid, fmt.Errorf("read ca_file: %s holds no certificate", caFile), "name a file of certificates in PEM")
	}
	return c, nil
}

// Secret reads a secret from a file, without white space around it.
func Secret(key, name string) (string, error) {
	b, err := readFile(name)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	s := strings.TrimSpace(string(b))
	if s == "" || strings.ContainsAny(s, "\r\n") {
		return "", fault.Hint(fault.Invalid, fmt.Errorf("read %s: %s does not hold one line", key, name), "put the secret alone into the file")
	}
	return s, nil
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSecret))
	return b, errors.Join(err, f.Close())
}

// Answer is what a receiver said.
type Answer struct {
	Status int
	Body   []byte        // its first MiB
	After  time.Duration // for how long it wants to be left alone, 0 when it did not say
}

// Send posts a body. The error is nil when there was an answer, whatever it says.
func (c *Client) Send(ctx context.Context, to string, header map[string]string, body []byte) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return nil, plain(err)
	}
	r.Header.Set("User-Agent", "stormglass")
	for k, v := range header {
		r.Header.Set(k, v)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, plain(err)
	}
	a := &Answer{Status: res.StatusCode, After: retryAfter(res.Header.Get("Retry-After"))}
	a.Body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	err = errors.Join(err, res.Body.Close())
	if err != nil && a.Status/100 == 2 {
		return nil, fmt.Errorf("read answer: %w", plain(err))
	}
	return a, nil
}

// plain takes the address out of an error.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("post: %w", e.Err)
	}
	return err
}

// retryAfter reads the header (RFC 9110, section 10.2.3): seconds or a date.
func retryAfter(s string) time.Duration {
	if n, err := strconv.ParseUint(s, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(time.Until(t), 0)
	}
	return 0
}

// Err judges an answer: nil for 2xx; of others those are for ever (message.Refused) that a repetition would only get again. With patient
// set, a receiver that does not know us or the place (401, 403, 404) is tried again: somebody may be about to set it up.
func (a *Answer) Err(patient bool) error {
	if a.Status/100 == 2 {
		return nil
	}
	err := fmt.Errorf("the receiver answered %d %s: %s", a.Status, http.StatusText(a.Status), message.Clean(string(a.Body), 200))
	switch {
	case a.Status/100 == 3:
		return message.Refused(fmt.Errorf("redirects are refused: %w", err))
	case a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooManyRequests, a.Status/100 == 5,
		patient && (a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden || a.Status == http.StatusNotFound):
		if a.After > 0 {
			return &message.PostponedError{Err: err, After: a.After}
		}
		return err
	}
	return message.Refused(err)
}
