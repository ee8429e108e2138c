package telemetry

import (
	"regexp"
	"slices"
	"strings"
)

// secretForms finds passwords, keys and communities where logged commands, configurations, headers
// and URLs carry them; the last group of each is the secret.
var secretForms = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:password|passwd|passphrase|pwd|secret|community|pre-shared-key|psk|key-string|authentication-key|api[_-]?key|access[_-]?token|auth-password|priv-password)\b["']?(?:\s*[:=]\s*|\s+)["']?(?:(?:encrypted|clear|cleartext|hash|ascii-text|[05-9]|md5|sha|sha512)\s+)?["']?([^\s"'&;,]{2,})`),
	regexp.MustCompile(`(?i)\b(?:tacacs-server|radius-server|isakmp|tacacs|radius)\b[^\n]{0,80}?\bkey\s+(?:[067]\s+)?([^\s"';,]{2,})`),
	regexp.MustCompile(`(?i)\bkey\s+[067]\s+([^\s"';,]{2,})`),
	regexp.MustCompile(`(?i)\bsnmp-server\s+host\s+\S+\s+(?:vrf\s+\S+\s+)?(?:traps\s+|informs\s+)?(?:version\s+(?:1|2c)\s+)?([^\s"';,]{2,})`),
	regexp.MustCompile(`(?i)\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|digest)\s+([^\s"',]{2,})`),
	regexp.MustCompile(`[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s/@]+)@`),
}

// subscriberForms finds numbers that identify a subscriber or a device of one.
var subscriberForms = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:imsi|msisdn|imei(?:sv)?|supi|gpsi|calling[-_ ]?(?:station[-_ ]?id|number|party)|called[-_ ]?(?:station[-_ ]?id|number|party)|cli|subscriber[-_ ]?(?:id|number)?)\b["']?\s*[:=\-]?\s*["']?(?:imsi-|msisdn-|tel:)?(\+?\d{8,16})\b`),
}

const blanked = "***"

// Redact gives a text with secrets blanked and subscriber numbers masked to their first five and
// last two digits. It errs on the side of blanking too much.
func Redact(s string) string {
	for _, re := range secretForms {
		s = replaceGroup(re, s, blankSecret)
	}
	for _, re := range subscriberForms {
		s = replaceGroup(re, s, maskNumber)
	}
	return maskBare(s)
}

// HoldsSecret reports whether a text holds a password, key or community.
func HoldsSecret(s string) bool {
	for _, re := range secretForms {
		for _, m := range re.FindAllStringSubmatch(s, -1) {
			if blankSecret(m[1]) == blanked {
				return true
			}
		}
	}
	return false
}

// notSecrets are words that follow "password" and the like in messages that state none.
var notSecrets = map[string]bool{
	"for": true, "from": true, "is": true, "was": true, "has": true, "failed": true, "failure": true, "accepted": true, "check": true,
	"change": true, "changed": true, "required": true, "expired": true, "not": true, "authentication": true, "prompt": true,
	"policy": true, "and": true, "or": true, "to": true, "by": true, "on": true, "in": true, "of": true, "recovery": true,
}

func blankSecret(s string) string {
	if notSecrets[strings.ToLower(s)] {
		return s
	}
	return blanked
}

// HoldsSubscriber reports whether a text holds a number that identifies a subscriber.
func HoldsSubscriber(s string) bool {
	return maskBare(s) != s || slices.ContainsFunc(subscriberForms, func(re *regexp.Regexp) bool { return re.MatchString(s) })
}

// secretFields are last parts of field names whose whole text is a secret.
var secretFields = []string{"password", "passwd", "secret", "community", "token", "authorization", "cookie"}

// RedactField is Redact for the text of a named field: fields that hold nothing but a secret are
// blanked whole.
func RedactField(field, s string) string {
	last := strings.ToLower(field[strings.LastIndexByte(field, '.')+1:])
	for _, f := range secretFields {
		if s != "" && strings.HasSuffix(last, f) {
			return blanked
		}
	}
	return Redact(s)
}

func replaceGroup(re *regexp.Regexp, s string, with func(string) string) string {
	at := re.FindAllStringSubmatchIndex(s, -1)
	if at == nil {
		return s
	}
	var b strings.Builder
	end := 0
	for _, m := range at {
		b.WriteString(s[end:m[2]])
		b.WriteString(with(s[m[2]:m[3]]))
		end = m[3]
	}
	b.WriteString(s[end:])
	return b.String()
}

// bareDigits is the length of an IMSI, and of an IMEI with its check digit.
const bareDigits = 15

// maskBare masks numbers of 15 digits that stand for themselves: IMSI and IMEI carry no label in
// many logs. A number with a decimal point is a time.
func maskBare(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i-start == bareDigits && !digitBeyond(s, start-1, start-2) && !digitBeyond(s, i, i+1) {
			b.WriteString(s[done:start])
			b.WriteString(maskNumber(s[start:i]))
			done = i
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// digitBeyond reports whether a decimal point and a digit stand at two places.
func digitBeyond(s string, point, digit int) bool {
	return digit >= 0 && digit < len(s) && s[point] == '.' && s[digit] >= '0' && s[digit] <= '9'
}

func maskNumber(s string) string {
	if len(s) < 8 {
		return blanked
	}
	return s[:5] + strings.Repeat("*", len(s)-7) + s[len(s)-2:]
}
