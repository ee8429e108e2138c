package device

import (
	"cmp"
	"strings"
)

// junosParsers read logins, commands and traffic of Junos, as text and as structured data.
var junosParsers = map[key]parser{
	{"", "UI_LOGIN_EVENT"}:                junosLogin,
	{"", "UI_LOGOUT_EVENT"}:               junosWho("logout", " logout"),
	{"", "UI_AUTH_EVENT"}:                 junosAuth,
	{"", "UI_CMDLINE_READ_LINE"}:          junosCommand("', command '"),
	{"", "UI_NETCONF_CMD"}:                junosCommand("' used NETCONF client to run command '"),
	{"", "UI_JUNOSCRIPT_CMD"}:             junosCommand("' used JUNOScript client to run command '"),
	{"", "UI_REBOOT_EVENT"}:               junosReboot,
	{"", "UI_HALT_EVENT"}:                 junosReboot,
	{"", "SSHD_LOGIN_FAILED"}:             junosFailed("Login failed for user '", "' from host '", "ssh"),
	{"", "LOGIN_FAILED"}:                  junosFailed("Login failed for user ", " from host ", ""),
	{"", "LOGIN_INFORMATION"}:             junosLoggedIn,
	{"", "SSHD_LOGIN_ATTEMPTS_THRESHOLD"}: junosThreshold,
	{"", "PFE_FW_SYSLOG_IP"}:              junosFilter,
	{"", "PFE_FW_SYSLOG_IP6_TCP_UDP"}:     junosFilter,
	{"", "RT_FLOW_SESSION_DENY"}:          junosFlow(false, "session denied "),
	{"", "RT_FLOW_SESSION_CREATE"}:        junosFlow(true, "session created "),
	{"", "UI_LOAD_EVENT"}:                 junosLoad,
}

// param gives a parameter of Junos' structured data: [junos@2636.1.1.1.2.18 username="U"], where a value with a quote in it has a
// backslash before that. One that is stated twice says nothing.
func (m *Message) param(name string) string {
	s := m.Data
	if !strings.HasPrefix(s, "[junos@2636.") {
		return ""
	}
	_, s, _ = strings.Cut(s, " ")
	value, found := "", false
	for s != "" {
		key, rest, ok := strings.Cut(s, `="`)
		if !ok {
			return value
		}
		end := 0
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(rest) {
			return value
		}
		if key == name {
			if found {
				return ""
			}
			value, found = rest[:end], true
		}
		if s, ok = strings.CutPrefix(rest[end+1:], " "); !ok {
			return value
		}
	}
	return value
}

// junosLogin reads: User 'U' login, class 'C' [4711], ssh-connection 'A 50022 B 22', client-mode 'cli'. Nobody chooses what stands behind
// the name, which is read from the right.
func junosLogin(r *reader, s string) {
	user, rest := r.m.param("username"), ""
	connection, mode := r.m.param("ssh-connection"), r.m.param("client-mode")
	if name, ok := strings.CutPrefix(s, "User '"); ok {
		if user, rest, ok = cutLast(name, "' login, class '"); !ok {
			user = strings.TrimSuffix(name, "' login")
		}
	}
	r.login(true)
	if c, ok := quoted(rest, "ssh-connection '"); ok {
		connection = c
	}
	if c, ok := quoted(rest, "client-mode '"); ok {
		mode = c
	}
	r.user(user)
	r.connection(connection)
	if _, id, ok := strings.Cut(rest, " ["); ok {
		id, _, _ = strings.Cut(id, "]")
		r.name(fieldSession, id)
	}
	if mode != "cli" || connection != "" {
		r.via(mode)
	}
}

// quoted gives what stands between some words and the next quote.
func quoted(s, open string) (string, bool) {
	_, v, ok := strings.Cut(s, open)
	if !ok {
		return "", false
	}
	v, _, _ = strings.Cut(v, "'")
	return v, true
}

// connection reads what SSH_CONNECTION holds: A PORT B PORT.
func (r *reader) connection(s string) {
	source, rest := word(s)
	port, rest := word(rest)
	target, rest := word(rest)
	targetPort, _ := word(rest)
	r.source(source)
	r.sourcePort(port)
	r.target(target)
	r.targetPort(targetPort)
}

// junosWho reads: User 'U' logout.
func junosWho(action, end string) parser {
	return func(r *reader, s string) {
		user := r.m.param("username")
		if rest, ok := strings.CutPrefix(s, "User '"); ok {
			if user, _, ok = cutLast(rest, "'"+end); !ok {
				return
			}
		}
		if user != "" {
			r.action(action)
			r.user(user)
		}
	}
}

// junosAuth reads: Authenticated user 'U' assigned to class 'C', ... at permission level 'C'.
func junosAuth(r *reader, s string) {
	user := r.m.param("username")
	rest, ok := strings.CutPrefix(s, "Authenticated user '")
	if ok {
		user = ""
		one, is := apart(rest, "' assigned to class '")
		two, is2 := apart(rest, "' at permission level '")
		switch {
		case one.sure && !is2:
			user = one.name
		case two.sure && !is:
			user = two.name
		}
	}
	if ok || user != "" {
		r.login(true)
		r.user(user)
	}
}

// junosCommand reads: User 'U', command 'C '. Structured data is taken where there is no text.
func junosCommand(middle string) parser {
	return func(r *reader, s string) {
		rest, ok := strings.CutPrefix(s, "User '")
		c, ok2 := apart(rest, middle)
		if !ok || !ok2 {
			if command := r.m.param("command"); command != "" {
				r.command(command)
				r.user(r.m.param("username"))
			}
			return
		}
		c.after = beforeLast(c.after, "'")
		r.ran(&c)
	}
}

// junosReboot reads: System rebooted by 'U'.
func junosReboot(r *reader, s string) {
	r.action("system-stop")
	user := r.m.param("username")
	if _, who, ok := strings.Cut(s, " by '"); ok {
		user, _, _ = cutLast(who, "'")
	}
	r.user(user)
}

// junosFailed reads: Login failed for user 'U' from host 'A'. The name may hold anything, so the address is taken from the right.
func junosFailed(start, middle, via string) parser {
	return func(r *reader, s string) {
		rest, ok := strings.CutPrefix(s, start)
		user, source, ok2 := cutLast(rest, middle)
		if !ok || !ok2 {
			user, source = r.m.param("username"), cmp.Or(r.m.param("source-address"), r.m.param("hostname"))
			if user == "" || source == "" {
				return
			}
		}
		r.login(false)
		r.user(user)
		r.source(strings.Trim(source, "'"))
		r.add(fieldVia, via)
	}
}

// junosLoggedIn reads: User U logged in from host A on device D.
func junosLoggedIn(r *reader, s string) {
	rest, ok := strings.CutPrefix(s, "User ")
	user, rest, ok2 := cutLast(rest, " logged in from host ")
	source, line, _ := strings.Cut(rest, " on device ")
	if !ok || !ok2 {
		return
	}
	r.login(true)
	r.user(user)
	r.source(source)
	r.line(line)
}

// junosThreshold reads: Threshold for unsuccessful authentication attempts (3) reached by user 'U'.
func junosThreshold(r *reader, s string) {
	_, rest, ok := strings.Cut(s, ") reached by user '")
	user, ok2 := strings.CutSuffix(rest, "'")
	if !ok || !ok2 {
		if user = r.m.param("username"); user == "" {
			return
		}
	}
	r.action("login-blocked")
	r.outcome(false)
	r.user(user)
}
