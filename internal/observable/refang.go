package observable

import (
	"bytes"
	"strings"
)

// Refang undoes defanging in a value or in running text: hxxp and its relatives before "://",
// "http:\\", "http:__", "http[:]//", bracketed dots, colons, slashes and at signs in any bracket, "[com]",
// "evil\.com", "evil DOT com". Text without such marks comes back unchanged.
//
// Some forms are ordinary prose elsewhere. They are undone only when s as a whole is then one
// value, without a space: " dot ", " AT ", and commas for dots. A lower-case " at " counts only
// beside a " dot ". The result can still hold marks when the text was defanged twice.
func Refang(s string) string {
	if maybeFanged(s) {
		r := refanger{src: []byte(s), dst: make([]byte, 0, len(s))}
		r.run()
		if !bytes.Equal(r.src, r.dst) {
			s = string(r.dst)
		}
	}
	return refangWords(s)
}

// maybeFanged is the cheap test that most text fails.
func maybeFanged(s string) bool {
	if strings.ContainsAny(s, "[({\\]") || strings.Contains(s, " DOT ") || strings.Contains(s, "/AT/") {
		return true
	}
	if !isASCII(s) {
		return true
	}
	for i := 0; ; i++ {
		j := strings.IndexByte(s[i:], ':')
		if j < 0 {
			return false
		}
		if i += j; i+2 < len(s) && (s[i+1] == '/' || s[i+1] == '_' || s[i+1] == ' ') {
			return true
		}
	}
}

// refanger copies src to dst and replaces marks on the way.
type refanger struct {
	src, dst []byte
	i        int
}

func (r *refanger) run() {
	for r.i < len(r.src) {
		switch c := r.src[r.i]; {
		case r.mark() || c == ':' && r.scheme(1):
		case c == '[' && r.openOnly() || c == ']' && r.closeOnly():
		case c == '\\' && r.escapedDot() || c == ' ' && r.upperDot() || c == '/' && r.slashAt():
		case c >= 0x80 && r.wideMark():
		default:
			r.dst = append(r.dst, c)
			r.i++
		}
	}
}

// rest is what has not been read, n bytes on.
func (r *refanger) rest(n int) []byte { return r.src[min(r.i+n, len(r.src)):] }

// before reports whether what was written ends, apart from spaces, in a byte of a host name or in
// something outside ASCII.
func (r *refanger) before() bool {
	b := bytes.TrimRight(r.dst, " ")
	return len(b) > 0 && (isHostByte(b[len(b)-1]) || b[len(b)-1] >= 0x80)
}

// beforeAt is before for an at sign, which follows other characters too when it is written as "@".
func (r *refanger) beforeAt(word bool) bool {
	b := bytes.TrimRight(r.dst, " ")
	return r.before() || !word && len(b) > 0 && !strings.ContainsRune(notLocal, rune(b[len(b)-1]))
}

func (r *refanger) spaceBefore() bool { return bytes.HasSuffix(r.dst, []byte(" ")) }

// startsHost is the same for b, which follows.
func startsHost(b []byte) bool {
	b = bytes.TrimLeft(b, " ")
	if len(b) > 0 && MarkBegins(b[0]) { // "[.][com]" or two marks in a row
		b = b[1:]
	}
	return len(b) > 0 && (isHostByte(b[0]) || b[0] >= 0x80)
}

// mark replaces a bracketed mark when what stands around it lets it be one.
func (r *refanger) mark() bool {
	if c := r.src[r.i]; !MarkBegins(c) && c < 0x80 {
		return false
	}
	n, plain := Mark(r.src[r.i:])
	if n == 0 {
		return false
	}
	after := r.rest(n)
	word := isAlnum(bytes.Trim(r.src[r.i:r.i+n], "[({ ")[0])
	switch plain {
	case ".":
		if !r.before() || !startsHost(after) || word && r.src[r.i] == '(' && (bytes.HasPrefix(after, []byte(" ")) || r.spaceBefore()) {
			return false // "(dot)" among words is prose
		}
		after = bytes.TrimLeft(after, " ")
	case "@":
		loose := word || r.spaceBefore() || bytes.HasPrefix(after, []byte(" "))
		if !r.beforeAt(word) || !startsHost(after) || loose && !hasDot(after) {
			return false
		}
		after = bytes.TrimLeft(after, " ")
	default: // colon and slashes
		if plain[0] == ':' && r.scheme(n) {
			return true
		}
		if len(after) == 0 || !isAlnum(after[0]) && !strings.ContainsRune(":/[", rune(after[0])) ||
			plain != ":" && !r.before() {
			return false
		}
		r.dst = append(r.dst, plain...)
		r.i += n
		return true
	}
	r.dst = append(bytes.TrimRight(r.dst, " "), plain...)
	r.i = len(r.src) - len(after)
	return true
}

