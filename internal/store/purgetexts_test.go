package store

import (
	"strings"
	"testing"

	"stormglass/internal/observable"
	"stormglass/internal/observable/trace"
)

func TestBlankJSON(t *testing.T) {
	v := trace.Of(observable.Of(observable.FileName, `a"b\c`))
	got, changed, err := blankJSON(&v, `{"a\"b\\c":["x a\u0022b\\C",1.50,null,{"n":[true]}],"a":"a\"b"}`)
	if want := `{"[purged]":["x [purged]",1.50,null,{"n":[true]}],"a":"a\"b"}`; got != want || !changed || err != nil {
		t.Errorf("got %s, %v, %v", got, changed, err)
	}
	if _, _, err := blankJSON(&v, `{"a":`); err == nil {
		t.Error("broken JSON passed")
	}
}

// FuzzBlankJSON holds that what is blanked in a JSON text is gone, and that the rest stays.
func FuzzBlankJSON(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "example.org", "ana@example.org"} {
		f.Add(s, "seen "+s+":443, "+strings.ToUpper(s)+"\xff")
	}
	f.Fuzz(func(t *testing.T, value, text string) {
		v, err := observable.Parse(value)
		if err != nil {
			t.Skip()
		}
		of := trace.Of(v)
		said, err := encode(texts([]string{text}))
		if err != nil {
			t.Fatal(err)
		}
		blanked, changed, err := blankJSON(&of, said)
		if err != nil || !changed && blanked != said {
			t.Errorf("JSON %s became %s, %v, %v", said, blanked, changed, err)
		}
		if changed && of.In(strings.ReplaceAll(blanked, Blank, " ")) && !strings.ContainsAny(v.String(), `[]",\`) {
			t.Errorf("%s is left in JSON %s", v, blanked)
		}
	})
}
