package scan

// Properties of the bytes of a word. A byte with none of them ends a word.
const (
	isDigit  uint8 = 1 << iota
	isHex          // a to f, either case
	isLetter       // other letters
	isUnder        // _
	isDot          // .
	isDash         // -
	isWord   = isDigit | isHex | isLetter | isUnder | isDot | isDash
)

// Further properties, of bytes outside words.
const (
	isFollow uint8 = 1 << (iota + 6) // directly behind a word, makes it worth a second look
	isStart                          // worth a look although no word precedes: ':' and bytes outside ASCII
)

// props has the properties of every byte.
var props = buildProps()

func buildProps() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c >= '0' && c <= '9':
			t[c] = isDigit
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
			t[c] = isHex
		case c >= 'g' && c <= 'z' || c >= 'G' && c <= 'Z':
			t[c] = isLetter
		case c >= 0x80:
			t[c] = isFollow | isStart
		}
	}
	t['_'], t['.'], t['-'] = isUnder, isDot, isDash
	t[':'] = isFollow | isStart
	for _, c := range []byte(`@[({]\*+%`) {
		t[c] = isFollow
	}
	return t
}

func alnum(c byte) bool { return props[c]&(isDigit|isHex|isLetter) != 0 }

func hexDigit(c byte) bool { return props[c]&(isDigit|isHex) != 0 }

func digit(c byte) bool { return props[c]&isDigit != 0 }

// fileExtension reports whether a last label is an extension of files and no top-level domain.
func fileExtension(label []byte) bool {
	if len(label) > 7 {
		return false
	}
	var low [7]byte
	for i, c := range label {
		low[i] = c | 0x20
	}
	switch string(low[:len(label)]) {
	case "exe", "dll", "sys", "msi", "lnk", "scr", "bat", "vbs", "jar", "class", "pyc", "ko",
		"doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "pdf", "rtf", "odt", "txt", "log", "csv", "tsv",
		"png", "jpg", "jpeg", "gif", "svg", "bmp", "ico", "webp", "wav", "avi", "css", "js", "json", "jsonl", "xml", "xsl",
		"yml", "yaml", "toml", "ini", "cfg", "conf", "config", "htm", "html", "php", "asp", "aspx", "jsp", "cgi", "swf",
		"woff", "ttf", "eot", "gz", "tgz", "tar", "rar", "iso", "img", "bin", "dat", "db", "dmp", "pcap", "bak", "tmp", "old",
		"swp", "pid", "sock", "lock", "sql", "sqlite", "rpm", "cpp", "hpp", "lua", "tcl", "service", "socket", "timer",
		"scope", "slice", "mount", "device":
		return true
	}
	return false
}
