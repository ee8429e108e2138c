package register

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// The files, below the data folder.
const (
	networksFile  = "registers/networks.yaml"
	retentionFile = "registers/retention.yaml"
)

// Registers is all that the operator states.
type Registers struct {
	Networks  Networks
	Retention Retention
	Version   Version

	files map[string][]byte // as they were read
}

// Files are the names of the files of registers, relative to the data folder.
func Files() []string { return []string{networksFile, retentionFile} }

// Content gives what one of the files held when it was read; not ok when it was not there.
func (r *Registers) Content(file string) (content []byte, ok bool) {
	content, ok = r.files[file]
	return content, ok
}

// Version names the content of the registers: SHA-256 over, for each file in the order networks,
// retention, one byte (1 when it is there, else 0), and for one that is there its length in 8 bytes,
// big endian, and its bytes.
type Version [sha256.Size]byte

// String gives the version as hex digits.
func (v Version) String() string { return hex.EncodeToString(v[:]) }

// Load reads the registers of a data folder (os.DirFS). Its error joins all complaints of all files,
// which are fault.Invalid, and what kept a file from being read.
func Load(data fs.FS) (*Registers, error) {
	networks, err1 := readFile(data, networksFile)
	retention, err2 := readFile(data, retentionFile)
	r := new(Registers)
	if err1 == nil {
		r.Networks, err1 = parseNetworks(networksFile, networks)
	}
	if err2 == nil {
		r.Retention, err2 = parseRetention(retentionFile, retention)
	}
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	r.Version = versionOf(networks, retention)
	r.files = map[string][]byte{}
	for i, content := range [][]byte{networks, retention} {
		if content != nil {
			r.files[Files()[i]] = content
		}
	}
	return r, nil
}

// readFile reads a file up to a byte beyond the limit; a missing one gives nil, an empty one does not.
func readFile(data fs.FS, name string) ([]byte, error) {
	f, err := data.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open register: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read register %s: %w", name, err)
	}
	return content, nil
}

func versionOf(files ...[]byte) Version {
	h := sha256.New()
	for _, content := range files {
		if content == nil {
			h.Write([]byte{0})
			continue
		}
		h.Write(binary.BigEndian.AppendUint64([]byte{1}, uint64(len(content))))
		h.Write(content)
	}
	return Version(h.Sum(nil))
}
