package api

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// parameterOf gives for flags of the command line the parameter of a request that means the same.
var parameterOf = strings.NewReplacer(
	"--all", "all=true", "--exact", "exact=true", "--since", "since", "--until", "until", "--max-rows", "rows", "--level", "level", "--status", "status", "--limit", "limit",
)

// inParameters says in parameters of a request what was said in flags. Whole commands are left as they are: they are typed.
func inParameters(s string) string {
	if strings.Contains(s, "stormglass ") {
		return s
	}
	return parameterOf.Replace(s)
}

// pageOf is one page of a list.
type pageOf struct {
	what   string // "finding"
	n      int    // on this page
	before int    // on the pages before it
	more   bool   // there is a page after it
}

// textOf gives the sentence about a page of what report says of what is on it as if that were all.
func (p pageOf) textOf(text string, first bool) string {
	text = inParameters(text)
	if first && !p.more {
		return text
	}
	if p.n == 0 {
		_, rest, _ := strings.Cut(text, ".")
		return "No " + p.what + " is on this page." + rest
	}
	all := fmt.Sprintf("of %d in all", p.before+p.n)
	if p.more || p.before == 0 {
		least := p.before + p.n
		if p.more {
			least++
		}
		all = fmt.Sprintf("of at least %d", least)
	}
	return "This page, " + all + ": " + text
}

// textOf gives the sentence about a page of findings.
func (p *FindingPage) textOf(text string, first bool) string {
	return pageOf{"finding", len(p.Findings), p.Before, p.Next != ""}.textOf(text, first)
}

// textOf gives the sentence about a page of incidents.
func (p *IncidentPage) textOf(text string, first bool) string {
	return pageOf{"incident", len(p.Incidents), p.Before, p.Next != ""}.textOf(text, first)
}

// textWriter passes JSON on, with another text in the member "text" that the object begins with.
type textWriter struct {
	w    io.Writer
	text func(string) string
	head []byte // what came before the text was whole
	done bool
}

// mostHead bounds what may come before the end of the text.
const mostHead = 64 << 10

func (t *textWriter) Write(b []byte) (int, error) {
	if t.done {
		return t.w.Write(b)
	}
	t.head = append(t.head, b...)
	changed, err := t.changed()
	if errors.Is(err, io.ErrUnexpectedEOF) && len(t.head) < mostHead {
		return len(b), nil
	}
	if err != nil {
		changed = t.head // not the form of a list: as it is
	}
	t.done, t.head = true, nil
	_, err = t.w.Write(changed)
	return len(b), err
}

// changed gives the head with the other text, io.ErrUnexpectedEOF while the text has not come whole.
func (t *textWriter) changed() ([]byte, error) {
	d := jsontext.NewDecoder(bytes.NewReader(t.head))
	if begin, err := d.ReadToken(); err != nil || begin.Kind() != '{' {
		return nil, cmp.Or(err, errNoText)
	}
	if name, err := d.ReadToken(); err != nil || name.String() != "text" {
		return nil, cmp.Or(err, errNoText)
	}
	begin := d.InputOffset()
	said, err := d.ReadToken()
	if err != nil || said.Kind() != '"' {
		return nil, cmp.Or(err, errNoText)
	}
	text, err := json.Marshal(t.text(said.String()))
	return slices.Concat(t.head[:begin], []byte(": "), text, t.head[d.InputOffset():]), err
}

// errNoText is that JSON is no object that begins with a text.
var errNoText = errors.New("it does not begin with a text")
