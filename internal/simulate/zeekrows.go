package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The columns are those of Zeek 7.0 with the JA3 and JA4 packages.
var (
	zeekConn = newZeekLog("conn", `ts=time uid=string id.orig_h=addr id.orig_p=port id.resp_h=addr id.resp_p=port proto=enum
		service=string duration=interval orig_bytes=count resp_bytes=count conn_state=string local_orig=bool local_resp=bool
		missed_bytes=count history=string orig_pkts=count orig_ip_bytes=count resp_pkts=count resp_ip_bytes=count
		tunnel_parents=set[string]`)
	zeekDNS = newZeekLog("dns", `ts=time uid=string id.orig_h=addr id.orig_p=port id.resp_h=addr id.resp_p=port proto=enum
		trans_id=count rtt=interval query=string qclass=count qclass_name=string qtype=count qtype_name=string rcode=count
		rcode_name=string AA=bool TC=bool RD=bool RA=bool Z=count answers=vector[string] TTLs=vector[interval] rejected=bool`)
	zeekHTTP = newZeekLog("http", `ts=time uid=string id.orig_h=addr id.orig_p=port id.resp_h=addr id.resp_p=port trans_depth=count
		method=string host=string uri=string referrer=string version=string user_agent=string origin=string
		request_body_len=count response_body_len=count status_code=count status_msg=string info_code=count info_msg=string
		tags=set[enum] username=string password=string proxied=set[string] orig_fuids=vector[string]
		orig_filenames=vector[string] orig_mime_types=vector[string] resp_fuids=vector[string]
		resp_filenames=vector[string] resp_mime_types=vector[string]`)
	zeekSSL = newZeekLog("ssl", `ts=time uid=string id.orig_h=addr id.orig_p=port id.resp_h=addr id.resp_p=port version=string
		cipher=string curve=string server_name=string resumed=bool last_alert=string next_protocol=string established=bool
		ssl_history=string cert_chain_fps=vector[string] client_cert_chain_fps=vector[string] sni_matches_cert=bool
		ja3=string ja3s=string ja4=string`)
)

// zeekRow gives a record's row, its log, the product's kind of it and the facets written in it.
func zeekRow(r *record) (log *zeekLog, kind string, in facet, cells []string) {
	t := r.talk
	cells = make([]string, 0, 32)
	cells = append(cells, zeekTime(t.start), t.uid, t.src.String(), decimal(t.srcPort), t.dst.String(), decimal(t.dstPort))
	switch r.what { //nolint:exhaustive // the sensor asks for no others
	case aspectDNS:
		return zeekDNS, "dns", inDNS | inAnswer, dnsCells(cells, t)
	case aspectHTTP:
		return zeekHTTP, "http", inHTTP, httpCells(cells, t)
	case aspectTLS:
		return zeekSSL, "tls", inTLS | inCert, sslCells(cells, t)
	}
	return zeekConn, "flow", inFlow, connCells(cells, t)
}

func connCells(c []string, t *talk) []string {
	duration, up, down := "-", "-", "-"
	if t.answered() || t.upPackets > 1 {
		duration, up, down = seconds(t.length), decimal(t.up), decimal(t.down)
	}
	return append(c, protocolName(t.proto), orUnset(t.service), duration, up, down, t.state, flag(own(t.src)), flag(own(t.dst)),
		"0", t.history, decimal(t.upPackets), decimal(t.up+t.upPackets*t.overhead()), decimal(t.dnPackets),
		decimal(t.down+t.dnPackets*t.overhead()), "-")
}

var qtypes = map[string]string{"A": "1", "NS": "2", "PTR": "12", "MX": "15", "TXT": "16", "AAAA": "28", "NULL": "10"}

func dnsCells(c []string, t *talk) []string {
	q := t.dns
	c = append(c, "udp", decimal(q.id))
	rtt, code, name, recursive := "-", "-", "-", "F"
	if t.answered() {
		rtt, name, recursive = seconds(q.rtt), q.rcode, "T"
		code = map[string]string{"NOERROR": "0", "SERVFAIL": "2", "NXDOMAIN": "3"}[name]
	}
	answers, ttls := "-", "-"
	if len(q.answers) > 0 {
		answers = strings.Join(q.answers, ",")
		ttls = strings.TrimSuffix(strings.Repeat(decimal(q.ttl)+".000000,", len(q.answers)), ",")
	}
	return append(c, rtt, q.name, "1", "C_INTERNET", qtypes[q.qtype], q.qtype, code, name,
		"F", "F", "T", recursive, "0", answers, ttls, "F")
}

func httpCells(c []string, t *talk) []string {
	h := t.http
	fuid, file, mime := "-", "-", "-"
	if t.down > 0 {
		fuid, mime = "F"+t.uid[1:], orUnset(h.mime)
		file = orUnset(h.file)
	}
	return append(c, "1", h.method, h.host, h.uri, "-", "1.1", orUnset(h.agent), "-", "0", decimal(t.down), decimal(h.status),
		map[int]string{200: "OK", 204: "No Content", 301: "Moved Permanently", 404: "Not Found"}[h.status], "-", "-", "(empty)", "-", "-", "-",
		"-", "-", "-", fuid, file, mime)
}

func sslCells(c []string, t *talk) []string {
	h := t.tls
	cert, matches, history := "-", "-", "CsiI"
	if h.client.version == "TLSv12" {
		history = "CsxknGIi"
		if h.cert != "" {
			cert = h.cert
			matches = flag(h.server != "")
		}
	}
	protocol := "-"
	if strings.Contains(h.client.ja4, "h2_") {
		protocol = "h2"
	}
	return append(c, h.client.version, h.client.cipher, h.client.curve, orUnset(h.server), "F", "-", protocol, flag(t.answered()),
		history, cert, "-", matches, orUnset(h.client.ja3), orUnset(h.client.ja3s), orUnset(h.client.ja4))
}

func zeekTime(t time.Time) string { return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000) }

func seconds(d time.Duration) string {
	return fmt.Sprintf("%d.%06d", d/time.Second, d%time.Second/time.Microsecond)
}

func decimal[T ~int | ~uint16 | ~uint64](n T) string { return strconv.FormatUint(uint64(n), 10) }

func flag(b bool) string {
	if b {
		return "T"
	}
	return "F"
}

func orUnset(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func protocolName(p uint8) string {
	switch p {
	case protoUDP:
		return "udp"
	case protoICMP:
		return "icmp"
	}
	return "tcp"
}
