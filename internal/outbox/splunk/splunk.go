// Package splunk sends messages to Splunk's HTTP Event Collector, as events whose field delivery_id stays the same at every try.
package splunk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/post"
)

// maxRequest bounds a request, in bytes: what a collector takes by default.
const maxRequest = 800 << 10

// Sink sends to one collector.
type Sink struct {
	client     *post.Client
	url, index string
	token      string
}

// New makes a sink.
func New(url, token, index, caFile string, timeout time.Duration) (*Sink, error) {
	c, err := post.New(caFile, timeout)
	if err != nil {
		return nil, err
	}
	return &Sink{client: c, url: url, index: index, token: token}, nil
}

// event is one event of the collector.
type event struct {
	Time       json.Number       `json:"time"` // seconds since 1970
	Host       string            `json:"host"`
	Source     string            `json:"source"`
	SourceType string            `json:"sourcetype"`
	Index      string            `json:"index,omitempty"`
	Event      json.RawMessage   `json:"event"`
	Fields     map[string]string `json:"fields"`
}

// Deliver sends as many messages as fit into one request. When the collector finds fault with some, it is asked about each.
func (s *Sink) Deliver(ctx context.Context, batch []*message.Message) []error {
	var body bytes.Buffer
	n := 0
	for _, m := range batch {
		e, err := s.encode(m)
		if err != nil {
			if n == 0 {
				return []error{message.Refused(err)}
			}
			break
		}
		if n > 0 && body.Len()+len(e) > maxRequest {
			break
		}
		body.Write(e)
		n++
	}
	a, err := s.client.Send(ctx, s.url, map[string]string{"Content-Type": "application/json", "Authorization": "Splunk " + s.token}, body.Bytes())
	if err == nil {
		if a.Status == http.StatusBadRequest && n > 1 {
			return s.each(ctx, batch[:n])
		}
		err = a.Err(true)
	}
	if err != nil {
		return []error{err}
	}
	return make([]error, n)
}

// each sends messages one by one, up to the first that has to be tried again.
func (s *Sink) each(ctx context.Context, batch []*message.Message) (out []error) {
	for i := range batch {
		err := s.Deliver(ctx, batch[i:i+1])[0]
		out = append(out, err)
		if err != nil && !message.IsRefused(err) {
			break
		}
	}
	return out
}

func (s *Sink) encode(m *message.Message) ([]byte, error) {
	b, err := json.Marshal(event{
		Time: json.Number(fmt.Sprintf("%d.%03d", m.Made.Unix(), m.Made.Nanosecond()/1e6)), Host: m.Instance, Source: "stormglass",
		SourceType: "stormglass:" + string(m.Kind), Index: s.index, Event: m.Body,
		Fields: map[string]string{"delivery_id": m.ID, "level": m.Level, "route": m.Route},
	})
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return append(b, '\n'), nil
}

// Close lets go of connections.
func (s *Sink) Close() error {
	s.client.Close()
	return nil
}
