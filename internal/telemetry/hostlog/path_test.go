package hostlog_test

import "testing"

// TestPaths: a file has one name, however its path was typed.
func TestPaths(t *testing.T) {
	const head = "msg=audit(1704164645.678:42): "
	run(t, []typedTest{
		{"type=PATH " + head + `item=0 name="/var/log/./auth.log" nametype=DELETE`, `id="1704164645.678:42" file.path="/var/log/auth.log" file-remove:`},
		{"type=PATH " + head + `item=0 name="/var//log/apt/../auth.log" nametype=NORMAL`, `id="1704164645.678:42" file.path="/var/log/auth.log" file-open:`},
		{"type=PATH " + head + `item=0 name="../x//y" nametype=NORMAL`, `id="1704164645.678:42" file.path="../x//y" file-open:`},
		{"type=EXECVE " + head + `argc=3 a0="shred" a1="-u" a2="/var/log/./auth.log"`, `id="1704164645.678:42" process-start: command_line="shred -u /var/log/auth.log"`},
		{"type=EXECVE " + head + `argc=3 a0="dd" a1="if=/dev/./null" a2="of=//var/log/auth.log"`, `id="1704164645.678:42" process-start: command_line="dd if=/dev/null of=/var/log/auth.log"`},
		{"type=EXECVE " + head + `argc=2 a0="curl" a1="http://198.51.100.7//x/./y"`, `id="1704164645.678:42" process-start: command_line="curl http://198.51.100.7//x/./y"`},
		{
			"sudo: op1 : TTY=pts/0 ; PWD=/home//op1 ; USER=root ; COMMAND=/usr/bin/rm -rf /var/log/../log/ /tmp/.x",
			`command: outcome="success" user="op1" via="sudo" command_line="/usr/bin/rm -rf /var/log/ /tmp/.x" line="pts/0" working_directory="/home/op1" user.effective="root"`,
		},
		{"CRON[7]: (root) CMD (/bin/sh -c :>/var//log/wtmp)", `process-start: user="root" via="cron" command_line="/bin/sh -c :>/var/log/wtmp"`},
	})
}

// TestSuNames: who wants to become somebody with a strange name is still himself.
func TestSuNames(t *testing.T) {
	run(t, []typedTest{
		{"su[7]: FAILED SU (to x) op9 on pts/9) op1 on pts/1", `login: outcome="failure" user="op1" via="su" user.effective="x) op9 on pts/9" line="pts/1"`},
		{"su[7]: FAILED su for x by op9 by op1", `login: outcome="failure" user="op1" via="su" user.effective="x by op9"`},
	})
}
