package local

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

type frame struct {
	Kind    kind
	Content string
}

// frames reads all frames, and why there are no more.
func frames(b []byte) (out []frame, err error) {
	f := &frameReader{r: bytes.NewReader(b)}
	for {
		k, content, err := f.next()
		if err != nil {
			return out, err
		}
		out = append(out, frame{k, string(content)})
	}
}

var kinds = []kind{frameInput, frameEnd, frameCancel, frameOutput, frameErrors, frameRoom, frameExit}

func TestFramesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text []byte
		var want []frame
		for range rapid.IntRange(0, 8).Draw(t, "frames") {
			k := rapid.SampledFrom(kinds).Draw(t, "kind")
			least, most, _ := k.allowed()
			content := rapid.SliceOfN(rapid.Byte(), least, min(most, 200)).Draw(t, "content")
			if k == frameOutput && rapid.Bool().Draw(t, "longest") {
				content = bytes.Repeat([]byte{7}, maxPiece)
			}
			text = appendFrame(text, k, content)
			want = append(want, frame{k, string(content)})
		}
		got, err := frames(text)
		if diff := cmp.Diff(want, got); diff != "" || !errors.Is(err, io.EOF) {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
		if len(text) == 0 {
			return
		}
		cut := rapid.IntRange(0, len(text)-1).Draw(t, "cut")
		got, err = frames(text[:cut])
		if len(got) > len(want) || !cmp.Equal(want[:len(got)], got) && len(got) > 0 {
			t.Fatalf("cut at %d: %d frames that were not sent", cut, len(got))
		}
		whole := 0
		for _, f := range got {
			whole += headerSize + len(f.Content)
		}
		if wantErr := io.ErrUnexpectedEOF; whole < cut && !errors.Is(err, wantErr) || whole == cut && !errors.Is(err, io.EOF) {
			t.Fatalf("cut at %d after %d bytes of whole frames: %v", cut, whole, err)
		}
	})
}

// Whatever comes, what is read as frames is those very bytes, and no frame is longer than its kind allows.
func FuzzFrames(f *testing.F) {
	f.Add(appendFrame(appendFrame(nil, frameOutput, []byte("hello")), frameExit, []byte(`{"code":3}`)))
	f.Add(appendFrame(nil, frameRoom, []byte{0, 0, 1, 0}))
	f.Add([]byte{'i', 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{'e', 0, 0, 0, 1, 1})
	f.Add([]byte{'?', 0, 0, 0, 0})
	f.Add([]byte{'i', 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := frames(text)
		var again []byte
		for _, g := range got {
			least, most, ok := g.Kind.allowed()
			if !ok || len(g.Content) < least || len(g.Content) > most {
				t.Fatalf("a frame of kind %q with %d bytes", g.Kind, len(g.Content))
			}
			again = appendFrame(again, g.Kind, []byte(g.Content))
		}
		if !bytes.HasPrefix(text, again) {
			t.Fatal("the frames are not what was read")
		}
		if rest := text[len(again):]; errors.Is(err, io.EOF) != (len(rest) == 0) {
			t.Fatalf("%v with %d bytes left", err, len(rest))
		}
	})
}
