package telemetry

import (
	"bytes"
	"strings"
)

// kindOfName says what a name tells of the value after it.
type kindOfName uint8

const (
	namePlain      kindOfName = iota
	nameSecret                // a secret follows, be it after an operator or after white space
	nameAssigned              // a secret follows an operator
	nameCommunity             // as nameSecret, but routing has communities too
	nameHeader                // a secret follows an operator and takes the whole line
	nameSIMKey                // a SIM card's key follows an operator
	nameSubscriber            // a subscriber's number follows
	nameNumber                // so it does, where the word before names a party
	nameUser                  // a user follows, whose name may be a subscriber's number
	nameKeyWord               // "key": a secret, where the words before say so
	nameCounter               // a number follows that is nobody's
)

// nameWords are words, or whole names without separators, and what they tell.
var nameWords = wordTable(map[kindOfName]string{
	nameSecret: `password passwd passphrase passcode pwd secret psk authenticationkey keystring presharedkey
		sharedkey messagedigestkey helloauthenticationkey keyoctetstring authkey apikey accesstoken securityname serverkey`,
	nameAssigned: `pass token pin otp totp credential creds cred passwort kennwort senha contrasena userpass dbpass rootpass
		adminpass smtppass sshpass mypass mysqlpass ftppass authpass bindpass encpass loginpass webpass apipass jsessionid phpsessid
		privatekey secretkey accesskey encryptionkey sessionkey signingkey masterkey accountkey wepkey privkey phash pws pw`,
	nameCommunity:  `community`,
	nameHeader:     `authorization cookie`,
	nameSIMKey:     `ki opc op k ck ik kasme kausf kseaf kamf kgnb kenb kc`,
	nameSubscriber: `imsi msisdn imei imeisv supi gpsi pei iccid suci cli isdn mdn subscriber phone phonenumber msisdnnumber tel telephone sip sips callerid`,
	nameNumber:     `number num party id station no nr address`,
	nameUser:       `user username`,
	nameKeyWord:    `key`,
	nameCounter:    `flowid`,
})

func wordTable(kinds map[kindOfName]string) map[string]kindOfName {
	out := map[string]kindOfName{}
	for kind, words := range kinds {
		for w := range strings.FieldsSeq(words) {
			out[w] = kind
		}
	}
	return out
}

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

var (
	// secretEnds make a secret of a longer word: dbpassword, psksecret, csrftoken.
	secretEnds = [...]string{"password", "passwd", "passphrase", "secret", "apikey", "pwd", "token", "cookie", "passwort"}

	// keyOwners make a secret of "key" after them.
	keyOwners = wordSet(`api private secret access auth authentication authorization encryption decryption session shared signing
		master account wep wpa preshared radius tacacs isakmp ike ipsec snmp subscription consumer hmac md client app application
		security service storage symmetric crypto cipher digest ospf bgp ntp aes des psk`)

	// callers make a subscriber's of "number", "party", "id" after them.
	callers = wordSet(`calling called caller callee phone mobile subscriber telephone dialed dialled originating terminating a b`)

	// counted are last words of names whose value is no secret, whatever the words before.
	counted = wordSet(`length len min max policy age expires expired expiry expiration expire type count name changed change
		status state result required strength url uri endpoint file path attempts failures failed reset history enabled
		disabled algorithm alg version size ttl lifetime set method mode authentication encryption time date timestamp total
		bytes packets duration rate list map format names label prompt error errors message`)

	// counters are last words of names whose number is nobody's.
	counters = wordSet(`bytes packets pkts octets count total time timestamp usec nsec ns us ms duration size length offset
		seq ticks uptime counter`)

	// asked are first words of names that say only whether there is a secret.
	asked = wordSet(`has is no num count min max without show require requires send ext extended large bgp extcommunity`)
)

const (
	maxNameLooked = 64 // bytes of a name, its end
	maxNameWords  = 24
)

// nameKind says what the name at s[start:end] tells, and whether its last word is a word that
// makes the next one tell more ("radius key", "calling number").
func nameKind(s string, start, end int) (kind kindOfName, last string) {
	start = max(start, end-maxNameLooked)
	full := s[start:end]
	part := lastPart(full)
	var words [maxNameWords]string
	n := splitName(part, &words)
	if n == 0 {
		return namePlain, ""
	}
	last = words[n-1]
	kind = wholeKind(part)
	if kind == namePlain || kind == nameNumber || kind == nameKeyWord || kind == nameCommunity {
		kind = wordsKind(words[:n], kind)
	}
	if kind == nameKeyWord && len(part) < len(full) { // radius.key
		if m := splitName(lastPart(strings.TrimSuffix(full[:len(full)-len(part)], ".")), &words); m > 0 && hasWord(keyOwners, words[m-1]) {
			kind = nameAssigned
		}
	}
	return kind, last
}

// lastPart gives what follows the last point; "value" and the like count with what is before.
func lastPart(s string) string {
	at := strings.LastIndexByte(s, '.')
	if at < 0 {
		return s
	}
	s = strings.Trim(s, ".")
	if at = strings.LastIndexByte(s, '.'); at < 0 {
		return s
	}
	switch part := s[at+1:]; {
	case isDigits(part), strings.EqualFold(part, "value"), strings.EqualFold(part, "text"), strings.EqualFold(part, "raw"),
		strings.EqualFold(part, "keyword"), strings.EqualFold(part, "name") && hasWord(callersAndUser, lastPart(s[:at])):
		return s[strings.LastIndexByte(s[:at], '.')+1:]
	default:
		return part
	}
}

