package collect

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"testing"
)

// FuzzReline compares the lines made of an array, or of values printed over several lines, with the
// values that encoding/json finds in it.
func FuzzReline(f *testing.F) {
	for _, s := range []string{
		`[{"a":1},{"b":"x,]}\"\n"}]`, "[\n{\"a\":[1,2]},\n{}\n]", "{\n\"a\":{\"b\":[]}\n}\n{\n\"c\":1\n}", `[{"a":1}`, "[{\"\\\\\":\"\\\"\"}]", "[]", "[[1]]",
		`{"Records":[{"a":1},{"b":[]}]}`, "{ \"records\" :\n[ {\"a\":1}]}\n{\"Records\":[{}]}", `{"Records":[{"a":1}],"b":1}`, `{"Records":[1]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if !wantsReline(in) {
			return
		}
		out, err := io.ReadAll(&reliner{r: bufio.NewReader(bytes.NewReader(in))})
		if err != nil {
			t.Fatal(err)
		}
		if len(out) > 2*len(in)+1 {
			t.Fatalf("%d bytes became %d", len(in), len(out))
		}
		want, ok := values(in)
		if !ok {
			return
		}
		got := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
		if len(want) == 0 {
			got = nil
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d values became %d lines: %q", in, len(want), len(got), out)
		}
		for i := range want {
			var a, b bytes.Buffer
			if err := json.Compact(&a, got[i]); err != nil {
				t.Fatalf("line %d of %q: %v", i+1, out, err)
			}
			if err := json.Compact(&b, want[i]); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Fatalf("%q became %q", want[i], got[i])
			}
		}
	})
}

// values gives the elements of an array of objects, or a run of objects; not ok for anything else.
func values(in []byte) ([]json.RawMessage, bool) {
	var list []json.RawMessage
	if json.Unmarshal(in, &list) != nil {
		for d := json.NewDecoder(bytes.NewReader(in)); ; {
			var v json.RawMessage
			if err := d.Decode(&v); err == io.EOF {
				break
			} else if err != nil {
				return nil, false
			}
			held, ok := unwrap(v)
			if !ok {
				return nil, false
			}
			list = append(list, held...)
		}
	}
	for _, v := range list {
		if len(v) == 0 || v[0] != '{' {
			return nil, false
		}
	}
	return list, true
}

// unwrap gives the records that a value wraps, else the value; not ok when it holds anything besides.
func unwrap(v json.RawMessage) ([]json.RawMessage, bool) {
	if v[0] != '{' || wrapper(v[1:]) == 0 {
		return []json.RawMessage{v}, true
	}
	d := json.NewDecoder(bytes.NewReader(v))
	_, _ = d.Token() // the brace
	_, _ = d.Token() // the key
	var list []json.RawMessage
	if d.Decode(&list) != nil {
		return nil, false
	}
	end, err := d.Token()
	return list, err == nil && end == json.Delim('}')
}
