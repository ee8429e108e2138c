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
	f, err := x.open(l.device)
	if err != nil {
		return err
	}
	f.seq++
	text, stated, noYear := renderLine(l, f.seq)
	family := "syslog/" + l.device.name
	x.sums[family]++
	count(l.marks, inLine, family, "event", stated, noYear)
	_, err = f.out.WriteString(text)
	return err
}

func (x *syslogSensor) open(d *device) (*syslogFile, error) {
	if f := x.files[d.name]; f != nil {
		return f, nil
	}
	file, err := os.Create(filepath.Join(x.dir, d.name+".log"))
	if err != nil {
		return nil, err
	}
	f := &syslogFile{file: file, out: bufio.NewWriter(file), seq: 1000 + 137*len(d.name)}
	x.files[d.name] = f
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
	pri := 23*8 + l.severity
	milli := l.at.Format("Jan _2 15:04:05.000")
	switch l.device.platform {
	case "iosxr":
		text = fmt.Sprintf("<%d>%d: %s RP/0/RP0/CPU0:%s UTC: %s: %s : %s\n", pri, seq, l.device.name, milli, l.process, l.tag, l.text)
		return text, l.at.Truncate(time.Millisecond), true
	case "junos":
		text = fmt.Sprintf("<%d>%s %s %s: %s: %s\n", pri, l.at.Format("Jan _2 15:04:05"), l.device.name, l.process, l.tag, l.text)
		return text, l.at.Truncate(time.Second), true
	case "ios":
		text = fmt.Sprintf("%s %s %06d: %s UTC: %s: %s\n", l.at.Format("2006-01-02T15:04:05.000Z07:00"), l.device.name, seq, milli, l.tag, l.text)
		return text, l.at.Truncate(time.Millisecond), false
	}
	text = fmt.Sprintf("<%d>%06d: %s: %s UTC: %s: %s\n", pri, seq, l.device.name, milli, l.tag, l.text)
	return text, l.at.Truncate(time.Millisecond), true
}
