package syslog

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"stormglass/internal/outbox/message"
)

// severities of CEF, from 0 to 10.
var severities = map[string]int{"informational": 2, "low": 4, "medium": 6, "high": 8, "critical": 10}

// cef writes a message in ArcSight's Common Event Format, version 0.
func cef(m *message.Message) string {
	e := &extensions{}
	e.add("externalId", m.ID)
	e.add("rt", strconv.FormatInt(m.Made.UnixMilli(), 10))
	e.add("dvchost", m.Instance)
	e.add("cat", string(m.Kind))
	e.add("cnt", strconv.Itoa(m.Count))
	e.add("msg", m.Title)
	e.custom("cs1", "findingId", strings.Join(m.IDs(), ","))
	e.custom("cs3", "tlp", m.TLP)
	e.custom("cs5", "route", m.Route)
	if len(m.Findings) == 1 {
		e.finding(&m.Findings[0])
	} else if len(m.Findings) > 1 {
		e.what(&m.Findings[0])
	}
	if a := m.Alarm; a != nil {
		e.add("reason", a.Text)
		e.custom("cs6", "subject", a.Subject)
	}
	return fmt.Sprintf("CEF:0|Stormglass|Stormglass|1|%s|%s|%d|%s", header(signature(m)), header(nameOf(m)), severities[m.Level], strings.Join(e.all, " "))
}

// signature names the kind of event: what found a finding, or what an alarm is.
func signature(m *message.Message) string {
	switch {
	case m.Alarm != nil:
		return "alarm/" + m.Alarm.Kind
	case len(m.Findings) > 0:
		return m.Findings[0].Rule
	}
	return string(m.Kind)
}

// nameOf names the event for people: by its rule, which is the same for all that it finds, else by the message's title.
func nameOf(m *message.Message) string {
	if len(m.Findings) == 0 || m.Findings[0].Sigma == nil {
		return m.Title
	}
	for i := range m.Findings {
		if m.Findings[i].Rule != m.Findings[0].Rule {
			return m.Title
		}
	}
	return m.Findings[0].Defanged
}

// extensions are keys and their values.
type extensions struct{ all []string }

func (e *extensions) add(key, value string) {
	if value != "" {
		e.all = append(e.all, key+"="+extension(value))
	}
}

// custom adds a field that has no key of its own, with its label.
func (e *extensions) custom(key, label, value string) {
	if value != "" {
		e.add(key+"Label", label)
		e.add(key, value)
	}
}

// what adds the value or the rule that was met.
func (e *extensions) what(f *message.Finding) {
	if f.Sigma == nil {
		e.custom("cs2", "indicator", f.Value)
		return
	}
	e.custom("cs2", "rule", f.Sigma.ID)
	if len(f.Sigma.Techniques) > 0 {
		e.custom("flexString1", "techniques", strings.Join(f.Sigma.Techniques, ","))
	}
}

func (e *extensions) finding(f *message.Finding) {
	e.what(f)
	e.custom("cs4", "roles", strings.Join(f.Roles, ","))
	e.custom("cs6", "subject", f.Subject.Value)
	e.custom("cn1", "records", strconv.FormatUint(f.Records, 10))
	e.add("act", strings.Join(f.Reasons, ","))
	e.add("start", millis(f.First))
	e.add("end", millis(f.Last))
	e.add("request", f.Link)
	if a, err := netip.ParseAddr(f.Subject.Value); err == nil && !f.Subject.Masked {
		e.add("src", a.WithZone("").String())
	}
	if f.Subject.Name != "" {
		e.add("shost", f.Subject.Name)
	}
	switch {
	case f.Masked:
	case f.Kind == "address":
		e.add("dst", f.Value)
	case f.Kind == "domain":
		e.add("dhost", f.Value)
	case f.Kind == "filename":
		e.add("fname", f.Value)
	case f.Kind == "md5" || f.Kind == "sha1" || f.Kind == "sha256" || f.Kind == "sha512":
		e.add("fileHash", f.Value)
	}
}

func millis(t *time.Time) string {
	if t == nil {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}
