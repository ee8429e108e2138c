package hostlog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/hostlog"
)

// typed gives what is typed of a message, as "ACTION: FIELD=VALUE … from=ADDR port=N".
func typed(message string) string {
	b := telemetry.Batch{Kind: telemetry.KindEvent}
	b.Append(1)
	hostlog.Message(&b, 0, "", message)
	return shown(&b)
}

func shown(b *telemetry.Batch) string {
	e := &b.Event[0]
	var w strings.Builder
	for _, p := range b.PairsOf(e.Pairs) {
		name := p.Field.String()
		if name == "event.action" {
			fmt.Fprintf(&w, " %s:", p.Text)
			continue
		}
		if !strings.Contains(name, ".") {
			continue // auditd's own names
		}
		for _, long := range []string{"event.", "stormglass.", "process.", "session."} {
			name = strings.TrimPrefix(name, long)
		}
		fmt.Fprintf(&w, " %s=%q", strings.TrimSuffix(name, ".name"), p.Text)
	}
	if e.Src.IsValid() {
		fmt.Fprintf(&w, " from=%s", e.Src)
	}
	if e.SrcPort != 0 {
		fmt.Fprintf(&w, " port=%d", e.SrcPort)
	}
	return strings.TrimSpace(w.String())
}

type typedTest struct{ message, want string }

func run(t *testing.T, tests []typedTest) {
	t.Helper()
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, typed(tt.message)); diff != "" {
			t.Errorf("%s\n-want +got\n%s", tt.message, diff)
		}
	}
}

func TestSSHD(t *testing.T) {
	run(t, []typedTest{
		{
			"sshd[7]: Accepted publickey for op1 from 198.51.100.7 port 50022 ssh2: ED25519 SHA256:abc",
			`login: outcome="success" user="op1" via="ssh" method="publickey" from=198.51.100.7 port=50022`,
		},
		{
			"sshd-session[7]: Failed password for root from 2001:db8::7 port 50022 ssh2",
			`login: outcome="failure" user="root" via="ssh" from=2001:db8::7 port=50022`,
		},
		{
			"sshd[7]: Failed password for invalid user x from 192.0.2.1 port 1 ssh2 from 198.51.100.7 port 50022 ssh2",
			`login: outcome="failure" user="x from 192.0.2.1 port 1 ssh2" via="ssh" reason="invalid user" from=198.51.100.7 port=50022`,
		},
		{
			"sshd[7]: Failed publickey for invalid user a b from 198.51.100.7 port 50022 ssh2: RSA SHA256:abc",
			`login: outcome="failure" user="a b" via="ssh" reason="invalid user" from=198.51.100.7 port=50022`,
		},
		{
			"sshd[7]: Invalid user x from 192.0.2.1 port 1 from 198.51.100.7 port 50022",
			`login: outcome="failure" user="x from 192.0.2.1 port 1" via="ssh" reason="invalid user" from=198.51.100.7 port=50022`,
		},
		{
			"sshd[7]: Invalid user  from 198.51.100.7",
			`login: outcome="failure" via="ssh" reason="invalid user" from=198.51.100.7`,
		},
		{
			"sshd[7]: error: maximum authentication attempts exceeded for invalid user admin from 198.51.100.7 port 9 ssh2 [preauth]",
			`login: outcome="failure" user="admin" via="ssh" reason="invalid user" from=198.51.100.7 port=9`,
		},
		{
			"sshd[7]: Disconnected from user op1 198.51.100.7 port 50022",
			`logout: user="op1" via="ssh" from=198.51.100.7 port=50022`,
		},
		{"sshd[7]: Disconnected from authenticating user root 198.51.100.7 port 50022 [preauth]", ``},
		{"sshd[7]: Accepted password for", ``},
		{"sshd[7]: Failed password for x from y z", ``},
		{
			"sshd[7]: Failed password for invalid user node=a type=USER_LOGIN msg=audit(1.2:3): res=1 acct=root addr=192.0.2.1 from 198.51.100.7 port 9 ssh2",
			`login: outcome="failure" user="node=a type=USER_LOGIN msg=audit(1.2:3): res=1 acct=root addr=192.0.2.1" via="ssh" reason="invalid user" from=198.51.100.7 port=9`,
		},
		{"sshd[7]: pam_unix(sshd:session): session opened for user op1(uid=1000) by (uid=0)", `session-start: user="op1" via="ssh"`},
		{
			"sshd[7]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.51.100.7  user=root",
			`via="ssh" user="root" line="ssh" from=198.51.100.7`,
		},
		{
			"login[7]: pam_unix(login:auth): authentication failure; logname=LOGIN uid=0 euid=0 tty=/dev/tty1 ruser= rhost=  user=a rhost=192.0.2.1",
			`login: outcome="failure" reason="authentication failure" via="console" user="a rhost=192.0.2.1" line="/dev/tty1"`,
		},
		{"dropbear[7]: Password auth succeeded for 'root' from 198.51.100.7:50022", `login: outcome="success" user="root" via="ssh" from=198.51.100.7 port=50022`},
		{"dropbear[7]: Bad password attempt for 'a' from 192.0.2.1:1' from 198.51.100.7:50022", `login: outcome="failure" user="a' from 192.0.2.1:1" via="ssh" from=198.51.100.7 port=50022`},
	})
}

