package message

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Names of the forms.
const (
	Schema        = "stormglass.message/1"
	SchemaFinding = "stormglass.finding/1"
)

// Kind says what a message is about.
type Kind string

// The kinds.
const (
	KindFinding  Kind = "finding"  // one
	KindFindings Kind = "findings" // several that belong together
	KindPointer  Kind = "pointer"  // one or more that may not leave: their ids only
	KindSummary  Kind = "summary"  // so many that only counts and the ids of the gravest are told
	KindAlarm    Kind = "alarm"    // of the service itself
)

// Message is one message. It has the same id however often it is sent.
type Message struct {
	Schema   string         `json:"schema"`
	ID       string         `json:"id"` // 32 hex digits
	Made     time.Time      `json:"made"`
	Instance string         `json:"instance"`
	Route    string         `json:"route"`
	Kind     Kind           `json:"kind"`
	Level    string         `json:"level"` // the highest
	TLP      string         `json:"tlp"`   // the strictest of what it carries, "" when unmarked
	Title    string         `json:"title"` // one line
	Count    int            `json:"count"` // findings or alarms that it stands for
	Levels   map[string]int `json:"levels,omitempty"`
	Findings []Finding      `json:"findings,omitempty"`
	Pointers []Pointer      `json:"pointers,omitempty"`
	Alarm    *Alarm         `json:"alarm,omitempty"`

	// Body is the message as it is kept, in JSON. A sink that sends JSON sends these bytes.
	Body []byte `json:"-"`
}

// Pointer stands for a finding that is not told: no value, no subject.
type Pointer struct {
	ID      string   `json:"id"`
	Level   string   `json:"level"`
	TLP     string   `json:"tlp,omitempty"` // why it is one
	Reasons []string `json:"reasons"`
	Link    string   `json:"link,omitempty"`
}

// Alarm is something of the service itself that somebody should look after.
type Alarm struct {
	Kind    string    `json:"kind"` // "canary_missing"
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`   // the first time
	Last    time.Time `json:"last"` // the last time
}

// Encode gives the message in JSON, on one line.
func (m *Message) Encode() ([]byte, error) {
	b, err := marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode message %s: %w", m.ID, err)
	}
	return b, nil
}

// marshal is json.Marshal that leaves <, > and & as they are: the text is for programs, not for pages.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Decode reads a message that was kept.
func Decode(body []byte) (*Message, error) {
	m := &Message{}
	if err := json.Unmarshal(body, m); err != nil {
		return nil, fmt.Errorf("decode message: %w", err)
	}
	m.Body = body
	return m, nil
}

// Brief gives the message without what findings say at length, for ways that carry little.
func (m *Message) Brief() *Message {
	b := *m
	b.Body, b.Findings = nil, nil
	for i := range m.Findings {
		f := m.Findings[i]
		f.Because, f.Days, f.Samples, f.Sources, f.Warnings, f.Also, f.Fields = nil, nil, nil, nil, nil, nil, nil
		f.Sigma = f.Sigma.brief()
		b.Findings = append(b.Findings, f)
	}
	return &b
}

// IDs gives the ids of the findings that the message names.
func (m *Message) IDs() []string {
	var out []string
	for i := range m.Findings {
		out = append(out, m.Findings[i].ID)
	}
	for i := range m.Pointers {
		out = append(out, m.Pointers[i].ID)
	}
	return out
}
