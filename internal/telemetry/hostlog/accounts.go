package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// readShadow types what the tools of shadow-utils write. Names stand in quotes or before a comma, and cannot hold either.
//
//	useradd:  new user: name=op, UID=1001, GID=1001, home=/home/op, shell=/bin/bash, from=/dev/pts/0
//	          failed adding user 'op', data deleted
//	groupadd: new group: name=ops, GID=1001
//	usermod:  change user 'op' shell from '/bin/sh' to '/bin/bash'; add 'op' to group 'sudo'; lock user 'op' password
//	userdel:  delete user 'op'
//	passwd:   password for 'op' changed by 'root'
//	gpasswd:  user op added by root to group sudo
func readShadow(r record, s string) {
	switch {
	case strings.HasPrefix(s, "new user: name="):
		r.account("account-add", success, named(s))
	case strings.HasPrefix(s, "failed adding user "):
		r.account("account-add", failure, quoted(s))
	case strings.HasPrefix(s, "new group: name="), strings.HasPrefix(s, "group added to "):
		r.does("account-add", success)
		r.word(fieldGroup, named(s))
	case strings.HasPrefix(s, "delete user "):
		r.account("account-remove", success, quoted(s))
	case strings.HasPrefix(s, "removed group "), strings.HasPrefix(s, "group ") && strings.HasSuffix(s, " removed"):
		r.does("account-remove", success)
		r.word(fieldGroup, quoted(s))
	case strings.HasPrefix(s, "add '"):
		r.account("account-change", success, quoted(s))
		_, rest, _ := strings.Cut(s, "group ")
		r.word(fieldGroup, quoted(rest))
		r.add(fieldReason, s)
	case strings.HasPrefix(s, "change user '") && strings.HasSuffix(s, " password"):
		r.account("secret-change", success, quoted(s))
	case strings.HasPrefix(s, "change user '"), strings.HasPrefix(s, "lock user '"), strings.HasPrefix(s, "unlock user '"), strings.HasPrefix(s, "changed password expiry for "):
		r.account("account-change", success, quoted(s))
		r.add(fieldReason, s)
	case strings.HasPrefix(s, "password for '"):
		r.account("secret-change", success, quoted(s))
		_, by, _ := strings.Cut(s, " changed by ")
		r.word(telemetry.FieldUserName, quoted(by))
	default:
		readMember(r, s)
	}
}

// readMember reads user U added by A to group G, and user U removed by A from group G.
func readMember(r record, s string) {
	words := strings.Split(s[:min(len(s), 4*maxWord)], " ")
	if len(words) != 8 || words[0] != "user" || words[2] != "added" && words[2] != "removed" || words[3] != "by" {
		return
	}
	r.account("account-change", success, words[1])
	r.word(telemetry.FieldUserName, words[4])
	r.word(fieldGroup, words[7])
	r.add(fieldReason, s)
}

func (r record) account(action, outcome, target string) {
	r.does(action, outcome)
	r.word(fieldTarget, target)
}

// named gives the value of the first name=, which a comma ends.
func named(s string) string {
	_, s, _ = strings.Cut(s, "name=")
	s, _, _ = strings.Cut(s, ",")
	return s
}

// quoted gives the first text in quotes, else the last word.
func quoted(s string) string {
	if _, rest, ok := strings.Cut(s, "'"); ok {
		name, _, _ := strings.Cut(rest, "'")
		return name
	}
	return s[strings.LastIndexByte(s, ' ')+1:]
}
