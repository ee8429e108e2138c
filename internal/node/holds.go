package node

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// holds reports whether a text stands in what is read, in any case.
func holds(r io.Reader, text string) (bool, error) {
	want := []byte(strings.ToLower(text))
	buf := make([]byte, 0, 1<<20)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if bytes.Contains(bytes.ToLower(buf), want) {
			return true, nil
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if keep := len(want) - 1; len(buf) > cap(buf)/2 {
			buf = append(buf[:0], buf[len(buf)-keep:]...)
		}
	}
}
