package aaa

import (
	"strings"

	"stormglass/internal/telemetry"
)

// hidden stands where a value of a subscriber stood.
const hidden = "***"

// personal are the keys whose values say who a user of the network is, or where his device is.
var personal = map[string]bool{
	"User": true, "UserName": true, "User-Name": true, "Stripped-User-Name": true, "Calling-Station-ID": true, "Calling-Station-Id": true,
	"EndPointMACAddress": true, "Endpoint-MAC-Address": true, "EndpointMacAddress": true, "Framed-IP-Address": true, "Framed-IPv6-Address": true,
	"Framed-IPv6-Prefix": true, "Delegated-IPv6-Prefix": true, "Framed-Interface-Id": true, "OriginalUserName": true, "SubjectName": true,
	"Subject - Common Name": true, "AD-User-Resolved-Identities": true, "AD-User-Resolved-DNs": true, "AD-User-SamAccount-Name": true,
	"AD-User-DNS-Domain": true, "Cisco-AVPair": true, "cisco-av-pair": true, "CPMSessionID": true, "Acct-Session-Id": true, "Acct-Multi-Session-Id": true,
	"PostureReport": true, "Chargeable-User-Identity": true, "3GPP-IMSI": true, "3GPP-IMEISV": true, "Class": true, "IdentityGroup": true,
}

// hide blanks what says who a user of the network is, in fields at the end of the event's message, and in its line. A line that
// begins in the middle of a message (part) is blanked from there on, since its first value has no key.
func (r record) hide(fields string, part bool) {
	var out strings.Builder
	done := 0
	if part {
		if words := strings.SplitN(fields, " ", 5); len(words) == 5 {
			done = len(fields) - len(words[4])
			out.WriteString(fields[:done])
			out.WriteString(hidden)
		}
		r.replace(fields, out.String())
		return
	}
	for at := 0; at < len(fields); {
		field, rest := cutField(fields[at:])
		key, value, ok := strings.Cut(field, "=")
		if ok && personal[strings.TrimSpace(key)] && value != "" {
			from := at + len(key) + 1
			out.WriteString(fields[done:from])
			out.WriteString(hidden)
			done = from + len(value)
		}
		at = len(fields) - len(rest)
	}
	out.WriteString(fields[done:])
	r.replace(fields, out.String())
}

// replace puts a text in place of another in the event's message and line.
func (r record) replace(was, is string) {
	if was == is || was == "" {
		return
	}
	pairs := r.batch.PairsOf(r.event.Pairs)
	for k := range pairs {
		if pairs[k].Field == telemetry.FieldMessage {
			pairs[k].Text = r.swap(pairs[k].Text, was, is)
		}
	}
	r.event.Raw = r.swap(r.event.Raw, was, is)
}

func (r record) swap(s, was, is string) string {
	i := strings.LastIndex(s, was)
	if i < 0 {
		return is // rather less than a name
	}
	return r.batch.Copy([]byte(s[:i] + is + s[i+len(was):]))
}
