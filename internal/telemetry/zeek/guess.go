package zeek

import (
	"path"
	"slices"
	"strings"

	"stormglass/internal/flatjson"
)

// tells are columns that only one log has, the first that is found counting.
var tells = []struct{ path, column string }{
	{"conn", "conn_state"},
	{"dns", "qclass_name"},
	{"dns", "qtype_name"},
	{"dns", "rcode_name"},
	{"smtp", "mailfrom"},
	{"smtp", "helo"},
	{"x509", "certificate.serial"},
	{"x509", "certificate.subject"},
	{"files", "seen_bytes"},
	{"files", "tx_hosts"},
	{"ssl", "ssl_history"},
	{"ssl", "cert_chain_fps"},
	{"ssl", "cert_chain_fuids"},
	{"http", "request_body_len"},
	{"http", "trans_depth"},
	{"conn", "orig_pkts"},
	{"ssl", "next_protocol"},
	{"ssl", "server_name"},
}

// guess tells a log by its keys, "" when they are of none that we know.
func guess(fields []flatjson.Field) string {
	for _, t := range tells {
		for i := range fields {
			if fields[i].Key == t.column {
				return t.path
			}
		}
	}
	return ""
}

// guessNames is guess for the columns of a header.
func guessNames(names []string) string {
	for _, t := range tells {
		if slices.Contains(names, t.column) {
			return t.path
		}
	}
	return ""
}

// pathOfName gives the log's path that a file's name tells ("conn.15-00-00-16-00-00.log.gz"), and
// whether it is a log that has records of its own.
func pathOfName(name string) (string, bool) {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if i := strings.LastIndexByte(base, '!'); i >= 0 {
		base = base[i+1:]
	}
	base, ext, _ := strings.Cut(strings.ToLower(base), ".")
	if logs[base] != nil {
		return base, true
	}
	if !strings.Contains(ext, "log") && !strings.Contains(ext, "json") || !columnName(strings.ReplaceAll(base, "-", "_")) {
		return "", false
	}
	return base, false
}

// jsonStarts reports whether text begins with an object that Zeek wrote.
func jsonStarts(text, name string) bool {
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n\t "), "\n")
	if !strings.HasPrefix(line, "{") {
		return false
	}
	var s flatjson.Scanner
	fields, err := s.Scan(strings.TrimSpace(line))
	if err != nil {
		return false
	}
	has := func(keys ...string) bool {
		for i := range fields {
			if slices.Contains(keys, fields[i].Key) {
				return true
			}
		}
		return false
	}
	if !has("ts") || has("event_type", "@timestamp") {
		return false
	}
	if has("_path") || has("uid", "fuid") || has("id.orig_h") || guess(fields) != "" {
		return true
	}
	known, _ := pathOfName(name)
	return otherLogs[known]
}

// otherLogs are logs without the usual keys, told by the file's name.
var otherLogs = map[string]bool{
	"capture_loss": true, "stats": true, "known_hosts": true, "known_services": true, "known_certs": true,
	"software": true, "reporter": true, "notice": true, "weird": true, "loaded_scripts": true, "packet_filter": true,
	"broker": true, "cluster": true, "telemetry": true, "dhcp": true, "pe": true, "ocsp": true, "intel": true,
}
