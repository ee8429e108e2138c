package telemetry

import "strings"

// optionStarts are the letters after the dash of the options that the table of programs names.
const optionStarts = "pPUHhaSkKAxu-"

// programOption takes the secret that an option at i gives to the program of the command.
func (r *redactor) programOption(i int) int {
	if c := r.byte(i + 1); c == 0 || strings.IndexByte(optionStarts, c) < 0 {
		return 0
	}
	p := r.programs.to(r.s, i)
	if p == nil {
		return 0
	}
	end := i + 1
	for end < len(r.s) && isName(r.s[end]) {
		end++
	}
	option := r.s[i:end]
	switch {
	case end-i > maxProgramName:
		return 0
	case option == "-AsPlainText" && r.programs.isProgram(r.s, "convertto-"):
		return r.plainText(i)
	case len(option) <= 4 && strings.Contains(option, "S") && r.programs.isProgram(r.s, "sudo"):
		return r.piped(r.programs.start, false)
	case holdsOption(p.options, option):
		return r.optionValue(i, end)
	case len(option) > 2 && holdsOption(p.attached, option[:2]):
		return r.blank(i+2, r.bare(i, place{at: i + 2}))
	case len(option) > 2 && holdsOption(p.login, option[:2]) && option[1] != '-':
		return r.signLogin(i+2, '%')
	case holdsOption(p.login, option):
		return r.signLogin(end, '%')
	case holdsOption(p.comma, option):
		return r.signLogin(end, ',')
	}
	return 0
}

// holdsOption reports whether a list like " -p -pw " holds an option.
func holdsOption(list, option string) bool {
	n := strings.Index(list, option)
	return n > 0 && list[n-1] == ' ' && list[n+len(option)] == ' '
}

// optionValue takes the word after an option that ends at end, or the next element of a list.
func (r *redactor) optionValue(i, end int) int {
	at := r.spaces(end)
	if n := r.quoteAt(end); n > 0 && r.byte(end+n) == ',' {
		if at = r.spaces(end + n + 1); r.quoteAt(at) == 0 {
			return 0
		}
	} else if at == end {
		return 0
	}
	if at >= len(r.s) || isSpace(r.s[at]) || isOptionText(r.s[at:min(len(r.s), at+3)]) {
		return 0
	}
	return r.open(at, r.value(i, place{at: at, op: opSpace}))
}

// signLogin takes the secret of user%secret, or behind another sign.
func (r *redactor) signLogin(at int, between byte) int {
	if r.byte(at) == '=' {
		at++
	}
	at = r.spaces(at)
	quote := r.quoteAt(at)
	start := at + quote
	sign := start
	for sign < len(r.s) && !isSpace(r.s[sign]) && r.s[sign] != between && !isQuote(r.s[sign]) {
		sign++
	}
	if sign == start || r.byte(sign) != between {
		return 0
	}
	if quote > 0 {
		end, next := r.quoted(at, quote)
		if end <= sign {
			return 0
		}
		r.blank(sign+1, end)
		return next
	}
	return r.blank(sign+1, r.bare(start, place{at: sign + 1}))
}

// plainText takes the first word behind ConvertTo-SecureString that is neither an option nor a variable.
func (r *redactor) plainText(i int) int {
	at := r.programs.end
	if i-at > 512 {
		return 0
	}
	for range maxArguments {
		a := r.argumentAt(i, at)
		if a.start >= a.end || r.s[a.start] == '$' {
			return 0
		}
		if at = a.next; !isOptionText(r.s[a.start:a.end]) {
			return r.blank(a.start, a.end)
		}
	}
	return 0
}

// maxPiped is how far before a program what it reads is looked for, and behind it a here string, in bytes.
const maxPiped = 256

