package simulate

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// leaseText is what a gateway, a translator or a DHCP server writes of who had an address, and the file that it stands in.
type leaseText struct{ file, text string }

// lease puts such a text into the queue.
func (s *slot) lease(at time.Time, file, text string) {
	s.queue.add(s.part, record{at: at, what: aspectLease, lease: &leaseText{file, text}})
}

const leasesFamily = "subscribers/"

// leaseSensor keeps these files.
type leaseSensor struct {
	dir   string
	end   time.Time // the files' time: lines without a year are read by it
	files map[string]*os.File
	outs  map[string]*bufio.Writer
	sums  sums
}

func openLeases(dir string, end time.Time, sums sums) (*leaseSensor, error) {
	dir = filepath.Join(dir, "telemetry", "subscribers")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return nil, err
	}
	return &leaseSensor{dir: dir, end: end, files: map[string]*os.File{}, outs: map[string]*bufio.Writer{}, sums: sums}, nil
}

func (x *leaseSensor) take(r *record) error {
	if r.what != aspectLease {
		return nil
	}
	name := r.lease.file
	if x.files[name] == nil {
		f, err := os.Create(filepath.Join(x.dir, name))
		if err != nil {
			return err
		}
		x.files[name], x.outs[name] = f, bufio.NewWriter(f)
	}
	x.sums[leasesFamily+strings.TrimSuffix(name, ".log")]++
	_, err := x.outs[name].WriteString(r.lease.text)
	return err
}

func (x *leaseSensor) close() error {
	var errs []error
	for name, f := range x.files {
		errs = append(errs, x.outs[name].Flush(), f.Close(), os.Chtimes(f.Name(), x.end, x.end))
	}
	return errors.Join(errs...)
}
