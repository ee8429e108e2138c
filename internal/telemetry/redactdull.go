package telemetry

import "strings"

// Most words of a text say nothing of a secret. To know that of a word takes one look at each of its
// letters here, where the full look of wordInFull takes fifty times as long. A word is dull when
// wordInFull would find nothing in it or because of it, and remember nothing but the word itself.
// TestDullWordsAreDull holds that.

// stems make a word not dull wherever they stand in it, separators and digits left out.
const stems = `pass pwd secret psk key token credential kennwort senha contrasena community authorization cookie securityname phash
	kasme kausf kseaf msisdn iccid subscriber phone calle calling mobile dialed dialled originating terminating flowid bearer identified
	authentication privacymode mysql mariadb ldap rediscli snmp tacacs radius isakmp tacplus jsessionid phpsessid username imeisv pkcs
	presh standb backup restore diagnos sqlplus sqlldr smbclient radtest cfgattr`

// pieces do when they are a whole word of it: between separators, digits and changes of case.
const pieces = `pin otp totp cred pw pws k ki opc op ck ik kc kenb kgnb kamf imsi imei supi gpsi pei suci cli isdn mdn tel sip sips user
	pins otps totps creds pwss imsis imeis supis gpsis peis sucis clis isdns mdns tels sipss users
	pa pas sec secr secre pre md pem wpa aaa stan stand vrrp glbp diag diagn use kinit expdp impdp`

// afterParty make a subscriber's number of what follows "a" and "b", as longer words do that are not listed.
const afterParty = `id no nr num`

const longestPiece = 5 // letters

// dullScan is what is known of a name so far.
type dullScan struct {
	state uint16
	piece uint32 // letters of the word being read, packed
	size  int    // how many
	part  uint32 // letters since the last point, packed: of many, the last
	whole int    // how many
	run   int    // digits in a row
	digit bool   // a digit was met
	point bool   // a point was met after the last letter
	party bool   // a word "a" or "b" was met
}

// The classes of bytes in names: letters come last.
const (
	classEnd = iota
	classDigit
	classUnder
	classPoint
	classDash
	classLetter
	classUpper
)

var classes = func() (t [256]uint8) {
	for c := byte('a'); c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = classLetter, classUpper
	}
	for c := byte('0'); c <= '9'; c++ {
		t[c] = classDigit
	}
	t['_'], t['.'], t['-'] = classUnder, classPoint, classDash
	return t
}()

// word gives the end of the name at i, and whether it is dull.
func (d *dullTable) word(s string, i int) (end int, dull bool) {
	if s[i] == '_' {
		return d.name(s, i)
	}
	j, state := i+1, d.after(0, s[i])
	for ; j < len(s) && s[j] >= 'a' && s[j] <= 'z'; j++ {
		if state = d.after(state, s[j]); state >= isHard {
			return 0, false
		}
	}
	switch { // most are of small letters, perhaps behind a capital
	case j < len(s) && classes[s[j]] != classEnd:
		return d.name(s, i)
	case j-i <= longestPiece && d.pieces.has(codeOf(s[i:j])), d.count[state%maxStates] && numberFollows(s, i, j):
		return 0, false
	}
	return j, j-i <= maxNameLooked
}

// name is word for any name.
func (d *dullTable) name(s string, i int) (end int, dull bool) {
	var w dullScan
	j := i
	for ; j < len(s); j++ {
		class := classes[s[j]]
		if class >= classLetter {
			if w.run > 0 && w.run == bareDigits || class == classUpper && w.size > 0 && joint(s, j) && !d.pieceEnds(&w) {
				return 0, false
			}
			if w.state = d.after(w.state, s[j]); w.state >= isHard {
				return 0, false
			}
			if w.point {
				w.point, w.part, w.whole = false, 0, 0
			}
			x := uint32(s[j] & 0x1f)
			w.piece, w.part = w.piece<<5|x, w.part<<5|x
			w.run, w.size, w.whole = 0, w.size+1, w.whole+1
			continue
		}
		if class == classEnd || class == classDash && j+1 < len(s) && s[j+1] == '-' {
			break
		}
		if !d.mark(&w, class) {
			return 0, false
		}
	}
	return d.ends(s, i, j, &w)
}

// mark takes in a digit or a separator, and reports whether the name may be dull yet.
func (d *dullTable) mark(w *dullScan, class uint8) bool {
	switch {
	case class != classDigit:
		if w.run == bareDigits {
			return false
		}
		w.run = 0
		w.point = w.point || class == classPoint
	case !w.digit:
		w.digit = true
		if w.whole <= longestPiece && d.pieces.has(w.part) {
			return false
		}
		fallthrough
	default:
		w.run++
	}
	return w.size == 0 || d.pieceEnds(w)
}

// pieceEnds takes in that a word within the name is over, and reports whether the name may be dull yet.
func (d *dullTable) pieceEnds(w *dullScan) bool {
	code, size := w.piece, w.size
	w.piece, w.size = 0, 0
	if size > longestPiece {
		return !w.party
	}
	if w.party && (size == longestPiece || d.party.has(code)) {
		return false
	}
	if size == 1 && code <= 2 { // a, b
		w.party = true
	}
	return !d.pieces.has(code)
}

// ends gives the end of a name that stops at j, and whether it is dull.
func (d *dullTable) ends(s string, i, j int, w *dullScan) (end int, dull bool) {
	if j-i > maxNameLooked || w.run == bareDigits || w.size > 0 && !d.pieceEnds(w) || w.whole <= longestPiece && d.pieces.has(w.part) {
		return 0, false
	}
	for j > i+1 && (s[j-1] == '.' || s[j-1] == '-') {
		j--
	}
	if strings.HasPrefix(s[i:j], "eyJ") || d.count[w.state%maxStates] && numberFollows(s, i, j) {
		return 0, false
	}
	return j, true
}

// numberFollows reports whether a number may follow a name that would be a subscriber's if the name did
// not say that it is nobody's.
func numberFollows(s string, i, j int) bool {
	const looked = 24
	if i > 0 && isQuote(s[i-1]) || j < len(s) && isQuote(s[j]) {
		return true
	}
	k := j
	for ; k < len(s) && !isAlnum(s[k]); k++ {
		if c := s[k]; k-j > looked || c == '\\' || c == '&' || c == '%' || c == '+' || c >= 0x80 {
			return true
		}
	}
	start := k
	for k < len(s) && isDigit(s[k]) {
		k++
	}
	return k-start >= bareDigits-1 || k > start && (s[j] == ':' || k < len(s) && s[k] == '-')
}