// piped takes what echo or printf gives to the program that begins at start: echo S | sudo -S, or what
// stands as a here string behind it: sudo -S <<< S. Where it is a user's login, only what follows the colon.
func (r *redactor) piped(start int, login bool) int {
	if end := r.hereString(start, login); end > 0 {
		return end
	}
	for start > 0 && (isName(r.s[start-1]) || r.s[start-1] == '/') {
		start--
	}
	head := strings.TrimRight(r.s[max(0, start-maxPiped):start], " \t")
	head = strings.TrimSuffix(head, "sudo")
	head = strings.TrimRight(head, " \t")
	if !strings.HasSuffix(head, "|") {
		return 0
	}
	head = strings.TrimRight(head[:len(head)-1], " \t")
	const echo, printf = "echo ", "printf "
	n, from := strings.LastIndex(head, echo), len(echo)
	if m := strings.LastIndex(head, printf); m > n {
		n, from = m, len(printf)
	}
	if n < 0 || strings.ContainsAny(head[n:], "\n|;") {
		return 0
	}
	base := max(0, start-maxPiped)
	at, end := base+n+from, base+len(head)
	login = login && (from == len(echo) || !strings.Contains(head[n:], "%"))
	for at = r.spaces(at); at < end && isOptionText(r.s[at:end]) && r.byte(at+2) == ' '; {
		at = r.spaces(at + 2)
	}
	if q := r.quoteAt(at); q > 0 && at+2*q <= end && r.s[end-q:end] == r.s[at:at+q] {
		at, end = at+q, end-q
	}
	if login {
		c := strings.IndexByte(r.s[at:max(at, end)], ':')
		if c < 0 {
			return 0
		}
		at += c + 1
	}
	if at < end && r.s[at] != '$' {
		r.blank(at, end)
	}
	return 0
}

// hereString takes the secret of <<< S behind the program that begins at start.
func (r *redactor) hereString(start int, login bool) int {
	rest := r.s[start:min(len(r.s), start+maxPiped)]
	n := strings.Index(rest, "<<<")
	if n < 0 || strings.ContainsAny(rest[:n], "\n|;") {
		return 0
	}
	at := r.spaces(start + n + len("<<<"))
	if at >= len(r.s) || isSpace(r.s[at]) || r.s[at] == '$' {
		return 0
	}
	if login {
		return r.login(at)
	}
	return r.open(at, r.value(at, place{at: at, op: opSpace}))
}

// passwordFile takes the secret of htpasswd -b FILE USER S and of what is given to chpasswd. It reports
// whether the name is one of these, whose next word is no secret.
func (r *redactor) passwordFile(i, j int) (end int, is bool) {
	switch {
	case strings.EqualFold(r.s[i:j], "chpasswd"):
		return r.piped(i, true), true
	case !strings.EqualFold(r.s[i:j], "htpasswd"):
		return 0, false
	}
	words, batch, shown, at := 0, false, false, j
	for range maxArguments {
		a := r.argumentAt(i, at)
		if a.start >= a.end {
			break
		}
		text := r.s[a.start:a.end]
		at = a.next
		if words == 0 && isOptionText(text) {
			batch = batch || strings.Contains(text, "b")
			shown = shown || strings.Contains(text, "n")
			continue
		}
		if words++; batch && (words == 3 || shown && words == 2) {
			return r.blank(a.start, a.end), true
		}
	}
	return 0, true
}

// remoteLogin takes the secret of domain/user:secret@host, whose colon stands at i, where a program wants it.
func (r *redactor) remoteLogin(i int) int {
	if !isName(r.byte(i-1)) || isSpace(r.byte(i+1)) {
		return 0
	}
	if _, last := r.authority(i); last <= i+1 || r.s[i+1] == '/' || r.s[i+1] == '\\' {
		return 0
	} else if p := r.programs.to(r.s, i); p != nil && p.remote && r.byte(i+1) != '/' {
		return r.blank(i+1, last)
	}
	return 0
}

// slashOption takes the secret of /p:S, whose colon stands at i, where the program is one for remote desktops.
func (r *redactor) slashOption(i int) int {
	start := i
	for start > 0 && i-start < len("/pth")-1 && isLetter(r.s[start-1]) {
		start--
	}
	if r.byte(start-1) != '/' || start > 1 && !isSpace(r.s[start-2]) && !isQuote(r.s[start-2]) {
		return 0
	}
	switch r.s[start:i] {
	case "p", "gp", "pth":
	default:
		return 0
	}
	if p := r.programs.to(r.s, i); p == nil || !p.slash || i+1 >= len(r.s) || isSpace(r.s[i+1]) {
		return 0
	}
	return r.value(start, place{at: i + 1, op: opAssign, tight: true})
}
