package aaa

import (
	"strings"

	"stormglass/internal/telemetry"
)

// iseHead is what stands before the fields of a message of Cisco ISE:
//
//	CISE_CATEGORY ID TOTAL SEGMENT DATE TIME ZONE SEQUENCE CODE SEVERITY Class: Text, KEY=VALUE, …
type iseHead struct {
	category, total, segment, code, severity, text string
	fields                                         string // what follows the text
}

func iseHeadOf(message string) (h iseHead, ok bool) {
	var words [10]string
	s := message
	for i := range words {
		end := strings.IndexByte(s, ' ')
		if end < 0 || end > 64 {
			return h, false
		}
		words[i], s = s[:end], s[end+1:]
	}
	h = iseHead{category: words[0], total: words[2], segment: words[3], code: words[8], severity: words[9]}
	if !isNumber(h.total) || !isNumber(h.segment) || !isNumber(h.code) {
		return h, false
	}
	_, s, _ = strings.Cut(s, ": ")
	h.text, h.fields, _ = strings.Cut(s, ", ")
	return h, true
}

func isNumber(s string) bool {
	_, ok := telemetry.ParseUint(s)
	return ok
}

// iseSeverities are its words as the numbers of syslog.
var iseSeverities = map[string]string{"FATAL": "2", "ERROR": "3", "WARN": "4", "NOTICE": "5", "INFO": "6", "DEBUG": "7"}

// readISE types a message of Cisco ISE. A message that was too long for one line comes in several: the first holds the head, what the
// others hold is not put together, since lines of several messages mix. They are named as parts.
func readISE(r record, message string) {
	r.add(fieldVendor, "cisco")
	r.add(fieldProduct, "ise")
	h, ok := iseHeadOf(message)
	if !ok {
		r.add(fieldPart, isePart(message))
		if !strings.HasPrefix(message, "CISE_TACACS") && !strings.HasPrefix(message, "CISE_Administrative") {
			r.hide(message, true)
		}
		return
	}
	r.add(fieldProvider, h.category)
	r.add(fieldCode, h.code)
	r.add(fieldSeverity, iseSeverities[h.severity])
	if h.total != "1" {
		r.add(fieldPart, r.batch.Copy([]byte(h.segment+" of "+h.total)))
	}
	var f iseFields
	f.read(h.fields)
	switch {
	case h.category == "CISE_TACACS_Accounting":
		f.accounting(r)
	case strings.HasPrefix(h.category, "CISE_Administrative"):
		f.administration(r, &h)
	case h.category == "CISE_Passed_Authentications":
		f.login(r, "success", "")
	case h.category == "CISE_Failed_Attempts":
		f.login(r, "failure", h.text)
	case h.category == "CISE_RADIUS_Accounting":
		f.radius(r)
	}
}

// isePart names the part that a line without a head is: CISE_CATEGORY ID TOTAL SEGMENT FIELDS.
func isePart(message string) string {
	words := strings.SplitN(message[:min(len(message), 256)], " ", 5)
	if len(words) < 5 || !isNumber(words[2]) || !isNumber(words[3]) {
		return ""
	}
	return words[3] + " of " + words[2]
}

// device makes the network device what the event is about.
func (f *iseFields) device(r record) {
	name := f.get(iseDeviceName)
	if name == "" {
		name = f.get(iseDeviceIP)
	}
	if name == "" {
		name = f.get(iseNAS)
	}
	r.about(name)
}

func (f *iseFields) accounting(r record) {
	t := tacacs{
		user: f.get(iseUser), line: f.get(isePort), remote: f.get(iseRemote), record: strings.ToLower(f.get(iseFlags)),
		attributes: f.pairs,
	}
	if t.service == "" {
		t.service = f.get(iseService)
	}
	if t.privilege == "" {
		t.privilege = f.get(isePrivilege)
	}
	if f.command != "" {
		t.command, t.hasCommand = f.command, true
	}
	f.device(r)
	t.fill(r)
}

// login types what became of an authentication. Those of whoever is no administrator of a device (of access to the network) are not
// typed, and not kept with names.
func (f *iseFields) login(r record, outcome, why string) {
	f.device(r)
	if !f.administrator() {
		r.hide(f.whole, false)
		return
	}
	r.add(fieldAction, "login")
	r.add(fieldOutcome, outcome)
	if reason := f.get(iseFailure); reason != "" {
		why = reason
	}
	r.add(fieldReason, why)
	r.word(telemetry.FieldUserName, f.get(iseUser))
	f.source(r)
	r.word(fieldLine, f.get(isePort))
	r.word(fieldSession, f.get(iseSession))
}

func (f *iseFields) source(r record) {
	if remote := f.get(iseRemote); remote != "" {
		r.from(remote)
		return
	}
	r.from(f.get(iseCalling))
}

// radius types the accounting of an administrator's session by RADIUS.
func (f *iseFields) radius(r record) {
	f.device(r)
	if !f.administrator() {
		r.hide(f.whole, false)
		return
	}
	status := f.get(iseStatus)
	r.add(fieldAction, either(status, "session-start", "session-end"))
	r.word(telemetry.FieldUserName, f.get(iseUser))
	f.source(r)
	r.word(fieldLine, f.get(isePort))
	r.word(fieldSession, f.get(iseAcctSession))
	r.word(fieldRecord, strings.ToLower(status))
	r.lasted(f.get(iseSessionTime))
}

// administrator reports whether it is about somebody who manages devices, and not about one who uses the network: TACACS+ is for
// devices only, and RADIUS says so by its Service-Type (RFC 2865, 5.6) or ISE by its policy.
func (f *iseFields) administrator() bool {
	if strings.EqualFold(f.get(iseProtocol), "Tacacs") || strings.HasPrefix(f.get(iseAccess), "Device Admin") {
		return true
	}
	return isAdministrative(f.get(iseServiceType))
}

// isAdministrative reports whether a Service-Type is that of a session on the device itself.
func isAdministrative(serviceType string) bool {
	switch strings.ReplaceAll(serviceType, " ", "-") {
	case "Administrative", "Administrative-User", "NAS-Prompt", "NAS-Prompt-User", "Callback-Administrative", "Callback-NAS-Prompt":
		return true
	}
	return false
}

// administration types what is done to ISE itself: logins to it, and changes of what it holds. It goes by ISE's own words, which
// stand before anything that comes from outside.
func (f *iseFields) administration(r record, h *iseHead) {
	switch {
	case strings.Contains(h.text, "authentication succeeded"):
		r.add(fieldAction, "login")
		r.add(fieldOutcome, "success")
	case strings.Contains(h.text, "authentication failed"):
		r.add(fieldAction, "login")
		r.add(fieldOutcome, "failure")
		r.add(fieldReason, h.text)
	case strings.Contains(h.text, "logged off"), strings.Contains(h.text, "session timeout"):
		r.add(fieldAction, "logout")
	case strings.HasSuffix(h.text, " configuration"): // Added, Changed, Deleted
		r.add(fieldAction, "config-change")
		r.word(fieldConfigPath, f.get(iseObjectType))
		r.add(fieldReason, h.text)
	default:
		return
	}
	r.word(telemetry.FieldUserName, f.get(iseAdmin))
	r.from(f.get(iseAdminIP))
	r.word(fieldVia, interfaces[f.get(iseInterface)])
}

// interfaces are ISE's words for how an administrator reached it.
var interfaces = map[string]string{"GUI": "http", "CLI": "ssh", "ERS": "http", "MNTREST": "http"}