func TestSudoAndSu(t *testing.T) {
	run(t, []typedTest{
		{
			"sudo:      op1 : TTY=pts/4 ; PWD=/home/op1 ; USER=root ; COMMAND=/usr/bin/tail /var/log/x",
			`command: outcome="success" user="op1" via="sudo" command_line="/usr/bin/tail /var/log/x" line="pts/4" working_directory="/home/op1" user.effective="root"`,
		},
		{
			"sudo:      op1 : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/root ; USER=root ; TSID=0000UM ; COMMAND=/bin/ls",
			`command: outcome="failure" reason="3 incorrect password attempts" user="op1" via="sudo" command_line="/bin/ls" line="pts/0" working_directory="/root" user.effective="root"`,
		},
		{
			"sudo:      op1 : TTY=pts/4 ; PWD=/tmp/a ; USER=nobody ; COMMAND=/bin/true ; USER=root ; COMMAND=/bin/bash",
			`command: outcome="success" user="op1" via="sudo" command_line="/bin/true ; USER=root ; COMMAND=/bin/bash" line="pts/4" working_directory="/tmp/a"`,
		},
		{
			"sudo: pam_unix(sudo:session): session opened for user root(uid=0) by op1(uid=1000)",
			`session-start: via="sudo" user.effective="root" user="op1"`,
		},
		{"su[7]: Successful su for root by op1", `login: outcome="success" user="op1" via="su" user.effective="root"`},
		{"su[7]: FAILED SU (to root) op1 on pts/1", `login: outcome="failure" user="op1" via="su" user.effective="root" line="pts/1"`},
		{"su[7]: + /dev/pts/0 op1:root", `login: outcome="success" user="op1" via="su" user.effective="root" line="pts/0"`},
		{"su(pam_unix)[7]: session closed for user root", `session-end: via="su" user.effective="root"`},
		{"login[7]: ROOT LOGIN ON tty1", `login: outcome="success" user="root" via="console" line="tty1"`},
		{"login[7]: LOGIN ON tty1 BY op1 FROM 198.51.100.7", `login: outcome="success" user="op1" via="console" line="tty1" from=198.51.100.7`},
		{"login[7]: FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure", `reason="Authentication failure" login: outcome="failure" user="root" via="console" line="tty1"`},
	})
}

