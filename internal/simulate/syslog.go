package simulate

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// syslogSensor is the collector of the routers' messages: a file per router, lines as they came.
// The lines do not state the year, as most routers' lines do not; those of the aggregation router
// stand behind the collector's own clock, which does.
type syslogSensor struct {
	dir   string
	end   time.Time // the files' time: lines without a year are read by it
	files map[string]*syslogFile
	sums  sums
}

type syslogFile struct {
	file *os.File
	out  *bufio.Writer
	seq  int
	last time.Time // as the latest line states it
}

func openSyslog(dir string, end time.Time, sums sums) (*syslogSensor, error) {
	dir = filepath.Join(dir, "telemetry", "syslog")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return nil, err
	}
	return &syslogSensor{dir: dir, end: end, files: map[string]*syslogFile{}, sums: sums}, nil
}

func (x *syslogSensor) take(r *record) error {
	if r.what != aspectLine {
		return nil
	}
	l := r.line
	who := l.writer()
	f, err := x.open(who)
	if err != nil {
		return err
	}
	f.seq += 1 + l.skipped
	if l.restart {
		f.seq = 1
	}
	text, stated, noYear := renderLine(l, f.seq)
	family := "syslog/" + who.name
	x.sums[family]++
	count(l.marks, inLine, family, "event", stated, noYear)
	if l.lost != nil {
		l.lost.Before = f.last
	}
	f.last = stated
	_, err = f.out.WriteString(text)
	return err
}

func (x *syslogSensor) open(h *host) (*syslogFile, error) {
	if f := x.files[h.name]; f != nil {
		return f, nil
	}
	file, err := os.Create(filepath.Join(x.dir, h.name+".log"))
	if err != nil {
		return nil, err
	}
	f := &syslogFile{file: file, out: bufio.NewWriter(file), seq: 1000 + 137*len(h.name)}
	x.files[h.name] = f
	return f, nil
}

func (x *syslogSensor) close() error {
	var errs []error
	for _, f := range x.files {
		errs = append(errs, f.out.Flush(), f.file.Close(), os.Chtimes(f.file.Name(), x.end, x.end))
	}
	return errors.Join(errs...)
}

// renderLine writes a message in its platform's shape (house notes on telecom formats, section 8)
// and gives the time as the line states it.
func renderLine(l *line, seq int) (text string, stated time.Time, noYear bool) {
	if l.device == nil {
		return renderServer(l)
	}
	pri := 23*8 + l.severity
	milli := l.at.Format("Jan _2 15:04:05.000")
	switch l.device.platform {
	case "iosxr":
		text = fmt.Sprintf("<%d>%d: %s RP/0/RP0/CPU0:%s UTC: %s: %s : %s\n", pri, seq, l.device.name, milli, l.process, l.tag, l.text)
		return text, l.at.Truncate(time.Millisecond), true
	case "junos":
		text = fmt.Sprintf("<%d>%s %s %s: %s: %s\n", pri, l.at.Format("Jan _2 15:04:05"), l.device.name, l.process, l.tag, l.text)
		return text, l.at.Truncate(time.Second), true
	case "nxos": // with "logging origin-id hostname"
		text = fmt.Sprintf("<%d>%s: %s UTC: %s: %s\n", pri, l.device.name, l.at.Format("2006 Jan _2 15:04:05"), l.tag, l.text)
		return text, l.at.Truncate(time.Second), false
	case "vrp":
		text = fmt.Sprintf("<%d>%s %s %%%%01%s[%d]:%s\n", pri, l.at.Format("Jan _2 2006 15:04:05"), l.device.name, l.tag, seq, l.text)
		return text, l.at.Truncate(time.Second), false
	case "ios":
		text = fmt.Sprintf("%s %s %06d: %s UTC: %s: %s\n", l.at.Format("2006-01-02T15:04:05.000Z07:00"), l.device.name, seq, milli, l.tag, l.text)
		return text, l.at.Truncate(time.Millisecond), false
	}
	text = fmt.Sprintf("<%d>%06d: %s: %s UTC: %s: %s\n", pri, seq, l.device.name, milli, l.tag, l.text)
	return text, l.at.Truncate(time.Millisecond), true
}

// renderServer writes a message of a Linux server: RFC 3164 as rsyslog's older template has it, and for the call-record side
// with the times of its newer one.
func renderServer(l *line) (text string, stated time.Time, noYear bool) {
	pri := l.facility*8 + l.severity
	program := l.process
	if program != "" {
		program += ": "
	}
	if evePrefix.Contains(l.host.v4) {
		return fmt.Sprintf("%s %s %s%s\n", l.at.Format("2006-01-02T15:04:05.000000Z07:00"), l.host.name, program, l.text), l.at, false
	}
	return fmt.Sprintf("<%d>%s %s %s%s\n", pri, l.at.Format("Jan _2 15:04:05"), l.host.name, program, l.text), l.at.Truncate(time.Second), true
}
