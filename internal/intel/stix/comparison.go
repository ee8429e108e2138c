package stix

import (
	"strings"

	"stormglass/internal/observable"
)

// comparison reads one test of an object path, or a group of them.
func (p *parser) comparison(depth int) (m meaning, err error) {
	if depth >= MaxDepth {
		return m, p.fail(p.tok.at, "nested deeper than 16 levels")
	}
	if p.isSign("(") {
		if err = p.advance(); err == nil {
			if m, err = p.comparisonOr(depth + 1); err == nil {
				err = p.expect(")")
			}
		}
		return m, err
	}
	if p.comparisons++; p.comparisons > MaxComparisons {
		return m, p.fail(p.tok.at, "more than 10,000 comparisons")
	}
	not, err := p.optional("NOT")
	if err != nil {
		return m, err
	}
	if p.isWord("EXISTS") {
		if err = p.advance(); err == nil {
			_, err = p.path()
		}
		return open("EXISTS"), err
	}
	path, err := p.path()
	if err != nil {
		return m, err
	}
	inner, err := p.optional("NOT")
	if err != nil {
		return m, err
	}
	m, err = p.test(path)
	if not || inner {
		m = open("NOT")
	}
	return m, err
}

func (p *parser) optional(w string) (bool, error) {
	if !p.isWord(w) {
		return false, nil
	}
	return true, p.advance()
}

// test reads the operator and what stands right of it.
func (p *parser) test(path objectPath) (meaning, error) {
	op := strings.ToUpper(p.tok.text)
	switch {
	case p.tok.sort == sign && (op == "=" || op == "=="):
		op = "="
	case p.tok.sort == sign && (op == "!=" || op == "<>" || op == "<" || op == ">" || op == "<=" || op == ">="):
	case p.tok.sort == word && (op == "IN" || op == "LIKE" || op == "MATCHES" || op == "ISSUBSET" || op == "ISSUPERSET"):
	default:
		return meaning{}, p.fail(p.tok.at, "expected a comparison operator")
	}
	if err := p.advance(); err != nil {
		return meaning{}, err
	}
	values, plain, err := p.values(op == "IN")
	if err != nil {
		return meaning{}, err
	}
	kind, known := path.kind()
	switch {
	case op != "=" && op != "IN" && (op != "ISSUBSET" || kind != observable.Prefix):
		return open(op), nil
	case !known:
		return open(path.name()), nil
	}
	var m meaning
	for _, v := range values {
		m.Terms = append(m.Terms, Term{kind, v})
	}
	if !plain {
		m.Open = append(m.Open, "value that is no text")
	}
	return m, nil
}

// values reads one literal, or a set of them. plain is false when some are no strings; only
// strings are returned.
func (p *parser) values(set bool) (values []string, plain bool, err error) {
	plain = true
	one := func() error {
		switch p.tok.sort {
		case text:
			values = append(values, p.tok.text)
		case number, typed:
			plain = false
		case word:
			if !p.isWord("true") && !p.isWord("false") {
				return p.fail(p.tok.at, "expected a value")
			}
			plain = false
		default:
			return p.fail(p.tok.at, "expected a value")
		}
		if p.literals++; p.literals > MaxComparisons {
			return p.fail(p.tok.at, "more than 10,000 values")
		}
		return p.advance()
	}
	if !set {
		err = one()
		return values, plain, err
	}
	if err := p.expect("("); err != nil {
		return nil, false, err
	}
	for !p.isSign(")") {
		if err := one(); err != nil {
			return nil, false, err
		}
		if p.isSign(")") {
			break
		}
		if err := p.expect(","); err != nil {
			return nil, false, err
		}
	}
	return values, plain, p.advance()
}

// objectPath is "file:hashes.'SHA-256'": an object type and the steps into it.
type objectPath struct {
	object string
	steps  []string
}

func (p *parser) path() (objectPath, error) {
	if p.tok.sort != word {
		return objectPath{}, p.fail(p.tok.at, "expected an object path such as ipv4-addr:value")
	}
	path := objectPath{object: p.tok.text}
	if err := p.advance(); err != nil {
		return path, err
	}
	if err := p.expect(":"); err != nil {
		return path, err
	}
	for {
		if p.tok.sort != word && p.tok.sort != text || len(path.steps) >= MaxDepth {
			return path, p.fail(p.tok.at, "expected the name of a property")
		}
		path.steps = append(path.steps, p.tok.text)
		if err := p.advance(); err != nil {
			return path, err
		}
		for p.isSign("[") {
			if err := p.index(&path); err != nil {
				return path, err
			}
		}
		if !p.isSign(".") {
			return path, nil
		}
		if err := p.advance(); err != nil {
			return path, err
		}
	}
}

// index reads "[*]" or "[0]".
func (p *parser) index(path *objectPath) error {
	if err := p.advance(); err != nil {
		return err
	}
	if p.tok.sort != number && !p.isSign("*") {
		return p.fail(p.tok.at, "expected a number or *")
	}
	last := &path.steps[len(path.steps)-1]
	if p.isSign("*") {
		*last += "[*]"
	} else {
		*last += "[n]"
	}
	if err := p.advance(); err != nil {
		return err
	}
	return p.expect("]")
}

// paths are those whose values telemetry holds. Prefix stands for address or prefix, Unknown for
// an address, prefix or name.
var paths = map[string]observable.Kind{
	"ipv4-addr:value": observable.Prefix, "ipv6-addr:value": observable.Prefix,
	"domain-name:value": observable.Domain, "url:value": observable.URL,
	"email-addr:value": observable.Email, "file:name": observable.FileName,
	"network-traffic:dst_ref.value": observable.Unknown, "network-traffic:src_ref.value": observable.Unknown,
	"email-message:from_ref.value": observable.Email, "email-message:sender_ref.value": observable.Email,
}

// hashes are the names that algorithms go by in STIX 2.0, 2.1 and in practice.
var hashes = map[string]observable.Kind{
	"MD5": observable.MD5, "SHA-1": observable.SHA1, "SHA1": observable.SHA1, "SHA-256": observable.SHA256,
	"SHA256": observable.SHA256, "SHA-512": observable.SHA512, "SHA512": observable.SHA512,
}

func (o objectPath) kind() (observable.Kind, bool) {
	if len(o.steps) == 2 && o.steps[0] == "hashes" {
		switch o.object {
		case "file", "artifact", "x509-certificate":
			k, ok := hashes[strings.ToUpper(o.steps[1])]
			return k, ok
		}
	}
	k, ok := paths[o.object+":"+strings.Join(o.steps, ".")]
	return k, ok
}

// objects are the observable types of STIX 2.1.
var objects = map[string]bool{
	"artifact": true, "autonomous-system": true, "directory": true, "domain-name": true, "email-addr": true,
	"email-message": true, "file": true, "ipv4-addr": true, "ipv6-addr": true, "mac-addr": true, "mutex": true,
	"network-traffic": true, "process": true, "software": true, "url": true, "user-account": true,
	"windows-registry-key": true, "x509-certificate": true,
}

// name gives the path as a reason, without words of the file that would make many reasons.
func (o objectPath) name() string {
	switch {
	case objects[o.object] && len(o.steps) == 2 && o.steps[0] == "hashes":
		return "hash of another kind"
	case objects[o.object]:
		return "path of " + o.object
	}
	return "path of a type that is not in STIX 2.1"
}
