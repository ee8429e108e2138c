package device

import "strings"

// iosConfigParsers read what changed a configuration, commands, and what happens to logging and to the system; those of NX-OS, IOS XR and
// EOS that are written alike besides.
var iosConfigParsers = map[key]parser{
	{"SYS", "CONFIG_I"}:                   configured,
	{"MGBL-SYS", "CONFIG_I"}:              configured,
	{"VSHD", "VSHD_SYSLOG_CONFIG_I"}:      configured,
	{"SYS", "CONFIG_P"}:                   configuredBy,
	{"DMI", "CONFIG_I"}:                   configuredDMI,
	{"PARSER", "CFGLOG_LOGGEDCMD"}:        loggedCommand,
	{"HA_EM", "LOG"}:                      catchall,
	{"SYS", "LOGGINGHOST_STARTSTOP"}:      loggingHost,
	{"SYS", "LOGGINGHOST_FAIL"}:           loggingFailed,
	{"SYS", "RESTART"}:                    started,
	{"SYS", "RELOAD"}:                     stopped,
	{"SYS", "CLOCKUPDATE"}:                clockChanged,
	{"SYS", "CLOCK_UPDATE"}:               clockChanged,
	{"SYS", "LOGGINGCLEAR"}:               cleared, // a guess
	{"WEBUI", "INSTALL_OPERATION_INFO"}:   webInstall,
	{"INSTALL", "INSTALL_START_INFO"}:     installStarted,
	{"INSTALL", "INSTALL_COMPLETED_INFO"}: installStarted,
}

// configured reads: Configured from console by U on vty0 (A), ... by U on A@pts/1, ... by console, ... from tftp://A/FILE by console.
func configured(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Configured from ")
	if !ok {
		return
	}
	from, who, ok := strings.Cut(s, " by ")
	if !ok {
		return
	}
	r.action("config-change")
	if r.m.Platform == IOSXR {
		r.add(fieldConfigBy, r.m.Process)
	}
	switch from {
	case "http", "snmp", "netconf":
		r.via(from)
	}
	r.by(who)
}

// configuredBy reads: Configured programmatically by process P from console as U on vty0.
func configuredBy(r *reader, s string) {
	s, ok := strings.CutPrefix(r.place(s), "Configured programmatically by process ")
	process, rest, ok2 := strings.Cut(s, " from ")
	from, who, ok3 := strings.Cut(rest, " as ")
	if !ok || !ok2 || !ok3 || len(from) > maxName {
		return
	}
	r.action("config-change")
	r.name(fieldConfigBy, process)
	r.by(who)
}

// configuredDMI reads: R0/0: dmiauthd: Configured from NETCONF/RESTCONF by U, transaction-id 77.
func configuredDMI(r *reader, s string) {
	s, ok := strings.CutPrefix(r.place(s), "Configured from NETCONF/RESTCONF by ")
	user, _, ok2 := cutLast(s, ", transaction-id ")
	if !ok || !ok2 {
		return
	}
	r.action("config-change")
	r.add(fieldVia, "netconf")
	r.user(user)
}

// by reads who did it and where: U on vty0 (A), U on A@pts/1, console, vty0 (A), U. The name may hold blanks: the place is taken from the
// right. A message without a place is the name as a whole.
func (r *reader) by(s string) {
	s, again := repeated(s)
	s = strings.TrimSuffix(s, ".")
	who, source := s, ""
	if rest, ok := strings.CutSuffix(s, ")"); ok {
		if before, a, ok := cutLast(rest, " ("); ok {
			who, source = before, a
		}
	}
	user, line, ok := cutLast(who, " on ")
	switch {
	case ok:
		r.user(user)
		if at, tty, ok := strings.Cut(line, "@"); ok {
			source, line = at, tty
		}
		r.line(line)
		r.source(source)
	case who == "console" || isVTY(who):
		r.line(who)
		r.source(source)
	case !again: // else the name may end in what says so
		r.user(s)
	}
}

// isVTY reports whether a text is the name of a line: vty0.
func isVTY(s string) bool {
	n, ok := strings.CutPrefix(s, "vty")
	return ok && n != "" && digits(n) == len(n)
}

// loggedCommand reads both bodies of the archive's messages: User:U  logged command:C, and
// <user>U</user> <srcIP>A</srcIP> <enteredCommand><cli>C</cli></enteredCommand>.
func loggedCommand(r *reader, s string) {
	if rest, ok := strings.CutPrefix(s, "User:"); ok {
		if c, ok := apart(rest, "logged command:"); ok {
			c.name = strings.TrimRight(c.name, " ,")
			r.ran(&c)
		}
	} else if command, ok := strings.CutPrefix(s, "logged command:"); ok {
		r.command(command)
	} else if strings.Contains(s[:min(len(s), 64)], "<user>") {
		taggedCommand(r, s)
	}
}

