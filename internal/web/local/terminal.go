package local

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"unicode"
	"unicode/utf8"
)

// text passes on what a terminal only shows: printable characters, line ends, tabs, and colours. Anything else a terminal might act on,
// and becomes "?". What is no terminal gets everything.
type text struct {
	w    io.Writer
	all  bool
	held []byte // the beginning of a character or of a colour
}

// harmless puts a text before what may be a terminal.
func harmless(w io.Writer) *text { return &text{w: w, all: !terminal(w)} }

// terminal reports whether a terminal may be written to.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err != nil || info.Mode()&os.ModeCharDevice != 0
}

// colour is what changes how text looks, and nothing else; begun is one that is not whole yet.
var (
	colour = regexp.MustCompile(`^\x1b\[[0-9;]{0,16}m`)
	begun  = regexp.MustCompile(`^\x1b(\[[0-9;]{0,16})?$`)
)

// Write passes p on as far as it is whole.
func (t *text) Write(p []byte) (int, error) {
	if t.all {
		return t.w.Write(p) //nolint:wrapcheck // it stands for the writer
	}
	rest := append(t.held, p...)
	out := make([]byte, 0, len(rest))
	for len(rest) > 0 && !begun.Match(rest) && utf8.FullRune(rest) {
		n := len(colour.Find(rest))
		if n > 0 {
			out, rest = append(out, rest[:n]...), rest[n:]
			continue
		}
		r, n := utf8.DecodeRune(rest)
		if harmlessRune(r, n) {
			out = append(out, rest[:n]...)
		} else {
			out = append(out, '?')
		}
		rest = rest[n:]
	}
	t.held = append([]byte(nil), rest...)
	if _, err := t.w.Write(out); err != nil {
		return 0, err //nolint:wrapcheck // as above
	}
	return len(p), nil
}

func harmlessRune(r rune, n int) bool {
	return r == '\n' || r == '\t' || unicode.IsPrint(r) && (r != utf8.RuneError || n > 1)
}

// end passes on what never became whole.
func (t *text) end() error {
	if len(t.held) == 0 {
		return nil
	}
	t.held = nil
	if _, err := io.WriteString(t.w, "?"); err != nil {
		return fmt.Errorf("pass on what the command writes: %w", err)
	}
	return nil
}
