package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"time"

	"stormglass/internal/fault"
)

// Limits of a file of tokens.
const (
	maxFile    = 1 << 20
	maxEntries = 1000
	maxText    = 256 // bytes of a name or a certificate's name
)

// Certificate is a client certificate as the file of tokens names it: by its subject or by one of its alternative names.
type Certificate struct {
	Name    string `yaml:"name"`
	Subject string `yaml:"subject"` // as RFC 2253 writes it: "CN=siem,O=Operator"
	SAN     string `yaml:"san"`     // a DNS name, e-mail address, IP address or URI of the certificate
	Roles   []Role `yaml:"roles"`
	Until   string `yaml:"until"`
}

// file is the form of a file of tokens.
type file struct {
	Tokens       []Entry       `yaml:"tokens"`
	Certificates []Certificate `yaml:"certificates"`
}

// known is a file of tokens as it is in force. It does not change.
type known struct {
	tokens       []knownToken
	certificates []knownCertificate
}

type knownToken struct {
	digest [sha256.Size]byte
	holder
}

type knownCertificate struct {
	subject, san string
	holder
}

// holder is who a token or certificate stands for.
type holder struct {
	name  string
	roles []Role
	until time.Time // zero: no end
}

func (h *holder) over(now time.Time) bool { return !h.until.IsZero() && !now.Before(h.until) }

// token finds a token. It compares with every one, so that the time it takes tells nothing.
func (k *known) token(s Secret) *knownToken {
	digest := s.digest()
	var found *knownToken
	for i := range k.tokens {
		if subtle.ConstantTimeCompare(digest[:], k.tokens[i].digest[:]) == 1 {
			found = &k.tokens[i]
		}
	}
	return found
}

// certificate finds a verified certificate, nil when the file does not name it.
func (k *known) certificate(c *x509.Certificate) *knownCertificate {
	subject, names := c.Subject.String(), alternatives(c)
	for i := range k.certificates {
		e := &k.certificates[i]
		if e.subject != "" && e.subject == subject || e.san != "" && slices.Contains(names, e.san) {
			return e
		}
	}
	return nil
}

// alternatives gives the alternative names of a certificate as text.
func alternatives(c *x509.Certificate) []string {
	names := append(slices.Clone(c.DNSNames), c.EmailAddresses...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	for _, u := range c.URIs {
		names = append(names, u.String())
	}
	return names
}

// stamp tells two states of a file apart.
type stamp struct {
	size    int64
	changed time.Time
	mode    fs.FileMode
	info    fs.FileInfo // which file it is: one that was put in its place may have the same time
}

func (s stamp) same(o stamp) bool {
	return s.size == o.size && s.changed.Equal(o.changed) && s.mode == o.mode && s.info != nil && o.info != nil && os.SameFile(s.info, o.info)
}

func stampOf(info fs.FileInfo) stamp {
	return stamp{info.Size(), info.ModTime(), info.Mode(), info}
}

// load reads a file of tokens. The stamp is of what was tried, also when it was refused.
func load(path string) (_ *known, st stamp, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, st, fault.Hint(fault.Invalid, fmt.Errorf("read the file of tokens: %w", err), "make it, with mode 0600")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, st, fmt.Errorf("read the file of tokens: %w", err)
	}
	st = stampOf(info)
	if err := private(path, info); err != nil {
		return nil, st, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, st, fmt.Errorf("read the file of tokens: %w", err)
	}
	k, err := parse(path, text)
	return k, st, err
}

// private refuses a file that others may read or change. Windows has no such bits.
func private(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fault.Wrap(fault.Invalid, fmt.Errorf("the file of tokens %s is not a file", path))
	}
	if bits := info.Mode().Perm(); runtime.GOOS != "windows" && bits&0o027 != 0 {
		return fault.Hint(fault.Invalid, fmt.Errorf("the file of tokens %s has mode %04o: others may read or change it", path, bits), "chmod 640 "+path+", and chown root:stormglass where the service runs as that user")
	}
	return nil
}

func decodeDigest(s string) (d [sha256.Size]byte, ok bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, false
	}
	return [sha256.Size]byte(b), true
}
