package rule

import (
	"bytes"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Parse reads the documents of a file. What cannot be read is complained of and left out, the rest is read. References between rules
// are found by Collection.Resolve.
func Parse(file string, data []byte) ([]*Rule, []*Complaint) {
	return parse(file, data, new(weight))
}

func parse(file string, data []byte, w *weight) ([]*Rule, []*Complaint) {
	if c := unreadable(file, data); c != nil {
		return nil, []*Complaint{c}
	}
	var rules []*Rule
	var complaints []*Complaint
	line, documents := 0, 0
	for len(data) > 0 {
		text := firstDocument(data)
		if documents++; documents > maxDocuments {
			return rules, append(complaints, &Complaint{File: file, Line: line + 1, Column: 1, Text: "the file has over 5,000 documents: split it; what follows was left out"})
		}
		d := newDocument(file, text, line, w)
		if d.read(); len(d.complaints) > 0 {
			complaints = append(complaints, d.complaints...)
		} else if d.rule != nil {
			rules = append(rules, d.rule)
		}
		line += bytes.Count(text, []byte("\n"))
		data = data[len(text):]
	}
	return rules, complaints
}

func unreadable(file string, data []byte) *Complaint {
	if len(data) > maxFile {
		return tooLarge(file)
	}
	if utf8.Valid(data) {
		return nil
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			start := bytes.LastIndexByte(data[:i], '\n') + 1
			return &Complaint{
				File: file, Line: bytes.Count(data[:i], []byte("\n")) + 1, Column: utf8.RuneCount(data[start:i]) + 1,
				Text: "the file is not UTF-8: save it as UTF-8",
			}
		}
		i += size
	}
	return nil
}

func tooLarge(file string) *Complaint {
	return &Complaint{File: file, Line: 1, Column: 1, Text: "the file has over 4 MiB: split it into several"}
}

// firstDocument cuts off the first document of a file: what stands before the next line that begins with three dashes, or goes as
// far as a line with three dots. YAML lets neither be anything else (specification 1.2.2, section 9.1.4).
func firstDocument(data []byte) []byte {
	for i := 0; i < len(data); {
		next := len(data)
		if n := bytes.IndexByte(data[i:], '\n'); n >= 0 {
			next = i + n + 1
		}
		switch line := data[i:next]; {
		case i > 0 && marks(line, "---"):
			return data[:i]
		case marks(line, "..."):
			return data[:next]
		}
		i = next
	}
	return data
}

func marks(line []byte, mark string) bool {
	after, found := bytes.CutPrefix(line, []byte(mark))
	return found && (len(after) == 0 || bytes.IndexByte([]byte(" \t\r\n"), after[0]) >= 0)
}

// read reads the document. Afterwards rule is nil when it was empty.
func (d *document) read() {
	if !d.weigh(place{d.before + 1, 1}, len(d.text)) {
		d.rule = nil
		return
	}
	root := d.root()
	if root == nil {
		d.rule = nil
	} else {
		d.top(root)
	}
	for _, c := range d.complaints {
		if c.Rule == "" && d.rule != nil {
			c.Rule = d.called()
		}
	}
}

// called is how complaints call the rule: its title, or id, or name, where it got as far.
func (d *document) called() string {
	for _, s := range []string{d.rule.Title, d.rule.ID, d.rule.Name} {
		if s != "" {
			return short(s)
		}
	}
	return ""
}

// ParseGroups reads a mapping, a list of mappings or a list of keywords as a rule's selection is read, for files of other kinds that
// hold such. Lines and columns are those of the node.
func ParseGroups(n *yaml.Node) ([]Group, []*Complaint) {
	d := newDocument("", nil, 0, new(weight))
	groups := d.groups("it", n)
	return groups, d.complaints
}
