package sigmatest

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Record is what a rule is asked about. A field may have several values, of which any may match; a field that is not in the map is
// absent, one with the value "" is present and empty.
type Record struct {
	Fields map[string][]string
	Raw    string   // the line as the source wrote it; keywords search it and all values
	Ours   []string // names of fields that a decoder adds, which keywords do not search
	Silent []string // names of sets that say nothing of the record's time: anything may be in them
}

// Sets are what placeholders stand for: plain texts, compared without case, or prefixes where the item says cidr.
type Sets map[string][]string

// Naive evaluates the rules of one text.
type Naive struct {
	docs []map[string]*yaml.Node
	sets Sets
}

// Read takes YAML with any number of documents. Rules are not looked at before Match or Correlate asks.
func Read(text string, sets Sets) (*Naive, error) {
	n := &Naive{sets: sets}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc yaml.Node
		switch err := decoder.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return nil, fmt.Errorf("read YAML: %w", err)
		}
		n.docs = append(n.docs, mapping(doc.Content[0]))
	}
}

// Match says whether the first detection of the text matches a record, its filters applied. An error is a rule that must be refused.
func (n *Naive) Match(r Record) (bool, error) {
	t, err := n.Judge(r)
	return t == Yes, err
}

// Judge is Match that tells records of which the rule cannot be asked from those that do not match.
func (n *Naive) Judge(r Record) (Truth, error) {
	for _, doc := range n.docs {
		if doc["detection"] != nil {
			return n.matchRule(doc, r)
		}
	}
	return No, errors.New("no document has a detection")
}

// matchRule gives "rule and not filter and not filter ...".
func (n *Naive) matchRule(doc map[string]*yaml.Node, r Record) (Truth, error) {
	matched, err := n.detection(doc["detection"], r)
	if err != nil {
		return No, err
	}
	for _, other := range n.docs {
		if other["filter"] == nil || !filters(other, doc) {
			continue
		}
		out, err := n.detection(other["filter"], r)
		if err != nil {
			return No, err
		}
		matched = min(matched, out.not())
	}
	return matched, nil
}

// filters says whether a filter is meant for a rule: the log source that it states is the rule's, and it names the rule by id or
// name, or names any.
func filters(filter, rule map[string]*yaml.Node) bool {
	source := mapping(rule["logsource"])
	for key, wanted := range mapping(filter["logsource"]) {
		if key != "definition" && text(source[key]) != wanted.Value {
			return false
		}
	}
	for _, name := range list(mapping(filter["filter"])["rules"]) {
		switch {
		case strings.EqualFold(name.Value, "any"), strings.EqualFold(name.Value, "all"):
			return true
		case strings.EqualFold(name.Value, text(rule["id"])), name.Value == text(rule["name"]):
			return true
		}
	}
	return false
}

// detection evaluates a block of search identifiers with its condition. All identifiers are evaluated, so that one that must be
// refused is refused whatever the record holds.
func (n *Naive) detection(block *yaml.Node, r Record) (Truth, error) {
	found := map[string]Truth{}
	parts := mapping(block)
	for name, search := range parts {
		if name == "condition" || name == "timeframe" || name == "rules" {
			continue
		}
		holds, err := n.search(search, r)
		if err != nil {
			return No, fmt.Errorf("%s: %w", name, err)
		}
		found[name] = holds
	}
	matched := No
	conditions := list(parts["condition"])
	if len(conditions) == 0 {
		return No, errors.New("no condition")
	}
	for _, c := range conditions { // "a list: each of them generates a query, linked with OR"
		holds, err := condition(c.Value, found)
		if err != nil {
			return No, fmt.Errorf("condition %q: %w", c.Value, err)
		}
		matched = max(matched, holds)
	}
	return matched, nil
}

// search evaluates a search identifier: a map is AND, a list of maps or keywords is OR.
func (n *Naive) search(search *yaml.Node, r Record) (Truth, error) {
	switch search.Kind {
	case yaml.SequenceNode:
		one := No
		for _, member := range search.Content {
			holds, err := n.search(member, r)
			if err != nil {
				return No, err
			}
			one = max(one, holds)
		}
		return one, nil
	case yaml.MappingNode:
		all := Yes
		for i := 0; i+1 < len(search.Content); i += 2 {
			key := search.Content[i].Value
			holds, err := n.item(key, search.Content[i+1], r)
			if err != nil {
				return No, fmt.Errorf("%s: %w", key, err)
			}
			all = min(all, holds)
		}
		return all, nil
	default:
		return n.item("", search, r)
	}
}

// mapping gives the entries of a mapping, none of anything else.
func mapping(node *yaml.Node) map[string]*yaml.Node {
	entries := map[string]*yaml.Node{}
	if node == nil || node.Kind != yaml.MappingNode {
		return entries
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		entries[node.Content[i].Value] = node.Content[i+1]
	}
	return entries
}

// list gives the members of a list, or a lone value as a list of one.
func list(node *yaml.Node) []*yaml.Node {
	switch {
	case node == nil:
		return nil
	case node.Kind == yaml.SequenceNode:
		return node.Content
	}
	return []*yaml.Node{node}
}

func text(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	return node.Value
}
