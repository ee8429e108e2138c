package device

import "strings"

// Form is how a message's code is written.
type Form uint8

// The forms of codes.
const (
	FormNone    Form = iota
	FormPercent      // %FACILITY-5-MNEMONIC:
	FormVRP          // %%01MODULE/5/BRIEF(l)[7]: of Huawei and H3C
	FormJunos        // UI_COMMIT:
	FormScreen       // [Root]system-warning-00515: of NetScreen
)

// Code is the code of a message.
type Code struct {
	Text     string // as rules name it: SYS-5-CONFIG_I, SHELL/5/LOGIN, UI_COMMIT
	Facility string // SYS, SECURITY-SSHD, SHELL; empty for Junos
	Severity string // 0 to 7; empty where the code has none
	Mnemonic string // CONFIG_I, LOGIN, UI_COMMIT
	Form     Form
	Spaced   bool // there was a space before the colon, as IOS XR writes it
	Lettered bool // the severity was a letter, as small switches of Cisco write it
	H3C      bool // FormVRP of H3C
}

// maxCode bounds a code.
const maxCode = 128

// vdc stands around the name of a virtual device before codes of NX-OS: %$ VDC-1 %$.
const vdc = "%$ "

// CodeAt reads the code with a percent sign at the start of s, and gives how many bytes it took with the colon; 0 where there is none.
func CodeAt(s string) (c Code, n int) {
	skipped := 0
	if strings.HasPrefix(s, vdc) {
		end := strings.Index(s[:min(len(s), maxCode)], " "+vdc)
		if end < 0 {
			return c, 0
		}
		skipped = end + 1 + len(vdc)
		s = s[skipped:]
	}
	switch {
	case len(s) < 5 || s[0] != '%':
		return c, 0
	case s[1] == '%':
		c, n = vrpCode(s)
	default:
		c, n = percentCode(s)
	}
	if n == 0 {
		return Code{}, 0
	}
	return c, skipped + n
}

// percentCode reads %FACILITY[-SUBFACILITY]-SEVERITY-MNEMONIC:, and what lacks the severity (%ADJCHANGE: of FRR).
func percentCode(s string) (c Code, n int) {
	severity, from := 0, 1 // where they begin
	for n = 1; n < len(s) && n < maxCode; n++ {
		if s[n] == '-' {
			if severity == 0 && n-from == 1 && from > 1 {
				severity = from
			}
			from = n + 1
		} else if !isWord(s[n]) {
			break
		}
	}
	c = Code{Text: s[1:n], Mnemonic: s[1:n], Form: FormPercent}
	if severity > 0 {
		c.Facility, c.Mnemonic = s[1:severity-1], s[severity+2:n]
		if !c.setSeverity(s[severity : severity+1]) {
			return c, 0
		}
	} else if from > 1 || n < 5 || !isUpper(s[1:n]) {
		return c, 0
	}
	if c.Mnemonic == "" {
		return c, 0
	}
	if n < len(s) && s[n] == ' ' {
		if isASA(c.Facility) && severity > 0 && (n+1 == len(s) || s[n+1] != ':') {
			return c, n // an ASA's code may end without a colon
		}
		c.Spaced = true
		n++
	}
	if n >= len(s) || s[n] != ':' {
		return c, 0
	}
	return c, n + 1
}

// letters are the severities that small switches write, by number.
const letters = "FACEWNID"

// setSeverity takes a digit, or a letter.
func (c *Code) setSeverity(s string) bool {
	if s[0] >= '0' && s[0] <= '9' {
		if s[0] <= '7' {
			c.Severity = s
		}
		return true
	}
	if i := strings.IndexByte(letters, s[0]); i >= 0 {
		c.Severity, c.Lettered = numbers[i:i+1], true
		return true
	}
	return s[0] >= 'A' && s[0] <= 'Z'
}

const numbers = "01234567"

// vrpCode reads %%01MODULE/SEVERITY/BRIEF(l)[7]:, of which all but the first three parts may be missing; [l](7) stands in some versions.
func vrpCode(s string) (c Code, n int) {
	if len(s) < 8 || s[2]-'0' > 9 || s[3]-'0' > 9 {
		return c, 0
	}
	c.Form, c.H3C = FormVRP, s[2] == '1'
	n = 4
	for n < len(s) && n < maxCode && (isWord(s[n]) || s[n] == '/' || s[n] == '-') {
		n++
	}
	c.Text = s[4:n]
	module, rest, ok := strings.Cut(c.Text, "/")
	severity, brief, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || module == "" || brief == "" || len(severity) != 1 || severity[0] < '0' || severity[0] > '7' {
		return c, 0
	}
	c.Facility, c.Severity, c.Mnemonic = module, severity, brief
	for range 2 {
		if n < len(s) && (s[n] == '(' || s[n] == '[') {
			end := strings.IndexAny(s[n:min(len(s), n+16)], ")]")
			if end < 0 {
				return c, 0
			}
			n += end + 1
		}
	}
	if n >= len(s) || s[n] != ':' {
		return c, 0
	}
	return c, n + 1
}

// TagAt reads the code of Junos at the start of s, TAG: or %INTERACT-6-TAG:, after the name of the program that wrote it.
func TagAt(s, process string) (c Code, n int) {
	if len(s) > 1 && s[0] == '%' {
		if c, n = percentCode(s); n == 0 || !junosFacilities[c.Facility] || !isTag(c.Mnemonic) || !isJunos(c.Mnemonic, process) {
			return Code{}, 0
		}
		c.Text, c.Facility, c.Form = c.Mnemonic, "", FormJunos
		return c, n
	}
	for n < len(s) && n < maxCode && (s[n] >= 'A' && s[n] <= 'Z' || s[n]-'0' <= 9 || s[n] == '_') {
		n++
	}
	if n >= len(s) || s[n] != ':' || !isTag(s[:n]) || !isJunos(s[:n], process) {
		return c, 0
	}
	return Junos(s[:n]), n + 1
}

// Junos gives the code that a tag of Junos is, without looking at who wrote it.
func Junos(tag string) Code { return Code{Text: tag, Mnemonic: tag, Form: FormJunos} }

// IsTag reports whether a text looks like a tag of Junos and one of its programs wrote it.
func IsTag(s, process string) bool { return isTag(s) && isJunos(s, process) }

// isTag asks for capital letters with an underscore among them.
func isTag(s string) bool {
	if len(s) < 4 || len(s) > 64 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	under := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_':
			under = true
		case c >= 'A' && c <= 'Z', c-'0' <= 9:
		default:
			return false
		}
	}
	return under
}

func isWord(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c-'0' <= 9 || c == '_' }

func isUpper(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'A' || c > 'Z') && c != '_' {
			return false
		}
	}
	return s != ""
}
