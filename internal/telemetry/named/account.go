package named

import (
	"net/netip"
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// radiusKnown are what FreeRADIUS's messages hold in which no name stands but where it is looked for.
var radiusKnown = []string{
	"Login OK: [", "Login incorrect", "Invalid user", "Multiple logins", "Ignoring request to ", "Discarding duplicate request ", "Received conflicting packet ",
	"Ready to process requests", "Failed binding to ", "Exiting normally", "Dropping packet ", "Received packet from ", "No response to ", "Marking home server ",
	"Loaded virtual server ", "Signalled to terminate", "Received HUP",
}

// radius takes names out of what FreeRADIUS writes. Addresses are those of devices that ask, or of whoever tries to, and stay; a user's are
// behind cli and in attributes.
func (f *finder) radius() bool {
	f.radiusLogin()
	f.radiusAttributes()
	for _, before := range [...]string{"User ", "user ", "uid=", "cn=", "sAMAccountName=", "userPrincipalName=", "for user ", "Unknown user: "} {
		f.behind(before, func(at int) { f.account(at, f.word(at)) })
	}
	for i := f.from; i < len(f.s); { // addresses of devices
		end := f.word(i)
		if word := strings.Trim(f.s[i:end], "().,:"); telemetry.ParseAddr(word).IsValid() && !f.isMarked(i, end, taken) {
			f.keep(i, end)
		}
		i = end + 1
	}
	s := f.s[f.from:]
	return slices.ContainsFunc(radiusKnown, func(known string) bool { return strings.Contains(s, known) })
}

// account notes a login name without what ends a sentence or a filter.
func (f *finder) account(start, end int) {
	for end > start && strings.IndexByte(".,:;)]", f.s[end-1]) >= 0 {
		end--
	}
	switch f.s[start:end] {
	case "", "for", "with", "not", "found", "session", "name", "is", "has", "logged", "as", "object", "authenticated", "in", "credentials":
		return
	}
	f.take(start, end)
}

// radiusLogin takes the user out of Login OK: [user/secret] (from client nas1 port 0 cli 00-00-5E-00-53-01 via TLS tunnel). A user's name may
// hold what stands behind it: what counts is the last.
func (f *finder) radiusLogin() {
	at := -1
	for _, said := range [...]string{"Login OK", "Login incorrect", "Invalid user", "Multiple logins", "Login denied"} {
		if n := strings.Index(f.s[f.from:], said); n >= 0 && (at < 0 || f.from+n < at) {
			at = f.from + n
		}
	}
	if at < 0 {
		return
	}
	open := strings.Index(f.s[at:], ": [")
	if open < 0 {
		return
	}
	open += at + len(": [")
	end := strings.LastIndex(f.s[open:], "] (from client ")
	if end < 0 {
		if end = strings.LastIndexByte(f.s[open:], ']'); end < 0 {
			end = len(f.s) - open
		}
	} else if cli := strings.Index(f.s[open+end:], " cli "); cli >= 0 {
		from, to := open+end+cli+len(" cli "), len(strings.TrimRight(f.s, " "))
		to = max(from, to)
		if n := strings.LastIndexByte(f.s[from:to], ')'); n >= 0 {
			to = from + n
		}
		f.take(from, from+len(strings.TrimSuffix(f.s[from:to], " via TLS tunnel")))
	}
	user := f.s[open : open+end]
	if n := strings.LastIndex(user, "/<"); n >= 0 && strings.HasSuffix(user, ">") {
		user = user[:n] // why there is no secret
	} else if n := strings.IndexByte(user, '/'); n >= 0 {
		if secret := user[n+1:]; strings.Contains(secret, "] (from client ") { // else it is blanked when the line is scrubbed
			f.note(open+n+1, open+len(user), "")
		}
		user = user[:n]
	}
	f.take(open, open+len(user))
}

// personal are the attributes whose value says who a user of the network is.
var personal = []string{
	"User-Name", "Stripped-User-Name", "Calling-Station-Id", "Called-Station-Id", "Framed-IP-Address", "Framed-IPv6-Prefix", "Delegated-IPv6-Prefix",
	"Framed-IPv6-Address", "3GPP-IMSI", "3GPP-IMEISV", "Chargeable-User-Identity", "Acct-Session-Id", "Acct-Multi-Session-Id", "Class", "EAP-Identity",
	"SQL-User-Name", "Cisco-AVPair", "Framed-Interface-Id", "DHCP-Client-Hardware-Address", "NAS-Port-Id", "Agent-Circuit-Id", "Agent-Remote-Id",
}

// radiusAttributes takes out the values of attributes: User-Name = alice, up to a comma or bracket.
func (f *finder) radiusAttributes() {
	for _, attribute := range personal {
		f.behind(attribute, func(at int) {
			from := at
			for from < len(f.s) && strings.IndexByte(" :+", f.s[from]) >= 0 {
				from++
			}
			if from == len(f.s) || f.s[from] != '=' || f.marks[from]&taken != 0 {
				return
			}
			from++
			from += len(f.s[from:]) - len(strings.TrimLeft(f.s[from:], " "))
			if from < len(f.s) && (f.s[from] == '"' || f.s[from] == '\'') {
				f.take(from+1, f.closing(from+1, f.s[from]))
				return
			}
			end := len(f.s)
			if n := strings.IndexAny(f.s[from:], ",>)]}\t"); n >= 0 {
				end = from + n
			}
			f.take(from, end)
		})
	}
}

// pppKnown are the beginnings of what pppd writes in which no name stands but where it is looked for.
var pppKnown = []string{
	"pppd ", "Using interface ", "Connect: ", "Connection terminated", "Connect time ", "Sent ", "Exit.", "Modem hangup", "Terminating on signal ",
	"LCP terminated by ", "local  IP address ", "local IP address ", "remote IP address ", "local  LL address ", "remote LL address ", "primary   DNS address ",
	"secondary DNS address ", "CHAP authentication ", "PAP authentication ", "CHAP peer authentication ", "PAP peer authentication ", "EAP peer authentication ",
	"Peer ", "peer from calling number ", "user ", "rcvd [", "sent [", "Plugin ", "Hangup ", "No response to ", "Serial link appears ", "Script ", "Starting negotiation ",
	"Cannot determine ethernet address ", "found interface ", "RP-PPPoE plugin ", "PPP session is ", "Connected to ", "Terminating connection ", "MPPE ", "ip-up ", "ip-down ",
}

// ppp takes names out of what pppd writes. The address of its own end stays.
func (f *finder) ppp() bool {
	f.keepAddr("local  IP address ", "local IP address ", "local  LL address ", "local LL address ", "primary   DNS address ", "secondary DNS address ",
		"primary DNS address ", "pppd ")
	for _, before := range [...]string{"succeeded for ", "failed for ", "failure for ", "authorized for "} {
		f.behind(before, func(at int) { f.take(at, len(f.s)) })
	}
	s := strings.TrimLeft(f.s[f.from:], " ")
	at := len(f.s) - len(s)
	switch {
	case strings.HasPrefix(s, "Peer ") || strings.HasPrefix(s, "peer ") && !strings.HasPrefix(s, "peer from "):
		from := at + len("Peer ")
		end := len(f.s)
		for _, after := range [...]string{" failed ", " is not ", " refused ", " did not ", " not "} {
			if n := strings.LastIndex(f.s[from:], after); n >= 0 && from+n < end {
				end = from + n
			}
		}
		f.take(from, end)
	case strings.HasPrefix(s, "user ") || strings.HasPrefix(s, "User "):
		from := at + len("user ")
		end := len(f.s)
		for _, after := range [...]string{" logged in", " logged out", " is not ", " not "} {
			if n := strings.LastIndex(f.s[from:], after); n >= 0 && from+n < end {
				end = from + n
			}
		}
		f.take(from, end)
	}
	f.behind("calling number ", func(at int) {
		if f.isMarked(at, min(at+1, len(f.s)), taken) {
			return
		}
		end := len(f.s)
		for _, after := range [...]string{" authorized", " is not "} {
			if n := strings.LastIndex(f.s[at:], after); n >= 0 && at+n < end {
				end = at + n
			}
		}
		f.take(at, end)
	})
	return slices.ContainsFunc(pppKnown, func(known string) bool { return strings.HasPrefix(s, known) })
}

// accelKnown are what accel-ppp writes of a session in which no name stands but where it is looked for.
var accelKnown = []string{
	"authentication succeeded", "authentication failed", "connect: ", "disconnected", "session started over ", "session finished", "recv [", "send [",
	"terminate", "IPCP: ", "lcp_layer", "ccp_layer", "ipcp_layer", "ipv6cp_layer", "auth_layer", "ppp establishing", "ppp destablish", "ppp connected", "ppp disconnected",
	"started", "timeout",
}

// accel takes names out of what accel-ppp writes: ppp0:alice: connect: ppp0 <--> pppoe(00:00:5e:00:53:01).
func (f *finder) accel() bool {
	s := strings.TrimLeft(f.s[f.from:], " ")
	at := len(f.s) - len(s)
	if level, rest, ok := strings.Cut(s, ": "); ok && slices.Contains(accelLevels, level) {
		s = strings.TrimLeft(rest, " ")
		at = len(f.s) - len(s)
	}
	known := slices.ContainsFunc(accelKnown, func(k string) bool { return strings.Contains(s, k) })
	f.tunnels()
	for _, said := range [...]string{": authentication succeeded", ": authentication failed", " authentication succeeded", " authentication failed"} {
		if n := strings.LastIndex(s, said); n >= 0 { // ppp0:alice: alice: authentication succeeded, or without the first
			from := 0
			if colon := strings.IndexByte(s[:n], ':'); colon > 0 && isInterface(s[:colon]) {
				from = colon + 1
			}
			f.accelUsers(at+from, at+n)
			return true
		}
	}
	link, rest, ok := strings.Cut(s, ":")
	if !ok || !isInterface(link) {
		return known
	}
	from := len(f.s) - len(rest)
	end := strings.Index(rest, ": ")
	if strings.HasPrefix(rest, " ") {
		return known
	}
	if end < 0 {
		end = len(rest)
	}
	if said := f.accelSaid(rest); said > end { // a name may hold what stands behind it
		end = said
	}
	f.take(from, from+end)
	return known
}

// accelSaid gives where the name before what is said ends: before the last of the messages that are known.
func (f *finder) accelSaid(rest string) int {
	best := -1
	for _, said := range accelKnown {
		if n := strings.LastIndex(rest, ": "+said); n > best {
			best = n
		}
	}
	return best
}

// accelUsers takes out what stands between an interface and the end of a name, in parts when the same name stands there twice.
func (f *finder) accelUsers(start, end int) {
	for start < end && strings.IndexByte(": ", f.s[start]) >= 0 {
		start++
	}
	text := f.s[start:end]
	if half := (len(text) - 2) / 2; half > 0 && len(text) == 2*half+2 && text[:half] == text[half+2:] && text[half:half+2] == ": " {
		f.take(start, start+half)
		f.take(start+half+2, end)
		return
	}
	f.take(start, end)
}

// isInterface reports whether a word may be the interface of a session, as ppp0, ipoe7 or pppoe12.
func isInterface(s string) bool {
	name := strings.TrimRight(s, "0123456789")
	return len(name) < len(s) && len(s) <= 15 && (strings.HasPrefix(name, "ppp") || name == "ipoe") && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") == ""
}

// tunnels lets the ends of tunnels stay that come from outside: anybody may open one, and rules and indicators look at where it came from.
func (f *finder) tunnels() {
	for _, before := range [...]string{"pptp(", "l2tp(", "sstp("} {
		f.behind(before, func(at int) {
			end := at
			for end < len(f.s) && f.s[end] != ')' {
				end++
			}
			addr, _, _ := strings.Cut(f.s[at:end], ":")
			if a := telemetry.ParseAddr(addr); a.IsValid() && !a.IsPrivate() && !shared.Contains(a) {
				f.keep(at, end)
			}
		})
	}
}

// shared are the addresses behind carrier-grade NAT (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")
