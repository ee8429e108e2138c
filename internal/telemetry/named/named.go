package named

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"stormglass/internal/observable"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/lease"
)

// The pairs of names that were taken out of a line, in the order of their numbers.
var (
	FieldSecret = telemetry.FieldNamed("stormglass.named.secret") // KIND:VALUE; never kept
	FieldRef    = telemetry.FieldNamed("stormglass.named.ref")    // the token in its place
)

// ReasonUnknown is what an account says of lines in a form that is not known.
const ReasonUnknown = "line of a server of addresses or accounts in a form that is not known: what looks like an address, a number or a quoted name is taken out, another name may stand in it"

const (
	maxNames   = 64      // of a line that get a pair; further ones are taken out without
	maxMessage = 8 << 10 // bytes of a message; what stands behind is taken out as it is
)

// Mark gives what stands in the place of name n, from 1; 0 is one of which nothing more is kept.
func Mark(n int) string {
	if n == 0 {
		return "{who}"
	}
	return "{who-" + strconv.Itoa(n) + "}"
}

// Line is a line's message without names.
type Line struct {
	Text  string
	Who   []string // KIND:VALUE of each mark
	Known bool     // the form is known
}

// Read takes the names out of a message, if a program of the table wrote it. The program is as the header states it; empty, when it states
// none, and then the message may begin as a line of a program's own file does.
func Read(program, message string) (l Line, is bool) {
	read, from := readers[program], 0
	if program == "" {
		read, from = ownFile(message)
	}
	if read == nil {
		return l, false
	}
	cut := ""
	if len(message) > maxMessage {
		message, cut = message[:maxMessage], Mark(0)
	}
	f := finder{s: message, from: min(from, len(message)), marks: make([]mark, len(message))}
	l.Known = read(&f) && cut == ""
	f.shapes()
	l.Text, l.Who = f.text()
	l.Text += cut
	return l, true
}

// readers are the programs whose lines are read, by their names in headers.
var readers = map[string]func(*finder) bool{
	"dhcpd": (*finder).isc, "dhcpd6": (*finder).isc, "isc-dhcp-server": (*finder).isc,
	"dnsmasq-dhcp": (*finder).dnsmasq,
	"kea-dhcp4":    (*finder).kea, "kea-dhcp6": (*finder).kea, "kea-dhcp-ddns": (*finder).kea,
	"radiusd": (*finder).radius, "freeradius": (*finder).radius,
	"pppd":      (*finder).ppp,
	"accel-ppp": (*finder).accel, "accel-pppd": (*finder).accel,
}

// ownFile tells whose own log a line without a program's name is from, and where the message begins.
func ownFile(s string) (read func(*finder) bool, from int) {
	trimmed := strings.TrimLeft(s, " ")
	at := len(s) - len(trimmed)
	level, rest, _ := strings.Cut(trimmed, " ")
	switch logger, _, _ := strings.Cut(strings.TrimLeft(rest, " "), "]"); {
	case strings.HasPrefix(logger, "[kea-dhcp") && isLevel(level): // INFO  [kea-dhcp4.leases/9] …
		return (*finder).kea, at
	case level == ":" && isRadiusType(rest): // Tue Jan  2 03:04:05 2024 : Auth: …
		return (*finder).radius, at
	}
	if kind, rest, ok := strings.Cut(trimmed, ": "); ok { // the same without its colon, and accel-ppp's without its time
		own := kind == "Auth" || kind == "Proxy" || kind == "Acct" || strings.HasPrefix(rest, "rlm_") || strings.HasPrefix(rest, "(")
		link, _, _ := strings.Cut(rest, ":")
		switch {
		case own && isRadiusType(kind+":"):
			return (*finder).radius, at
		case slices.Contains(accelLevels, kind) && isInterface(link):
			return (*finder).accel, len(s) - len(rest)
		}
	}
	if strings.HasPrefix(trimmed, "[") { // [2024-01-02 03:04:05]:  info: ppp0:name: …
		stamp, rest, ok := strings.Cut(trimmed[1:], "]: ")
		if ok && len(stamp) >= len("2006-01-02 15:04:05") && len(stamp) < 32 && strings.Trim(stamp, "0123456789-:. ") == "" {
			word, message, ok := strings.Cut(strings.TrimLeft(rest, " "), ": ")
			if ok && slices.Contains(accelLevels, word) {
				return (*finder).accel, len(s) - len(message)
			}
		}
	}
	for program, read := range readers { // as a container's log has it
		if rest, ok := strings.CutPrefix(trimmed, program); ok && (strings.HasPrefix(rest, ": ") || strings.HasPrefix(rest, "[")) {
			if _, after, ok := strings.Cut(rest, ": "); ok {
				return read, len(s) - len(after)
			}
		}
	}
	return nil, 0
}

