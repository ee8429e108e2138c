package imports

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// Limits of the expression of a command.
const (
	maxExpression = 1 << 10 // bytes
	maxForms      = 64      // patterns that one expression becomes
)

// command reads `cmd = show { permit version deny .* }`: what is permitted becomes patterns of commands. What comes after a deny
// of something is left out, since patterns only permit.
func (t *tacFile) command(u *tacUser, s *tacNode) {
	name := strings.ToLower(strings.Join(strings.Fields(s.value()), " "))
	if name == "" || !nameable(name) || strings.Contains(name, "*") {
		t.left(s.line, "the name of the command is not understood")
		return
	}
	if u.cmds[name] {
		return
	}
	u.cmds[name] = true
	denied := false
	for _, rule := range rulesOf(s.block) {
		switch {
		case !rule.permit && matchesAll(rule.text):
			return
		case !rule.permit:
			denied = true
		case denied:
			t.left(rule.line, "a permit after a deny: patterns cannot say it, write the commands by hand")
		default:
			t.permit(u, name, rule)
		}
	}
}

func (t *tacFile) permit(u *tacUser, name string, rule tacRule) {
	forms, ok := patternsOf(rule.text)
	if !ok {
		t.left(rule.line, "the expression of a permit is not understood: write the commands by hand")
		return
	}
	for _, f := range forms {
		full := name + " " + f
		if f == "*" {
			u.commands = append(u.commands, name)
		}
		if f == "" {
			full = name
		}
		if nameable(full) {
			u.commands = append(u.commands, full)
		} else {
			t.left(rule.line, "a command cannot be shown or is longer than %d bytes", maxText)
		}
	}
}

// tacRule is one permit or deny.
type tacRule struct {
	line   int
	permit bool
	text   string // the expression
}

// rulesOf gives the permits and denies of a block, several of which may stand in one line.
func rulesOf(block []tacNode) []tacRule {
	var out []tacRule
	for i := range block {
		all := slices.Concat(block[i].key, block[i].values)
		for j := 0; j < len(all); j++ {
			permit := strings.EqualFold(all[j], "permit")
			if !permit && !strings.EqualFold(all[j], "deny") {
				break // a message, or words of no rule
			}
			begin := j + 1
			for j+1 < len(all) && (j+1 == begin || all[j+1] != "permit" && all[j+1] != "deny") {
				j++
			}
			out = append(out, tacRule{block[i].line, permit, strings.Join(all[begin:j+1], " ")})
		}
	}
	return out
}

func matchesAll(expression string) bool {
	forms, ok := patternsOf(expression)
	return ok && slices.Contains(forms, "*")
}

// The ends of a text, while an expression is turned into patterns. Neither can stand in a command.
const (
	atBegin = '\x01'
	atEnd   = '\x02'
)

// patternsOf turns the expression that the arguments of a command are searched for into patterns with *. Not ok: it says what
// patterns cannot.
func patternsOf(expression string) (forms []string, ok bool) {
	if len(expression) > maxExpression {
		return nil, false
	}
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, false
	}
	raw, ok := formsOf(re)
	if !ok {
		return nil, false
	}
	for _, f := range raw {
		f, ok := whole(f)
		if !ok {
			return nil, false
		}
		if !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	return forms, true
}

// whole makes a pattern of a form: what is not tied to an end may have anything before or behind it.
func whole(form string) (string, bool) {
	f, tied := strings.CutPrefix(form, string(atBegin))
	if !tied {
		f = "*" + f
	}
	if cut, tied := strings.CutSuffix(f, string(atEnd)); tied {
		f = cut
	} else if cut, cr := strings.CutSuffix(f, "<cr>"); cr {
		f = cut
	} else {
		f += "*"
	}
	f = strings.TrimSuffix(strings.TrimSpace(f), "<cr>")
	for strings.Contains(f, "**") {
		f = strings.ReplaceAll(f, "**", "*")
	}
	f = strings.Join(strings.Fields(f), " ")
	return f, !strings.ContainsAny(f, string(atBegin)+string(atEnd))
}

// formsOf gives the texts that an expression stands for, with * for any text.
func formsOf(re *syntax.Regexp) ([]string, bool) {
	switch re.Op { //nolint:exhaustive // the others are not understood
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		s := string(re.Rune)
		return []string{s}, !strings.ContainsAny(s, "*\x01\x02\ufffd")
	case syntax.OpBeginText, syntax.OpBeginLine:
		return []string{string(atBegin)}, true
	case syntax.OpEndText, syntax.OpEndLine:
		return []string{string(atEnd)}, true
	case syntax.OpCapture:
		return formsOf(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
		sub := re.Sub[0].Op
		return []string{"*"}, sub == syntax.OpAnyChar || sub == syntax.OpAnyCharNotNL
	case syntax.OpQuest:
		some, ok := formsOf(re.Sub[0])
		return append(some, ""), ok
	case syntax.OpCharClass:
		return classForms(re.Rune)
	case syntax.OpAlternate:
		return eitherForm(re.Sub)
	case syntax.OpConcat:
		return rowOfForms(re.Sub)
	}
	return nil, false
}

// classForms gives the characters of a small class, by its ranges.
func classForms(ranges []rune) ([]string, bool) {
	var out []string
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > maxForms {
			return nil, false
		}
		for c := ranges[i]; c <= ranges[i+1]; c++ {
			if out = append(out, string(c)); c == '*' || c == atBegin || c == atEnd || len(out) > maxForms {
				return nil, false
			}
		}
	}
	return out, true
}

func eitherForm(subs []*syntax.Regexp) ([]string, bool) {
	var out []string
	for _, sub := range subs {
		some, ok := formsOf(sub)
		if out = append(out, some...); !ok || len(out) > maxForms {
			return nil, false
		}
	}
	return out, true
}

func rowOfForms(subs []*syntax.Regexp) ([]string, bool) {
	out := []string{""}
	for _, sub := range subs {
		some, ok := formsOf(sub)
		if !ok || len(out)*len(some) > maxForms {
			return nil, false
		}
		next := make([]string, 0, len(out)*len(some))
		for _, a := range out {
			for _, b := range some {
				next = append(next, a+b)
			}
		}
		out = next
	}
	return out, true
}