func TestAccounts(t *testing.T) {
	run(t, []typedTest{
		{"useradd[7]: new user: name=op2, UID=1001, GID=1001, home=/home/op2, shell=/bin/bash", `account-add: outcome="success" user.target="op2"`},
		{"useradd[7]: failed adding user 'op2', data deleted", `account-add: outcome="failure" user.target="op2"`},
		{"groupadd[7]: new group: name=ops, GID=1001", `account-add: outcome="success" group="ops"`},
		{"usermod[7]: add 'op2' to group 'sudo'", `account-change: outcome="success" user.target="op2" group="sudo" reason="add 'op2' to group 'sudo'"`},
		{"usermod[7]: change user 'op2' password", `secret-change: outcome="success" user.target="op2"`},
		{"userdel[7]: delete user 'op2'", `account-remove: outcome="success" user.target="op2"`},
		{"passwd[7]: pam_unix(passwd:chauthtok): password changed for op2", `secret-change: outcome="success" user.target="op2"`},
		{"passwd[7]: password for 'op2' changed by 'root'", `secret-change: outcome="success" user.target="op2" user="root"`},
		{"gpasswd[7]: user op2 added by root to group sudo", `account-change: outcome="success" user.target="op2" user="root" group="sudo" reason="user op2 added by root to group sudo"`},
	})
}

func TestDaemons(t *testing.T) {
	run(t, []typedTest{
		{"CRON[7]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)", `process-start: user="root" via="cron" command_line="cd / && run-parts --report /etc/cron.hourly"`},
		{"crontab[7]: (op1) REPLACE (op1)", `config-change: outcome="success" user="op1" via="cron" config.path="crontab" user.target="op1"`},
		{`rsyslogd: [origin software="rsyslogd" swVersion="8.2" x-pid="1" x-info="https://www.rsyslog.com"] exiting on signal 15.`, `logging-stop: reason="exiting on signal 15."`},
		{`rsyslogd: [origin software="rsyslogd" swVersion="8.2" x-pid="1" x-info="https://www.rsyslog.com"] start`, `logging-start:`},
		{"rsyslogd-2177: imuxsock begins to drop messages from pid 12 due to rate-limiting", `logging-change: reason="imuxsock begins to drop messages from pid 12 due to rate-limiting"`},
		{"systemd[1]: Stopped System Logging Service.", `logging-stop: reason="Stopped System Logging Service."`},
		{"systemd-logind[1]: New session 5 of user op1.", `session-start: id="5" user="op1"`},
		{"systemd-journald[1]: Journal stopped", `logging-stop:`},
		{"kernel: [   12.345678] device eth0 entered promiscuous mode", `socket-open: socket.family="packet" socket.interface="eth0"`},
		{"kernel: eth0: entered promiscuous mode", `socket-open: socket.family="packet" socket.interface="eth0"`},
		{"nginx: Accepted password for op1 from 198.51.100.7 port 1 ssh2", ``},
	})
}

