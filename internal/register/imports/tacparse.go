package imports

import (
	"errors"
	"slices"
	"strings"
)

// Limits of a tac_plus.conf.
const (
	maxTacDepth = 32
	maxTacNodes = 2_000_000
)

// tacNode is one statement of a tac_plus.conf: words, perhaps with = between them, perhaps with a block.
type tacNode struct {
	line   int
	key    []string // before =; without one the first word
	values []string
	block  []tacNode
	opened bool // it has a block, be it empty
}

// is reports whether the statement is called so.
func (n *tacNode) is(key ...string) bool {
	return slices.EqualFunc(n.key, key, strings.EqualFold)
}

func (n *tacNode) value() string { return strings.Join(n.values, " ") }

// tacReader cuts a tac_plus.conf into statements: one ends at the end of its line, at a brace, or where the next = belongs to another.
type tacReader struct {
	data  string
	at    int
	line  int
	nodes int
}

type tacToken struct {
	text   string
	line   int
	kind   byte // '{', '}', '=', '\n', 'w' for a word, 0 at the end
	quoted bool
}

// next gives the next token.
func (t *tacReader) next() tacToken {
	for t.at < len(t.data) {
		c := t.data[t.at]
		switch c {
		case '\n':
			t.at++
			t.line++
			return tacToken{line: t.line - 1, kind: '\n'}
		case ' ', '\t', '\r', ',':
			t.at++
		case '#':
			t.skipLine()
		case '{', '}', '=':
			t.at++
			return tacToken{line: t.line, kind: c}
		case '"':
			return t.quoted()
		default:
			return t.word()
		}
	}
	return tacToken{line: t.line}
}

func (t *tacReader) skipLine() {
	for t.at < len(t.data) && t.data[t.at] != '\n' {
		t.at++
	}
}

// quoted reads a text in quotes; a quote that is not closed ends with its line, so that it swallows no users.
func (t *tacReader) quoted() tacToken {
	var b strings.Builder
	line := t.line
	for t.at++; t.at < len(t.data); t.at++ {
		switch c := t.data[t.at]; {
		case c == '"':
			t.at++
			return tacToken{b.String(), line, 'w', true}
		case c == '\n':
			return tacToken{b.String(), line, 'w', true}
		case c == '\\' && t.at+1 < len(t.data) && (t.data[t.at+1] == '"' || t.data[t.at+1] == '\\'):
			t.at++
			b.WriteByte(t.data[t.at])
		default:
			b.WriteByte(c)
		}
	}
	return tacToken{b.String(), line, 'w', true}
}

func (t *tacReader) word() tacToken {
	begin := t.at
	for t.at < len(t.data) && !strings.ContainsRune(" \t\r\n{}=\"", rune(t.data[t.at])) {
		t.at++
	}
	return tacToken{strings.TrimSuffix(t.data[begin:t.at], ","), t.line, 'w', false}
}

var (
	errTacDeep = errors.New("blocks lie too deep in one another, or there are too many statements: from here on it is not read")
	errTacOpen = errors.New("a block is not closed, or one too many is")
)

// block reads statements up to the closing brace, or to the end of the file for depth 0.
func (t *tacReader) block(depth int) ([]tacNode, error) {
	if depth > maxTacDepth {
		return nil, errTacDeep
	}
	var out []tacNode
	var row []tacToken
	end := func() {
		out = append(out, statements(row)...)
		row = nil
	}
	for {
		if t.nodes++; t.nodes > maxTacNodes {
			return out, errTacDeep
		}
		switch k := t.next(); k.kind {
		case 'w', '=':
			row = append(row, k)
		case '\n':
			end()
		case '{':
			end()
			inner, err := t.block(depth + 1)
			if len(out) == 0 {
				out = append(out, tacNode{line: k.line})
			}
			last := &out[len(out)-1]
			last.block, last.opened = append(last.block, inner...), true
			if err != nil {
				return out, err
			}
		case '}':
			end()
			if depth == 0 {
				return out, errTacOpen
			}
			return out, nil
		default:
			end()
			if depth > 0 {
				return out, errTacOpen
			}
			return out, nil
		}
	}
}

// leads are words that stand before the name of what is set.
var leads = []string{"default", "optional", "set", "valid", "accounting", "access", "authorization"}

// statements cuts a row of tokens: each = after the first begins a statement with the word before it.
func statements(row []tacToken) []tacNode {
	var out []tacNode
	for len(row) > 0 {
		n := len(row)
		first := slices.IndexFunc(row, func(k tacToken) bool { return k.kind == '=' })
		if first >= 0 {
			if next := slices.IndexFunc(row[first+1:], func(k tacToken) bool { return k.kind == '=' }); next > 0 {
				if n = first + next; n-1 > first+1 && slices.Contains(leads, strings.ToLower(row[n-1].text)) {
					n--
				}
				if n <= first+1 {
					n = first + 1 + next // nothing stands between: a value that holds =
				}
			}
		}
		out = append(out, statement(row[:n], first))
		row = row[n:]
	}
	return out
}

func statement(row []tacToken, equals int) tacNode {
	n := tacNode{line: row[0].line}
	if equals < 0 || equals >= len(row) {
		n.key = texts(row[:1])
		n.values = texts(row[1:])
		return n
	}
	n.key, n.values = texts(row[:equals]), texts(row[equals+1:])
	return n
}

func texts(row []tacToken) []string {
	var out []string
	for _, k := range row {
		if k.kind == 'w' {
			out = append(out, k.text)
		}
	}
	return out
}
