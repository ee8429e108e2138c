package telemetry

import "strings"

// maxLoginReason is how far before its user the words of a login's log stand, in bytes: the reason why it
// failed comes between.
const maxLoginReason = 320

// maxLogin bounds a user and a secret, in bytes: RFC 2865 allows 253 and 128, which escapes may lengthen.
const maxLogin = 1 << 10

// radiusLogin takes the secret of Login OK: [user/secret], as FreeRADIUS writes it for a good or a bad login,
// where the bracket stands at i. What stands in angle brackets says why there is none.
func (r *redactor) radiusLogin(i int) int {
	if r.byte(i-1) != ' ' || r.byte(i-2) != ':' {
		return 0
	}
	head := r.s[max(0, i-maxLoginReason):i]
	n := max(strings.LastIndex(head, "Login OK"), strings.LastIndex(head, "Login incorrect"), strings.LastIndex(head, "Invalid user"))
	if n < 0 || strings.IndexByte(head[n:], '\n') >= 0 {
		return 0
	}
	line := r.s[i:min(r.eol(i), i+maxLogin)]
	slash := strings.IndexByte(line, '/')
	if slash < 0 {
		return 0
	}
	end := strings.Index(line, "] (from ")
	if end < 0 {
		end = strings.IndexByte(line, ']')
	}
	if end < 0 {
		end = len(line)
	}
	if slash+1 >= end || line[slash+1] == '<' && line[end-1] == '>' {
		return 0
	}
	return r.blank(i+slash+1, i+end)
}

// mountUser takes the secret of user=user%secret, the name of which stands from i to j, where the program is mount.
func (r *redactor) mountUser(i, j int) int {
	if p := r.programs.to(r.s, i); p == nil || !p.percent {
		return 0
	}
	return r.signLogin(j+1, '%')
}
