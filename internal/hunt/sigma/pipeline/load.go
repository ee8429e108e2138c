package pipeline

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/plainyaml"
)

// Bounds of what is read. A file that goes beyond one is complained of; the others are read.
const (
	maxFiles    = 1000 // of a folder
	maxMiB      = 1    // of a file
	maxEntries  = 2000 // of a file
	maxNames    = 5000 // of one list of field names
	maxTargets  = 64   // of one field, patterns counted as what they become
	maxValues   = 1000 // of one target
	maxNameLen  = 256  // of a field, as long as records have them
	maxWhere    = 64   // groups of one entry
	maxKeyLists = 200  // products, categories or services of one entry
)

var form = plainyaml.Form{
	MaxMiB: maxMiB, Large: ": split it into several", Use: "pipelines use it",
	Hint: " (docs/pipelines.md shows how a pipeline is written)",
}

// Load reads the pipelines (*.yaml, *.yml) at the top of folders. A file of a later folder stands in for one of the same name in an
// earlier one; all others add to them. What cannot be read is complained of by file and line, and the rest is read.
func Load(folders ...fs.FS) (*Set, []*rule.Complaint) {
	l := loader{from: map[string]fs.FS{}}
	for _, f := range folders {
		l.list(f)
	}
	slices.Sort(l.set.Files)
	for _, name := range l.set.Files {
		l.file(l.from[name], name)
	}
	return &l.set, l.complaints
}

type loader struct {
	set        Set
	from       map[string]fs.FS // by file name
	complaints []*rule.Complaint
}

// list notes the files of a folder.
func (l *loader) list(folder fs.FS) {
	found, err := fs.ReadDir(folder, ".")
	if err != nil {
		l.complain(".", "the folder cannot be read: %v", err)
	}
	n := 0
	for _, f := range found {
		name := f.Name()
		if ext := path.Ext(name); f.IsDir() || ext != ".yaml" && ext != ".yml" || strings.HasPrefix(name, ".") {
			continue
		}
		if n++; n > maxFiles {
			l.complain(name, "the folder has over %d pipelines: this one and those after it are not read", maxFiles)
			return
		}
		if l.from[name] == nil {
			l.set.Files = append(l.set.Files, name)
		}
		l.from[name] = folder
	}
}

func (l *loader) file(folder fs.FS, name string) {
	data, err := content(folder, name)
	switch {
	case err != nil:
		l.complain(name, "it cannot be read: %v", err)
		return
	case len(data) > maxMiB<<20:
		l.complain(name, "it has over %d MiB%s", maxMiB, form.Large)
		return
	}
	entries, complaints := parse(name, data)
	l.set.entries = append(l.set.entries, entries...)
	l.complaints = append(l.complaints, complaints...)
}

// content reads a file as far as one byte over the bound. What is no plain file (a pipe, a device) is refused before it could block.
func content(folder fs.FS, name string) (data []byte, err error) {
	if info, err := fs.Stat(folder, name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is no plain file")
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, maxMiB<<20+1))
}

// complain says what is wrong with a file as a whole.
func (l *loader) complain(file, format string, args ...any) {
	l.complaints = append(l.complaints, &rule.Complaint{File: file, Text: fmt.Sprintf(format, args...)})
}
