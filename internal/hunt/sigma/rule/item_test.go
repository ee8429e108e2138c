package rule

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// one reads a rule with one selection and gives it.
func one(t testing.TB, selection string) (*Rule, []*Complaint) {
	t.Helper()
	text := "title: t\nlogsource: {product: p}\ndetection:\n  s:\n" + indented(selection) + "\n  condition: s\n"
	rules, complaints := Parse("t.yml", []byte(text))
	if len(rules) != 1 {
		return nil, complaints
	}
	return rules[0], complaints
}

func indented(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }

// written gives what an item was read as, for tables.
func written(it Item) string {
	var values []string
	for _, v := range it.Values {
		switch {
		case v.Null:
			values = append(values, "null")
		case v.Placeholder != "":
			values = append(values, "set "+v.Placeholder)
		case v.Regexp != nil:
			values = append(values, v.Regexp.Source)
		case v.Prefix.IsValid():
			values = append(values, v.Prefix.String())
		case v.Ref.Field != "":
			values = append(values, fmt.Sprintf("%+v", v.Ref))
		case v.Patterns != nil:
			var forms []string
			for _, p := range v.Patterns {
				cased := ""
				if p.Cased {
					cased = "cased "
				}
				forms = append(forms, fmt.Sprintf("%s%q", cased, p.String()))
			}
			values = append(values, strings.Join(forms, " or "))
		case it.Op == OpExists:
			values = append(values, strconv.FormatBool(v.Exists))
		default:
			values = append(values, fmt.Sprintf("part %d %g", v.Part, v.Number))
		}
	}
	prefix := ""
	if it.Negated {
		prefix = "not "
	}
	if it.All {
		prefix += "all of "
	}
	return fmt.Sprintf("%s%s op %d: %s", prefix, it.Field, it.Op, strings.Join(values, ", "))
}

