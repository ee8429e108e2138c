package register

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"stormglass/internal/fault"
)

// The files, below the data folder.
const (
	networksFile  = "registers/networks.yaml"
	retentionFile = "registers/retention.yaml"
)

// Registers is all that the operator states. It is immutable; the zero value is of an operator that states nothing.
type Registers struct {
	Networks  Networks
	Retention Retention
	Devices   []Device
	Servers   []ServiceHost
	Accounts  []Account
	Tunnels   []Tunnel
	Mirrors   []Mirror
	Changes   []Change
	Partners  []Partner
	Stores    []Store
	Version   Version

	files  map[string][]byte // as they were read
	stated map[string]bool   // lists that are there, by the name of their file without its ending
	none   []string          // services that nobody gives
	joins  joins
}

// Files are the names of the files of registers, relative to the data folder. Of the registers that are lists there is one of two.
func Files() []string {
	files := []string{networksFile, retentionFile}
	for _, t := range tables {
		files = append(files, t.yaml(), t.csv())
	}
	return files
}

// Decides reports whether a file decides what is kept of whom; without an earlier state of it no copy of the registers may stand for
// them.
func Decides(file string) bool { return file == networksFile || file == retentionFile }

// Content gives what one of the files held when it was read; not ok when it was not there.
func (r *Registers) Content(file string) (content []byte, ok bool) {
	content, ok = r.files[file]
	return content, ok
}

// Version names the content of the registers: SHA-256 over, for networks and then retention, one byte (1 when the file is there,
// else 0), and for one that is there its length in 8 bytes, big endian, and its bytes; then for each further file that is there,
// in the order of their names, a byte 2, and length and bytes of its name and of its content in the same form.
type Version [sha256.Size]byte

// String gives the version as hex digits.
func (v Version) String() string { return hex.EncodeToString(v[:]) }

// Load reads the registers of a data folder (os.DirFS). Its error joins all complaints of all files,
// which are fault.Invalid, and what kept a file from being read.
func Load(data fs.FS) (*Registers, error) {
	r, err := load(data)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// load gives, beside the complaints, what could be read in spite of them.
func load(data fs.FS) (*Registers, error) {
	r := &Registers{files: map[string][]byte{}, stated: map[string]bool{}}
	errs := []error{r.loadNetworks(data), r.loadRetention(data)}
	for _, t := range tables {
		errs = append(errs, r.loadTable(data, t.table, t.into))
	}
	r.Version = versionOf(r.files)
	r.compile()
	return r, errors.Join(errs...)
}

// read reads a file and keeps its content.
func (r *Registers) read(data fs.FS, name string, most int) ([]byte, error) {
	content, err := readFile(data, name, most)
	if err == nil && content != nil {
		r.files[name] = content
	}
	return content, err
}

func (r *Registers) loadNetworks(data fs.FS) error {
	content, err := r.read(data, networksFile, maxFile)
	if err == nil {
		r.Networks, err = parseNetworks(networksFile, content)
	}
	r.stated["registers/networks"] = r.Networks.Stated()
	return err
}

func (r *Registers) loadRetention(data fs.FS) error {
	content, err := r.read(data, retentionFile, maxFile)
	if err == nil {
		r.Retention, err = parseRetention(retentionFile, content)
	}
	return err
}

// loadTable reads a register that is a list from its YAML or CSV file.
func (r *Registers) loadTable(data fs.FS, t *table, into func(*document, content, *Registers)) error {
	asYAML, err1 := r.read(data, t.yaml(), maxFile)
	asCSV, err2 := r.read(data, t.csv(), maxCSV)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	d := &document{name: t.yaml()}
	if asCSV != nil {
		d.name = t.csv()
		if asYAML != nil {
			d.complain(0, "there is %s as well: keep one of them", t.yaml())
			return d.err()
		}
	}
	var c content
	if asCSV != nil {
		c = t.readCSV(d, asCSV)
	} else {
		c = t.readYAML(d, asYAML)
	}
	r.stated["registers/"+t.name] = c.stated
	into(d, c, r)
	d.sort()
	return d.err()
}

// readFile reads a file up to a byte beyond the limit; a missing one gives nil, an empty one does not.
func readFile(data fs.FS, name string, most int) ([]byte, error) {
	info, err := fs.Stat(data, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("open register: %w", err)
	case !info.Mode().IsRegular(): // to open a pipe waits for a writer
		return nil, fault.Wrap(fault.Invalid, fmt.Errorf("%s: it is no plain file: put one there, or take it away", name))
	}
	f, err := data.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open register: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read register %s: %w", name, err)
	}
	return content, nil
}

func versionOf(files map[string][]byte) Version {
	h := sha256.New()
	part := func(p []byte) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write(p)
	}
	for _, name := range []string{networksFile, retentionFile} {
		if content, ok := files[name]; ok {
			h.Write([]byte{1})
			part(content)
		} else {
			h.Write([]byte{0})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !Decides(name) {
			h.Write([]byte{2})
			part([]byte(name))
			part(files[name])
		}
	}
	return Version(h.Sum(nil))
}
