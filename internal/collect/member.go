package collect

import (
	"bufio"
	"crypto/sha256"
	"hash"
	"time"
	"unicode/utf8"

	"stormglass/internal/telemetry"
)

// Member is one thing to read: a file, standard input, or a member of an archive, decompressed.
// It must be read before the next one is asked for.
type Member struct {
	Name     string // as the user named it, archive members after "!"; the end of a name that is too long
	Modified time.Time
	Again    bool  // Name is a file of its own that can be read a second time
	Err      error // why it cannot be read; then there is nothing to read
	r        *bufio.Reader
	sum      hash.Hash // of what was read, nil before
	size     uint64    // bytes read
}

const (
	headSize = 64 << 10 // how much of a member decides its format
	// fingerprinted is how much of a member's start its fingerprint is of.
	fingerprinted = 4 << 10
	maxName       = 512 // bytes of a member's name
)

// Head gives up to 64 KiB from the start of the member without consuming them.
func (m *Member) Head() []byte {
	b, _ := m.r.Peek(headSize)
	return b
}

// Fingerprint is SHA-256 over the first 4 KiB, cut to 16 bytes: what has another fingerprint is
// neither the same content nor a longer or shorter state of it, as long as it has 4 KiB.
func (m *Member) Fingerprint() [16]byte {
	f, _ := m.FingerprintOf(fingerprinted)
	return f
}

// FingerprintOf is the fingerprint that the member had when it was n bytes long; not ok when it is shorter.
func (m *Member) FingerprintOf(n uint64) (f [16]byte, ok bool) {
	head, _ := m.r.Peek(int(min(n, fingerprinted)))
	sum := sha256.Sum256(head)
	copy(f[:], sum[:])
	return f, uint64(len(head)) >= min(n, fingerprinted)
}

// Emptiness says why a member has no head: it is empty, or its first bytes could not be had.
func (m *Member) Emptiness() string {
	if _, err := m.Read(make([]byte, 1)); endOf(err) != nil {
		return err.Error()
	}
	return "empty"
}

// Read reads the member's decompressed content.
func (m *Member) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if m.sum == nil {
		m.sum = sha256.New()
	}
	m.sum.Write(p[:n])
	m.size += uint64(n)
	return n, err
}

// ID identifies the content, once it was read to its end; the zero id when nothing was read.
func (m *Member) ID() (id telemetry.SourceID) {
	if m.sum != nil {
		m.sum.Sum(id[:0])
	}
	return id
}

// nameIn names a member of an archive. A name that is too long loses its start, not the archive's.
func nameIn(archive, member string) string {
	return archive + "!" + endOfName(member, max(maxName-len(archive)-1, maxName/2))
}

// endOfName keeps the end of a name that is longer than limit, in bytes.
func endOfName(name string, limit int) string {
	if len(name) <= limit {
		return name
	}
	const mark = "…"
	i := len(name) - limit + len(mark)
	for i < len(name) && !utf8.RuneStart(name[i]) {
		i++
	}
	return mark + name[i:]
}
