package cli

import "strings"

// node is a word of the commands of a table. The commands of a table form a tree.
type node struct {
	word    string
	least   int  // bytes of a short form
	numbers bool // a number may stand at its end: tunnel7
	whole   bool // a command ends here
	next    []*node
}

// tree reads a table: a command a line, in each word a dot behind what is the least of it. A word without a dot cannot be shortened, and
// a # at its end is for a number.
func tree(table string) *node {
	root := &node{}
	for line := range strings.Lines(table) {
		n := root
		for word := range strings.FieldsSeq(line) {
			n = n.with(word)
		}
		n.whole = n != root
	}
	return root
}

func (n *node) with(word string) *node {
	word, numbers := strings.CutSuffix(word, "#")
	head, tail, short := strings.Cut(word, ".")
	least := len(head)
	if !short {
		least = len(word)
	}
	for _, k := range n.next {
		if k.word == head+tail && k.least == least {
			return k
		}
	}
	k := &node{word: head + tail, least: least, numbers: numbers}
	n.next = append(n.next, k)
	return k
}

// find gives the word below a node that a text means, and the number at its end.
func (n *node) find(text string) (k *node, number string) {
	for _, k := range n.next {
		letters := text
		if k.numbers {
			letters = strings.TrimRight(text, "0123456789")
		}
		if len(letters) >= k.least && len(letters) <= len(k.word) && strings.EqualFold(letters, k.word[:len(letters)]) {
			return k, text[len(letters):]
		}
	}
	return nil, ""
}

// expanded gives a command with its first words written out, as far as they are those of a command of the table.
func (a *adder) expanded(s string) string {
	root := trees[a.dialect]
	if root == nil {
		return s
	}
	prefix := unprefixed(s, undos[a.dialect])
	end, short := root.match(s[prefix:])
	head := s[:prefix]
	if end > 0 && short {
		var small [256]byte
		b := root.write(append(small[:0], head...), s[prefix:prefix+end])
		b = append(b, s[prefix+end:]...)
		s = a.batch.Copy(b)
	}
	if a.dialect == IOS {
		return a.pipes(s)
	}
	return s
}

// unprefixed gives the length of the words at the start that undo what follows them: no, default, undo.
func unprefixed(s string, words []string) int {
	for _, w := range words {
		if len(s) > len(w) && strings.EqualFold(s[:len(w)], w) {
			return len(w)
		}
	}
	return 0
}

// match gives how far a command of the table reaches into a text, and whether a word there is shortened.
func (n *node) match(s string) (end int, short bool) {
	at, shortened := 0, false
	for {
		text := s[at:]
		if i := strings.IndexByte(text, ' '); i >= 0 {
			text = text[:i]
		}
		k, number := n.find(text)
		if k == nil {
			return end, short
		}
		shortened = shortened || len(text)-len(number) < len(k.word)
		at += len(text)
		if k.whole {
			end, short = at, shortened
		}
		if n = k; at == len(s) {
			return end, short
		}
		at++
	}
}

// write writes out words that match has found.
func (n *node) write(b []byte, s string) []byte {
	for s != "" {
		text, rest, _ := strings.Cut(s, " ")
		k, number := n.find(text)
		if len(text)-len(number) < len(k.word) {
			b = append(append(b, k.word...), number...)
		} else {
			b = append(b, text...)
		}
		if n, s = k, rest; s != "" {
			b = append(b, ' ')
		}
	}
	return b
}

// pipes writes out where the answer of a command goes: show running-config | redir tftp://A/x.
func (a *adder) pipes(s string) string {
	at := strings.LastIndex(s, "| ")
	if at < 0 {
		return s
	}
	at += len("| ")
	end, short := filters.match(s[at:])
	if end == 0 || !short {
		return s
	}
	var small [256]byte
	b := filters.write(append(small[:0], s[:at]...), s[at:at+end])
	return a.batch.Copy(append(b, s[at+end:]...))
}
