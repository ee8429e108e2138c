package simulate

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// entry is what a device tells its AAA server of a session: its begin, a command, its end.
type entry struct {
	at      time.Time
	server  *host
	device  *device
	user    string
	tty     string
	from    string
	verb    string // "start", "stop"; a command is told of as "stop"
	task    int
	began   time.Time
	command string
	elapsed time.Duration
	marks   []mark
}

// account puts an entry into the queue. ISE passes it on as a message.
func (s *slot) account(e *entry) {
	if s.site.off(e.device, e.at) {
		return
	}
	if e.server.platform == "ise" {
		s.write(e.at, e.server, e.ise()).marks = e.marks
		return
	}
	s.queue.add(s.part, record{at: e.at, what: aspectEntry, entry: e})
}

// tacPlus writes the entry as tac_plus does into its accounting file.
func (e *entry) tacPlus() string {
	l := []string{
		e.at.Format(time.ANSIC), e.device.name, e.user, e.tty, e.from, e.verb, fmt.Sprintf("task_id=%d", e.task), "timezone=UTC",
		"service=shell", fmt.Sprintf("start_time=%d", e.began.Unix()),
	}
	switch {
	case e.command != "":
		l = append(l, "priv-lvl=15", "cmd="+e.command+" <cr>")
	case e.verb == "stop":
		l = append(l, "disc-cause=1", fmt.Sprintf("elapsed_time=%d", e.elapsed/time.Second))
	}
	return strings.Join(l, "\t") + "\n"
}

// ise writes the entry as Cisco ISE sends it (house notes on telecom formats, section 8).
func (e *entry) ise() *line {
	what, code, flags, set := "with Command", 3300, "Stop", ""
	switch {
	case e.command != "":
		set = "CmdSet=[ CmdAV=" + e.command + " <cr> ], "
	case e.verb == "start":
		what, code, flags = "START", 3301, "Start"
	default:
		what, code = "STOP", 3302
	}
	last := ""
	if e.command == "" && e.verb == "stop" {
		last = fmt.Sprintf("AVPair=elapsed_time=%d, ", e.elapsed/time.Second)
	}
	return &line{
		facility: 22, severity: 6,
		text: fmt.Sprintf("CISE_TACACS_Accounting %010d 1 0 %s +00:00 %010d %d NOTICE Tacacs-Accounting: TACACS+ Accounting %s, ConfigVersionId=61, "+
			"Device IP Address=%s, %sRequestLatency=2, NetworkDeviceName=%s, Type=Accounting, Privilege-Level=15, Service=Login, User=%s, Port=%s, "+
			"Remote-Address=%s, Authen-Method=TacacsPlus, AVPair=task_id=%d, AVPair=timezone=UTC, AVPair=start_time=%d, %sAcctRequest-Flags=%s, "+
			"Service-Argument=shell, SelectedAccessService=Device Admin, Response={AcctReply-Status=Success; }",
			e.task, e.at.Format("2006-01-02 15:04:05.000"), 7_000_000+e.task, code, what, e.device.inner, set, e.device.name, e.user, e.tty,
			e.from, e.task, e.began.Unix(), last, flags),
	}
}

// accountingSensor is the file that tac_plus keeps on the first AAA server.
type accountingSensor struct {
	file *os.File
	out  *bufio.Writer
	sums sums
}

const accountingFamily = "aaa/tac_plus"

func openAccounting(dir string, sums sums) (*accountingSensor, error) {
	dir = filepath.Join(dir, "telemetry", "aaa")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, "tac_plus.acct"))
	if err != nil {
		return nil, err
	}
	return &accountingSensor{file: f, out: bufio.NewWriter(f), sums: sums}, nil
}

func (x *accountingSensor) take(r *record) error {
	if r.what != aspectEntry {
		return nil
	}
	x.sums[accountingFamily]++
	count(r.entry.marks, inLine, accountingFamily, "event", r.at.Truncate(time.Second), false)
	_, err := x.out.WriteString(r.entry.tacPlus())
	return err
}

func (x *accountingSensor) close() error { return errors.Join(x.out.Flush(), x.file.Close()) }
