package sigmatest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var words = regexp.MustCompile(`[()]|[^()\s]+`)

// condition evaluates the expression of a condition over what each search identifier gave. From loosest to tightest: or, and, not,
// "x of", parentheses.
func condition(written string, found map[string]Truth) (Truth, error) {
	if strings.Contains(written, "|") {
		return No, errors.New("aggregations are no part of Sigma 2")
	}
	c := &conditionReader{words: words.FindAllString(written, -1), found: found}
	holds, err := c.or()
	if err == nil && len(c.words) > 0 {
		err = fmt.Errorf("%q is not expected", c.words[0])
	}
	return holds, err
}

type conditionReader struct {
	words []string
	found map[string]Truth
}

// next takes the next word when it is the one given.
func (c *conditionReader) next(word string) bool {
	if len(c.words) > 0 && strings.EqualFold(c.words[0], word) {
		c.words = c.words[1:]
		return true
	}
	return false
}

func (c *conditionReader) or() (Truth, error) {
	holds, err := c.and()
	for err == nil && c.next("or") {
		var more Truth
		more, err = c.and()
		holds = max(holds, more)
	}
	return holds, err
}

func (c *conditionReader) and() (Truth, error) {
	holds, err := c.not()
	for err == nil && c.next("and") {
		var more Truth
		more, err = c.not()
		holds = min(holds, more)
	}
	return holds, err
}

func (c *conditionReader) not() (Truth, error) {
	if c.next("not") {
		holds, err := c.not()
		return holds.not(), err
	}
	return c.operand()
}

func (c *conditionReader) operand() (Truth, error) {
	if c.next("(") {
		holds, err := c.or()
		if err == nil && !c.next(")") {
			err = errors.New("a parenthesis is not closed")
		}
		return holds, err
	}
	if len(c.words) == 0 {
		return No, errors.New("it ends too early")
	}
	if len(c.words) >= 3 && strings.EqualFold(c.words[1], "of") {
		quantifier, pattern := c.words[0], c.words[2]
		c.words = c.words[3:]
		return c.of(strings.ToLower(quantifier), pattern)
	}
	name := c.words[0]
	c.words = c.words[1:]
	holds, ok := c.found[name]
	if !ok {
		return No, fmt.Errorf("there is no search identifier %q", name)
	}
	return holds, nil
}

// of evaluates "1 of x*", "any of x*", "all of x*", where "them" is every identifier. Identifiers that begin with _ are left out.
func (c *conditionReader) of(quantifier, pattern string) (Truth, error) {
	if strings.EqualFold(pattern, "them") {
		pattern = "*"
	}
	one, all, named := No, Yes, 0
	for name, holds := range c.found {
		if strings.HasPrefix(name, "_") || !isNamed(pattern, name) {
			continue
		}
		named++
		one, all = max(one, holds), min(all, holds)
	}
	switch {
	case named == 0:
		return No, fmt.Errorf("no search identifier is called %q", pattern)
	case quantifier == "1", quantifier == "any":
		return one, nil
	case quantifier == "all":
		return all, nil
	}
	return No, fmt.Errorf("%q is no quantity", quantifier)
}

// isNamed says whether a pattern of names, in which * is any run of characters, stands for a name.
func isNamed(pattern, name string) bool {
	switch {
	case pattern == "":
		return name == ""
	case pattern[0] == '*':
		return isNamed(pattern[1:], name) || name != "" && isNamed(pattern, name[1:])
	}
	return name != "" && pattern[0] == name[0] && isNamed(pattern[1:], name[1:])
}
