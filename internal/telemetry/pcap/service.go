package pcap

import "bytes"

// greetings are how conversations of some protocols begin, with Zeek's words for these.
var greetings = [...]struct{ begins, service string }{
	{"SSH-", "ssh"},
	{"GET ", "http"},
	{"POST ", "http"},
	{"HEAD ", "http"},
	{"PUT ", "http"},
	{"OPTIONS ", "http"},
	{"CONNECT ", "http"},
	{"PROPFIND ", "http"},
	{"HTTP/1.", "http"},
	{"EHLO ", "smtp"},
	{"HELO ", "smtp"},
	{"RFB 00", "rfb"},
	{"\x13BitTorrent protocol", "bittorrent"},
}

// serviceOf tells by the first octets of a TCP conversation what it is; empty for what is not known.
func serviceOf(data []byte) string {
	if tlsBegins(data) {
		return "ssl"
	}
	for _, g := range greetings {
		if len(data) >= len(g.begins) && string(data[:len(g.begins)]) == g.begins {
			return g.service
		}
	}
	if bytes.HasPrefix(data, []byte("220")) {
		return greeting220(data)
	}
	return ""
}

// greeting220 tells the two protocols apart whose servers speak first, and alike.
func greeting220(data []byte) string {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	switch {
	case bytes.Contains(line, []byte("SMTP")):
		return "smtp"
	case bytes.Contains(line, []byte("FTP")):
		return "ftp"
	}
	return ""
}

// mayBegin reports whether octets are too few to tell, and may be the beginning of something that is read.
func mayBegin(data []byte) bool {
	if data[0] == recordHandshake {
		return len(data) < tlsHead
	}
	for _, g := range greetings {
		if len(data) < len(g.begins) && g.begins[:len(data)] == string(data) {
			return true
		}
	}
	return false
}
