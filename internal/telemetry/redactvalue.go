package telemetry

import "strings"

// operator is what stands between a name and its value.
type operator uint8

const (
	opNone   operator = iota
	opSpace           // white space
	opAssign          // = : := => and the like
	opTag             // the > of an XML element
)

// place is where a value begins.
type place struct {
	at     int
	op     operator
	quoted bool // the name stands in quotes
	tight  bool // no white space after the operator
	tagEnd string
}

// tags are the ways an element's name ends, and how its text does.
var tags = [...][2]string{{">", "<"}, {"&gt;", "&lt;"}, {`\u003e`, `\u003c`}, {"%3E", "%3C"}}

// after gives the value after a name that ends at j.
func (r *redactor) after(i, j int) place {
	for _, t := range tags {
		if r.has(j, t[0]) {
			return place{at: j + len(t[0]), op: opTag, tagEnd: t[1]}
		}
	}
	if r.byte(i-1) == '<' || r.byte(i-1) == ':' {
		if at := r.attributes(j); at > 0 {
			return place{at: at, op: opTag, tagEnd: "<"}
		}
	}
	p := place{at: j}
	if n := r.quoteAt(p.at); n > 0 {
		p.quoted = true
		p.at += n
	}
	for r.byte(p.at) == '[' && r.byte(p.at+1) == ']' || r.byte(p.at) == ']' || r.byte(p.at) == ')' {
		p.at++
	}
	if r.byte(p.at) == '[' && r.byte(p.at+1) == ']' {
		p.at += 2
	}
	named := p.at
	p.at = r.spaces(p.at)
	if at := r.valueOf(p.at); p.quoted && at > 0 {
		p.at = at
	}
	if at := r.assign(p.at); at > 0 {
		p.op = opAssign
		p.at = r.spaces(at)
		p.tight = p.at == at
		return p
	}
	if p.at > named {
		p.op = opSpace
	}
	return p
}

// attributes gives where the text of an element begins that has attributes.
func (r *redactor) attributes(j int) int {
	if r.byte(j) != ' ' {
		return 0
	}
	for i := j; i < min(len(r.s), j+256); i++ {
		switch r.s[i] {
		case '>':
			if r.s[i-1] == '/' {
				return 0
			}
			return i + 1
		case '<', '\n':
			return 0
		}
	}
	return 0
}

// valueOf takes the rest of "name":"password","value":"x" and name="password" value="x".
func (r *redactor) valueOf(i int) int {
	if r.byte(i) == ',' {
		i = r.spaces(i + 1)
	}
	i += r.quoteAt(i)
	if !r.has(i, "value") {
		return 0
	}
	i += len("value")
	i += r.quoteAt(i)
	return r.spaces(i)
}

// assign gives the end of an operator at i, 0 when there is none.
func (r *redactor) assign(i int) int {
	start := i
	if r.byte(i) == '-' && r.byte(i+1) == '>' || r.byte(i) == '+' && r.byte(i+1) == '=' {
		return i + 2
	}
	if r.byte(i) == ':' && r.byte(i+1) == ':' || r.byte(i) == ':' && r.byte(i+1) == '/' && r.byte(i+2) == '/' {
		return 0
	}
	for i < start+3 && (r.byte(i) == ':' || r.byte(i) == '=' || i > start && r.byte(i) == '>') {
		i++
	}
	if i > start {
		return i
	}
	for _, e := range [...]string{`\u003d`, "&#61;"} {
		if r.has(i, e) {
			return i + len(e)
		}
	}
	if r.byte(i) != '%' {
		return 0
	}
	i++
	for r.has(i, "25") && i < start+16 {
		i += 2
	}
	if r.has(i, "3D") || r.has(i, "3A") {
		return i + 2
	}
	return 0
}

