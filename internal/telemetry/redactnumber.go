package telemetry

import "strings"

const (
	bareDigits    = 15 // of an IMSI, and of an IMEI with its check digit
	minNumber     = 8  // digits after a name of a subscriber's number
	maxNumber     = 20 // of an ICCID
	minUserNumber = 10 // digits that make a user's name a subscriber's number
	minInternat   = 9  // digits of a number in international form
)

// writeMasked writes a number with only its first five and last two characters; of a short one,
// less. What separates its digits stays.
func writeMasked(b *strings.Builder, s string) {
	front, back := 5, 2
	if len(s) < 10 {
		front, back = len(s)/4, 0
	}
	for i := range len(s) {
		c := s[i]
		if i >= front && i < len(s)-back && isAlnum(c) {
			c = '*'
		}
		b.WriteByte(c)
	}
}

// digits is a number as written: with a plus, in groups.
type digits struct {
	end, first, groups, n int // first: digits of the first group
	plus, dots, date      bool
}

// digitsAt reads a number at i. Groups are taken only when grouped says so: what follows a long
// group is another number.
func (r *redactor) digitsAt(i int, grouped bool) digits {
	var d digits
	start := i
	if r.byte(i) == '+' {
		d.plus = true
		i++
	}
	for {
		at := i
		for isDigit(r.byte(i)) {
			i++
		}
		if i == at {
			return d
		}
		d.n += i - at
		d.groups++
		d.end = i
		if d.groups == 1 {
			d.first = d.n
		}
		if !grouped || d.first >= minNumber || d.n > maxNumber {
			return d
		}
		if d.groups == 3 && d.first == 4 && i-start == 10 && r.s[start+4] == '-' && r.s[start+7] == '-' {
			d.date = true
		}
		next, dot := r.groupAt(i, d.plus)
		if next == 0 {
			return d
		}
		d.dots = d.dots || dot
		i = next
	}
}

// groupAt gives where the next group of digits begins: after a blank, a dash, brackets, or a point
// in numbers with a plus.
func (r *redactor) groupAt(i int, plus bool) (next int, dot bool) {
	j := i
	for j < i+3 && j < len(r.s) && (strings.IndexByte(" -()", r.s[j]) >= 0 || plus && (r.s[j] == '.' || r.s[j] == '/')) {
		dot = dot || r.s[j] == '.'
		j++
	}
	if j == i || !isDigit(r.byte(j)) {
		return 0, false
	}
	return j, dot
}

// numberEnds reports whether no more of a name, an address or a fraction follows a number.
func (r *redactor) numberEnds(i int) bool {
	switch c := r.byte(i); {
	case isAlnum(c), c == '_':
		return false
	case c == '.':
		return !isDigit(r.byte(i + 1))
	case c == '-':
		return !isAlnum(r.byte(i + 1))
	case c == ':':
		return true
	}
	return true
}

// numberPrefixes stand before the number in a value.
var numberPrefixes = [...]string{"imsi-", "msisdn-", "imei-", "imeisv-", "iccid-", "tel:", "sip:", "sips:", "%2B", "0x"}

// labelled masks the number at a place, and those that follow it in a list.
func (r *redactor) labelled(p place, least int) int {
	done := 0
	at := p.at
	for {
		for k := 0; k < 12 && at < len(r.s) && strings.IndexByte(" \t\"'\\`:=->[]({<#*", r.s[at]) >= 0; k++ {
			at++
		}
		for _, pre := range numberPrefixes {
			if r.has(at, pre) {
				at += len(pre)
			}
		}
		end := r.maskAt(at, least)
		if end == 0 {
			return done
		}
		done = end
		at = end + r.quoteAt(end)
		if c := r.byte(at); c != ',' && c != ';' && c != '|' {
			return done
		}
		at = r.spaces(at + 1)
		if at += r.quoteAt(at); !isDigit(r.byte(at)) && r.byte(at) != '+' {
			return done
		}
	}
}

// maskAt masks a number with a label at i, 0 when there is none.
func (r *redactor) maskAt(i, least int) int {
	d := r.digitsAt(i, true)
	mac := d.groups == 6 && d.n == 12
	if d.n > maxNumber || d.n < least || d.date || mac {
		d = r.digitsAt(i, false)
		if d.groups == 0 || d.n < least || d.n > maxNumber || mac {
			return 0
		}
	}
	switch end := d.end; {
	case r.numberEnds(end):
	case r.byte(end)|0x20 == 'f' && r.numberEnds(end+1): // filled up
	case d.n >= bareDigits-1 && !isDigit(r.byte(end)) && r.byte(end) != '.':
	case d.groups > 1 && d.first >= least: // not a group, another word
	default:
		return 0
	}
	return r.mask(i, d.end)
}

// userNumber masks a user's name that is a number.
func (r *redactor) userNumber(p place) int {
	if p.op != opAssign && p.op != opTag {
		return 0
	}
	at := p.at + r.quoteAt(p.at)
	if d := r.digitsAt(at, false); d.n < minUserNumber || d.n > maxNumber || !r.numberEnds(d.end) {
		return 0
	}
	return r.labelled(p, minUserNumber)
}

