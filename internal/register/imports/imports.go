package imports

import (
	"errors"
	"fmt"
	"strings"

	"stormglass/internal/fault"
)

// Limits of what is read (hostile-input.md, H04).
const (
	maxFile  = 64 << 20 // bytes of a file
	maxItems = 200_000  // entries of one register: as many as one holds
)

// MaxFile is how many bytes of a file are read at most; who reads files need not read more than one byte beyond.
const MaxFile = maxFile

// Sources are the names of what can be read, in the order in which they are offered.
var Sources = []string{"netbox", "ipam-csv", "router-db", "tac-plus", "ldif"}

// File is one file of a source.
type File struct {
	Name string // as entries and notes call it
	Data []byte
}

// Options say how files are to be understood.
type Options struct {
	Columns   []string // router-db: the names of the columns in order; ipam-csv and netbox: "prefix=Netz", ours and the file's
	Delimiter string   // router-db, ipam-csv: what stands between columns; empty: found from the first lines
	Groups    []string // ldif: only members of these groups; empty: of all
}

// Read makes a proposal of files. What is wrong within a file is in the proposal's notes; the error, which is fault.Invalid, is for
// what cannot be meant: an unknown source, columns that are none, a file that is too large or in which nothing is understood.
func Read(source string, files []File, o Options) (*Proposal, error) {
	read, err := readerOf(source, o)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err)
	}
	p := newProposal(source)
	var errs []error
	for _, f := range files {
		if len(f.Data) > maxFile {
			errs = append(errs, fmt.Errorf("%s: it has over %d MiB: export a part of it", f.Name, maxFile>>20))
			continue
		}
		r := p.reading(f.Name)
		if err := read(r, f.Data); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", f.Name, err))
		}
	}
	p.finish()
	return p, fault.Wrap(fault.Invalid, errors.Join(errs...))
}

// readerOf gives what reads a source.
func readerOf(source string, o Options) (func(*reading, []byte) error, error) {
	switch source {
	case "netbox":
		names, err := namedColumns(o.Columns)
		return func(r *reading, data []byte) error { return r.netbox(data, names, o.Delimiter) }, err
	case "ipam-csv":
		names, err := namedColumns(o.Columns)
		return func(r *reading, data []byte) error { return r.table(data, names, o.Delimiter) }, err
	case "router-db":
		columns, err := routerColumns(o.Columns)
		return func(r *reading, data []byte) error { return r.routerDB(data, columns, o.Delimiter) }, err
	case "tac-plus":
		return (*reading).tacPlus, nil
	case "ldif":
		return func(r *reading, data []byte) error { return r.ldif(data, o.Groups) }, nil
	}
	return nil, fmt.Errorf("nothing is imported from %q: use %s", source, strings.Join(Sources, ", "))
}
