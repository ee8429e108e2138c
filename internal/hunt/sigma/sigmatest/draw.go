package sigmatest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// Sort is what a field of a Vocabulary holds.
type Sort uint8

// The sorts of fields.
const (
	Text Sort = iota
	Number
	Address
	Instant
)

// Field is one that drawn rules ask for.
type Field struct {
	Name string
	Sort Sort
	Pool []string // what records hold, and rules look for: few values, so that matches are frequent
}

// Vocabulary is what rules are drawn over.
type Vocabulary struct {
	Fields []Field
	Words  []string // of which the raw line is made, and keywords
	Sets   Sets     // for placeholders: "texts", and "prefixes" where fields are addresses
}

// Example is a rule, perhaps with filters beside it, and what to ask it about.
type Example struct {
	Rules   string
	Sets    Sets
	Records []Record
}

// Draw gives an example over fields of its own. Records hold empty texts only where empty is set, since decoders of typed telemetry
// keep none.
func Draw(t *rapid.T, empty bool) Example { return DrawOver(t, drawnVocabulary(t), empty) }

// DrawOver gives an example over a vocabulary.
func DrawOver(t *rapid.T, v Vocabulary, empty bool) Example {
	d := drawer{T: t, v: v}
	records := make([]Record, rapid.IntRange(1, 6).Draw(t, "records"))
	for i := range records {
		records[i] = d.record(empty)
	}
	return Example{Rules: d.rules(), Sets: v.Sets, Records: records}
}

type drawer struct {
	*rapid.T
	v Vocabulary
}

