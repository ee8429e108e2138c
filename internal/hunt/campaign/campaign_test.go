package campaign

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stormglass/content"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
)

func ours(t *testing.T) []*Campaign {
	t.Helper()
	all, err := Read(content.Campaigns())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestOurs: what the program comes with names entries that the catalogue has, and of each campaign some rule speaks.
func TestOurs(t *testing.T) {
	rules, err := rule.Read(content.Rules(), ".")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, e := range content.Catalogue() {
		known[e.ID] = true
	}
	all := ours(t)
	var names []string
	for i, h := range Hunted(all) {
		names = append(names, h.Name)
		for _, id := range all[i].Entries {
			if !known[id] {
				t.Errorf("%s names %s, which the catalogue lacks", h.Name, id)
			}
			tag := "stormglass." + strings.ToLower(id)
			if !slices.ContainsFunc(rules.Rules, func(r *rule.Rule) bool { return slices.Contains(r.Tags, tag) }) {
				t.Errorf("%s names %s, of which no rule speaks", h.Name, id)
			}
		}
		n := 0
		for _, r := range rules.Rules {
			if h.Has(hunt.RuleInfoOf(r)) {
				n++
			}
		}
		if n < 5 {
			t.Errorf("only %d rules belong to %s", n, h.Name)
		}
	}
	if want := []string{"Flax Typhoon", "Salt Typhoon", "Volt Typhoon"}; !slices.Equal(names, want) {
		t.Errorf("campaigns %v, want %v", names, want)
	}
	salt, err := Find(all, "redmike")
	if err != nil || salt.Name != "Salt Typhoon" {
		t.Errorf("RedMike is %v (%v)", salt, err)
	}
	for _, who := range []string{"BADCANDY", "Static Tundra"} {
		if !slices.ContainsFunc(salt.Shared, func(s Shared) bool { return s.Who == who }) {
			t.Errorf("that %s does the same is not said", who)
		}
	}
	if _, err := Find(all, "Nobody"); err == nil || !strings.Contains(err.Error(), "Volt Typhoon") {
		t.Errorf("a campaign that nobody knows: %v", err)
	}
}

func TestWrong(t *testing.T) {
	const good = "name: A\nabout: b\nentries: [AAA-01]\nsources: [{title: t, publisher: p, date: 2026-01-02, state: V}]\nshared: [{who: w, what: x, source: s, state: G}]\n"
	for text, want := range map[string]string{
		good:           "",
		"":             "holds no campaign",
		"name: [":      "not YAML",
		"- 1":          "cannot",
		"name: &a A\n": "anchors",
		"name: A":      "about and sources",
		strings.Replace(good, "state: V", "state: X", 1):                "none of V, S, G",
		strings.Replace(good, "who: w", "who: ''", 1):                   "lacks who",
		strings.Replace(good, "entries: [AAA-01]\n", "", 1):             "nothing can be found",
		strings.Replace(good, "shared:", "shares:", 1):                  "who else",
		good + "techniques: [{id: T12}, {id: TA0001, was: [T1.2.3]}]\n": `"TA0001" is no id`,
	} {
		_, err := Read(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
