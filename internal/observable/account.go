package observable

import (
	"strings"
	"unicode"
)

// notLocal are the characters that never stand before the "@" of a mailbox address without quotes.
// RFC 5321 allows "/", "{" and "}" there; nobody uses them, and they are delimiters elsewhere.
const notLocal = "<>()[]{},;:\"\\/@"

// canonEmail reads a mailbox address, with or without "mailto:" and angle brackets. The local part
// is lower-cased too: no provider of note tells the two apart. Quoted local parts and address
// literals (RFC 5321 section 4.1.3) are not accepted.
func canonEmail(s string) (text, why string) {
	if hasFoldPrefix(s, "mailto:") {
		s = s[len("mailto:"):]
	}
	if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
		s = s[1 : len(s)-1]
	}
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return "", "not an e-mail address: no @"
	}
	local, domain := s[:i], s[i+1:]
	switch {
	case local == "":
		return "", "not an e-mail address: nothing before the @"
	case len(local) > 64:
		return "", "not an e-mail address: more than 64 characters before the @"
	case strings.ContainsAny(local, notLocal) || strings.ContainsFunc(local, unicode.IsSpace):
		return "", "not an e-mail address: a space or special character before the @"
	}
	domain, why = canonDomain(domain)
	if why != "" {
		return "", "not an e-mail address: " + why
	}
	return strings.ToLower(local) + "@" + domain, ""
}

// canonFileName gives the base name of a path of either kind of separator, in lower case.
func canonFileName(s string) (text, why string) {
	s = trim(s[strings.LastIndexAny(s, `/\`)+1:])
	s = refangName(strings.ToLower(s))
	switch {
	case s == "" || s == "." || s == "..":
		return "", "not a file name: the path ends in no name"
	case len(s) > 1024:
		return "", "not a file name: longer than 1024 bytes"
	}
	return s, ""
}

// fangedDots are the forms of a dot that are undone in file names.
var fangedDots = strings.NewReplacer("[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".")

// refangName undoes bracketed dots until there are none.
func refangName(s string) string {
	for {
		next := trim(fangedDots.Replace(s))
		if next == s {
			return s
		}
		s = next
	}
}

// canonUserName gives an account name in lower case. A Windows domain before it is kept.
func canonUserName(s string) (text, why string) {
	if len(s) > 1024 {
		return "", "not a user name: longer than 1024 bytes"
	}
	return strings.ToLower(s), ""
}
