package observable

import (
	"strconv"
	"strings"
)

// asnDigits gives what follows "AS" or "ASN" in s, and whether one of them is there.
func asnDigits(s string) (string, bool) {
	if hasFoldPrefix(s, "ASN") {
		return s[3:], true
	}
	if hasFoldPrefix(s, "AS") {
		return s[2:], true
	}
	return s, false
}

func isASN(s string) bool {
	digits, ok := asnDigits(s)
	if !ok {
		return false
	}
	_, ok = readASN(digits)
	return ok
}

// readASN reads an autonomous system number in asplain or asdot (RFC 5396).
func readASN(s string) (uint32, bool) {
	high, low, dotted := strings.Cut(s, ".")
	if !dotted {
		n, err := strconv.ParseUint(s, 10, 32)
		return uint32(n), err == nil
	}
	h, err := strconv.ParseUint(high, 10, 16)
	if err != nil {
		return 0, false
	}
	l, err := strconv.ParseUint(low, 10, 16)
	return uint32(h<<16 | l), err == nil
}

func canonASN(s string) (text, why string) {
	digits, _ := asnDigits(s)
	n, ok := readASN(trim(digits))
	if !ok {
		return "", "not an autonomous system number such as AS64496"
	}
	return "AS" + strconv.FormatUint(uint64(n), 10), ""
}

// dashes are what word processors make of the hyphens in a CVE number.
var dashes = strings.NewReplacer("\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2212", "-")

// canonCVE reads a CVE number: a year from 1999 on and four or more digits.
func canonCVE(s string) (text, why string) {
	const bad = "not a CVE number such as CVE-2023-20198"
	text = strings.ToUpper(dashes.Replace(s))
	year, number, ok := strings.Cut(strings.TrimPrefix(text, "CVE-"), "-")
	if !ok || !strings.HasPrefix(text, "CVE-") || len(year) != 4 || len(number) < 4 || len(number) > 19 {
		return "", bad
	}
	if !allDigits(year) || !allDigits(number) || year < "1999" {
		return "", bad
	}
	return text, ""
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
