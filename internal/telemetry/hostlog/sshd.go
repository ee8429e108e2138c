package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// readSSHD types what OpenSSH's daemon writes of logins:
//
//	Accepted METHOD for USER from ADDR port N ssh2[: KEY]
//	Failed METHOD for [invalid user ]NAME from ADDR port N ssh2[: KEY]
//	Invalid user NAME from ADDR[ port N]
//	error: maximum authentication attempts exceeded for [invalid user ]NAME from ADDR port N ssh2 [preauth]
//	Disconnected from user USER ADDR port N
//
// NAME is whatever the client sent, blanks and all, so these lines are read from the right. USER has an account.
func readSSHD(r record, s string) {
	s = strings.TrimPrefix(s, "error: ")
	switch {
	case strings.HasPrefix(s, "Accepted "):
		readAccepted(r, s)
	case strings.HasPrefix(s, "Failed "):
		_, rest, ok := strings.Cut(s, " for ")
		if ok {
			failed(r, rest, "")
		}
	case strings.HasPrefix(s, "Invalid user "), strings.HasPrefix(s, "Illegal user "):
		failed(r, s[len("Invalid user "):], "invalid user")
	case strings.HasPrefix(s, "maximum authentication attempts exceeded for "):
		failed(r, s[len("maximum authentication attempts exceeded for "):], "maximum authentication attempts exceeded")
	case strings.HasPrefix(s, "Disconnected from user "):
		user, rest := word1(s[len("Disconnected from user "):])
		addr, rest := word1(rest)
		r.does("logout", "")
		r.word(telemetry.FieldUserName, user)
		r.add(fieldVia, "ssh")
		r.from(addr)
		r.port(strings.TrimPrefix(rest, "port "))
	}
}

// readAccepted reads from the left: the daemon wrote everything up to the address, and the account exists.
func readAccepted(r record, s string) {
	_, rest := word1(s)
	method, rest := word1(rest)
	rest, ok := strings.CutPrefix(rest, "for ")
	if !ok {
		return
	}
	user, rest := word1(rest)
	rest, ok = strings.CutPrefix(rest, "from ")
	if !ok {
		return
	}
	addr, rest := word1(rest)
	r.login(user, "ssh", success)
	r.word(fieldMethod, method)
	r.from(addr)
	if rest, ok = strings.CutPrefix(rest, "port "); ok {
		port, _ := word1(rest)
		r.port(port)
	}
}

// failed reads [invalid user ]NAME from ADDR[ port N][ ssh2][: KEY][ [preauth]], from the right.
func failed(r record, s, why string) {
	s = strings.TrimSuffix(s, " [preauth]")
	if i := strings.LastIndex(s, " ssh2"); i >= 0 && (i+len(" ssh2") == len(s) || isKey(s[i+len(" ssh2"):])) {
		s = s[:i]
	}
	port := ""
	if i := strings.LastIndex(s, " port "); i >= 0 && isDigits(s[i+len(" port "):]) {
		s, port = s[:i], s[i+len(" port "):]
	}
	i := strings.LastIndex(s, " from ")
	if i < 0 {
		return
	}
	name, addr := s[:i], s[i+len(" from "):]
	if strings.IndexByte(addr, ' ') >= 0 {
		return
	}
	if rest, ok := strings.CutPrefix(name, "invalid user "); ok {
		name, why = rest, "invalid user"
	} else if rest, ok := strings.CutPrefix(name, "illegal user "); ok {
		name, why = rest, "invalid user"
	}
	r.login(name, "ssh", failure)
	r.add(fieldReason, why)
	r.from(addr)
	r.port(port)
}

// isKey reports whether a text is what sshd writes of a key behind ssh2: ": RSA SHA256:…".
func isKey(s string) bool {
	s, ok := strings.CutPrefix(s, ": ")
	if !ok {
		return false
	}
	_, hash, ok := strings.Cut(s, " ")
	return ok && strings.IndexByte(hash, ' ') < 0 && (strings.HasPrefix(hash, "SHA256:") || strings.HasPrefix(hash, "MD5:") || strings.Count(hash, ":") == 15)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}

// readDropbear types what Dropbear writes:
//
//	Password auth succeeded for 'root' from 198.51.100.7:50022
//	Pubkey auth succeeded for 'root' with … key … from 198.51.100.7:50022
//	Bad password attempt for 'root' from 198.51.100.7:50022
//	Login attempt for nonexistent user from 198.51.100.7:50022
func readDropbear(r record, s string) {
	i := strings.LastIndex(s, " from ")
	if i < 0 {
		return
	}
	end := s[i+len(" from "):]
	colon := strings.LastIndexByte(end, ':')
	if colon < 0 || strings.IndexByte(end, ' ') >= 0 {
		return
	}
	user := ""
	if _, name, ok := strings.Cut(s[:i], " for '"); ok {
		if k := strings.LastIndexByte(name, '\''); k > 0 {
			user = name[:k]
		}
	}
	switch {
	case strings.Contains(s[:min(i, 32)], " auth succeeded for "):
		r.login(user, "ssh", success)
	case strings.HasPrefix(s, "Bad password attempt"), strings.HasPrefix(s, "Login attempt for nonexistent"), strings.HasPrefix(s, "Bad PAM password"):
		r.login(user, "ssh", failure)
	default:
		return
	}
	r.from(end[:colon])
	r.port(end[colon+1:])
}
