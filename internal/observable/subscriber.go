package observable

import (
	"log/slog"
	"strings"
	"unicode/utf8"
)

// canonE164 reads a telephone number in international form: "+", "00" or nothing before the
// country code, and spaces, dots, hyphens, slashes and brackets between digits. A trunk "(0)" is dropped.
func canonE164(s string) (text, why string) {
	if hasFoldPrefix(s, "tel:") {
		s = s[len("tel:"):]
	}
	digits := dropSeparators(strings.Replace(s, "(0)", "", 1))
	if plus, ok := strings.CutPrefix(digits, "+"); ok {
		digits = plus
	} else {
		digits = strings.TrimPrefix(digits, "00")
	}
	switch {
	case !allDigits(digits):
		return "", "not a telephone number"
	case digits[0] == '0':
		return "", "not a telephone number with its country code"
	case len(digits) < 7 || len(digits) > 15:
		return "", "not a telephone number: 7 to 15 digits with the country code"
	}
	return "+" + digits, ""
}

// canonIMSI reads an IMSI (3GPP TS 23.003 section 2.2): 14 or 15 digits.
func canonIMSI(s string) (text, why string) {
	digits := dropSeparators(s)
	if !allDigits(digits) || len(digits) != 14 && len(digits) != 15 {
		return "", "not an IMSI of 14 or 15 digits"
	}
	return digits, ""
}

// canonIMEI reads an IMEI (3GPP TS 23.003 section 6.2): 14 digits, 15 with a check digit that must
// be right, or 16 with software version.
func canonIMEI(s string) (text, why string) {
	digits := dropSeparators(s)
	if !allDigits(digits) || len(digits) < 14 || len(digits) > 16 {
		return "", "not an IMEI of 14, 15 or 16 digits"
	}
	if len(digits) == 15 && !luhn(digits) {
		return "", "not an IMEI: the check digit is wrong"
	}
	return digits, ""
}

// luhn reports whether the last digit is the right check digit (ISO/IEC 7812-1 annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func dropSeparators(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./()\u00a0\u2009\u2010\u2011\u202f", r) {
			return -1
		}
		return r
	}, s)
}

// Mask gives the text of v for people: the middle of a subscriber's number is replaced by stars, so
// that the first five and the last two characters remain; other kinds are unchanged.
func Mask(v Value) string {
	if !v.kind.Subscriber() {
		return v.text
	}
	return maskText(v.text)
}

// maskText keeps at most five characters in front and two at the end; of a short text, less.
func maskText(s string) string {
	front, back := 5, 2
	n := utf8.RuneCountInString(s)
	if n < 10 {
		front, back = n/4, 0
	}
	var b strings.Builder
	i := 0
	for _, r := range s {
		if i >= front && i < n-back {
			r = '*'
		}
		b.WriteRune(r)
		i++
	}
	return b.String()
}

// LogValue gives the value to slog, masked when it identifies a subscriber.
func (v Value) LogValue() slog.Value { return slog.StringValue(Mask(v)) }
