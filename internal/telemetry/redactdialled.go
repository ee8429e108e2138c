package telemetry

// longestDialled is the length of the prefix 00 and the longest code of a country.
const longestDialled = 5

// dialled masks 0049 151 12345678: a number in international form with 00 for the plus, which only blanks
// in it and the code of a country tell from other numbers. Groups of four digits throughout are a dump.
func (r *redactor) dialled(i int) int {
	switch before := r.byte(i - 1); {
	case isAlnum(before), before == '.', before == '-', before == '_', before == '+', before == ':', before == '/', before == '*':
		return 0
	case before == ' ' && (isDigit(r.byte(i-2)) || r.byte(i-2) == 'x'): // a column of many
		return 0
	}
	d := r.digitsAt(i, true)
	if d.first <= 2 || d.first-2 != countryCode(r.s[i+2:i+d.first]) {
		return 0
	}
	n := d.n - 2
	if n <= minInternat || n > bareDigits || d.groups < 2 || d.groups > 6 || !r.numberEnds(d.end) || isDigit(r.byte(r.spaces(d.end))) {
		return 0
	}
	if d.n == 4*d.groups && r.fours(i, d.end) || d.groups == 2 && d.n-d.first < minInternat {
		return 0
	}
	return r.mask(i, d.end)
}

// fours reports whether all groups of digits have four.
func (r *redactor) fours(i, end int) bool {
	run := 0
	for ; i <= end; i++ {
		switch {
		case i < end && isDigit(r.s[i]):
			run++
		case run != 0 && run != 4:
			return false
		default:
			run = 0
		}
	}
	return true
}

// countryCode gives the length of the code of a country that digits begin with, as ITU-T E.164 assigns
// them: 1 and 7 have one digit, the others two or three.
func countryCode(s string) int {
	if s == "" || s[0] == '0' {
		return 0
	}
	if s[0] == '1' || s[0] == '7' {
		return 1
	}
	if len(s) < 2 {
		return 0
	}
	two := [10]string{2: "07", 3: "0123469", 4: "013456789", 5: "12345678", 6: "0123456", 8: "12469", 9: "0123458"}
	list := two[s[0]-'0']
	for k := range len(list) {
		if list[k] == s[1] {
			return 2
		}
	}
	return 3
}