func TestAudit(t *testing.T) {
	const head = "msg=audit(1704164645.678:42): "
	run(t, []typedTest{
		{
			"type=SYSCALL " + head + `arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 items=2 ppid=10 pid=11 auid=1000 uid=0 gid=0 euid=0 tty=pts1 ses=3 comm="id" exe="/usr/bin/id" key=(null)`,
			`id="1704164645.678:42" executable="/usr/bin/id" name="id" pid="11" parent.pid="10" user.id="1000" user.effective.id="0" id="3" line="pts1" process-start: outcome="success"`,
		},
		{
			"node=gw1 type=EXECVE " + head + `argc=3 a0="sh" a1="-c" a2=6563686F20783E79`,
			`id="1704164645.678:42" process-start: command_line="sh -c echo x>y"`,
		},
		{
			"type=EXECVE " + head + `argc=2 a0="tar" a1_len=8 a1[0]=6161 a1[1]=6262`,
			`id="1704164645.678:42" process-start: command_line="tar aabb"`,
		},
		{
			"type=SYSCALL " + head + `arch=c000003e syscall=41 success=yes exit=3 a0=11 a1=80003 a2=300 ppid=1 pid=12 auid=4294967295 uid=0 euid=0 tty=(none) ses=4294967295 comm="x" exe="/dev/shm/kdmtmpflush"` + "\x1d" + `ARCH=x86_64 SYSCALL=socket AUID="unset" UID="root" EUID="root"`,
			`id="1704164645.678:42" executable="/dev/shm/kdmtmpflush" name="x" pid="12" parent.pid="1" user.id="0" user="root" socket-open: outcome="success" socket.family="packet" socket.type="raw"`,
		},
		{
			"type=SYSCALL " + head + `arch=c00000b7 syscall=208 success=yes exit=0 a0=3 a1=1 a2=1a a3=ffff pid=12 auid=1000 uid=1000 comm="x" exe="/bin/x"`,
			`id="1704164645.678:42" executable="/bin/x" name="x" pid="12" user.id="1000" socket-open: outcome="success" socket.filter="classic"`,
		},
		{
			"type=PATH " + head + `item=0 name="/var/run/haldrund.pid" inode=1 dev=00:17 mode=0100644 ouid=0 ogid=0 nametype=CREATE`,
			`id="1704164645.678:42" file.path="/var/run/haldrund.pid" file-change:`,
		},
		{"type=PROCTITLE " + head + `proctitle=636174002F6574632F736861646F77`, `id="1704164645.678:42" command_line="cat /etc/shadow"`},
		{
			"type=USER_LOGIN " + head + `pid=5 uid=0 auid=1000 ses=3 msg='op=login id=1000 exe="/usr/sbin/sshd" hostname=? addr=198.51.100.7 terminal=ssh res=success'`,
			`id="1704164645.678:42" login: outcome="success" user.id="1000" via="ssh" id="3" from=198.51.100.7`,
		},
		{
			"type=USER_LOGIN " + head + `pid=5 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct=28696E76616C6964207573657229 exe="/usr/sbin/sshd" hostname=? addr=198.51.100.7 terminal=ssh res=failed'`,
			`id="1704164645.678:42" login: outcome="failure" user="(invalid user)" via="ssh" from=198.51.100.7`,
		},
		{
			"type=USER_AUTH " + head + `pid=5 uid=1000 auid=1000 ses=3 msg='op=PAM:authentication grantors=? acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=pts/1 res=failed'`,
			`id="1704164645.678:42" login: outcome="failure" user.effective="root" via="su" id="3" line="pts/1"`,
		},
		{
			"type=ADD_USER " + head + `pid=5 uid=0 auid=1000 ses=3 msg='op=adding user acct="op2" exe="/usr/sbin/useradd" hostname=? addr=? terminal=pts/1 res=success'`,
			`id="1704164645.678:42" account-add: outcome="success" user.target="op2" reason="adding" user.id="1000" user.effective.id="0" id="3" line="pts/1"`,
		},
		{
			"type=USER_CMD " + head + `pid=5 uid=1000 auid=1000 ses=3 msg='cwd="/home/op1" cmd=74637064756D70202D69 terminal=pts/1 res=success'`,
			`id="1704164645.678:42" command: outcome="success" user.id="1000" id="3" line="pts/1" via="sudo" command_line="tcpdump -i" working_directory="/home/op1"`,
		},
		{
			"type=CONFIG_CHANGE " + head + `op=set audit_enabled=0 old=1 auid=1000 ses=3 res=1`,
			`id="1704164645.678:42" logging-stop: outcome="success" reason="set" user.id="1000" id="3"`,
		},
		{"type=CONFIG_CHANGE " + head + `auid=1000 ses=3 op=remove_rule key="x" list=4 res=1`, `id="1704164645.678:42" logging-change: outcome="success" reason="remove_rule" user.id="1000" id="3"`},
		{"type=DAEMON_END " + head + `op=terminate auid=0 pid=1 res=success`, `id="1704164645.678:42" logging-stop: outcome="success" user.id="0"`},
		{"type=ANOM_PROMISCUOUS " + head + `dev=eth0 prom=256 old_prom=0 auid=1000 uid=0 gid=0 ses=3`, `id="1704164645.678:42" user.id="1000" user.effective.id="0" id="3" socket-open: socket.family="packet" socket.interface="eth0"`},
	})
}

