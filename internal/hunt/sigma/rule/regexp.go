package rule

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// compileRegexp compiles an expression as Go does, within the bounds. flags are those of the modifiers: "i", "m", "s".
func compileRegexp(source, flags string) (re *Regexp, size int, err error) {
	if len(source) > maxRegexp {
		return nil, 0, fmt.Errorf("the regular expression has over %d bytes: shorten it, or write it as several values", maxRegexp)
	}
	if flags != "" {
		source = "(?" + flags + ")" + source
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, 0, plainRegexp(err)
	}
	if size = programSize(tree); size > maxProgram {
		return nil, 0, fmt.Errorf("the regular expression is too costly, about %d steps, over %d: make the counted repeats smaller", size, maxProgram)
	}
	compiled, err := regexp.Compile(source)
	if err != nil {
		return nil, 0, plainRegexp(err)
	}
	return &Regexp{Regexp: compiled, Source: source}, size, nil
}

// programSize is about how many instructions an expression compiles to, counted before its repeats are written out.
func programSize(tree *syntax.Regexp) int {
	size := 1 + len(tree.Rune)/8
	for _, sub := range tree.Sub {
		size = min(size+programSize(sub), maxProgram+1)
	}
	if tree.Op == syntax.OpLiteral {
		size = 1 + len(tree.Rune)
	}
	if tree.Op == syntax.OpRepeat {
		size *= max(tree.Min, tree.Max, 1)
	}
	return min(size, maxProgram+1)
}

// plainRegexp says what Go's parser does not take, by the name under which other engines have it.
func plainRegexp(err error) error {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("it is no regular expression: %w", err)
	}
	what := ""
	switch {
	case strings.HasPrefix(e.Expr, "(?="), strings.HasPrefix(e.Expr, "(?!"):
		what = "look-ahead"
	case strings.HasPrefix(e.Expr, "(?<="), strings.HasPrefix(e.Expr, "(?<!"):
		what = "look-behind"
	case strings.HasPrefix(e.Expr, "(?>"):
		what = "an atomic group"
	case strings.HasPrefix(e.Expr, "(?("):
		what = "a condition"
	case e.Code == syntax.ErrInvalidRepeatOp && strings.HasSuffix(e.Expr, "+"):
		what = "a possessive quantifier"
	case e.Code == syntax.ErrInvalidEscape && len(e.Expr) == 2 && '1' <= e.Expr[1] && e.Expr[1] <= '9':
		what = "a back-reference"
	}
	if what != "" {
		return fmt.Errorf("the regular expression has %s, %s: these need unbounded time and are not read; write selections and join them in the condition", what, shown(e.Expr))
	}
	if e.Code == syntax.ErrInvalidRepeatSize || e.Code == syntax.ErrLarge || e.Code == syntax.ErrNestingDepth {
		return fmt.Errorf("the regular expression is too costly: %s %s: make it smaller", e.Code, shown(e.Expr))
	}
	return fmt.Errorf("it is no regular expression: %s %s; put a backslash before a sign that means itself", e.Code, shown(e.Expr))
}
