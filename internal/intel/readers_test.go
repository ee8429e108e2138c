package intel

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/observable"
)

func TestTooBroad(t *testing.T) {
	for _, tt := range []struct {
		kind  observable.Kind
		text  string
		broad bool
	}{
		{observable.Addr, "0.0.0.0", true},
		{observable.Addr, "::", true},
		{observable.Addr, "127.0.0.53", true},
		{observable.Addr, "::1", true},
		{observable.Addr, "255.255.255.255", true},
		{observable.Addr, "10.0.0.1", false},
		{observable.Prefix, "0.0.0.0/0", true},
		{observable.Prefix, "64.0.0.0/7", true},
		{observable.Prefix, "10.0.0.0/8", false},
		{observable.Prefix, "127.0.0.0/8", true},
		{observable.Prefix, "2000::/3", true},
		{observable.Prefix, "2001::/16", false},
		{observable.Domain, "com", true},
		{observable.Domain, "co.uk", true},
		{observable.Domain, "example.co.uk", false},
		{observable.Domain, "localhost", true},
		{observable.Domain, "duckdns.org", true},
		{observable.Domain, "x.duckdns.org", false},
		{observable.FileName, "a.b", true},
		{observable.FileName, "a.exe", false},
		{observable.URL, "http://com/", false},
	} {
		v, err := observable.ParseAs(tt.kind, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if why, broad := TooBroad(v); broad != tt.broad {
			t.Errorf("%v %s: %v %q", tt.kind, tt.text, broad, why)
		}
	}
}

func TestMarks(t *testing.T) {
	var m Marks
	for _, s := range []string{
		"tlp:white", "TLP: GREEN", "pap:green", "PAP:RED", "", " osint ", "osint", `misp-galaxy:threat-actor="A B"`,
		`misp-galaxy:mitre-enterprise-attack-intrusion-set="C"`, `misp-galaxy:mitre-malware="M"`, `misp-galaxy:country="X"`, "tlpx:red",
	} {
		m.Tag(s)
	}
	want := Marks{
		TLP: Green, PAP: "PAP:RED", Actors: []string{"A B", "C"}, Malware: []string{"M"},
		Tags: []string{"osint", `misp-galaxy:country="X"`, "tlpx:red"},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for tag, want := range map[string]TLP{"tlp:unclear": Red, "tlp:ex:chr": Red, "tlp=amber+strict": AmberStrict, "TLP-AMBER": Amber} {
		var m Marks
		if m.Tag(tag); m.TLP != want {
			t.Errorf("%s: %v", tag, m.TLP)
		}
	}
}

// TestItem: an item counts once, whatever becomes of its values.
func TestItem(t *testing.T) {
	l := NewLoader()
	l.KeepNotes = true
	l.File("f", "test")
	src := l.Source(&Source{})
	take := func(kind observable.Kind, texts ...string) {
		it := l.Begin(Where{What: "line", N: 1})
		for _, s := range texts {
			it.Take(kind, s, Indicator{Source: src})
		}
		it.End()
	}
	take(observable.Domain, "a.example", "com", "b c")
	take(observable.Domain, "com", "b c")
	take(observable.E164, "+15550100123")
	take(observable.URL, "107.183.86/x")
	take(observable.Domain)
	r := l.Reports()[0]
	if r.Total != 5 || r.Loaded != 1 || sum(r.Listed) != 2 || sum(r.Reported) != 2 || sum(r.Parts) != 3 || len(r.Notes) != 7 {
		t.Errorf("%+v", r)
	}
	for _, n := range r.Notes {
		if n.Value == "+15550100123" {
			t.Error("a subscriber's number is shown")
		}
	}
}

// TestManyReasons: reasons that carry words of the file do not grow without bound.
func TestManyReasons(t *testing.T) {
	l := NewLoader()
	for n := range 10_000 {
		l.NotLoaded(Listed, "type "+string(rune('a'+n%26))+string(rune('0'+n/26))+" is not known", "", "")
	}
	if r := l.Reports()[0]; len(r.Listed) > maxReasons+1 || sum(r.Listed) != 10_000 {
		t.Errorf("%d reasons, %d items", len(r.Listed), sum(r.Listed))
	}
}
