package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// cutPAM recognises a message of a PAM module, in the form of now, pam_unix(SERVICE:TYPE): TEXT, and in the older one, where the
// module stands in the tag: su(pam_unix)[7]: TEXT.
func cutPAM(program, s string) (service, rest string, ok bool) {
	if strings.HasPrefix(s, "pam_") {
		module, rest, ok := strings.Cut(s, ": ")
		if !ok || len(module) > 64 {
			return "", "", false
		}
		_, service, ok = strings.Cut(module, "(")
		service, _, _ = strings.Cut(service, ":")
		return service, rest, ok
	}
	if base, module, found := strings.Cut(program, "("); found && strings.HasPrefix(module, "pam_") {
		return base, s, true
	}
	return "", "", false
}

// vias are the services of PAM by what docs/logs.md calls them.
var vias = map[string]string{
	"sshd": "ssh", "su": "su", "su-l": "su", "sudo": "sudo", "sudo-i": "sudo", "login": "console", "remote": "console", "gdm-password": "console",
	"cron": "cron", "crond": "cron", "cockpit": "http",
}

// readPAM types what modules write:
//
//	session opened for user USER[(uid=0)] by [NAME](uid=0)
//	session closed for user USER
//	authentication failure; logname=op uid=1000 euid=0 tty=pts/0 ruser=op rhost=198.51.100.7  user=root
//	2 more authentication failures; …
//	password changed for USER
//
// What sshd says itself of a failure is not said again: there only the fields are given.
func readPAM(r record, service, s string) {
	via := vias[service]
	switch {
	case strings.HasPrefix(s, "session opened for user "):
		user, rest := word1(s[len("session opened for user "):])
		r.does("session-start", "")
		r.session(user, via)
		by, _, _ := strings.Cut(strings.TrimPrefix(rest, "by "), "(")
		if via == "su" || via == "sudo" {
			r.word(fieldEffective, bare(user))
			r.word(telemetry.FieldUserName, by)
		}
	case strings.HasPrefix(s, "session closed for user "):
		user, _ := word1(s[len("session closed for user "):])
		r.does("session-end", "")
		r.session(user, via)
		if via == "su" || via == "sudo" {
			r.word(fieldEffective, bare(user))
		}
	case strings.HasPrefix(s, "authentication failure;"), strings.Contains(s[:min(len(s), 40)], "more authentication failure"):
		r.refused(service, via, s)
	case strings.HasPrefix(s, "password changed for "):
		r.does("secret-change", success)
		r.word(fieldTarget, s[len("password changed for "):])
	}
}

// session adds whose session it is; of su and sudo the user is who became another, and is added apart.
func (r record) session(user, via string) {
	if via != "su" && via != "sudo" {
		r.word(telemetry.FieldUserName, bare(user))
	}
	r.add(fieldVia, via)
}

// bare takes (uid=0) off a name.
func bare(user string) string {
	user, _, _ = strings.Cut(user, "(")
	return user
}

// refused reads the pairs of a failure. The user comes last, since he is as the client wrote him.
func (r record) refused(service, via, s string) {
	head, user, _ := strings.Cut(s, "  user=")
	if service != "sshd" {
		r.does("login", failure)
		r.add(fieldReason, "authentication failure")
	}
	r.add(fieldVia, via)
	if via == "su" || via == "sudo" {
		r.word(telemetry.FieldUserName, pairOf(head, "ruser="))
		r.word(fieldEffective, user)
	} else {
		r.word(telemetry.FieldUserName, user)
	}
	r.word(fieldLine, pairOf(head, "tty="))
	r.from(pairOf(head, "rhost="))
}

// pairOf gives the value behind a name in a text of pairs.
func pairOf(s, name string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], name)
		if i < 0 {
			return ""
		}
		if i += at; i == 0 || s[i-1] == ' ' {
			v, _ := word1(s[i+len(name):])
			return v
		}
		at = i + 1
	}
}