// taggedCommand reads the body with tags. Who can write the first of them, in a name or in a command, hides who he is and from where,
// but not what he does.
func taggedCommand(r *reader, s string) {
	_, s, _ = strings.Cut(s, "<user>")
	user, ok := apart(s, "</user>")
	if user.sure {
		s = user.after
	}
	c, ok2 := apart(s, "<cli>")
	if !ok || !ok2 {
		return
	}
	c.name, c.sure = user.name, user.sure
	c.after = beforeLast(c.after, "</cli>")
	r.ran(&c)
	source, is := strings.CutPrefix(strings.TrimLeft(user.after, " "), "<srcIP>")
	if source, _, ok = strings.Cut(source, "</srcIP>"); is && ok && user.sure {
		r.source(source)
	}
}

// catchall reads what an applet of the event manager that logs each command says, catchall: C. Applets with other names say
// other things.
func catchall(r *reader, s string) {
	if command, ok := strings.CutPrefix(s, "catchall: "); ok {
		r.command(command)
	}
}

// loggingHost reads: Logging to host A [port N] [(VRF)] started - CLI initiated.
func loggingHost(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Logging to host ")
	host, rest := word(s)
	if !ok || host == "" {
		return
	}
	if after, ok := strings.CutPrefix(rest, "port "); ok {
		var port string
		port, rest = word(after)
		r.targetPort(port)
	}
	if strings.HasPrefix(rest, "(") {
		_, rest, _ = strings.Cut(rest, ") ")
	}
	r.target(host)
	what, why, _ := strings.Cut(rest, " - ")
	switch what {
	case "started":
		r.action("logging-start")
	case "stopped":
		r.action("logging-stop")
	default: // CLI Request Triggered
		r.action("logging-change")
		why = rest
	}
	r.reason(why)
}

// loggingFailed reads: Logging to host A port N failed.
func loggingFailed(r *reader, s string) {
	s, ok := strings.CutPrefix(s, "Logging to host ")
	host, rest := word(s)
	rest, ok2 := strings.CutPrefix(rest, "port ")
	port, _ := word(rest)
	if !ok || !ok2 {
		return
	}
	r.action("logging-change")
	r.outcome(false)
	r.target(host)
	r.targetPort(port)
}

func started(r *reader, _ string) { r.action("system-start") }

// stopped reads: Reload requested by U on vty0 (A). Reload Reason: WHY. Both the name and the reason are somebody's choice.
func stopped(r *reader, s string) {
	r.action("system-stop")
	c, ok := apart(s, " Reload Reason: ")
	if ok {
		r.reason(strings.TrimSuffix(c.after, "."))
	}
	if who, is := strings.CutPrefix(c.name, "Reload requested by "); is && (c.sure || !ok) {
		r.by(who)
	}
}

// clockChanged reads: System clock has been updated from TIME to TIME, configured from console by U on vty0 (A).
func clockChanged(r *reader, s string) {
	r.action("clock-change")
	if _, who, ok := strings.Cut(s, ", configured from "); ok {
		if _, who, ok = strings.Cut(who, " by "); ok {
			r.by(who)
		}
	}
}

func cleared(r *reader, s string) {
	r.action("log-cleared")
	if _, who, ok := strings.Cut(s, " by "); ok {
		r.by(who)
	}
}

// webInstall reads: User: U, Install Operation: ADD FILE.
func webInstall(r *reader, s string) {
	s, ok := strings.CutPrefix(r.place(s), "User: ")
	c, ok2 := apart(s, ", Install Operation: ")
	if !ok || !ok2 {
		return
	}
	_, what, _ := cutLast(s, c.sep)
	operation, file := word(what)
	if strings.EqualFold(operation, "remove") {
		r.action("software-remove")
	} else {
		r.action("software-install")
	}
	if c.sure {
		r.user(c.name)
	}
	r.name(fieldPackage, file)
	r.reason(operation)
	r.via("http")
}

// installStarted reads: R0/0: install_engine: Started install add bootflash:FILE, Completed install add FILE.
func installStarted(r *reader, s string) {
	s = r.place(s)
	done := strings.HasPrefix(s, "Completed install ")
	if !done && !strings.HasPrefix(s, "Started install ") {
		return
	}
	operation, file := word(s[strings.Index(s, "install ")+len("install "):])
	if operation == "remove" {
		r.action("software-remove")
	} else {
		r.action("software-install")
	}
	if done {
		r.outcome(true)
	}
	r.reason(operation)
	file, _ = word(file)
	r.name(fieldPackage, file)
}
