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
	user, verb, path, ok := r.audited(s)
	if !ok {
		return
	}
	account, whole := accountOf(path)
	switch {
	case account == "":
		r.action("config-change")
	case verb == "delete" && whole:
		r.action("account-remove")
	case whole:
		r.action("account-add")
	default:
		r.action("account-change")
	}
	r.user(user)
	r.name(fieldTarget, account)
	r.add(fieldPath, path)
}

// junosSecret reads: User 'U' set: [system radius-server A secret].
func junosSecret(r *reader, s string) {
	user, _, path, ok := r.audited(s)
	if !ok {
		return
	}
	account, _ := accountOf(path)
	r.action("secret-change")
	r.user(user)
	r.name(fieldTarget, account)
	r.add(fieldPath, path)
}

// audited reads who did what to which part of the configuration.
func (r *reader) audited(s string) (user, verb, path string, ok bool) {
	user, rest, ok := r.junosUser(s)
	if !ok {
		return "", "", "", false
	}
	if rest == "" {
		path = strings.Trim(r.m.param("pathname"), "[] ")
		return user, strings.TrimSuffix(r.m.param("action"), ":"), path, path != ""
	}
	verb, rest, ok = strings.Cut(strings.TrimLeft(rest, " "), ": [")
	path, _, ok2 := strings.Cut(rest, "]")
	return user, verb, strings.TrimSpace(path), ok && ok2
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

// junosCommit reads: User 'U' requested 'commit' operation (comment: none), User 'U' performed commit: no comment.
func junosCommit(r *reader, s string) {
	user, _, ok := r.junosUser(s)
	if !ok {
		return
	}
	r.action("config-commit")
	r.user(user)
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

// junosLoad reads: User 'U' is performing a 'rollback 3'.
func junosLoad(r *reader, s string) {
	user, rest, ok := r.junosUser(s)
	if !ok {
		return
	}
	what := r.m.param("load-action")
	if _, w, ok := strings.Cut(rest, " is performing a '"); ok {
		what, _, _ = strings.Cut(w, "'")
	}
	if strings.HasPrefix(what, "rollback") {
		r.action("config-rollback")
	} else {
		r.action("config-change")
	}
	r.user(user)
	r.reason(what)
}
