package collect

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// asLines gives text as the decoders read it: UTF-8 whose lines end with a line feed. Content that
// is neither UTF-16 with a byte order mark nor has bare carriage returns passes as it is, and so does
// what is no text at all.
func asLines(r *bufio.Reader) *bufio.Reader {
	if head, _ := r.Peek(headSize); recogniseStream(head, nil) != nil {
		return r
	}
	return fromCR(fromUTF16(r))
}

// fromUTF16 turns UTF-16 with a byte order mark into UTF-8 and takes a UTF-8 mark off; Windows
// tools write both. Anything else passes as it is.
func fromUTF16(r *bufio.Reader) *bufio.Reader {
	head, _ := r.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		_, _ = r.Discard(3)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		d := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		return bufio.NewReaderSize(transform.NewReader(r, d), headSize)
	}
	return r
}

// unmarkedUTF16 reports whether every other byte of a head is zero, as in UTF-16 of mostly ASCII.
func unmarkedUTF16(head []byte) bool {
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	few, many, pairs := min(zeros[0], zeros[1]), max(zeros[0], zeros[1]), len(head)/2
	return pairs >= 4 && many*10 >= pairs*6 && few*20 <= pairs
}

// fromCR turns the carriage returns of content that ends its lines with them alone into line feeds.
func fromCR(r *bufio.Reader) *bufio.Reader {
	head, _ := r.Peek(headSize)
	if bytes.IndexByte(head, '\n') >= 0 || bytes.IndexByte(head, '\r') < 0 {
		return r
	}
	return bufio.NewReaderSize(&returns{r: r}, headSize)
}

// returns reads "\r" and "\r\n" as "\n".
type returns struct {
	r     io.Reader
	after bool // the last byte was a carriage return
}

func (x *returns) Read(p []byte) (int, error) {
	for {
		n, err := x.r.Read(p)
		kept := p[:0]
		for _, c := range p[:n] {
			again := c == '\n' && x.after
			if x.after = c == '\r'; x.after {
				c = '\n'
			}
			if !again {
				kept = append(kept, c)
			}
		}
		if len(kept) > 0 || err != nil || len(p) == 0 {
			return len(kept), err
		}
	}
}
