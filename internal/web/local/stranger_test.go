package local

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stormglass/internal/fault"
)

// user makes a server that the kernel would say is of a user.
func (s Server) user(uid int) Server {
	s.peer = func(net.Conn) (int, error) { return uid, nil }
	return s
}

// Somebody who made a socket where the service's should be gets nothing: no command, no input, no request.
func TestStrangerGetsNothing(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s.sock")
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan []byte, 2)
	go func() {
		defer close(got)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			text, _ := io.ReadAll(c)
			_ = c.Close()
			got <- text
		}
	}()
	at := Server{Socket: socket, Owner: 4711}.user(4712)
	input := strings.NewReader("secret")
	_, err = Do(t.Context(), at, list, input, io.Discard, io.Discard)
	check := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, ErrStranger) || errors.Is(err, ErrNoServer) || fault.KindOf(err) != fault.Denied || fault.HintOf(err) == "" || !strings.Contains(err.Error(), "user 4712") {
			t.Errorf("%s: %v of kind %s", what, err, fault.KindOf(err))
		}
		if text := <-got; len(text) > 0 {
			t.Errorf("%s: the stranger got %q", what, text)
		}
	}
	check("a command", err)
	if input.Len() != len("secret") {
		t.Error("standard input was read")
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://stormglass/api/v1/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := Client(at).Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	check("a request", err)
	_ = l.Close()
	<-got
}

func TestWhoMayBeTheService(t *testing.T) {
	me := os.Geteuid()
	for _, tt := range []struct {
		owner, uid int
		want       bool
	}{{0, 0, true}, {0, me, true}, {4711, 4711, true}, {4711, 0, true}, {4711, me, true}, {4711, 4712, false}, {0, 4711, false}, {-1, 4711, false}} {
		uid, err := Server{Owner: tt.owner}.user(tt.uid).check(nil)
		if (err == nil) != tt.want || err == nil && uid != tt.uid {
			t.Errorf("owner %d, listens %d: %d, %v", tt.owner, tt.uid, uid, err)
		}
	}
	broken := errors.New("no answer")
	if _, err := (Server{peer: func(net.Conn) (int, error) { return 0, broken }}).check(nil); !errors.Is(err, broken) {
		t.Errorf("who listens cannot be told: %v", err)
	}
}

func TestAt(t *testing.T) {
	dir, owner := t.TempDir(), os.Geteuid()
	if owner == 0 {
		owner = 4711
		if err := os.Chown(dir, owner, -1); err != nil {
			t.Fatal(err)
		}
	}
	if got := At("/s", dir); got.Owner != owner || got.Socket != "/s" {
		t.Errorf("%+v, want the owner %d", got, owner)
	}
	if got := At("/s", dir+"/none"); got.Owner != 0 {
		t.Errorf("a folder that is not there: %+v", got)
	}
}

// The service of another user runs the command, and what it writes comes through where no terminal acts on it.
func TestServiceOfTheOwner(t *testing.T) {
	const wild = "\x1b]0;title\a\x9b2J"
	s := serve(t, func(_ context.Context, _ Request, _ io.Reader, stdout, _ io.Writer) (int, error) {
		_, err := io.WriteString(stdout, wild)
		return 0, errors.Join(err, fault.Hint(fault.Invalid, errors.New("no"), "do\x1b[2J this\nand that"))
	})
	var out bytes.Buffer
	_, err := Do(t.Context(), Server{Socket: s.socket, Owner: 4711}.user(4711), list, nil, &out, io.Discard)
	if out.String() != wild || fault.KindOf(err) != fault.Invalid {
		t.Errorf("%q, %v", out.String(), err)
	}
	if h := fault.HintOf(err); h != "do?[2J this\nand that" {
		t.Errorf("hint %q", h)
	}
}

func TestTextForTerminals(t *testing.T) {
	for in, want := range map[string]string{
		"Grüße\tan\nalle – 漢字": "Grüße\tan\nalle – 漢字", "": "", "\ufffd": "\ufffd",
		"\x1b[1;31mred\x1b[0m\x1b[m": "\x1b[1;31mred\x1b[0m\x1b[m",
		"\x1b[2J":                    "?[2J", "\x1b]52;c;eA==\a": "?]52;c;eA==?", "\x1b\x1b[0m": "?\x1b[0m", "\x1bc": "?c", "a\rb\b": "a?b?",
		"\u009b2J": "?2J", "\x9b2J": "?2J", "\u202e": "?", "\x7f": "?", "half \xe6\xbc": "half ?", "\x1b[": "?", "\x1b[" + strings.Repeat("1", 17) + "m": "?[" + strings.Repeat("1", 17) + "m",
	} {
		var b bytes.Buffer
		w := &text{w: &b}
		n, err := w.Write([]byte(in))
		if n != len(in) || errors.Join(err, w.end()) != nil || b.String() != want {
			t.Errorf("%q becomes %q, want %q (%d, %v)", in, b.String(), want, n, err)
		}
	}
}

var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// How a text is cut does not matter, and no escape comes through but colours.
func TestTextForTerminalsLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"\x1b", "[", "1", ";", "m", "J", "é", "漢", "\xe6", "\xbc", "\n", "\u009b", "x"})).Draw(t, "text"), "")
		var whole, pieces bytes.Buffer
		w, p := &text{w: &whole}, &text{w: &pieces}
		_, _ = w.Write([]byte(in))
		for rest := in; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			_, _ = p.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		_, _ = w.end(), p.end()
		if whole.String() != pieces.String() {
			t.Fatalf("%q whole, %q in pieces", whole.String(), pieces.String())
		}
		if left := colours.ReplaceAllString(whole.String(), ""); strings.ContainsAny(left, "\x1b\u009b") {
			t.Fatalf("%q comes through", whole.String())
		}
	})
}

func TestTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if terminal(f) || terminal(&bytes.Buffer{}) || !terminal(device) {
		t.Errorf("file %v, buffer %v, device %v", terminal(f), terminal(&bytes.Buffer{}), terminal(device))
	}
	if !harmless(f).all || harmless(device).all {
		t.Error("a device gets everything, or a file does not")
	}
	if err := errors.Join(f.Close(), device.Close()); err != nil {
		t.Fatal(err)
	}
}