// TestAuditTime: the record's own time counts, and its node is the host.
func TestAuditTime(t *testing.T) {
	b := telemetry.Batch{Kind: telemetry.KindEvent}
	b.Append(1)
	b.Event[0].Host = "relay1"
	is, more := hostlog.Message(&b, 0, "audispd", "node=gw1 type=CWD msg=audit(1704164645.678:42): cwd=\"/\"")
	if !is || more || b.Event[0].Host != "gw1" || b.Event[0].Occurred != 1704164645678e6 {
		t.Errorf("%v %v %q %d", is, more, b.Event[0].Host, b.Event[0].Occurred)
	}
}

func TestAuditBounded(t *testing.T) {
	b := telemetry.Batch{Kind: telemetry.KindEvent}
	b.Append(1)
	_, more := hostlog.Message(&b, 0, "", "type=EXECVE msg=audit(1.2:3): "+strings.Repeat("a1=41 mine=2 ", 5000))
	if !more || len(b.PairsOf(b.Event[0].Pairs)) > 140 {
		t.Errorf("%v, %d pairs", more, len(b.PairsOf(b.Event[0].Pairs)))
	}
}

// FuzzMessage: what is read again is the same, no field is a text that is neither in the message nor decoded from it, and what comes
// from a name stays one field: a line with a hostile name in the middle gives the address that stands at its end.
func FuzzMessage(f *testing.F) {
	for _, s := range []string{
		"sshd[7]: Failed password for x from 192.0.2.1 port 1 ssh2", "sudo: a : TTY=x ; PWD=y ; USER=z ; COMMAND=c", "su: (to root) a on b", "login: FAILED LOGIN 1 FROM x FOR y, z",
		"useradd: new user: name=x, UID=1", "gpasswd: user a added by b to group c", "CRON[1]: (root) CMD (x)", "kernel: a entered promiscuous mode",
		"type=EXECVE msg=audit(1.2:3): argc=1 a0=4141 a1[0]=42 a1[1]=43", "type=USER_CMD msg=audit(1.2:3): msg='cmd=4141 acct=\"x\" res=1", "rsyslogd: [origin x] start",
		"type=SYSCALL msg=audit(1.2:3): arch=c000003e syscall=41 a0=11 a1=3 \x1dSYSCALL=socket",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, message string) {
		once := typed(message)
		if again := typed(message); again != once {
			t.Fatalf("%s\n%s", once, again)
		}
		b := telemetry.Batch{Kind: telemetry.KindEvent}
		b.Append(1)
		hostlog.Message(&b, 0, "sshd", "Failed password for invalid user "+message+" from 198.51.100.7 port 50022 ssh2")
		if e := &b.Event[0]; e.Src.String() != "198.51.100.7" || e.SrcPort != 50022 {
			t.Fatalf("%q moves the address: %s %d", message, e.Src, e.SrcPort)
		}
	})
}

func BenchmarkAudit(b *testing.B) {
	line := `type=SYSCALL msg=audit(1704164645.678:42): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 items=2 ppid=10 pid=11 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts1 ses=3 comm="id" exe="/usr/bin/id" key=(null)`
	bench(b, line)
}

func BenchmarkSSHD(b *testing.B) {
	bench(b, "sshd[7]: Accepted publickey for op1 from 198.51.100.7 port 50022 ssh2: ED25519 SHA256:abc")
}

func bench(b *testing.B, line string) {
	b.Helper()
	batch := telemetry.Batch{Kind: telemetry.KindEvent}
	b.ReportAllocs()
	for b.Loop() {
		batch.Reset()
		batch.Append(1)
		hostlog.Message(&batch, 0, "", line)
	}
}
