package observable

import "strings"

// Defang gives the text of v in a form that no program makes a link of and that Refang undoes:
// "evil[.]example", "hxxp[:]//192[.]0[.]2[.]1/x", "2001[:]db8::1". Kinds that nobody clicks on are
// unchanged.
func (v Value) Defang() string {
	switch v.kind { //nolint:exhaustive // the other kinds are not defanged
	case Addr, Prefix:
		if strings.Contains(v.text, ":") {
			return strings.Replace(v.text, ":", "[:]", 1)
		}
		return defangDots(v.text)
	case Domain:
		return defangDots(v.text)
	case Email:
		i := strings.LastIndexByte(v.text, '@')
		return v.text[:max(i, 0)] + "[@]" + defangDots(v.text[i+1:])
	case URL:
		scheme, rest, _ := strings.Cut(v.text, "://")
		end := strings.IndexByte(rest, '/')
		if end < 0 {
			end = len(rest)
		}
		host := strings.LastIndexByte(rest[:end], '@') + 1
		return defangScheme(scheme) + "[:]//" + rest[:host] + defangDots(rest[host:end]) + rest[end:]
	}
	return v.text
}

func defangDots(s string) string { return strings.ReplaceAll(s, ".", "[.]") }

func defangScheme(s string) string {
	switch s {
	case "http":
		return "hxxp"
	case "https":
		return "hxxps"
	case "ftp":
		return "fxp"
	}
	return s
}

// Defang defangs running text: schemes of URLs, dots inside words and numbers, and at signs.
// Text that is already defanged is unchanged. It errs on the side of too much: version numbers and file names
// are defanged as well.
func Defang(text string) string {
	out := make([]byte, 0, len(text)+32)
	for i := range len(text) {
		c := text[i]
		inside := i > 0 && i+1 < len(text) && inWord(text[i-1]) && inWord(text[i+1])
		switch {
		case c == '.' && inside, c == '@' && inside:
			out = append(out, '[', c, ']')
		case c == ':' && strings.HasPrefix(text[i:], "://") && i > 0 && isAlnum(text[i-1]):
			start := len(out)
			for start > 0 && len(out)-start < 8 && isAlnum(out[start-1]) {
				start--
			}
			scheme := defangScheme(string(out[start:]))
			out = append(append(out[:start], scheme...), "[:]"...)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func inWord(c byte) bool { return isHostByte(c) || c >= 0x80 }
