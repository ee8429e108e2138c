package sigmatest

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"regexp"
	"strings"
	"unicode/utf16"
)

// onPlain applies a change to the plain pieces of parts.
func onPlain(parts []part, change func(string) string) []part {
	var changed []part
	for _, p := range parts {
		if p.plain != "" {
			p.plain = change(p.plain)
		}
		changed = append(changed, p)
	}
	return changed
}

// wide gives the bytes of a text in UTF-16.
func wide(order binary.AppendByteOrder) func(string) string {
	return func(text string) string {
		var bytes []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			bytes = order.AppendUint16(bytes, unit)
		}
		return string(bytes)
	}
}

var errWild = errors.New("a value with wildcards cannot be encoded")

// bytesOf gives a value without wildcards.
func bytesOf(parts []part) (string, error) {
	var all strings.Builder
	for _, p := range parts {
		if p.wild != 0 || p.set != "" {
			return "", errWild
		}
		all.WriteString(p.plain)
	}
	return all.String(), nil
}

func base64Of(parts []part) ([]part, error) {
	value, err := bytesOf(parts)
	return []part{{plain: base64.StdEncoding.EncodeToString([]byte(value))}}, err
}

// base64Offsets gives the three forms that a value has within longer text in base64: what begins at each of the three places within
// a group of four characters, without the characters that also hold bits of what stands before or after.
func base64Offsets(parts []part) ([][]part, error) {
	value, err := bytesOf(parts)
	if err != nil {
		return nil, err
	}
	var forms [][]part
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + value))
		first := (shift*8 + 5) / 6           // characters with bits of what stands before
		last := (shift + len(value)) * 8 / 6 // whole characters of six bits
		forms = append(forms, []part{{plain: encoded[first:last]}})
	}
	return forms, nil
}

// dashes are the characters that windash takes for one another.
var dashes = []string{"-", "/", "–", "—", "―"}

// flags finds a dash that begins a parameter: at the start or after what is no letter, digit or underscore, and before one.
var flags = regexp.MustCompile(`(^|[^\pL\pN_])([-/–—―])([\pL\pN_])`)

// windash gives every form that a value has when each dash that begins a parameter is any of the dashes.
func windash(parts []part) [][]part {
	forms := [][]part{nil}
	for _, p := range parts {
		var longer [][]part
		for _, piece := range dashed(p) {
			for _, form := range forms {
				longer = append(longer, append(append([]part{}, form...), piece))
			}
		}
		forms = longer
	}
	return forms
}

// dashed gives the forms of one piece.
func dashed(p part) []part {
	at := flags.FindStringSubmatchIndex(p.plain)
	if p.plain == "" || at == nil {
		return []part{p}
	}
	var forms []part
	for _, rest := range dashed(part{plain: p.plain[at[6]:]}) {
		for _, dash := range dashes {
			forms = append(forms, part{plain: p.plain[:at[4]] + dash + rest.plain})
		}
	}
	return forms
}

var placeholder = regexp.MustCompile(`%[\pL\pN_]+%`)

// expand makes %name% a placeholder, unless a backslash stands before it; \% is a percent sign.
func expand(parts []part) []part {
	var expanded []part
	for _, p := range parts {
		if p.plain == "" {
			expanded = append(expanded, p)
			continue
		}
		expanded = append(expanded, expandPlain(p.plain)...)
	}
	return expanded
}

func expandPlain(text string) []part {
	plain, i := "", 0
	var parts []part
	for i < len(text) {
		if strings.HasPrefix(text[i:], `\%`) {
			plain += "%"
			i += 2
			continue
		}
		at := placeholder.FindString(text[i:])
		if text[i] == '%' && at != "" && strings.HasPrefix(text[i:], at) {
			if plain != "" {
				parts = append(parts, part{plain: plain})
			}
			parts = append(parts, part{set: strings.Trim(at, "%")})
			plain = ""
			i += len(at)
			continue
		}
		plain += text[i : i+1]
		i++
	}
	if plain != "" {
		parts = append(parts, part{plain: plain})
	}
	return parts
}
