package geo

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"stormglass/internal/fault"
)

// Databases are the files of a folder. They do not change.
type Databases struct {
	Files   []File
	Version [sha256.Size]byte // of the content of all files

	databases []*database
	routes    []*routes
}

// File says what one file is.
type File struct {
	Name     string
	Gives    []string  // "country", "as number", "as organization", "access"
	Built    time.Time // zero: it does not say
	Prefixes int       // of a routing table
	Skipped  int       // records of a routing table that could not be read, or are none
}

// Limits of a folder.
const (
	maxFiles    = 32
	maxExpanded = 16 << 30 // bytes of a routing table without compression
)

// FileError says what is wrong with one file, of which nothing is used.
type FileError struct {
	File string // its name in the folder
	Err  error  // what is wrong, and what to do
}

// Error implements error.
func (e *FileError) Error() string { return e.File + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

// FileErrors gives what the error of Load says of single files; nil when it is about the folder.
func FileErrors(err error) []*FileError {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return nil
	}
	var out []*FileError
	for _, x := range joined.Unwrap() {
		if one, ok := errors.AsType[*FileError](x); ok {
			out = append(out, one)
		}
	}
	return out
}

// Load reads the files of a folder: databases in the MaxMind DB format and MRT dumps, which may be packed by gzip or bzip2. Other
// files, and those whose names begin with a dot, are passed over. The error, which is fault.Invalid, joins a *FileError for each file
// that cannot be used (FileErrors); the others are used all the same. Databases are nil when the folder cannot be read.
func Load(folder fs.FS) (*Databases, error) {
	d, version := &Databases{}, sha256.New()
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read files of addresses: %w", err))
	}
	var errs []error
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !named(e.Name()) {
			continue
		}
		if len(d.Files) == maxFiles {
			errs = append(errs, &FileError{e.Name(), fmt.Errorf("there are over %d files: take some out", maxFiles)})
			break
		}
		if err := d.load(folder, e.Name(), version); err != nil {
			errs = append(errs, &FileError{e.Name(), err})
		}
	}
	version.Sum(d.Version[:0])
	return d, fault.Wrap(fault.Invalid, errors.Join(errs...))
}

// named reports whether a file is meant to be read, by its name.
func named(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{".mmdb", ".mrt", ".gz", ".bz2"}, func(end string) bool { return strings.HasSuffix(name, end) })
}

func (d *Databases) load(folder fs.FS, name string, version io.Writer) error {
	f, err := openPlain(folder, name)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	in := io.TeeReader(f, version)
	if strings.HasSuffix(strings.ToLower(name), ".mmdb") {
		return d.loadDatabase(name, in)
	}
	return d.loadDump(name, in)
}

func (d *Databases) loadDatabase(name string, in io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(in, maxDatabase+1))
	switch {
	case err != nil:
		return fmt.Errorf("read: %w", err)
	case len(data) > maxDatabase:
		return fmt.Errorf("it has over %d MiB", maxDatabase>>20)
	case !isDatabase(data):
		return errors.New("it is no MaxMind DB, or was cut off: fetch it again")
	}
	db, err := openDatabase(name, data)
	if err != nil {
		return err
	}
	d.databases = append(d.databases, db)
	d.Files = append(d.Files, File{Name: name, Gives: db.told(), Built: db.built()})
	return nil
}

// told says what the database gives.
func (d *database) told() []string {
	var out []string
	for _, x := range []struct {
		what
		name string
	}{{country, "country"}, {asNumber, "as number"}, {organization, "as organization"}, {access, "access"}} {
		if d.gives[x.what] {
			out = append(out, x.name)
		}
	}
	return out
}

func (d *Databases) loadDump(name string, in io.Reader) error {
	plain, err := unpacked(in)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	r := &routes{}
	x := dump{origins: r.put}
	if err := x.read(io.LimitReader(plain, maxExpanded)); err != nil {
		return fmt.Errorf("%w: nothing of it is used", err)
	}
	d.routes = append(d.routes, r)
	d.Files = append(d.Files, File{Name: name, Gives: []string{"as number"}, Prefixes: x.Records, Skipped: x.Skipped})
	return nil
}

// unpacked undoes gzip and bzip2, which content tells.
func unpacked(in io.Reader) (io.Reader, error) {
	var begin [4]byte
	n, err := io.ReadFull(in, begin[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	whole := io.MultiReader(bytes.NewReader(begin[:n]), in)
	switch {
	case bytes.HasPrefix(begin[:n], []byte{0x1f, 0x8b}):
		return gzip.NewReader(whole)
	case bytes.HasPrefix(begin[:n], []byte("BZh")):
		return bzip2.NewReader(whole), nil
	}
	return whole, nil
}
