package listen

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// framed is what a stream was split into.
type framed struct {
	Messages  []string
	Cut       []bool
	Malformed bool
}

func (f *framed) add(data []byte, cut bool) {
	f.Messages = append(f.Messages, string(data))
	f.Cut = append(f.Cut, cut)
}

// split runs a stream through a Framing in pieces of the given lengths, over and over.
func split(t *testing.T, stream []byte, most int, pieces []byte, closed bool) framed {
	t.Helper()
	f := Framing{Most: most}
	var out framed
	for i := 0; len(stream) > 0; i++ {
		n := len(stream)
		if len(pieces) > 0 {
			n = min(n, int(pieces[i%len(pieces)])+1)
		}
		p := bytes.Clone(stream[:n]) // so that nothing may be kept of it
		stream = stream[n:]
		for rest := p; len(rest) > 0; {
			var m Message
			var err error
			if rest, m, err = f.Next(rest); err != nil {
				out.Malformed = true
				return out
			}
			if m.Data != nil {
				out.add(m.Data, m.Cut)
			}
		}
		clear(p)
		if most := 2*most + 64 + keepBuffer; f.memory() > most {
			t.Fatalf("%d bytes are kept, at most %d may be", f.memory(), most)
		}
	}
	if m := f.Rest(closed); m.Data != nil {
		out.add(m.Data, m.Cut)
	}
	return out
}

// naively reads a whole stream at once, by the words of RFC 6587 and of Framing.
func naively(stream string, most int, closed bool) framed {
	var out framed
	add := func(s string, cut bool) {
		if len(s) > most {
			s, cut = s[:most], true
		}
		if s = strings.TrimRight(s, "\r\n\x00"); s != "" {
			out.add([]byte(s), cut)
		}
	}
	for {
		stream = strings.TrimLeft(stream, "\n\x00")
		if stream == "" {
			return out
		}
		digits := stream[:len(stream)-len(strings.TrimLeft(stream, "0123456789"))]
		if body, counted := strings.CutPrefix(stream[len(digits):], " "); counted && digits != "" && len(digits) <= 20 {
			if digits[0] == '0' || len(digits) > 9 {
				out.Malformed = true
				return out
			}
			n, _ := strconv.Atoi(digits)
			add(body[:min(n, len(body))], n > len(body))
			stream = body[min(n, len(body)):]
			continue
		}
		end := strings.IndexAny(stream, "\n\x00")
		if end < 0 {
			add(stream, !closed)
			return out
		}
		add(stream[:end], false)
		stream = stream[end+1:]
	}
}

func TestFraming(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, c := range []struct {
		name, stream string
		want         framed
	}{
		{"nothing", "", framed{}},
		{"counted", "8 <34>1 ab6 <34>cd", framed{Messages: []string{"<34>1 ab", "<34>cd"}, Cut: []bool{false, false}}},
		{"counted with a line in it", "11 <34>a\nb\nc\n\n3 <1>", framed{Messages: []string{"<34>a\nb\nc", "<1>"}, Cut: []bool{false, false}}},
		{"lines", "<34>a\r\n<34>b\n\n\n<34>c\x00<34>d\n", framed{Messages: []string{"<34>a", "<34>b", "<34>c", "<34>d"}, Cut: make([]bool, 4)}},
		{"both in turn", "<34>a\n5 <34>b<34>c\n5 <34>d\n", framed{Messages: []string{"<34>a", "<34>b", "<34>c", "<34>d"}, Cut: make([]bool, 4)}},
		{"a line that begins with a year", "2024-12-03 a\n00:00:01 b\n7\n", framed{Messages: []string{"2024-12-03 a", "00:00:01 b", "7"}, Cut: make([]bool, 3)}},
		{"a long number that is a line", strings.Repeat("7", 21) + " a\n", framed{Messages: []string{strings.Repeat("7", 21) + " a"}, Cut: make([]bool, 1)}},
		{"too long a line", "<1>" + long + "\n<2>\n", framed{Messages: []string{"<1>" + long[:61], "<2>"}, Cut: []bool{true, false}}},
		{"too long and counted", "103 <1>" + long + "3 <2>", framed{Messages: []string{"<1>" + long[:61], "<2>"}, Cut: []bool{true, false}}},
		{"as long as may be", "64 " + long[:64] + long[:64] + "\n", framed{Messages: []string{long[:64], long[:64]}, Cut: []bool{false, false}}},
		{"half a counted message", "9 <34>", framed{Messages: []string{"<34>"}, Cut: []bool{true}}},
		{"half a line", "<34>a", framed{Messages: []string{"<34>a"}, Cut: []bool{false}}},
		{"half a count", "12", framed{Messages: []string{"12"}, Cut: []bool{false}}},
		{"a gigabyte less one", "999999999 <34>a", framed{Messages: []string{"<34>a"}, Cut: []bool{true}}},
		{"ten gigabytes", "<1>a\n10000000000 <34>b", framed{Messages: []string{"<1>a"}, Cut: []bool{false}, Malformed: true}},
		{"nothing counted", "5 <34>a0 <34>b", framed{Messages: []string{"<34>a"}, Cut: []bool{false}, Malformed: true}},
		{"a count with a nought before it", "05 <34>a", framed{Malformed: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, pieces := range [][]byte{nil, {0}, {1}, {0, 4, 1}} {
				if d := cmp.Diff(c.want, split(t, []byte(c.stream), 64, pieces, true)); d != "" {
					t.Errorf("in pieces of %v: -want +got\n%s", pieces, d)
				}
			}
			if d := cmp.Diff(c.want, naively(c.stream, 64, true)); d != "" {
				t.Errorf("the oracle: -want +got\n%s", d)
			}
		})
	}
}

func TestConnectionThatBreaksOff(t *testing.T) {
	want := framed{Messages: []string{"<34>a", "<34>b"}, Cut: []bool{false, true}}
	if d := cmp.Diff(want, split(t, []byte("<34>a\n<34>b"), 64, nil, false)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// FuzzFraming: wherever a stream is cut into pieces, its messages are the same.
func FuzzFraming(f *testing.F) {
	for _, s := range []string{
		"8 <34>1 ab6 <34>cd", "<34>a\r\n<34>b\n\n\n<34>c\x00", "2024-12-03 a\n57\n57 b", "0 a", "12345678901234567890 ", "123456789012345678901 a\n", "9 <34>",
		fmt.Sprintf("300 %0300d<1>\n", 1), "1 \n1 \x002 a\n", "7",
	} {
		f.Add([]byte(s), []byte{0, 3, 1}, uint8(16), true)
		f.Add([]byte(s), []byte{}, uint8(1), false)
	}
	f.Fuzz(func(t *testing.T, stream, pieces []byte, most uint8, closed bool) {
		limit := max(int(most), 1)
		want := naively(string(stream), limit, closed)
		if d := cmp.Diff(want, split(t, stream, limit, pieces, closed)); d != "" {
			t.Errorf("-want +got\n%s", d)
		}
	})
}
