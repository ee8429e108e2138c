package device

import "strings"

// junosConfigParsers read what changes the configuration of Junos.
var junosConfigParsers = map[key]parser{
	{"", "UI_DBASE_LOGIN_EVENT"}:      junosWho("config-enter", " entering configuration mode"),
	{"", "UI_DBASE_LOGOUT_EVENT"}:     junosWho("config-leave", " exiting configuration mode"),
	{"", "UI_CFG_AUDIT_SET"}:          junosAudit,
	{"", "UI_CFG_AUDIT_SET_SECRET"}:   junosSecret,
	{"", "UI_CFG_AUDIT_OTHER"}:        junosAudit,
	{"", "UI_CFG_AUDIT_NEW"}:          junosAudit,
	{"", "UI_COMMIT"}:                 junosCommit,
	{"", "UI_COMMIT_AT"}:              junosCommit,
	{"", "UI_COMMIT_CONFIRMED"}:       junosCommit,
	{"", "UI_COMMIT_COMPLETED"}:       junosCommitted(true),
	{"", "UI_COMMIT_AT_COMPLETED"}:    junosCommitted(true),
	{"", "UI_COMMIT_ROLLBACK_FAILED"}: junosCommitted(false),
	{"", "UI_COMMIT_NOT_CONFIRMED"}:   junosNotConfirmed,
}

// junosAudit reads: User 'U' set: [system host-name] "old" -> "new", User 'U' delete: [interfaces ge-0/0/0].
func junosAudit(r *reader, s string) {
	c, ok := r.audited(s)
	if !ok {
		return
	}
	account, whole := accountOf(c.path)
	if c.other != "" {
		whole = false
		if account == "" {
			account, _ = accountOf(c.other)
		}
	}
	switch {
	case account == "":
		r.action("config-change")
	case c.verb == "delete" && whole:
		r.action("account-remove")
	case whole:
		r.action("account-add")
	default:
		r.action("account-change")
	}
	c.fields(r, account)
}

// junosSecret reads: User 'U' set: [system radius-server A secret].
func junosSecret(r *reader, s string) {
	c, ok := r.audited(s)
	if !ok {
		return
	}
	account, _ := accountOf(c.path)
	r.action("secret-change")
	c.fields(r, account)
}

// audit is who did what to which part of the configuration.
type audit struct {
	user, verb, path string
	other            string // the part, where it may as well be another
}

func (c *audit) fields(r *reader, account string) {
	r.user(c.user)
	r.name(fieldTarget, account)
	r.add(fieldPath, c.path)
	r.add(fieldPath, c.other)
}

// audited reads an audit message. What a part was changed to is somebody's choice as well as the name: where both may hold the change
// nobody is named.
func (r *reader) audited(s string) (c audit, ok bool) {
	s, ok = strings.CutPrefix(s, "User '")
	if !ok {
		c = audit{user: r.m.param("username"), verb: strings.TrimSuffix(r.m.param("action"), ":"), path: strings.Trim(r.m.param("pathname"), "[] ")}
		return c, c.path != ""
	}
	at, ok := apart(s, ": [")
	user, verb, ok2 := cutLast(at.name, "'")
	path, _, ok3 := strings.Cut(at.after, "]")
	c = audit{user: user, verb: strings.TrimSpace(verb), path: strings.TrimSpace(path)}
	if !at.sure && strings.IndexByte(at.after, '\'') >= 0 {
		c.user = ""
		_, last, _ := cutLast(at.after, at.sep)
		last, _, _ = strings.Cut(last, "]")
		c.other = strings.TrimSpace(last)
	}
	return c, ok && ok2 && ok3
}

// accountOf gives the account that a part of the configuration is of, and whether that is the whole of it: system login user NAME.
func accountOf(path string) (name string, whole bool) {
	if strings.HasPrefix(path, "groups ") {
		_, path = word(path[len("groups "):])
	}
	rest, ok := strings.CutPrefix(path, "system login user ")
	if !ok {
		return "", false
	}
	name, rest = word(rest)
	return name, rest == ""
}

// junosCommit reads: User 'U' requested 'commit' operation (comment: none), User 'U' performed commit: no comment. The comment is
// somebody's choice as well as the name.
func junosCommit(r *reader, s string) {
	r.action("config-commit")
	who, ok := strings.CutPrefix(s, "User '")
	if !ok {
		r.user(r.m.param("username"))
	} else if c, ok := apart(who, "' requested '"); ok {
		if c.sure {
			r.user(c.name)
		}
	} else if c, _ := apart(who, "' performed commit"); c.sure {
		r.user(c.name)
	}
	if _, comment, ok := strings.Cut(s, "(comment: "); ok {
		if comment = strings.TrimSuffix(comment, ")"); comment != "none" {
			r.reason(comment)
		}
	}
}

// junosCommitted reads what became of a commit, of which somebody else told who asked for it.
func junosCommitted(ok bool) parser {
	return func(r *reader, _ string) {
		r.action("config-commit")
		r.outcome(ok)
	}
}

func junosNotConfirmed(r *reader, _ string) { r.action("config-rollback") }

// junosLoad reads: User 'U' is performing a 'rollback 3'. Nobody but the device writes what is performed, so it is read from the right.
func junosLoad(r *reader, s string) {
	user, what := r.m.param("username"), r.m.param("load-action")
	if rest, ok := strings.CutPrefix(s, "User '"); ok {
		if user, what, ok = cutLast(rest, "' is performing a '"); !ok {
			return
		}
		what, _, _ = strings.Cut(what, "'")
	} else if user == "" {
		return
	}
	if strings.HasPrefix(what, "rollback") {
		r.action("config-rollback")
	} else {
		r.action("config-change")
	}
	r.user(user)
	r.reason(what)
}
