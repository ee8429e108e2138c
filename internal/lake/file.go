package lake

import (
	"fmt"
	"path"
	"strings"

	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

// Class is what retention asks of a record: "own", "subscriber", "transit". It is a part of file
// names: 1 to 32 letters a to z.
type Class string

func (c Class) check() error {
	if len(c) == 0 || len(c) > 32 || strings.Trim(string(c), "abcdefghijklmnopqrstuvwxyz") != "" {
		return fault.Wrap(fault.Invalid, fmt.Errorf("class %q is not 1 to 32 letters a to z", string(c)))
	}
	return nil
}

// File is what a manifest keeps of one file.
type File struct {
	Name        string // below the root of the FS
	Kind        telemetry.Kind
	Day         telemetry.Day // 0: records without a known time
	Hour        int           // 0 to 23, UTC
	Class       Class
	Rows        uint64
	Bytes       int64
	First, Last telemetry.Instant // of Occurred; zero when no row has a time
	Sensors     []string          // sorted; "" stands for rows without one
	Sum         [32]byte          // SHA-256 of the whole file
}

// partition is what all rows of a file have in common.
type partition struct {
	kind  telemetry.Kind
	day   telemetry.Day
	hour  int
	class Class
}

func partitionOf(k telemetry.Kind, t telemetry.Instant, c Class) partition {
	p := partition{kind: k, class: c}
	if t > 0 {
		p.day, p.hour = t.Day(), int(int64(t)/hourNanos%24)
	}
	return p
}

const hourNanos = 3600 * 1e9

func (p partition) String() string {
	return fmt.Sprintf("%s/%s/%02d/%s", p.kind, p.day, p.hour, p.class)
}

// folder gives where files of the partition lie below dir.
func (p partition) folder(dir string) string {
	return path.Join(dir, p.kind.String(), p.day.String(), fmt.Sprintf("%02d", p.hour))
}

func (p partition) file(dir, id string) string {
	return path.Join(p.folder(dir), string(p.class)+"-"+id+".parquet")
}

func (f *File) partition() partition {
	return partition{kind: f.Kind, day: f.Day, hour: f.Hour, class: f.Class}
}

// checkID holds an id against what file names can carry everywhere.
func checkID(id string) error {
	ok := len(id) > 0 && len(id) <= 64
	for i := range len(id) {
		c := id[i]
		ok = ok && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_')
	}
	if !ok {
		return fault.Wrap(fault.Invalid, fmt.Errorf("file id %q is not 1 to 64 letters, digits, - and _", id))
	}
	return nil
}
