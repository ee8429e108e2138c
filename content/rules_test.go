package content_test

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stormglass/content"
	"stormglass/internal/hunt/sigma/rule"
)

// ours reads our rules as a hunt does.
func ours(t testing.TB) *rule.Collection {
	t.Helper()
	c, err := rule.Read(content.Rules(), ".")
	if err != nil {
		t.Fatal(err)
	}
	c.Resolve()
	for _, x := range c.Complaints {
		t.Errorf("%s:%d:%d: %s: %s", x.File, x.Line, x.Column, x.Rule, x.Text)
	}
	return c
}

// entriesOf gives the entries of the catalogue that a rule's tags name, "AAA-01".
func entriesOf(tags []string) (ids []string) {
	for _, tag := range tags {
		if id, ok := strings.CutPrefix(tag, "stormglass."); ok {
			ids = append(ids, strings.ToUpper(id))
		}
	}
	return ids
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// numberings are techniques that newer versions of ATT&CK call otherwise: who names the one names one of the others.
var numberings = map[string][]string{
	"attack.t1685":     {"attack.t1562", "attack.t1562.001", "attack.t1562.006"},
	"attack.t1685.004": {"attack.t1562.012"},
	"attack.t1685.006": {"attack.t1070.002"},
	"attack.t1686":     {"attack.t1562.004"},
	"attack.t1686.002": {"attack.t1562.013"},
	"attack.t1690":     {"attack.t1562.003"},
}

// TestRules: every rule says what an analyst needs to know of it.
func TestRules(t *testing.T) {
	c := ours(t)
	ids := map[string]string{}
	known := map[string]bool{}
	for _, e := range content.Catalogue() {
		known[e.ID] = true
	}
	for _, r := range c.Rules {
		t.Run(strings.ReplaceAll(r.Title, "/", " "), func(t *testing.T) {
			if !uuid.MatchString(r.ID) {
				t.Errorf("%s: id %q is no random UUID", r.File, r.ID)
			}
			if other, twice := ids[r.ID]; twice {
				t.Errorf("id %s is that of %q too", r.ID, other)
			}
			ids[r.ID] = r.Title
			for _, note := range r.Notes {
				t.Errorf("%s:%d: %s", r.File, note.Line, note.Text)
			}
			if len(r.CustomKeys) > 0 {
				t.Errorf("keys that nobody knows: %q", r.CustomKeys)
			}
			described(t, r)
			entries := entriesOf(r.Tags)
			for _, id := range entries {
				if !known[id] {
					t.Errorf("tag names %s, which the catalogue does not hold", id)
				}
			}
			if len(entries) == 0 {
				t.Error("no tag names an entry of the catalogue, as in stormglass.aaa-01")
			}
			bothNumberings(t, r.Tags)
		})
	}
}

func described(t *testing.T, r *rule.Rule) {
	t.Helper()
	if r.Level == rule.NoLevel {
		t.Error("no level")
	}
	if len(r.FalsePositives) == 0 {
		t.Error("no falsepositives: say what else it may be")
	}
	if len(r.Needs) == 0 {
		t.Error("no stormglass.needs")
	}
	if len(r.Description) < 40 {
		t.Errorf("description %q says too little", r.Description)
	}
	if r.Correlation == nil && r.LogSource.Product != "stormglass" {
		t.Errorf("log source %s: our rules look at product stormglass", r.LogSource)
	}
	for _, x := range []string{"http://", "https://"} {
		if strings.Contains(strings.Join(r.References, " "), x) {
			t.Errorf("references name an address: name title and publisher, addresses move")
		}
	}
}

func bothNumberings(t *testing.T, tags []string) {
	t.Helper()
	older := map[string]bool{}
	for latest, olds := range numberings {
		have := slices.ContainsFunc(olds, func(old string) bool { return slices.Contains(tags, old) })
		for _, old := range olds {
			older[old] = older[old] || slices.Contains(tags, latest)
		}
		if slices.Contains(tags, latest) && !have {
			t.Errorf("tag %s without the older number, one of %q", latest, olds)
		}
	}
	techniques := 0
	for _, tag := range tags {
		if strings.HasPrefix(tag, "attack.t1") || strings.HasPrefix(tag, "fight.") {
			techniques++
		}
		if newer, old := older[tag]; old && !newer {
			t.Errorf("tag %s without the number that ATT&CK has now", tag)
		}
	}
	if techniques == 0 {
		t.Error("no technique among the tags")
	}
}

// TestEmbedded: the program carries all rules, by the names that their entries give them.
func TestEmbedded(t *testing.T) {
	rules := 0
	err := fs.WalkDir(os.DirFS("rules"), ".", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rules++
		if _, err := fs.Stat(content.Rules(), file); err != nil {
			t.Errorf("%s: the program does not carry it", file)
		}
		group, name, _ := strings.Cut(file, "/")
		if !strings.HasPrefix(name, group+"-") {
			t.Errorf("%s: files are called by the entry of the catalogue, as in aaa/aaa-01.yml", file)
		}
		return nil
	})
	if err != nil || rules == 0 {
		t.Errorf("%d rules, %v", rules, err)
	}
}
