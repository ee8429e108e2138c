// Package elastic puts messages into an index of Elasticsearch or OpenSearch, as documents of the Elastic Common Schema. A document's
// id is that of its message, and it is only ever created: one that is there already (409) was delivered.
package elastic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/post"
)

// Sink writes to one index.
type Sink struct {
	client *post.Client
	url    string
	index  string
	key    string
}

// New makes a sink of the address of a cluster. The key is the encoded form of an API key; empty: none is shown.
func New(url, index, key, caFile string, timeout time.Duration) (*Sink, error) {
	c, err := post.New(caFile, timeout)
	if err != nil {
		return nil, err
	}
	return &Sink{client: c, url: strings.TrimSuffix(url, "/") + "/_bulk", index: index, key: key}, nil
}

type action struct {
	Create target `json:"create"`
}

type target struct {
	Index string `json:"_index"`
	ID    string `json:"_id"`
}

// Deliver creates all documents with one request, and gives what became of each.
func (s *Sink) Deliver(ctx context.Context, batch []*message.Message) []error {
	var body bytes.Buffer
	e := json.NewEncoder(&body) // one value a line, as _bulk wants it
	e.SetEscapeHTML(false)
	for _, m := range batch {
		if err := errors.Join(e.Encode(action{target{s.index, m.ID}}), e.Encode(documentOf(m))); err != nil {
			return []error{message.Refused(fmt.Errorf("encode document: %w", err))}
		}
	}
	header := map[string]string{"Content-Type": "application/x-ndjson"}
	if s.key != "" {
		header["Authorization"] = "ApiKey " + s.key
	}
	a, err := s.client.Send(ctx, s.url, header, body.Bytes())
	if err == nil {
		err = a.Err(true)
	}
	if err != nil {
		if message.IsRefused(err) && len(batch) > 1 {
			return s.Deliver(ctx, batch[:1]) // it may be about one of them
		}
		return []error{err}
	}
	return results(a, batch)
}

// result is what became of one document.
type result struct {
	Create struct {
		ID     string          `json:"_id"`
		Status int             `json:"status"`
		Error  json.RawMessage `json:"error"`
	} `json:"create"`
}

// results reads the answer, which has a result for each document in their order.
func results(a *post.Answer, batch []*message.Message) []error {
	var answer struct {
		Items []result `json:"items"`
	}
	if err := json.Unmarshal(a.Body, &answer); err != nil {
		return []error{fmt.Errorf("read the answer of _bulk: %w", err)}
	}
	if len(answer.Items) != len(batch) {
		return []error{fmt.Errorf("_bulk answered for %d documents of %d", len(answer.Items), len(batch))}
	}
	out := make([]error, len(batch))
	for i := range answer.Items {
		r := &answer.Items[i].Create
		if r.ID != batch[i].ID {
			out[i] = errors.New("_bulk answered for other documents")
			continue
		}
		if r.Status != http.StatusConflict {
			out[i] = (&post.Answer{Status: r.Status, Body: r.Error}).Err(true)
		}
	}
	return out
}

// Close lets go of connections.
func (s *Sink) Close() error {
	s.client.Close()
	return nil
}
