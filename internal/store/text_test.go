package store

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "\xff\x00ü", `"\u0041`, "\u2028<>&", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		said, err := encode([]text{text(s)})
		if err != nil || !utf8.ValidString(said) {
			t.Fatalf("%q is stored as %q, %v", s, said, err)
		}
		var back []text
		if err := decode(said, &back); err != nil || len(back) != 1 || string(back[0]) != s {
			t.Errorf("%q came back as %q, %v", s, back, err)
		}
	})
}

func TestTextRefuses(t *testing.T) {
	for _, s := range []string{`1`, `{}`, `null`, `[]`, `["a","b"]`, `["\u0100"]`, `[1]`, `"`, `["a"`} {
		var back text
		if err := decode(s, &back); err == nil {
			t.Errorf("%s was read as %q", s, back)
		}
	}
}

func TestMomentRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := anyTime.Draw(rt, "time")
		said, err := encode(momentOf(want))
		if err != nil {
			rt.Fatal(err)
		}
		var back moment
		if err := decode(said, &back); err != nil || !back.time().Equal(want) {
			rt.Fatalf("%s came back as %s, %v", want, back.time(), err)
		}
	})
	if got := moment([]int64{1, 2, 3}).time(); !got.Equal(time.Unix(1, 2)) {
		t.Errorf("more than two numbers: %s", got)
	}
	if strings.Contains(must[string](t)(encode(struct {
		M moment `json:"m,omitempty"`
	}{})), "m") {
		t.Error("the zero time is stored")
	}
}
