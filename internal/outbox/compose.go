package outbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/intel"
	"stormglass/internal/outbox/message"
	"stormglass/internal/store"
)

// composer makes the messages of a route.
type composer struct {
	route    *route
	maker    *message.Maker
	instance string
	now      time.Time
}

// compose makes one message of what was picked.
func (c *composer) compose(p *store.OutboxPicked) (*store.OutboxMessage, error) {
	var id store.OutboxID
	_, _ = rand.Read(id[:]) // never fails (crypto/rand)
	level, count := worst(p.Levels)
	m := &message.Message{
		Schema: message.Schema, ID: hex.EncodeToString(id[:]), Made: c.now.UTC(), Instance: c.instance, Route: c.route.name,
		Level: level.String(), Count: count,
	}
	switch {
	case strings.HasPrefix(p.Groups[0].Key, keyAlarm):
		if err := alarmMessage(m, p); err != nil {
			return nil, err
		}
	case p.Summary:
		c.summary(m, p)
	default:
		c.findings(m, p)
	}
	body, err := m.Encode()
	if err != nil {
		return nil, err
	}
	return &store.OutboxMessage{ID: id, Route: c.route.name, Sinks: strings.Split(p.Groups[0].Sinks, ","), Level: level, Made: c.now, Body: string(body)}, nil
}

// findings lists what was found, or points to it when anything of it may not go this way: the findings of a
// message have a value in common.
func (c *composer) findings(m *message.Message, p *store.OutboxPicked) {
	marking := intel.Unmarked
	for _, f := range p.Findings {
		marking = max(marking, message.Marking(f.Finding))
	}
	if !c.route.carries(marking) {
		c.pointers(m, p)
		return
	}
	m.Kind, m.TLP = message.KindFindings, marking.String()
	if m.Count == 1 {
		m.Kind = message.KindFinding
	}
	for i := range p.Items {
		if f := p.Findings[p.Items[i].Finding]; f != nil {
			m.Findings = append(m.Findings, c.maker.Finding(f.Finding, reasonsOf(p.Items[i].Reasons), m.Count == 1))
		}
	}
	if m.Kind == message.KindFinding {
		m.Title = message.TitleOf(&m.Findings[0])
	} else {
		m.Title = message.TitleOfMany(m.Findings, m.Count, m.Level)
	}
}

func (c *composer) pointers(m *message.Message, p *store.OutboxPicked) {
	m.Kind = message.KindPointer
	for i := range p.Items {
		if f := p.Findings[p.Items[i].Finding]; f != nil {
			m.Pointers = append(m.Pointers, c.maker.Pointer(f.Finding, reasonsOf(p.Items[i].Reasons)))
		}
	}
	m.Title = message.TitleOfPointer(&m.Pointers[0])
	if m.Count > 1 {
		m.Title = fmt.Sprintf("%s: %d findings of which nothing may leave, see them in Stormglass", m.Level, m.Count)
	}
}

// summary counts, and names the gravest by their ids alone.
func (c *composer) summary(m *message.Message, p *store.OutboxPicked) {
	m.Kind, m.Levels = message.KindSummary, map[string]int{}
	var said []string
	for l := hunt.Critical + 1; l > 0; l-- {
		if n := p.Levels[l-1]; n > 0 {
			m.Levels[(l - 1).String()] = n
			said = append(said, fmt.Sprintf("%d %s", n, l-1))
		}
	}
	for i := range p.Items {
		if f := p.Findings[p.Items[i].Finding]; f != nil {
			at := c.maker.Pointer(f.Finding, reasonsOf(p.Items[i].Reasons))
			at.TLP = "" // it is no reason here
			m.Pointers = append(m.Pointers, at)
		}
	}
	m.Title = fmt.Sprintf("%s: %d findings, too many to tell one by one (%s)", m.Level, m.Count, strings.Join(said, ", "))
}

// alarmMessage tells an alarm, and how often it was raised.
func alarmMessage(m *message.Message, p *store.OutboxPicked) error {
	m.Kind = message.KindAlarm
	for i := range p.Items {
		var a message.Alarm
		if err := json.Unmarshal([]byte(p.Items[i].Alarm), &a); err != nil {
			return fmt.Errorf("read alarm: %w", err)
		}
		switch {
		case m.Alarm == nil:
			m.Alarm = &a
		case a.At.Before(m.Alarm.At):
			m.Alarm.At = a.At
		case a.Last.After(m.Alarm.Last):
			m.Alarm.Last, m.Alarm.Text = a.Last, a.Text
		}
	}
	m.Title = fmt.Sprintf("%s: alarm %s: %s", m.Level, m.Alarm.Kind, m.Alarm.Text)
	if m.Alarm.Subject != "" {
		m.Title = fmt.Sprintf("%s: alarm %s of %s: %s", m.Level, m.Alarm.Kind, m.Alarm.Subject, m.Alarm.Text)
	}
	return nil
}

func worst(levels map[hunt.Level]int) (level hunt.Level, count int) {
	for l, n := range levels {
		level = max(level, l)
		count += n
	}
	return level, count
}
