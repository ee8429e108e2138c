package aaa

import (
	"strings"
	"time"

	"stormglass/internal/telemetry"
)

// detail is what is read of a record; of an attribute that occurs twice the first counts.
type detail struct {
	stamp  string // the line before the attributes
	values map[string]string
}

// wantedDetail are the attributes that are read.
var wantedDetail = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`Acct-Status-Type Acct-Session-Id Acct-Session-Time Acct-Terminate-Cause User-Name Service-Type NAS-IP-Address
		NAS-IPv6-Address NAS-Identifier NAS-Port-Id NAS-Port Calling-Station-Id Framed-IP-Address Framed-IPv6-Prefix Delegated-IPv6-Prefix
		3GPP-IMSI Timestamp Cisco-AVPair`) {
		m[name] = true
	}
	return m
}()

func detailOf(text string) (d detail, ok bool) {
	d.values = map[string]string{}
	first := true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if first {
			d.stamp, first = strings.TrimSpace(line), false
			if line == "" || line[0] == '\t' || line[0] == ' ' {
				return d, false
			}
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(strings.TrimSuffix(name, "+"))
		if !ok || !wantedDetail[name] {
			continue
		}
		if _, there := d.values[name]; !there {
			d.values[name] = unquoted(strings.TrimSpace(value))
		}
	}
	return d, d.values["Acct-Status-Type"] != ""
}

// unquoted gives a value without its quotes. A quote within it has a backslash.
func unquoted(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(s)
}

// nas names the device: by its name, else its address.
func (d *detail) nas() string {
	for _, name := range [...]string{"NAS-Identifier", "NAS-IP-Address", "NAS-IPv6-Address"} {
		if v := d.values[name]; v != "" {
			return v
		}
	}
	return ""
}

// when gives the time of the record: Timestamp is of the server's clock, in UTC; the line before the attributes has no zone.
func (d *detail) when() (telemetry.Instant, time.Duration) {
	if t := telemetry.ParseEpoch(d.values["Timestamp"]); t.Known() {
		return t, 0
	}
	t, err := time.Parse(time.ANSIC, d.stamp)
	if err != nil {
		return 0, 0
	}
	i := telemetry.InstantOf(t)
	if !i.Known() {
		return 0, 0
	}
	return i, telemetry.NoZoneDoubt
}

// decodeDetail makes an event of a record, if it is about an administrator's session.
func decodeDetail(s *telemetry.Set, line uint64, text string) {
	d, ok := detailOf(text)
	if !ok {
		s.Lines++
		s.Skip(line, reasonNoDetail, "")
		return
	}
	if !d.administrator() {
		d.lease(s, line)
		return
	}
	b := s.Batch(telemetry.KindEvent)
	i := b.Append(line)
	r := recordOf(b, i)
	r.event.Dataset, r.event.Raw, r.event.Host = "radius.detail", text, d.nas()
	if len(r.event.Host) > maxWord {
		r.event.Host = ""
	}
	r.event.Occurred, r.event.Doubt = d.when()
	d.fill(r)
	s.Lines++
	s.Read++
	if !r.event.Occurred.Known() {
		s.Undated++
	}
}

func (d *detail) administrator() bool {
	if status := d.values["Acct-Status-Type"]; status == "Accounting-On" || status == "Accounting-Off" {
		return true // the device's own
	}
	return isAdministrative(d.values["Service-Type"]) || strings.Contains(d.values["Cisco-AVPair"], "shell:priv-lvl=")
}

func (d *detail) fill(r record) {
	status := d.values["Acct-Status-Type"]
	r.add(telemetry.FieldMessage, r.batch.Copy([]byte("Acct-Status-Type = "+status)))
	switch status {
	case "Accounting-On":
		r.add(fieldAction, "logging-start")
	case "Accounting-Off":
		r.add(fieldAction, "logging-stop")
	default:
		r.add(fieldAction, either(status, "session-start", "session-end"))
	}
	r.word(telemetry.FieldUserName, d.values["User-Name"])
	r.from(d.values["Calling-Station-Id"])
	line := d.values["NAS-Port-Id"]
	if line == "" {
		line = d.values["NAS-Port"]
	}
	r.word(fieldLine, line)
	r.word(fieldSession, d.values["Acct-Session-Id"])
	r.word(fieldRecord, strings.ToLower(status))
	r.lasted(d.values["Acct-Session-Time"])
	if status == "Stop" {
		r.word(fieldReason, d.values["Acct-Terminate-Cause"])
	}
}
