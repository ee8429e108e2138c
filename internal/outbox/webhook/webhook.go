// Package webhook posts messages to a program of somebody's, signed as Standard Webhooks has it
// (github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over id, time and body.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/post"
)

// Headers of a request.
const (
	HeaderID        = "webhook-id"        // of the message: the same at every try
	HeaderTime      = "webhook-timestamp" // of the try, in seconds since 1970
	HeaderSignature = "webhook-signature" // "v1," and base64
)

// Sink posts to one address.
type Sink struct {
	client *post.Client
	url    string
	key    []byte
	now    func() time.Time
}

// New makes a sink. The secret is a text, or "whsec_" and a key in base64.
func New(url, secret, caFile string, timeout time.Duration) (*Sink, error) {
	c, err := post.New(caFile, timeout)
	if err != nil {
		return nil, err
	}
	key, err := keyOf(secret)
	if err != nil {
		return nil, err
	}
	return &Sink{client: c, url: url, key: key, now: time.Now}, nil
}

func keyOf(secret string) ([]byte, error) {
	text, ok := strings.CutPrefix(secret, "whsec_")
	if !ok {
		return []byte(secret), nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("read secret_file: what follows whsec_ is not base64") // the cause would show a part of the secret
	}
	return key, nil
}

// Deliver posts one message after the other, up to the first that has to be tried again.
func (s *Sink) Deliver(ctx context.Context, batch []*message.Message) (out []error) {
	for _, m := range batch {
		err := s.post(ctx, m)
		out = append(out, err)
		if err != nil && !message.IsRefused(err) {
			break
		}
	}
	return out
}

func (s *Sink) post(ctx context.Context, m *message.Message) error {
	at := strconv.FormatInt(s.now().Unix(), 10)
	a, err := s.client.Send(ctx, s.url, map[string]string{
		"Content-Type": "application/json", HeaderID: m.ID, HeaderTime: at, HeaderSignature: Sign(s.key, m.ID, at, m.Body),
	}, m.Body)
	if err != nil {
		return err
	}
	return a.Err(false)
}

// Sign gives the signature of a message at a time.
func Sign(key []byte, id, at string, body []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + at + "."))
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// Close lets go of connections.
func (s *Sink) Close() error {
	s.client.Close()
	return nil
}