// hasDot reports whether the host that b begins with has a dot, plain or marked.
func hasDot(b []byte) bool {
	b = bytes.TrimLeft(b, " ")
	for i := range min(len(b), 64) {
		if b[i] == '.' {
			return i+1 < len(b) && isAlnum(b[i+1])
		}
		if n, plain := Mark(b[i:]); n > 0 {
			return plain == "."
		}
		if !isHostByte(b[i]) && b[i] < 0x80 {
			return bytes.HasPrefix(b[i:], []byte(" DOT ")) || bytes.HasPrefix(b[i:], []byte(" [")) && hasDot(b[i:])
		}
	}
	return false
}

// scheme repairs a scheme, which was just written, and the slashes after its colon, which is n
// bytes long; the colon's mark may include the slashes.
func (r *refanger) scheme(n int) bool {
	start := len(r.dst)
	for start > 0 && len(r.dst)-start < 8 && (isHostByte(r.dst[start-1]) || r.dst[start-1] == '*') {
		start--
	}
	scheme := Scheme(r.dst[start:])
	if scheme == "" {
		return false
	}
	slashes := 0
	if bytes.Contains(r.src[r.i:r.i+n], []byte("//")) {
		slashes = n
	} else if m := Slashes(r.rest(n)); m > 0 {
		slashes = n + m
	}
	if slashes == 0 {
		return false
	}
	if !strings.EqualFold(string(r.dst[start:]), scheme) {
		r.dst = append(r.dst[:start], scheme...)
	}
	r.dst = append(r.dst, "://"...)
	r.i += slashes
	if trimmed := bytes.TrimLeft(r.rest(0), " "); hasDot(trimmed) && startsHost(trimmed) {
		r.i = len(r.src) - len(trimmed)
	}
	return true
}

// Slashes gives the length of what stands for "//" behind the colon of a scheme at the start of b,
// plain or defanged, or 0.
func Slashes(b []byte) int {
	for _, s := range []string{"//", `\/\/`, `\\`, "__", " //", "[//]", "(//)", "{//}", "[/][/]", "[/]/", "/[/]", "／／"} {
		if bytes.HasPrefix(b, []byte(s)) {
			return len(s)
		}
	}
	return 0
}

// openOnly handles brackets that were left open, "evil[.com", and brackets around a label,
// "evil[.com]" and "evil.[com].my".
func (r *refanger) openOnly() bool {
	after := r.rest(1)
	if len(r.dst) == 0 || len(after) < 2 {
		return false
	}
	last := r.dst[len(r.dst)-1]
	if after[0] == '.' && isHostByte(last) && isAlnum(after[1]) && (after[1] > '9' || last <= '9') {
		r.dst = append(r.dst, '.')
		r.i += 2
		n := labelLen(r.rest(0))
		if rest := r.rest(n); len(rest) > 0 && rest[0] == ']' {
			r.dst = append(r.dst, r.src[r.i:r.i+n]...)
			r.i += n + 1
		}
		return true
	}
	n := labelLen(after)
	if last != '.' || len(r.dst) < 2 || !isAlnum(r.dst[len(r.dst)-2]) || n < 2 || after[0] <= '9' || n >= len(after) || after[n] != ']' {
		return false
	}
	end := r.rest(1 + n + 1)
	if len(end) > 0 && end[0] != '.' && end[0] != '/' || len(end) == 0 && bytes.IndexByte(r.src, ' ') >= 0 {
		return false
	}
	r.dst = append(r.dst, after[:n]...)
	r.i += n + 2
	return true
}

// closeOnly handles "evil.]com".
func (r *refanger) closeOnly() bool {
	after := r.rest(1)
	n := len(r.dst)
	if n < 2 || r.dst[n-1] != '.' || !isAlnum(r.dst[n-2]) || len(after) == 0 || !isAlnum(after[0]) {
		return false
	}
	r.i++
	return true
}

func labelLen(b []byte) int {
	n := 0
	for n < len(b) && n < 64 && isHostByte(b[n]) {
		n++
	}
	return n
}

