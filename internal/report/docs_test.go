package report

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestFormatPagesNameEveryField reads the pages of docs/format and misses no field of ours in them.
func TestFormatPagesNameEveryField(t *testing.T) {
	for page, v := range map[string]any{"hunt.md": Document{}, "inspect.md": inspectionDocument{}, "seen.md": SeenDocument{}} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", "format", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range jsonNames(reflect.TypeOf(v), map[reflect.Type]bool{}) {
			if !strings.Contains(string(text), "`"+name+"`") {
				t.Errorf("%s does not mention %q", page, name)
			}
		}
	}
}

// TestFormatPagesNameEveryColumn does the same for the columns of a look-back's CSV.
func TestFormatPagesNameEveryColumn(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "format", "seen.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, columns, found := strings.Cut(string(text), "## Columns of the CSV")
	if !found {
		t.Fatal("no section for the columns")
	}
	for _, name := range seenHeader {
		if !strings.Contains(columns, "`"+name+"`") {
			t.Errorf("seen.md does not mention the column %q", name)
		}
	}
}

// jsonNames lists the names of a type's fields and of those below it.
func jsonNames(typ reflect.Type, seen map[reflect.Type]bool) []string {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || seen[typ] || typ.PkgPath() == "time" {
		return nil
	}
	seen[typ] = true
	var out []string
	for f := range typ.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			out = append(out, name)
		}
		out = append(out, jsonNames(f.Type, seen)...)
	}
	return out
}