func TestItems(t *testing.T) {
	tests := map[string]string{
		`f: text`:                             `f op 0: "text"`,
		`f: [a, b]`:                           `f op 0: "a", "b"`,
		`f: 'C:\Windows\*.exe'`:               `f op 0: "C:\\\\Windows\\*.exe"`, // the backslash takes the star's meaning
		`f: 'C:\Windows\\*.exe'`:              `f op 0: "C:\\\\Windows\\\\*.exe"`,
		`f: 'a\*b\?c\\d\e'`:                   `f op 0: "a\\*b\\?c\\\\d\\\\e"`,
		`f: 'a**?b'`:                          `f op 0: "a*?b"`,
		`f: 4625`:                             `f op 0: "4625"`,
		`f: 0x17`:                             `f op 0: "23"`,
		`f: '0x17'`:                           `f op 0: "0x17"`,
		`f: 1.50`:                             `f op 0: "1.50"`,
		`f: true`:                             `f op 0: "true"`,
		`f: ''`:                               `f op 0: ""`,
		`f: null`:                             `f op 0: null`,
		`f:`:                                  `f op 0: null`,
		`f: ['', null]`:                       `f op 0: "", null`,
		`f|neq: null`:                         `not f op 0: null`,
		`f|contains: x`:                       `f op 0: "*x*"`,
		`f|contains: '*x'`:                    `f op 0: "*x*"`,
		`f|contains: ''`:                      `f op 0: "*"`,
		`f|startswith: x`:                     `f op 0: "x*"`,
		`f|endswith: x`:                       `f op 0: "*x"`,
		`f|endswith: 'x\'`:                    `f op 0: "*x\\\\"`,
		`f|contains|all: [x, y]`:              `all of f op 0: "*x*", "*y*"`,
		`f|all|contains: [x, y]`:              `all of f op 0: "*x*", "*y*"`,
		`f|cased: X`:                          `f op 0: cased "X"`,
		`f|neq: x`:                            `not f op 0: "x"`,
		`f|neq|contains: x`:                   `not f op 0: "*x*"`,
		`f|contains|windash: ' -a'`:           `f op 0: "* -a*" or "* /a*" or "* –a*" or "* —a*" or "* ―a*"`,
		`f|windash: '-a-b'`:                   `f op 0: "-a-b" or "/a-b" or "–a-b" or "—a-b" or "―a-b"`,
		`f|windash: 'a-b - c/'`:               `f op 0: "a-b - c/"`,
		`f|windash: '—a'`:                     `f op 0: "-a" or "/a" or "–a" or "—a" or "―a"`,
		`f|base64: foobar`:                    `f op 0: "Zm9vYmFy"`,
		`f|base64: f`:                         `f op 0: "Zg=="`,
		`f|base64: 'a\*b'`:                    `f op 0: "YSpi"`,
		`f|base64|contains: foobar`:           `f op 0: "*Zm9vYmFy*"`,
		`f|base64offset|contains: foobar`:     `f op 0: "*Zm9vYmFy*" or "*Zvb2Jhc*" or "*mb29iYX*"`,
		`f|wide|base64: ab`:                   `f op 0: "YQBiAA=="`,
		`f|utf16le: ab`:                       `f op 0: "a\x00b\x00"`,
		`f|utf16be: ab`:                       `f op 0: "\x00a\x00b"`,
		`f|utf16: ab`:                         `f op 0: "\xff\xfea\x00b\x00"`,
		`f|wide: é*`:                          `f op 0: "\xe9\x00*"`,
		`f|expand: '%set%'`:                   `f op 0: set set`,
		`f|expand: 'a%set%b*'`:                `f op 0: "a%set%b*"`,
		`f|contains|expand: '%set%'`:          `f op 0: "*%set%*"`,
		`f|expand|contains: '%set%'`:          `f op 0: "*%set%*"`,
		`f|expand|cased: '%set%'`:             `f op 0: cased "%set%"`,
		`f|expand: '\%plain%name%'`:           `f op 0: "%plain%name%"`,
		`f|expand: '50% of 60%'`:              `f op 0: "50% of 60%"`,
		`f: '%set%'`:                          `f op 0: "%set%"`,
		`f|re: a.*b`:                          `f op 1: a.*b`,
		`f|re: 4.5`:                           `f op 1: 4.5`,
		`f|re|i: a`:                           `f op 1: (?i)a`,
		`f|re|s|i|m: a`:                       `f op 1: (?ims)a`,
		`f|re|multiline|dotall|ignorecase: a`: `f op 1: (?ims)a`,
		`f|re|contains: a`:                    `f op 1: a`,
		`f|re|startswith: a`:                  `f op 1: \A(?:a)`,
		`f|re|endswith: a|b`:                  `f op 1: (?:a|b)\z`,
		`f|re|all: [a, b]`:                    `all of f op 1: a, b`,
		`f|neq|re: a`:                         `not f op 1: a`,
		`f|cidr: 10.0.0.0/8`:                  `f op 2: 10.0.0.0/8`,
		`f|cidr: [10.1.2.3/8, 192.0.2.1]`:     `f op 2: 10.0.0.0/8, 192.0.2.1/32`,
		`f|cidr: 2001:db8::/32`:               `f op 2: 2001:db8::/32`,
		`f|cidr: '::ffff:10.0.0.0/104'`:       `f op 2: 10.0.0.0/8`,
		`f|cidr|expand: ['%own%', '::1/128']`: `f op 2: set own, ::1/128`,
		`f|cidr|neq: 10.0.0.0/8`:              `not f op 2: 10.0.0.0/8`,
		`f|lt: 5`:                             `f op 3: part 0 5`,
		`f|lte: -0.5`:                         `f op 4: part 0 -0.5`,
		`f|gt: 1e3`:                           `f op 5: part 0 1000`,
		`f|gte: '10'`:                         `f op 6: part 0 10`,
		`f|gte: 0x10`:                         `f op 6: part 0 16`,
		`f|hour: [1, 2]`:                      `f op 0: part 2 1, part 2 2`,
		`f|week|gte: 60`:                      `f op 6: part 4 60`,
		`f|neq|year: 2024`:                    `not f op 0: part 6 2024`,
		`f|exists: true`:                      `f op 7: true`,
		`f|exists: no`:                        `f op 7: false`,
		`f|fieldref: g.h`:                     `f op 8: {Field:g.h Before:false After:false Cased:false}`,
		`f|fieldref|contains: g`:              `f op 8: {Field:g Before:true After:true Cased:false}`,
		`f|fieldref|startswith: g`:            `f op 8: {Field:g Before:false After:true Cased:false}`,
		`f|fieldref|endswith|cased: g`:        `f op 8: {Field:g Before:true After:false Cased:true}`,
		`f|fieldref|neq: g`:                   `not f op 8: {Field:g Before:false After:false Cased:false}`,
		`- x`:                                 ` op 0: "*x*"`,
		`- '*x'`:                              ` op 0: "*x*"`,
		`x`:                                   ` op 0: "*x*"`,
		`'|all': [x, 5]`:                      `all of  op 0: "*x*", "*5*"`,
		`'|startswith': x`:                    ` op 0: "x*"`,
		`'|cased': x`:                         ` op 0: cased "*x*"`,
		`'|re': x+`:                           ` op 1: x+`,
		`'|contains|expand': '%set%'`:         ` op 0: "*%set%*"`,
		`'|expand': '%set%'`:                  ` op 0: "*%set%*"`,
		`'|neq': x`:                           `not  op 0: "*x*"`,
		`'|windash|contains': '-x'`:           ` op 0: "*-x*" or "*/x*" or "*–x*" or "*—x*" or "*―x*"`,
		`"名前|contains|all": ["а", "ÿ"]`:       `all of 名前 op 0: "*а*", "*ÿ*"`,
		`"f|re": '^\d{1,3}(\.\d{1,3}){3}$'`:   `f op 1: ^\d{1,3}(\.\d{1,3}){3}$`,
		`"field with spaces|contains": a`:     `field with spaces op 0: "*a*"`,
	}
	for selection, want := range tests {
		r, complaints := one(t, selection)
		if r == nil {
			t.Errorf("%s: %v", selection, complaints)
			continue
		}
		check(t, r)
		if got := written(r.Detection.Selections[0].Groups[0].Items[0]); got != want {
			t.Errorf("%s\n got %s\nwant %s", selection, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	tests := map[string][]string{
		"a: 1\nb: 2":             {`a op 0: "1" & b op 0: "2"`},
		"- a: 1\n  b: 2\n- c: 3": {`a op 0: "1" & b op 0: "2"`, `c op 0: "3"`},
		"- x\n- y":               {` op 0: "*x*", "*y*"`},
		"- x\n- a: 1\n- y":       {`a op 0: "1"`, ` op 0: "*x*", "*y*"`},
		"a: 1\n'|all': [x, y]":   {`a op 0: "1" & all of  op 0: "*x*", "*y*"`},
	}
	for selection, want := range tests {
		r, complaints := one(t, selection)
		if r == nil {
			t.Errorf("%s: %v", selection, complaints)
			continue
		}
		var got []string
		for _, g := range r.Detection.Selections[0].Groups {
			var items []string
			for _, it := range g.Items {
				items = append(items, written(it))
			}
			got = append(got, strings.Join(items, " & "))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s -want +got:\n%s", selection, diff)
		}
	}
}

func TestParseGroups(t *testing.T) {
	var n yaml.Node
	if err := yaml.Load([]byte("a|contains: x\nb|wrong: y\n"), &n); err != nil {
		t.Fatal(err)
	}
	groups, complaints := ParseGroups(n.Content[0])
	if len(groups) != 1 || len(groups[0].Items) != 1 || len(complaints) != 1 || complaints[0].Line != 2 || complaints[0].Column != 1 {
		t.Errorf("%+v, %v", groups, complaints)
	}
}

// TestPatternRoundTrip: what a pattern writes is read as the same.
func TestPatternRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := ParsePattern(rapid.StringOfN(rapid.RuneFrom([]rune(`*?\%aÄ日`)), 0, 20, -1).Draw(t, "text"))
		if diff := cmp.Diff(p, ParsePattern(p.String())); diff != "" {
			t.Fatalf("%s: %s", p, diff)
		}
	})
}

// TestBase64OffsetsAreFound: whatever stands before and after, one of the forms is in the encoding.
func TestBase64OffsetsAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(rapid.Byte(), 2, 12).Draw(t, "value")
		before, after := rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "before"), rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "after")
		text := encoded(before, value, after)
		forms := base64Offsets(string(value))
		if form := forms[len(before)%3]; form == "" || !strings.Contains(text, form) {
			t.Fatalf("%q is not in %q", form, text)
		}
	})
}

func encoded(parts ...[]byte) string {
	return base64.StdEncoding.EncodeToString(bytes.Join(parts, nil))
}