var callersAndUser = wordSet(`user subscriber calling called caller`)

// wholeKind looks at a name without its separators and digits.
func wholeKind(part string) kindOfName {
	var buf [maxNameLooked]byte
	n := 0
	for i := range len(part) {
		if isLetter(part[i]) {
			buf[n] = part[i] | 0x20
			n++
		}
	}
	if k, ok := nameWords[string(buf[:n])]; ok {
		return k
	}
	return namePlain
}

// wordsKind looks at the words of a name.
func wordsKind(words []string, kind kindOfName) kindOfName {
	tail := words[len(words)-1]
	if hasWord(counters, tail) {
		return nameCounter
	}
	if len(words) > 1 && (hasWord(counted, tail) || hasWord(asked, words[0])) {
		return namePlain
	}
	for i, w := range words {
		k := wordKind(w)
		switch k {
		case nameKeyWord:
			switch {
			case i > 0 && hasWord(keyOwners, words[i-1]):
				k = nameAssigned
			case i < len(words)-1 || i > 0:
				k = namePlain
			}
		case nameNumber:
			switch {
			case i > 0 && callerBefore(words[:i]):
				k = nameSubscriber
			case len(words) > 1:
				k = namePlain
			}
		case nameUser:
			if i != len(words)-1 {
				k = namePlain
			}
		case nameSIMKey, nameHeader:
			if i != len(words)-1 {
				k = namePlain
			} else if k == nameSIMKey && len(w) == 1 && i > 0 {
				k = namePlain
			}
		case namePlain, nameSecret, nameAssigned, nameCommunity, nameSubscriber, nameCounter:
		}
		if better(k, kind) {
			kind = k
		}
	}
	return kind
}

func callerBefore(words []string) bool {
	for _, w := range words {
		if hasWord(callers, w) {
			return true
		}
	}
	return false
}

// better reports whether one kind says more than another: the strictest word of a name decides.
func better(a, b kindOfName) bool {
	rank := [...]int{
		namePlain: 0, nameCounter: 1, nameKeyWord: 2, nameUser: 3, nameNumber: 4, nameSIMKey: 5, nameSubscriber: 6,
		nameHeader: 7, nameAssigned: 8, nameCommunity: 9, nameSecret: 10,
	}
	return rank[a] > rank[b]
}

// wordKind looks at one word.
func wordKind(w string) kindOfName {
	var buf [maxNameLooked]byte
	low := lowered(w, &buf)
	if k, ok := nameWords[string(low)]; ok {
		return k
	}
	if one, ok := bytes.CutSuffix(low, []byte("s")); ok { // passwords
		if k, ok := nameWords[string(one)]; ok && k != nameSIMKey && k != nameNumber && string(one) != "subscriber" {
			if k == nameSecret {
				k = nameAssigned
			}
			return k
		}
	}
	for _, e := range secretEnds {
		if len(low) > len(e) && string(low[len(low)-len(e):]) == e {
			if e == "token" || e == "cookie" {
				return nameAssigned
			}
			return nameSecret
		}
	}
	return namePlain
}

// lowered puts a word into a buffer, in lower case.
func lowered(w string, buf *[maxNameLooked]byte) []byte {
	w = w[:min(len(w), len(buf))]
	for i := range len(w) {
		buf[i] = w[i]
		if isUpper(w[i]) {
			buf[i] |= 0x20
		}
	}
	return buf[:len(w)]
}

func hasWord(set map[string]bool, w string) bool {
	if len(w) > maxNameLooked {
		return false
	}
	var buf [maxNameLooked]byte
	return set[string(lowered(w, &buf))]
}

// splitName gives the words of a name, joined by separators or by capitals, without numbers. Of
// too many, the last count.
func splitName(s string, words *[maxNameWords]string) int {
	n := 0
	add := func(w string) {
		if w == "" || !isLetter(w[0]) {
			return
		}
		if n == len(words) {
			copy(words[:], words[1:])
			n--
		}
		words[n] = w
		n++
	}
	start := 0
	for i := 1; i < len(s); i++ {
		if !joint(s, i) {
			continue
		}
		add(bareWord(s[start:i]))
		start = i
	}
	if start < len(s) {
		add(bareWord(s[start:]))
	}
	return n
}

// bareWord gives a word without the separators around it.
func bareWord(s string) string {
	for s != "" && isSeparator(s[0]) {
		s = s[1:]
	}
	for s != "" && isSeparator(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSeparator(c byte) bool { return c == '_' || c == '-' || c == '.' }

// joint reports whether a word of a name begins at i.
func joint(s string, i int) bool {
	a, b := s[i-1], s[i]
	switch {
	case !isAlnum(a) || !isAlnum(b):
		return true
	case isDigit(a) != isDigit(b):
		return true
	case isUpper(b):
		return !isUpper(a) || i+1 < len(s) && isLetter(s[i+1]) && !isUpper(s[i+1])
	}
	return false
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