var accelLevels = []string{"msg", "error", "warn", "info", "debug"}

func isLevel(s string) bool {
	return slices.Contains([]string{"FATAL", "ERROR", "WARN", "INFO", "DEBUG"}, s)
}

func isRadiusType(s string) bool {
	for _, kind := range [...]string{"Auth:", "Info:", "Error:", "Proxy:", "Acct:", "Debug:", "Warning:"} {
		if strings.HasPrefix(s, kind) {
			return true
		}
	}
	return false
}

// name is a part of a line that is to be taken out.
type name struct {
	start, end int
	who        string // KIND:VALUE, empty: not to be kept
}

// finder notes the names of a message.
type finder struct {
	s     string
	from  int // where the message begins
	names []name
	marks []mark // of each byte
}

// mark is what is known of a byte.
type mark uint8

const (
	taken mark = 1 << iota // it is a part of a name
	kept                   // it stays although it looks like one
)

// isMarked reports whether a byte between two places has a mark.
func (f *finder) isMarked(start, end int, m mark) bool {
	return slices.ContainsFunc(f.marks[start:end], func(is mark) bool { return is&m != 0 })
}

// take notes a name, as a device's own address, an address or a name as it was typed.
func (f *finder) take(start, end int) {
	for start < end && f.s[start] == ' ' {
		start++
	}
	for end > start && f.s[end-1] == ' ' {
		end--
	}
	if start < end {
		f.note(start, end, whoIs(f.s[start:end]))
	}
}

// host notes the name that a device gives itself.
func (f *finder) host(start, end int) {
	if start < end {
		f.note(start, end, named("host-", f.s[start:end]))
	}
}

// note notes a name, unless all of it was noted before.
func (f *finder) note(start, end int, who string) {
	at := start
	for at < end && f.marks[at]&taken != 0 {
		at++
	}
	if at == end {
		return
	}
	f.names = append(f.names, name{start, end, who})
	for ; at < end; at++ {
		f.marks[at] |= taken
	}
}

// keep notes what stays.
func (f *finder) keep(start, end int) {
	for ; start < end; start++ {
		f.marks[start] |= kept
	}
}

// whoIs gives KIND:VALUE of a name: as leases have it, so that tokens are the same.
func whoIs(s string) string {
	if mac := hardware(s); mac != "" {
		return mac
	}
	if a := telemetry.ParseAddr(s); a.IsValid() {
		return ofAddr(a)
	}
	return named("", s)
}

func ofAddr(a netip.Addr) string {
	return observable.Addr.String() + ":" + a.Unmap().WithZone("").String()
}

// named gives KIND:VALUE of a name with something before it, in lower case; empty when it cannot be kept.
func named(before, s string) string {
	kind, who := lease.Named(before + s)
	if who == "" || strings.TrimSpace(s) == "" {
		return ""
	}
	return kind.String() + ":" + who
}

// text gives the message with marks in the places of names.
func (f *finder) text() (string, []string) {
	if len(f.names) == 0 {
		return f.s, nil
	}
	slices.SortStableFunc(f.names, func(a, b name) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	var out strings.Builder
	var who []string
	done := 0
	for _, n := range f.names {
		if n.end <= done {
			continue
		}
		start := max(n.start, done)
		out.WriteString(f.s[done:start])
		at := 0
		if n.who != "" {
			if at = slices.Index(who, n.who) + 1; at == 0 && len(who) < maxNames {
				who = append(who, n.who)
				at = len(who)
			}
		}
		out.WriteString(Mark(at))
		done = n.end
	}
	out.WriteString(f.s[done:])
	return out.String(), who
}
