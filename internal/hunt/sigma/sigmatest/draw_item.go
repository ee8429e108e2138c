package sigmatest

import (
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func utf16Bytes(text string) string { return wide(binary.LittleEndian)(text) }

// chains are drawn for each sort of field, the frequent ones of the corpus more often.
var chains = map[Sort][]string{
	Text: {
		"", "", "", "|contains", "|contains", "|contains", "|endswith", "|endswith", "|startswith", "|contains|all", "|all|contains",
		"|re", "|re|i", "|re|m", "|re|s", "|re|i|m|s", "|re|all", "|re|neq", "|windash", "|windash|contains", "|contains|windash",
		"|contains|windash|all", "|windash|wide|base64offset|contains", "|cased", "|contains|cased", "|cased|startswith", "|cased|all",
		"|base64", "|base64|contains", "|base64offset|contains", "|base64offset|contains|cased", "|wide|base64offset|contains",
		"|wide|base64|contains", "|utf16be|base64offset|contains", "|utf16|base64", "|utf16le", "|wide|contains", "|utf16be|contains",
		"|expand", "|contains|expand", "|expand|startswith", "|expand|neq", "|fieldref", "|fieldref|startswith", "|fieldref|endswith",
		"|fieldref|contains", "|fieldref|neq", "|neq|fieldref", "|fieldref|cased", "|neq", "|contains|neq", "|cased|neq", "|exists", "null",
		"null", "|neq null",
	},
	Number: {
		"", "", "|lt", "|lte", "|gt", "|gte", "|neq", "|lt|neq", "|contains", "|startswith", "|exists", "null", "|re", "|fieldref",
	},
	Address: {
		"", "", "|cidr", "|cidr", "|cidr|neq", "|cidr|expand", "|startswith", "|contains", "|endswith", "|neq", "|exists", "null", "|fieldref",
		"|fieldref|neq", "|re",
	},
	Instant: {
		"|minute", "|hour", "|day", "|week", "|month", "|year", "|hour|neq", "|hour|gte", "|year|lt", "|exists", "null", "|startswith",
	},
}

// item draws a key and its values, from the colon on.
func (d drawer) item(indent string) (key, values string) {
	f := rapid.SampledFrom(d.v.Fields).Draw(d.T, "field")
	chain := rapid.SampledFrom(chains[f.Sort]).Draw(d.T, "chain")
	chain, null := strings.CutSuffix(chain, "null")
	chain = strings.TrimSpace(chain)
	switch {
	case null:
		return f.Name + chain, " null\n"
	case strings.Contains(chain, "|exists"):
		return f.Name + chain, rapid.SampledFrom([]string{" true\n", " false\n"}).Draw(d.T, "exists")
	}
	count := rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(d.T, "values")
	if count == 1 && !strings.Contains(chain, "|all") {
		return f.Name + chain, " " + d.operand(f, chain) + "\n"
	}
	bullet := "\n" + indent + "- "
	operands := make([]string, count)
	for i := range operands {
		operands[i] = d.operand(f, chain)
	}
	return f.Name + chain, bullet + strings.Join(operands, bullet) + "\n"
}

// operand draws a value for a chain of modifiers, as YAML.
func (d drawer) operand(f Field, chain string) string {
	word := rapid.SampledFrom(f.Pool).Draw(d.T, "word")
	has := func(m string) bool { return strings.Contains(chain+"|", m+"|") }
	switch {
	case has("|re"):
		return quoted(d.expression(word))
	case has("|fieldref"):
		return quoted(rapid.SampledFrom(d.v.Fields).Draw(d.T, "ref").Name)
	case has("|cidr"):
		if has("|expand") {
			return "'%prefixes%'"
		}
		return rapid.SampledFrom([]string{
			"10.0.0.0/24", "10.0.0.0/8", "192.0.2.1/32", "'2001:db8::/33'", "'2001:db8::/32'", "0.0.0.0/0", "'::/0'", "10.0.0.128/25",
		}).Draw(d.T, "prefix")
	case has("|lt"), has("|lte"), has("|gt"), has("|gte"):
		if f.Sort == Number {
			return word
		}
		fallthrough
	case f.Sort == Instant && !has("|startswith"):
		return d.part(chain)
	case has("|base64"), has("|base64offset"):
		return quoted(literal(word + rapid.SampledFrom(f.Pool).Draw(d.T, "longer")))
	case has("|expand"):
		return quoted(d.around(word, rapid.SampledFrom([]string{"%texts%", "%texts%", "%none%", "%prefixes%"}).Draw(d.T, "set")))
	case f.Sort == Number && !has("|contains") && !has("|startswith"):
		return rapid.SampledFrom([]string{word, quoted(word), quoted(word + "*"), quoted("*" + word), "'?'"}).Draw(d.T, "number")
	}
	return quoted(d.value(word))
}

// around puts a placeholder into text, at times.
func (d drawer) around(word, set string) string {
	return rapid.SampledFrom([]string{set, set, "*" + set, strings.ReplaceAll(literal(word), "%", `\%`) + " " + set, set + "?", `\%` + "x" + set}).Draw(d.T, "placeholder")
}

func (d drawer) part(chain string) string {
	numbers := map[string][]string{
		"minute": {"0", "7", "59"}, "hour": {"0", "3", "23"}, "day": {"6", "29", "30", "31"}, "week": {"1", "2", "9", "52"},
		"month": {"1", "2", "12"}, "year": {"2024", "2025"},
	}
	return rapid.SampledFrom(numbers[strings.Split(chain, "|")[1]]).Draw(d.T, "part")
}

// literal escapes all that is special in a value.
func literal(word string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(word)
}

// value writes a word as a value: as it is, in other case, with wildcards in place of characters or beside them. A value has a character
// that is none of * and ?, since a keyword that is only wildcards says nothing.
func (d drawer) value(word string) string {
	at := rapid.IntRange(0, utf8.RuneCountInString(word)-1).Draw(d.T, "at")
	runes := []rune(word)
	before, middle, after := string(runes[:at]), string(runes[at:at+1]), string(runes[at+1:])
	form := rapid.SampledFrom([]string{
		"literal", "literal", "literal", "as is", "upper", "lower", "?", "*", "in *", "* before", "* after", "twice *", "? after", "cut",
	}).Draw(d.T, "value")
	written := literal(word)
	switch form {
	case "as is":
		written = word
	case "upper":
		written = literal(strings.ToUpper(word))
	case "lower":
		written = literal(strings.ToLower(word))
	case "?":
		written = literal(before) + "?" + literal(after)
	case "*":
		written = literal(before) + "*" + literal(after)
	case "in *":
		written = literal(before) + "*" + literal(middle+after)
	case "* before":
		written = "*" + literal(word)
	case "* after":
		written = literal(word) + "*"
	case "twice *":
		written = "*" + literal(before) + "**" + literal(middle) + "*?" + literal(after)
	case "? after":
		written = literal(word) + "?"
	case "cut":
		written = literal(middle + after)
	}
	for _, p := range parse(written) {
		if p.plain != "" {
			return written
		}
	}
	return literal(word)
}

// expression writes a word as a regular expression.
func (d drawer) expression(word string) string {
	plain := regexp.QuoteMeta(word)
	return rapid.SampledFrom([]string{
		plain, plain, "^" + plain, plain + "$", "^" + plain + "$", "^.*" + plain, "(" + plain + "|x)+", plain + ".+", "." + plain, "[a-k]{1,2}", "a?b*",
	}).Draw(d.T, "expression")
}