// counter goes over a number that is nobody's.
func (r *redactor) counter(p place) int {
	if p.op != opAssign {
		return 0
	}
	at := p.at + r.quoteAt(p.at)
	if d := r.digitsAt(at, false); d.n > 0 && d.end < len(r.s)+1 && !isAlnum(r.byte(d.end)) {
		return d.end
	}
	return 0
}

// numberIn masks a number that is part of a name: imsi-001010123456789, suci-0-001-01-0000-0-0-1.
func (r *redactor) numberIn(i, j int) int {
	name := r.s[i:j]
	if len(name) > 12 && strings.EqualFold(name[:5], "suci-") {
		at := i + 5
		for dashes := 0; at < j && dashes < 3; at++ {
			if r.s[at] == '-' {
				dashes++
			}
		}
		return r.blank(at, j)
	}
	k := 0
	for k < len(name) && !isDigit(name[k]) {
		k++
	}
	if len(name)-k < minNumber {
		return 0
	}
	if kind, _ := nameKind(r.s, i, i+k); kind == nameSubscriber && k > 2 {
		if end := r.maskAt(i+k, minNumber); end > 0 {
			return end
		}
	}
	return r.bareIn(i, j)
}

// bareIn masks 15 digits on their own within a name's letters: session001010123456789. Longer
// names are hashes.
func (r *redactor) bareIn(i, j int) int {
	for k := i; k < j; k++ {
		if !isDigit(r.s[k]) {
			continue
		}
		start := k
		for k < j && isDigit(r.s[k]) {
			k++
		}
		if k-start == bareDigits && r.alone(start, k) {
			return r.mask(start, k)
		}
	}
	return 0
}

// alone reports whether digits are no part of a fraction or of a hash.
func (r *redactor) alone(start, end int) bool {
	if r.byte(start-1) == '.' && isDigit(r.byte(start-2)) || r.byte(end) == '.' && isDigit(r.byte(end+1)) {
		return false
	}
	const longest = 28 // bytes: a hash has more
	a, b := start, end
	for isAlnum(r.byte(a-1)) && start-a < longest {
		a--
	}
	for isAlnum(r.byte(b)) && b-end < longest {
		b++
	}
	return b-a <= longest
}

// bareNumber looks at a number without a label.
func (r *redactor) bareNumber(i int) int {
	if r.s[i] == '+' {
		return max(r.international(i), i+1)
	}
	end := i
	for end < len(r.s) && isDigit(r.s[end]) {
		end++
	}
	n := end - i
	if n <= longestDialled && r.s[i] == '0' && r.byte(i+1) == '0' && r.byte(end) == ' ' {
		if end := r.dialled(i); end > 0 {
			return end
		}
	}
	if n < bareDigits-1 && (end == len(r.s) || r.s[end] != '-') {
		return end
	}
	before := r.byte(i - 1)
	switch {
	case n == bareDigits && r.alone(i, end),
		n >= bareDigits-1 && n <= bareDigits+1 && r.byte(end) == '@' && r.in3GPP(end+1),
		(n == 19 || n == 20) && r.has(i, "89") && !isAlnum(before) && before != '.' && (r.numberEnds(end) || r.byte(end)|0x20 == 'f' && r.numberEnds(end+1)):
		return r.mask(i, end)
	case r.byte(end) == '-' && !isAlnum(before) && before != '-' && before != '.':
		if end := r.dashed(i); end > 0 {
			return r.mask(i, end)
		}
	}
	return end
}

// in3GPP reports whether a host of 3GPP's domain stands at i.
func (r *redactor) in3GPP(i int) bool {
	j := i
	for j < len(r.s) && j < i+128 && isName(r.s[j]) {
		j++
	}
	host := strings.ToLower(r.s[i:j])
	return strings.Contains(host, "3gppnetwork.org") || strings.Contains(host, ".mnc") || strings.HasPrefix(host, "mnc")
}

// shapes are the lengths of the groups of IMEI and IMSI with dashes.
var shapes = [...][]int{{2, 6, 6, 1}, {6, 2, 6, 1}, {8, 6, 1}, {3, 2, 10}, {3, 3, 9}, {2, 6, 6, 2}, {6, 2, 6, 2}}

// dashed gives the end of an IMEI or IMSI written with dashes.
func (r *redactor) dashed(i int) int {
	for _, shape := range shapes {
		at := i
		if r.byte(i+shape[0]) != '-' {
			continue
		}
		for k, n := range shape {
			if k > 0 {
				if r.byte(at) != '-' {
					at = -1
					break
				}
				at++
			}
			start := at
			for isDigit(r.byte(at)) && at-start <= n {
				at++
			}
			if at-start != n {
				at = -1
				break
			}
		}
		if at > 0 && r.numberEnds(at) {
			return at
		}
	}
	return 0
}

// international masks +49 170 1234567, with or without what separates it.
func (r *redactor) international(i int) int {
	if before := r.byte(i - 1); isAlnum(before) || before == '+' || before == '/' || before == '.' || r.byte(i+1) == '0' {
		return 0
	}
	d := r.digitsAt(i, false)
	if d.first <= 3 {
		if g := r.digitsAt(i, true); g.n > minInternat && g.n <= bareDigits && g.groups < 7 {
			d = g
		}
	}
	if d.n < minInternat || d.n > bareDigits || r.byte(d.end) == '.' && isDigit(r.byte(d.end+1)) || isAlnum(r.byte(d.end)) {
		return 0
	}
	return r.mask(i, d.end)
}