// letters are few, and hold what goes wrong easily: case beyond ASCII (Kelvin sign, long s, sharp s), dashes, wildcards, backslashes.
var letters = []string{
	"a", "b", "k", "s", "A", "B", "K", "\u212a", "ſ", "ß", "ω", "Ω", "日", "1", "0", " ", "-", "/", "–", `\`, "*", "?", "%", ".", ":",
}

// Words draws a few, short and longer ones: an engine may look for long texts in another way.
func Words(t *rapid.T) []string {
	letter := rapid.SampledFrom(letters)
	word := rapid.Map(rapid.OneOf(rapid.SliceOfN(letter, 1, 4), rapid.SliceOfN(letter, 4, 9)), func(s []string) string { return strings.Join(s, "") })
	return rapid.SliceOfN(word, 3, 6).Draw(t, "words")
}

// drawnVocabulary is a vocabulary of texts, numbers, addresses and times.
func drawnVocabulary(t *rapid.T) Vocabulary {
	pool := Words(t)
	return Vocabulary{
		Fields: []Field{
			{"f.a", Text, pool},
			{"f.b", Text, pool},
			{"f.c", Text, pool},
			{"f.n", Number, []string{"0", "1", "10", "-1", "1.5", "80", "4294967297"}},
			{"f.ip", Address, []string{"10.0.0.1", "10.0.0.255", "10.1.0.1", "192.0.2.1", "2001:db8::1", "2001:db8:8000::1"}},
			{"f.t", Instant, []string{"2024-12-31T23:59:59Z", "2024-12-30T00:00:00Z", "2025-01-06T03:07:00Z", "2024-02-29T03:00:00.5Z"}},
		},
		Words: pool,
		Sets:  Sets{"texts": pool[:2], "none": {}, "prefixes": {"10.0.0.0/24", "2001:db8::/33"}},
	}
}

func (d drawer) record(empty bool) Record {
	r := Record{Fields: map[string][]string{}}
	for _, f := range d.v.Fields {
		for range rapid.SampledFrom([]int{0, 0, 1, 1, 1, 1, 1, 2}).Draw(d.T, "values") {
			text := rapid.SampledFrom(f.Pool).Draw(d.T, "value")
			if f.Sort == Text {
				text = d.text(text)
			}
			if text != "" || empty {
				r.Fields[f.Name] = append(r.Fields[f.Name], text)
			}
		}
	}
	r.Raw = strings.Join(rapid.SliceOfN(rapid.SampledFrom(d.v.Words), 0, 4).Draw(d.T, "raw"), " ")
	return r
}

// text puts a word into what records hold.
func (d drawer) text(word string) string {
	other := rapid.SampledFrom(d.v.Words).Draw(d.T, "other")
	switch rapid.SampledFrom([]string{
		"word", "word", "word", "word", "upper", "lower", "around", "before", "after", "base64", "wide64", "wide", "line", "bytes", "empty",
	}).Draw(d.T, "form") {
	case "upper":
		return strings.ToUpper(word)
	case "lower":
		return strings.ToLower(word)
	case "around":
		return other + word + other
	case "before":
		return other + word
	case "after":
		return word + other
	case "base64":
		return encoded(other + word + other)
	case "wide64":
		return encoded(utf16Bytes(other + word))
	case "wide":
		return utf16Bytes(word)
	case "line":
		return other + "\n" + word
	case "bytes":
		return word + "\xff" + other
	case "empty":
		return ""
	}
	return word
}

// rules draws a detection and, at times, a filter.
func (d drawer) rules() string {
	body, condition := d.detection("    ")
	var text strings.Builder
	text.WriteString(Header + "detection:\n" + body + condition)
	for range rapid.SampledFrom([]int{0, 0, 0, 0, 1, 2}).Draw(d.T, "filters") {
		body, condition := d.detection("    ")
		if strings.Contains(condition, "condition:\n") { // a filter has one
			condition = "    condition: sel\n"
		}
		names := rapid.SampledFrom([]string{"any", "[case]", "[6d0c1a52-7d5e-4a43-9d0f-0c9a5ac2b0f1]"}).Draw(d.T, "rules")
		text.WriteString("---\ntitle: a filter\n" + LogSource + "filter:\n    rules: " + names + "\n" + body + condition)
	}
	return text.String()
}

// detection draws search identifiers and a condition over them.
func (d drawer) detection(indent string) (body, condition string) {
	var b strings.Builder
	names := []string{"sel"}
	for _, name := range []string{"sel_a", "sel_b", "_x", "filter", "other"} {
		if rapid.IntRange(0, 2).Draw(d.T, "more") == 0 {
			names = append(names, name)
		}
	}
	for _, name := range names {
		fmt.Fprintf(&b, "%s%s:\n%s", indent, name, d.search(indent+"    "))
	}
	var conditions []string
	for range rapid.SampledFrom([]int{1, 1, 1, 1, 2}).Draw(d.T, "conditions") {
		conditions = append(conditions, d.condition(names, 3))
	}
	if len(conditions) == 1 {
		return b.String(), indent + "condition: " + conditions[0] + "\n"
	}
	bullet := "\n" + indent + "    - "
	return b.String(), indent + "condition:" + bullet + strings.Join(conditions, bullet) + "\n"
}

// condition draws an expression of the grammar.
func (d drawer) condition(names []string, depth int) string {
	form := rapid.SampledFrom([]string{"name", "name", "of", "not", "and", "or", "or and", "paren"}).Draw(d.T, "condition")
	if depth == 0 {
		form = "name"
	}
	sub := func() string { return d.condition(names, depth-1) }
	switch form {
	case "of":
		quantifier := rapid.SampledFrom([]string{"1 of ", "any of ", "all of "}).Draw(d.T, "quantifier")
		return quantifier + rapid.SampledFrom([]string{"them", "sel*", "*e*", "s*l"}).Draw(d.T, "pattern")
	case "not":
		return "not " + d.condition(names, 0)
	case "and":
		return sub() + " and " + sub()
	case "or":
		return sub() + " or " + sub()
	case "or and":
		return sub() + " or " + sub() + " and not " + sub()
	case "paren":
		return rapid.SampledFrom([]string{"", "not "}).Draw(d.T, "sign") + "(" + sub() + ")"
	}
	return rapid.SampledFrom(names).Draw(d.T, "name")
}

// search draws a search identifier.
func (d drawer) search(indent string) string {
	switch rapid.SampledFrom([]string{"map", "map", "map", "maps", "keywords", "all", "mixed"}).Draw(d.T, "search") {
	case "maps":
		return d.mapping(indent, "- ") + d.mapping(indent, "- ")
	case "keywords":
		return d.keywords(indent)
	case "all":
		chain := rapid.SampledFrom([]string{"|all", "|contains|all", "|cased|all"}).Draw(d.T, "chain")
		return indent + "'" + chain + "':\n" + d.keywords(indent+"    ")
	case "mixed":
		return d.keywords(indent) + d.mapping(indent, "- ")
	}
	return d.mapping(indent, "")
}

func (d drawer) keywords(indent string) string {
	var text strings.Builder
	for range rapid.IntRange(1, 3).Draw(d.T, "keywords") {
		text.WriteString(indent + "- " + quoted(d.value(rapid.SampledFrom(d.v.Words).Draw(d.T, "keyword"))) + "\n")
	}
	return text.String()
}

// mapping draws a map of one to three items; no two may have one key.
func (d drawer) mapping(indent, bullet string) string {
	var text strings.Builder
	seen := map[string]bool{}
	for range rapid.IntRange(1, 3).Draw(d.T, "items") {
		key, values := d.item(indent + "    ")
		if seen[key] {
			continue
		}
		seen[key] = true
		text.WriteString(indent + bullet + quoted(key) + ":" + values)
		if bullet == "- " {
			bullet = "  "
		}
	}
	return text.String()
}

// quoted writes a text as YAML.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
