package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"stormglass/internal/collect"
	"stormglass/internal/fault"
	"stormglass/internal/intel"
	"stormglass/internal/intel/kev"
	"stormglass/internal/intel/list"
	"stormglass/internal/intel/misp"
	"stormglass/internal/intel/stix"
	"stormglass/internal/telemetry"
)

type readFunc func(ctx context.Context, r io.Reader, name string, l *intel.Loader) error

// intelFormats are the readers, the special before the general.
var intelFormats = []struct {
	sniff func(head []byte) bool
	read  readFunc
}{
	{kev.Sniff, kev.Read},
	{stix.Sniff, stix.Read},
	{misp.Sniff, misp.Read},
	{list.Sniff, list.Read},
}

// intelReader picks the reader of a file by its content; nil when it holds no intelligence.
func intelReader(head []byte) readFunc {
	for _, f := range intelFormats {
		if f.sniff(head) {
			return f.read
		}
	}
	return nil
}

// LoadIntel reads every file of intelligence at or below the paths into a loader. What cannot be
// read is in the loader's reports; an error is the context's.
//
// The names of what was read, by content, tell a feed that lies among the logs: it must not be found
// in itself.
func LoadIntel(ctx context.Context, files *collect.Files, paths []string, l *intel.Loader) (map[telemetry.SourceID]string, error) {
	read := map[telemetry.SourceID]string{}
	err := files.Each(ctx, paths, func(m *collect.Member) error {
		whole, err := loadMember(ctx, m, l)
		if whole {
			read[m.ID()] = m.Name
		}
		return err
	})
	return read, err
}

// notAForm says that a file is not read as intelligence.
const notAForm = "not a form of intelligence that is read here (MISP, STIX, KEV, CSV, list)"

// loadMember reads one member into a loader, and reports whether it was read as intelligence, to its
// end. What cannot be read is in the loader's reports; an error is the context's.
func loadMember(ctx context.Context, m *collect.Member, l *intel.Loader) (bool, error) {
	if m.Err != nil {
		l.File(m.Name, "").Skipped = m.Err.Error()
		return false, nil //nolint:nilerr // what cannot be opened is in the account
	}
	head := m.Head()
	if len(head) == 0 {
		l.File(m.Name, "").Skipped = m.Emptiness()
		return false, nil
	}
	reader := intelReader(head)
	if reader == nil {
		l.File(m.Name, "").Skipped = notAForm
		return false, nil
	}
	if err := readIntel(ctx, reader, m, l); err != nil {
		return false, err
	}
	_, err := io.Copy(io.Discard, m)
	return err == nil, nil
}

func readIntel(ctx context.Context, read readFunc, m *collect.Member, l *intel.Loader) error {
	before := len(l.Reports())
	err := read(ctx, m, m.Name, l)
	if cerr := ctx.Err(); cerr != nil {
		return cerr
	}
	if err == nil {
		return nil
	}
	if len(l.Reports()) == before {
		l.File(m.Name, "")
	}
	l.Reports()[len(l.Reports())-1].Failed = err.Error()
	return nil
}

// ErrNothingToHunt says that the intelligence given holds no value to hunt.
var ErrNothingToHunt = errors.New("the intelligence given holds no value that can be hunted")

func indexOf(l *intel.Loader) (*intel.Index, error) {
	x, err := l.Index()
	if err != nil {
		return nil, err
	}
	if x.Len() == 0 {
		return nil, fault.Hint(fault.Invalid, nothingToHunt(l.Reports()), "--explain-intel names every value and why it was not loaded")
	}
	return x, nil
}

// nothingToHunt names the files that could not be read, when that is the reason.
func nothingToHunt(reports []*intel.FileReport) error {
	const most = 3
	var why []string
	for _, r := range reports {
		if r.Skipped != "" && len(why) < most {
			why = append(why, r.File+": "+r.Skipped)
		}
		if r.Failed != "" && len(why) < most {
			why = append(why, r.File+": "+r.Failed)
		}
	}
	if len(why) == 0 {
		return ErrNothingToHunt
	}
	return fmt.Errorf("%w (%s)", ErrNothingToHunt, strings.Join(why, "; "))
}
