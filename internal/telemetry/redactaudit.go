package telemetry

// auditedPath takes the values of a setting of Junos whose path holds a name of secrets that ends at j:
//
//	pathname="[system radius-server 192.0.2.1 secret\]" delimiter="" data="S" value="S"
//	set: [system radius-server 192.0.2.1 secret] <unconverted> -> "S"
//
// What stands behind the name in the path is the number of a key, or how it is written.
func (r *redactor) auditedPath(j int) int {
	const looked = 40
	at := j
	for blanks := 0; at < len(r.s) && at-j < looked && (isName(r.s[at]) || r.s[at] == ' '); at++ {
		if r.s[at] == ' ' {
			if blanks++; blanks > 2 {
				return 0
			}
		}
	}
	for n := 0; n < 4 && r.byte(at) == '\\'; n++ {
		at++
	}
	if r.byte(at) != ']' {
		return 0
	}
	at++
	if q := r.quoteAt(at); q > 0 {
		return r.auditedPairs(at + q)
	}
	return r.auditedValues(at)
}

// auditedPairs takes the values of data="S" value="S".
func (r *redactor) auditedPairs(at int) (end int) {
	for range 4 {
		name := r.spaces(at)
		next := name
		for next < len(r.s) && isName(r.s[next]) {
			next++
		}
		q := r.quoteAt(next + 1)
		if next == name || next-name > len("delimiter") || r.byte(next) != '=' || q == 0 {
			break
		}
		stop, after := r.quoted(next+1, q)
		if n := r.s[name:next]; n == "data" || n == "value" {
			r.auditedText(next+1+q, stop)
			end = after
		}
		at = after
	}
	return end
}

// auditedValues takes the values of "S" -> "S".
func (r *redactor) auditedValues(at int) (end int) {
	for n := range 2 {
		at = r.spaces(at)
		if n > 0 {
			if !r.has(at, "-> ") {
				break
			}
			at = r.spaces(at + len("->"))
		}
		q := r.quoteAt(at)
		switch {
		case q > 0:
			stop, after := r.quoted(at, q)
			r.auditedText(at+q, stop)
			at, end = after, after
		case r.has(at, unconverted):
			at += len(unconverted)
		default:
			return end
		}
	}
	return end
}

// unconverted is what Junos writes for a value that it does not show.
const unconverted = "<unconverted>"

func (r *redactor) auditedText(start, end int) {
	if start < end && r.s[start:end] != unconverted {
		r.blank(start, end)
	}
}

// changedAttribute takes the secret of cfgattr="name[S]" as FortiOS writes what was set, of name[S->S] what was
// changed, where the name ends at j.
func (r *redactor) changedAttribute(j int) int {
	const looked = 4 << 10
	if !r.line.attributes || r.byte(j) != '[' {
		return 0
	}
	for k := j + 1; k < min(len(r.s), j+looked); k++ {
		switch c := r.s[k]; c {
		case '\n':
			return r.blank(j+1, k)
		case ']':
			if r.attributeEnds(k + 1) {
				return r.blank(j+1, k)
			}
		}
	}
	return r.blank(j+1, min(len(r.s), j+looked))
}

// attributeEnds reports whether an attribute may end before i: another follows, or none.
func (r *redactor) attributeEnds(i int) bool {
	c := r.byte(i)
	if c == 0 || isSpace(c) || isQuote(c) || c == '\\' || c == ',' {
		return true
	}
	j := i
	for j < len(r.s) && j-i < maxNameLooked && isName(r.s[j]) {
		j++
	}
	return j > i && r.byte(j) == '['
}
