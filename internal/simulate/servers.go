package simulate

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Facilities of syslog that servers use.
const (
	facilityAuth  = 10 // authpriv
	facilityCron  = 9
	facilityLocal = 6 // of audit records on their way
	facilityDaily = 3 // daemon
)

// sshd writes a message of the SSH server.
func (c *cast) sshd(s *slot, at time.Time, h *host, text string) *line {
	return s.write(at, h, &line{facility: facilityAuth, severity: 6, process: fmt.Sprintf("sshd[%d]", c.between(2000, 60_000)), text: text})
}

// accepted is a login to a server, and its end.
func (c *cast) accepted(s *slot, at time.Time, h *host, user string, from netip.Addr, length time.Duration, of ...*Occurrence) {
	port, process := c.between(32768, 60999), fmt.Sprintf("sshd[%d]", c.between(2000, 60_000))
	write := func(at time.Time, text string) {
		s.write(at, h, &line{facility: facilityAuth, severity: 6, process: process, text: text}).mark(of...)
	}
	write(at, fmt.Sprintf("Accepted publickey for %s from %s port %d ssh2: ED25519 SHA256:%s", user, from, port, digest(hash("key "+user), 20)))
	write(at.Add(time.Millisecond), fmt.Sprintf("pam_unix(sshd:session): session opened for user %s(uid=%d) by (uid=0)", user, 1000+len(user)*7))
	write(at.Add(length), fmt.Sprintf("Disconnected from user %s %s port %d", user, from, port))
	write(at.Add(length+time.Millisecond), "pam_unix(sshd:session): session closed for user "+user)
}

// refused is a login to a server that fails.
func (c *cast) refused(s *slot, at time.Time, h *host, user string, known bool, from netip.Addr, of ...*Occurrence) {
	invalid := "invalid user "
	if known {
		invalid = ""
	}
	c.sshd(s, at, h, fmt.Sprintf("Failed password for %s%s from %s port %d ssh2", invalid, user, from, c.between(32768, 60999))).mark(of...)
}

// audited is a program that a server's audit daemon saw start.
type audited struct {
	auid  int // 4294967295 for a program of the system
	exe   string
	args  []string
	paths []string // files that it touched, "CREATE /path", "DELETE /path", "NORMAL /path"
}

const nobody = 4294967295

// audit writes the records of a program's start, as the audit daemon's plug-in hands them to syslog.
func (c *cast) audit(s *slot, at time.Time, h *host, x *audited, of ...*Occurrence) {
	pid := c.between(3000, 60_000)
	tty, session := "pts0", c.between(10, 4000)
	if x.auid == nobody {
		tty, session = "(none)", nobody
	}
	w := auditWriter{cast: c, s: s, at: at, host: h, serial: c.serial(at), of: of}
	w.put("SYSCALL", fmt.Sprintf("arch=c000003e syscall=59 success=yes exit=0 a0=55d0c1a2 a1=55d0c1b8 a2=55d0c1f0 a3=8 items=%d ppid=%d pid=%d auid=%d uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=%s ses=%d comm=%q exe=%q subj=unconfined key=\"exec\"",
		2+len(x.paths), pid-7, pid, x.auid, tty, session, base(x.exe), x.exe))
	var args strings.Builder
	for i, a := range x.args {
		fmt.Fprintf(&args, " a%d=%s", i, auditText(a))
	}
	w.put("EXECVE", fmt.Sprintf("argc=%d%s", len(x.args), args.String()))
	for i, path := range x.paths {
		w.path(i, path)
	}
}

type auditWriter struct {
	*cast
	s      *slot
	at     time.Time
	host   *host
	serial int
	of     []*Occurrence
}

// serial is the number of an audit event.
func (c *cast) serial(at time.Time) int { return int(at.Unix()%1_000_000)*10 + c.rng.IntN(10) }

func (w *auditWriter) put(typ, text string) {
	w.s.write(w.at, w.host, &line{
		facility: facilityLocal, severity: 6, process: "audisp-syslog",
		text: fmt.Sprintf("type=%s msg=audit(%d.%03d:%d): %s", typ, w.at.Unix(), w.at.Nanosecond()/1_000_000, w.serial, text),
	}).mark(w.of...)
}

// path writes the record of a file: KIND and path, with a blank between.
func (w *auditWriter) path(item int, of string) {
	kind, name, _ := strings.Cut(of, " ")
	w.put("PATH", fmt.Sprintf("item=%d name=%s inode=%d dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=%s cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0",
		item, auditText(name), 100_000+int(hash(name)%900_000), kind))
}

// touch writes the records of a file that a program made or took away: syscall 257 is openat, 87 unlink, 82 rename.
func (c *cast) touch(s *slot, at time.Time, h *host, exe string, syscall int, paths []string, of ...*Occurrence) {
	w := auditWriter{cast: c, s: s, at: at, host: h, serial: c.serial(at), of: of}
	pid := c.between(3000, 60_000)
	w.put("SYSCALL", fmt.Sprintf("arch=c000003e syscall=%d success=yes exit=3 a0=ffffff9c a1=7ffd10 a2=241 a3=1b6 items=%d ppid=1 pid=%d auid=%d uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=%d comm=%q exe=%q subj=unconfined key=\"files\"",
		syscall, len(paths), pid, nobody, nobody, base(exe), exe))
	for i, path := range paths {
		w.path(i, path)
	}
}

// socket writes the record of a socket: family and type are those of socket(2).
func (c *cast) socket(s *slot, at time.Time, h *host, exe, comm string, family, typ int, of ...*Occurrence) {
	w := auditWriter{cast: c, s: s, at: at, host: h, serial: c.serial(at), of: of}
	w.put("SYSCALL", fmt.Sprintf("arch=c000003e syscall=41 success=yes exit=5 a0=%x a1=%x a2=300 a3=0 items=0 ppid=1 pid=%d auid=%d uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=%d comm=%q exe=%q subj=unconfined key=\"rawsock\"",
		family, typ, c.between(3000, 60_000), nobody, nobody, comm, exe))
}

// auditText writes a text as auditd does: in quotes, or in hexadecimal where it holds what quotes cannot.
func auditText(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '"' || r > '~' }) {
		return fmt.Sprintf("%X", text)
	}
	return `"` + text + `"`
}

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