// escapedDot handles "evil\.com", but leaves paths with other backslashes alone.
func (r *refanger) escapedDot() bool {
	after := r.rest(1)
	if len(after) < 2 || after[0] != '.' || !isAlnum(after[1]) || len(r.dst) == 0 || !isHostByte(r.dst[len(r.dst)-1]) {
		return false
	}
	for i := len(r.dst) - 1; i >= 0 && len(r.dst)-i < 256 && r.dst[i] != ' '; i-- {
		if r.dst[i] == '\\' {
			return false
		}
	}
	r.dst = append(r.dst, '.')
	r.i += 2
	return true
}

// upperDot handles " DOT " between words that are not themselves in capitals.
func (r *refanger) upperDot() bool {
	const mark = " DOT "
	after := r.rest(len(mark))
	if !bytes.HasPrefix(r.rest(0), []byte(mark)) || len(after) == 0 || len(r.dst) == 0 {
		return false
	}
	lower := func(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
	if !lower(r.dst[len(r.dst)-1]) || !lower(after[0]) {
		return false
	}
	r.dst = append(r.dst, '.')
	r.i += len(mark)
	return true
}

// slashAt handles "user/AT/example.com".
func (r *refanger) slashAt() bool {
	const mark = "/AT/"
	if !bytes.HasPrefix(r.rest(0), []byte(mark)) || !r.before() || !hasDot(r.rest(len(mark))) || r.spaceBefore() {
		return false
	}
	r.dst = append(r.dst, '@')
	r.i += len(mark)
	return true
}

// wideMark replaces a full-width dot, colon, slash or at sign between ASCII letters and digits.
func (r *refanger) wideMark() bool {
	for _, c := range cores {
		if c.text[0] < 0x80 || !bytes.HasPrefix(r.rest(0), []byte(c.text)) {
			continue
		}
		after := r.rest(len(c.text))
		if c.plain == ":" && r.scheme(len(c.text)) {
			return true
		}
		if len(r.dst) == 0 || len(after) == 0 || !isAlnum(r.dst[len(r.dst)-1]) || !isAlnum(after[0]) {
			return false
		}
		r.dst = append(r.dst, c.plain...)
		r.i += len(c.text)
		return true
	}
	return false
}

// refangWords undoes the forms that are prose unless s as a whole is one value.
func refangWords(s string) string {
	if len(s) > 512 {
		return s
	}
	if strings.IndexByte(s, ' ') >= 0 {
		return refangSpelled(s)
	}
	if strings.IndexByte(s, ',') >= 0 {
		return refangCommas(s)
	}
	return s
}

// refangSpelled joins "user at example dot com", when words and marks alternate throughout.
func refangSpelled(s string) string {
	words := strings.Fields(s)
	if len(words) < 3 || len(words)%2 == 0 {
		return s
	}
	var b strings.Builder
	dots, ats, upper := 0, 0, true
	for i, w := range words {
		switch {
		case i%2 == 0:
			if !isAlnum(w[0]) || !isAlnum(w[len(w)-1]) {
				return s
			}
			b.WriteString(w)
		case strings.EqualFold(w, "dot"):
			dots++
			b.WriteByte('.')
		case strings.EqualFold(w, "at") && ats == 0:
			ats++
			upper = w == "AT"
			b.WriteByte('@')
		default:
			return s
		}
	}
	if ats > 0 && dots == 0 && (!upper || !hasDot([]byte(words[len(words)-1]))) {
		return s
	}
	return b.String()
}

// commaEnds are last labels after which a comma for a dot is believed.
var commaEnds = []string{"com", "net", "org", "info", "biz", "ru", "cn", "top", "xyz", "io", "example", "test", "invalid"}

// refangCommas turns commas into dots in the host of a URL, in an IPv4 address, and in a name with a usual ending.
func refangCommas(s string) string {
	scheme, host := "", s
	if i := strings.Index(s, "://"); i >= 0 {
		scheme, host = s[:i+3], s[i+3:]
	}
	path := ""
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host, path = host[:i], host[i:]
	}
	if !strings.Contains(host, ",") || strings.Contains(host, ".") || strings.Contains(host, "@") {
		return s
	}
	plain := strings.ReplaceAll(host, ",", ".")
	if isAddr(plain) {
		return scheme + plain + path
	}
	for _, end := range commaEnds {
		if strings.HasSuffix(strings.ToLower(plain), "."+end) && looksLikeDomain(plain) {
			return scheme + plain + path
		}
	}
	return s
}