// otherQuotes are quotes as other notations write them, and how they close.
var otherQuotes = [...][2]string{
	{"&quot;", "&quot;"},
	{"&#34;", "&#34;"},
	{"&#39;", "&#39;"},
	{"&apos;", "&apos;"},
	{`\u0022`, `\u0022`},
	{`\u0027`, `\u0027`},
	{`\x22`, `\x22`},
	{`\x27`, `\x27`},
	{"%22", "%22"},
	{"%27", "%27"},
	{"“", "”"},
	{"‘", "’"},
	{"«", "»"},
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// quoteAt gives the length of a quote at i, with the backslashes before it, 0 when there is none.
func (r *redactor) quoteAt(i int) int {
	switch c := r.byte(i); {
	case c == '"' && r.byte(i+1) == '"': // as CSV writes a quote in quotes
		return 2
	case isQuote(c):
		return 1
	case c == '\\':
		n := 1
		for n < 16 && r.byte(i+n) == '\\' {
			n++
		}
		if isQuote(r.byte(i + n)) {
			return n + 1
		}
	}
	switch r.byte(i) {
	case '&', '\\', '%', "“"[0], "«"[0]:
		for _, q := range otherQuotes {
			if r.has(i, q[0]) {
				return len(q[0])
			}
		}
	}
	return 0
}

// quoted gives the ends of the text that a quote of n bytes at i opens, without and with the quote
// that closes it. Where none does, it goes to the end of the line.
func (r *redactor) quoted(i, n int) (end, next int) {
	open := r.s[i : i+n]
	if open == `""` {
		switch c := r.byte(i + 2); {
		case c == 0, isSpace(c), strings.IndexByte(",;}&)]>/", c) >= 0:
			return i + 1, i + 2 // nothing in quotes
		}
	}
	start, eol := i+n, r.eol(i+n)
	q := open[n-1]
	if isQuote(q) && open != `""` && (n == 1 || open[0] == '\\') {
		return r.closing(start, eol, q, n-1)
	}
	closer := open
	for _, o := range otherQuotes {
		if strings.EqualFold(o[0], open) {
			closer = o[1]
		}
	}
	for at := start; at < eol; at++ {
		if r.has(at, closer) {
			return at, at + len(closer)
		}
	}
	return eol, eol
}

// closing finds the quote that closes a text opened by one with so many backslashes before it.
func (r *redactor) closing(start, eol int, q byte, slashes int) (end, next int) {
	run := 0
	for at := start; at < eol; at++ {
		switch c := r.s[at]; {
		case c == '\\':
			run++
			continue
		case c != q:
		case slashes == 0 && at > start && r.byte(at+1) == q && run == 0: // "" within a field of CSV
			at++
		case run < slashes || run%(2*(slashes+1)) == slashes:
			return at - min(run, slashes), at + 1
		}
		run = 0
	}
	return eol, eol
}

// quoteCount counts the quotes outside of secrets, to know whether a text stands in quotes.
type quoteCount struct {
	pos             int
	double, escaped bool
	single          bool
}

func (q *quoteCount) to(s string, end int) {
	for ; q.pos < end; q.pos++ {
		switch s[q.pos] {
		case '\n':
			q.double, q.escaped, q.single = false, false, false
		case '\'':
			q.single = !q.single
		case '"':
			if q.pos > 0 && s[q.pos-1] == '\\' {
				q.escaped = !q.escaped
			} else {
				q.double = !q.double
			}
		}
	}
}

// closes reports whether the quote at i ends a text that holds the name before.
func (r *redactor) closes(i int) bool {
	switch c := r.s[i]; {
	case c == '\\' && r.byte(i+1) == '"' && r.quotes.escaped:
		i += 2
	case c == '"' && r.quotes.double, c == '\'' && r.quotes.single:
		i++
	default:
		return false
	}
	for n := 0; n < 8 && i < len(r.s) && strings.IndexByte("}])>\"", r.s[i]) >= 0; n++ {
		i++
	}
	if c := r.byte(i); c == ',' || c == ';' {
		i++
	}
	c := r.byte(i)
	return c == 0 || isSpace(c) || isQuote(c) || c == '{' || c == '\\'
}

// bare gives the end of a value without quotes of a name that begins at nameStart.
func (r *redactor) bare(nameStart int, p place) int {
	r.quotes.to(r.s, nameStart)
	before := r.byte(nameStart - 1)
	i := p.at
	for ; i < len(r.s) && !isSpace(r.s[i]); i++ {
		switch c := r.s[i]; c {
		case '"', '\'', '\\':
			if r.closes(i) {
				return i
			}
		case ',', ';', '|':
			if c == before || before == '{' || before == '(' || before == '[' || p.quoted {
				if r.pairAt(i+1, p.quoted) {
					return i
				}
			}
		case '&':
			if r.pairAt(i+1, false) || r.has(i, "&amp;") && r.pairAt(i+5, false) {
				return i
			}
		case '%':
			if r.has(i, "%26") && r.pairAt(i+3, false) {
				return i
			}
		case '<':
			if r.byte(i+1) == '/' {
				return i
			}
		}
	}
	return r.trimmed(p, before, i)
}

// trimmed leaves what closes the list that a value ends, not the value.
func (r *redactor) trimmed(p place, before byte, end int) int {
	for end > p.at+1 {
		c := r.s[end-1]
		closer := c == ',' || c == ';' || p.quoted && (c == '}' || c == ']') || c == ')' && before == '(' || c == '}' && before == '{'
		if !closer {
			break
		}
		end--
	}
	return end
}

// pairAt reports whether name= or "name": stands at i.
func (r *redactor) pairAt(i int, quoted bool) bool {
	i = r.spaces(i)
	n := r.quoteAt(i)
	j := i + n
	for j < len(r.s) && isName(r.s[j]) {
		j++
	}
	if j == i+n {
		return false
	}
	if n > 0 {
		return quoted && r.quoteAt(j) > 0
	}
	return r.byte(j) == '=' || r.has(j, "%3D")
}

// quotedPairAt reports whether "name": stands at i: it announces a value, and is none.
func (r *redactor) quotedPairAt(i int) bool {
	n := r.quoteAt(i)
	j := i + n
	for j < len(r.s) && isName(r.s[j]) {
		j++
	}
	m := r.quoteAt(j)
	if n == 0 || m == 0 || j == i+n {
		return false
	}
	c := r.byte(r.spaces(j + m))
	return c == ':' || c == '='
}

// value takes the value at a place as a secret, and gives its end, 0 when there is none.
func (r *redactor) value(nameStart int, p place) int {
	if p.op == opTag {
		return r.element(p)
	}
	at := p.at
	if c := r.byte(at); isLetter(c) || c == '@' || c == '$' { // b"x", @"x"
		if isQuote(r.byte(at+1)) && strings.IndexByte("bBuUrRNf@$", c) >= 0 {
			at++
		}
	}
	if n := r.quoteAt(at); n > 0 {
		return r.quotedValue(at, n)
	}
	if c := r.byte(at); c == '[' || c == '{' {
		if end := r.bracket(at); end > 0 {
			if p.at = end; end < len(r.s) && strings.IndexByte(",;}&)]\"'\\", r.s[end]) < 0 {
				end = r.bare(nameStart, p)
			}
			return r.blank(at, end)
		}
	}
	end := r.bare(nameStart, p)
	if end <= at {
		return 0
	}
	return r.blank(at, end)
}

// quotedValue takes the text in the quotes at i, and what hangs on it without a space.
func (r *redactor) quotedValue(i, n int) int {
	end, next := r.quoted(i, n)
	start := i + n
	if end < start {
		return next
	}
	c := r.byte(next)
	if next > end && end > start && (isAlnum(c) || c >= 0x80 || c == '/' && r.byte(next+1) != '>' || c != 0 && strings.IndexByte("_-+@#$%^~", c) >= 0) {
		return r.blank(i, r.bare(i, place{at: next}))
	}
	r.blank(start, end)
	return next
}

// bracket gives the end of a list or object on the line.
func (r *redactor) bracket(i int) int {
	open := r.s[i]
	closer := open + 2 // of [ and {
	depth := 0
	for j := i; j < len(r.s) && r.s[j] != '\n'; j++ {
		switch r.s[j] {
		case open:
			depth++
		case closer:
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return r.eol(i)
}

// element takes the text of an XML element.
func (r *redactor) element(p place) int {
	end := p.at
	for end < len(r.s) && !r.has(end, p.tagEnd) {
		end++
	}
	if r.has(p.at, "<![CDATA[") {
		p.at += len("<![CDATA[")
		if n := strings.Index(r.s[p.at:], "]]>"); n >= 0 {
			return r.blank(p.at, p.at+n)
		}
		return r.blank(p.at, len(r.s))
	}
	if strings.TrimSpace(r.s[p.at:end]) == "" {
		return 0
	}
	return r.blank(p.at, end)
}
