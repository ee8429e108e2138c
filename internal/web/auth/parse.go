package auth

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"stormglass/internal/fault"
)

// parse reads the text of a file of tokens. Complaints name lines and entries, and never a value: somebody may have
// written a token where its digest belongs.
func parse(name string, text []byte) (*known, error) {
	var c complaints
	if len(text) > maxFile {
		c.add("it has over %d bytes", maxFile)
		return nil, c.err(name)
	}
	var f file
	err := yaml.Load(text, &f, yaml.WithKnownFields(), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(8), loaderlimits.AliasValue(0))))
	if err != nil {
		c.yaml(err)
		return nil, c.err(name)
	}
	if n := len(f.Tokens) + len(f.Certificates); n > maxEntries {
		c.add("it has %d entries, the limit is %d", n, maxEntries)
		return nil, c.err(name)
	}
	k := &known{}
	for i := range f.Tokens {
		if t, ok := c.token(&f.Tokens[i], i+1); ok {
			k.tokens = append(k.tokens, t)
		}
	}
	for i := range f.Certificates {
		if t, ok := c.certificate(&f.Certificates[i], i+1); ok {
			k.certificates = append(k.certificates, t)
		}
	}
	c.twice(k)
	return k, c.err(name)
}

// complaints is what is wrong with a file.
type complaints []error

func (c *complaints) add(format string, args ...any) {
	*c = append(*c, fmt.Errorf(format, args...))
}

func (c *complaints) err(name string) error {
	if len(*c) == 0 {
		return nil
	}
	return fault.Hint(fault.Invalid, fmt.Errorf("%s: %w", name, errors.Join(*c...)), "an entry reads: tokens: [{name: siem, sha256: 64 hex digits, roles: [read], until: 2027-01-01}]")
}

// yaml says in words without values what the parser complains of.
func (c *complaints) yaml(err error) {
	many, ok := errors.AsType[*yaml.LoadErrors](err)
	if !ok {
		line := 0
		if one, ok := errors.AsType[*yaml.LoadError](err); ok {
			line = one.Mark.Line
		}
		c.add("line %d: it is not plain YAML (no anchors, aliases or tags)", line)
		return
	}
	for _, e := range many.Errors {
		switch key, unknown := strings.CutPrefix(e.Message, "field "); {
		case unknown && strings.Contains(key, " not found"):
			key, _, _ = strings.Cut(key, " not found")
			c.add("line %d: there is no key %s", e.Mark.Line, word(key))
		case strings.Contains(e.Message, "already defined"):
			c.add("line %d: a key comes twice", e.Mark.Line)
		case strings.Contains(e.Message, "document"):
			c.add("it does not hold one document")
		default:
			c.add("line %d: something else is expected here", e.Mark.Line)
		}
	}
}

// word shows a key that is a word: anything else may be a secret that stands in its place.
func word(key string) string {
	const most = 16
	if len(key) > most || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "like this one"
	}
	return strconv.Quote(key)
}

func (c *complaints) token(e *Entry, nth int) (t knownToken, ok bool) {
	before := len(*c)
	t.holder = c.holder("token", nth, e.Name, e.Roles, e.Until)
	digest, good := decodeDigest(e.SHA256)
	switch {
	case !good:
		c.add("token %d: sha256 is not 64 hex digits: it is the SHA-256 of the token, not the token", nth)
	case digest == Secret("").digest():
		c.add("token %d: sha256 is that of nothing at all", nth)
	}
	t.digest = digest
	return t, len(*c) == before
}

func (c *complaints) certificate(e *Certificate, nth int) (t knownCertificate, ok bool) {
	before := len(*c)
	t.holder = c.holder("certificate", nth, e.Name, e.Roles, e.Until)
	if (e.Subject == "") == (e.SAN == "") {
		c.add("certificate %d: give subject or san, one of them", nth)
	}
	if len(e.Subject) > maxText || len(e.SAN) > maxText {
		c.add("certificate %d: its subject or san has over %d bytes", nth, maxText)
	}
	t.subject, t.san = e.Subject, e.SAN
	return t, len(*c) == before
}

func (c *complaints) holder(what string, nth int, name string, roles []Role, until string) holder {
	h := holder{name: name, roles: roles}
	if name == "" || len(name) > maxText || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		c.add("%s %d: its name is empty, over %d bytes or not printable", what, nth, maxText)
	}
	if len(roles) == 0 {
		c.add("%s %d: it has no role: read, ingest, intel or admin", what, nth)
	}
	for _, r := range roles {
		if _, err := ParseRole(string(r)); err != nil {
			c.add("%s %d: there is a role that is not read, ingest, intel or admin", what, nth)
		}
	}
	if until != "" {
		var ok bool
		if h.until, ok = parseUntil(until); !ok {
			c.add("%s %d: until is neither a day (2006-01-02) nor a time (2006-01-02T15:04:05Z)", what, nth)
		}
	}
	return h
}

// parseUntil reads an end; a day is good to its end.
func parseUntil(s string) (time.Time, bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.AddDate(0, 0, 1), true
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err == nil
}

// twice complains of names and digests that stand for two entries.
func (c *complaints) twice(k *known) {
	names, digests := map[string]bool{}, map[[32]byte]bool{}
	for i := range k.tokens {
		t := &k.tokens[i]
		if names["t"+t.name] || digests[t.digest] {
			c.add("token %d: its name or sha256 stands for an entry before it", i+1)
		}
		names["t"+t.name], digests[t.digest] = true, true
	}
	for i := range k.certificates {
		e := &k.certificates[i]
		if names["c"+e.name] || names["s"+e.subject+"|"+e.san] {
			c.add("certificate %d: its name, subject or san stands for an entry before it", i+1)
		}
		names["c"+e.name], names["s"+e.subject+"|"+e.san] = true, true
	}
}
