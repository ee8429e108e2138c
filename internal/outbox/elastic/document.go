package elastic

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"stormglass/internal/outbox/message"
)

// document is a message in the fields of ECS 8.17. What that has no field for is below stormglass.
type document map[string]any

const ecsVersion = "8.17.0"

var severities = map[string]int{"informational": 10, "low": 30, "medium": 50, "high": 70, "critical": 90}

func documentOf(m *message.Message) document {
	d := document{
		"@timestamp": m.Made.UTC().Format(time.RFC3339Nano), "ecs.version": ecsVersion, "message": m.Title,
		"event.id": m.ID, "event.kind": "alert", "event.module": "stormglass", "event.dataset": "stormglass." + string(m.Kind),
		"event.severity": severities[m.Level], "event.created": m.Made.UTC().Format(time.RFC3339Nano), "event.original": string(m.Body),
		"observer.vendor": "Stormglass", "observer.product": "Stormglass", "observer.name": m.Instance,
		"stormglass.route": m.Route, "stormglass.level": m.Level, "stormglass.count": m.Count,
	}
	if a := m.Alarm; a != nil {
		d["stormglass.alarm.kind"], d["stormglass.alarm.subject"], d["event.reason"] = a.Kind, a.Subject, a.Text
		return d
	}
	d.category(m)
	if m.TLP != "" {
		d["threat.indicator.marking.tlp"] = strings.TrimPrefix(m.TLP, "TLP:")
	}
	d.add("stormglass.finding.id", m.IDs()...)
	for i := range m.Findings {
		d.finding(&m.Findings[i])
	}
	for i := range m.Pointers {
		d.add("event.url", m.Pointers[i].Link)
	}
	return d
}

// category says what the event is: an indicator was met, or a rule matched.
func (d document) category(m *message.Message) {
	for i := range m.Findings {
		if m.Findings[i].Sigma == nil {
			break
		}
		if i == len(m.Findings)-1 {
			d["event.category"], d["event.type"] = []string{"intrusion_detection"}, []string{"info"}
			return
		}
	}
	d["event.category"], d["event.type"] = []string{"threat"}, []string{"indicator"}
}

// add adds to the values of a field, each once. Every field of ECS may hold several.
func (d document) add(field string, values ...string) {
	list, _ := d[field].([]string)
	for _, v := range values {
		if v != "" && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	if len(list) > 0 {
		d[field] = list
	}
}

func (d document) finding(f *message.Finding) {
	if f.Sigma != nil {
		d.rule(f)
	} else {
		d.add("rule.name", f.Rule)
		d.span("threat.indicator.first_seen", f.First, false)
		d.span("threat.indicator.last_seen", f.Last, true)
	}
	d.add("stormglass.reasons", f.Reasons...)
	d.add("stormglass.roles", f.Roles...)
	d.add("stormglass.indicator", f.Value)
	d.add("stormglass.subject", f.Subject.Value)
	d.add("event.url", f.Link)
	d.indicator(f)
	d.subject(&f.Subject)
	for i := range f.Sources {
		d.add("threat.indicator.provider", f.Sources[i].Org)
		d.add("threat.group.name", f.Sources[i].Actors...)
		d.add("threat.software.name", f.Sources[i].Malware...)
	}
}

// rule puts a rule into its fields.
func (d document) rule(f *message.Finding) {
	s := f.Sigma
	d.add("rule.id", s.ID)
	d.add("rule.name", f.Defanged)
	d.add("rule.description", s.Description)
	d.add("rule.author", s.Author)
	d.add("rule.reference", s.References...)
	d.add("rule.ruleset", "sigma")
	for _, t := range s.Techniques {
		if technique, _, sub := strings.Cut(t, "."); sub {
			d.add("threat.technique.id", technique)
			d.add("threat.technique.subtechnique.id", t)
			continue
		}
		d.add("threat.technique.id", t)
	}
	if len(s.Techniques) > 0 {
		d.add("threat.framework", "MITRE ATT&CK")
	}
	d.span("event.start", f.First, false)
	d.span("event.end", f.Last, true)
}

// span keeps the earliest, or the latest, of some times.
func (d document) span(field string, t *time.Time, latest bool) {
	if t == nil {
		return
	}
	have, ok := d[field].(string)
	before, err := time.Parse(time.RFC3339Nano, have)
	if !ok || err != nil || t.Before(before) != latest {
		d[field] = t.UTC().Format(time.RFC3339Nano)
	}
}

// indicator puts a value into the field of its kind. A masked one is no address.
func (d document) indicator(f *message.Finding) {
	if f.Masked || f.Sigma != nil {
		return
	}
	kind, field := "", ""
	switch f.Kind {
	case "address":
		a, err := netip.ParseAddr(f.Value)
		if err != nil {
			return // it was purged
		}
		kind, field = "ipv4-addr", "threat.indicator.ip"
		if a.Is6() {
			kind = "ipv6-addr"
		}
	case "domain":
		kind, field = "domain-name", "threat.indicator.url.domain"
	case "url":
		kind, field = "url", "threat.indicator.url.full"
		if u, err := url.Parse(f.Value); err == nil {
			d.add("threat.indicator.url.domain", u.Hostname())
		}
	case "md5", "sha1", "sha256", "sha512":
		kind, field = "file", "threat.indicator.file.hash."+f.Kind
	case "filename":
		kind, field = "file", "threat.indicator.file.name"
	case "email":
		kind, field = "email-addr", "threat.indicator.email.address"
	case "cve":
		field = "vulnerability.id"
	case "ja3":
		field = "tls.client.ja3"
	case "username":
		kind, field = "user-account", "user.name"
	}
	d.add("threat.indicator.type", kind)
	if field != "" {
		d.add(field, f.Value)
	}
}

func (d document) subject(s *message.Subject) {
	switch {
	case s.Masked:
	case s.Kind == "address":
		if a, err := netip.ParseAddr(s.Value); err == nil {
			d.add("host.ip", a.WithZone("").String())
		}
		d.add("host.name", s.Name)
	case s.Kind == "device":
		d.add("host.name", strings.TrimPrefix(s.Value, "unregistered:"))
	}
}
