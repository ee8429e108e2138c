package list

import (
	"bytes"
	"slices"
	"strings"
)

// role is what a column holds.
type role uint8

const (
	noRole role = iota
	anyValue
	netValue
	hostValue
	urlValue
	hashValue
	mailValue
	ja3Value
	ja4Value
	fileValue
	portOf
	typeOf
	sourceOf
	commentOf
	firstSeen
	lastSeen
	tlpOf
	tagsOf
	actorOf
	campaignOf
	malwareOf
	idOf
	toIDs
	category
	foreign // of telemetry, not of a list
)

func (r role) isValue() bool { return r >= anyValue && r <= fileValue }

var roleNames = map[role]string{
	anyValue: "indicator value ioc ioc_value indicator_value observable observable_value artifact",
	netValue: "ip ip_address ipaddress ip_addr dst_ip src_ip dest_ip destination_ip source_ip address addr ipv4 ipv6 cidr " +
		"network subnet prefix netblock ip_range c2_ip",
	hostValue: "domain fqdn hostname host domain_name domainname host_name c2_domain",
	urlValue:  "url uri malware_url",
	hashValue: "hash md5 sha1 sha256 sha512 md5_hash sha1_hash sha256_hash sha512_hash file_hash filehash sha_256 sha_1 hash_value",
	mailValue: "email email_address e_mail mail sender",
	ja3Value:  "ja3 ja3s ja3_md5 ja3s_md5 ja3_hash ja3_fingerprint", ja4Value: "ja4",
	fileValue:  "filename file_name",
	portOf:     "port dst_port dest_port destination_port c2_port",
	typeOf:     "type indicator_type ioc_type observable_type value_type kind",
	sourceOf:   "source feed provider reporter",
	commentOf:  "description comment comments note notes desc threat threat_type reason listing_reason listingreason title",
	firstSeen:  "first_seen first_seen_utc firstseen dateadded date_added valid_from start",
	lastSeen:   "last_seen valid_until valid_to expires expiration expiry end",
	tlpOf:      "tlp",
	tagsOf:     "tags tag labels attribute_tag event_tag",
	actorOf:    "actor threat_actor actors threat_group group adversary",
	campaignOf: "campaign campaigns",
	malwareOf:  "malware malware_family malware_printable family signature",
	idOf:       "uuid id ioc_id",
	toIDs:      "to_ids", category: "category",
	foreign: "ts timestamp bytes packets proto protocol duration src_port source_port bytes_in bytes_out orig_bytes flags " +
		"uid trans_depth method status_code rcode qtype session sport dport action time _time datetime receive_time user username severity",
}

var roles = func() map[string]role {
	m := map[string]role{}
	for r, names := range roleNames {
		for n := range strings.FieldsSeq(names) {
			m[n] = r
		}
	}
	return m
}()

// columns are the roles of a header, in order.
type columns []role

func (c columns) has(r role) bool { return slices.Contains(c, r) }

// parseHeader reads a line as a CSV header. A header in a comment needs a second known column,
// since a comment may well begin with the word "domain".
func parseHeader(line []byte, comment bool) (columns, byte, bool) {
	var best columns
	var delim byte
	most := 0
	for _, d := range []byte(",;\t|") {
		if bytes.IndexByte(line, d) < 0 && (d != ',' || comment) {
			continue
		}
		c, known := headerOf(line, d)
		if known > most {
			best, delim, most = c, d, known
		}
	}
	values, foreignOnly := 0, true
	for n, r := range best {
		if r.isValue() {
			values++
		}
		if r == anyValue || r == typeOf || r == tlpOf || r == sourceOf {
			foreignOnly = false
		}
		// A generic value column makes the typed ones context; a file name is a value only alone.
		if best.has(anyValue) && r.isValue() && r != anyValue {
			best[n] = noRole
			if r == fileValue {
				best[n] = commentOf
			}
		}
	}
	if values > 1 {
		for n, r := range best {
			if r == fileValue {
				best[n] = commentOf
			}
		}
	}
	ok := values > 0 && (!comment || most > 1) && (!foreignOnly || !best.has(foreign))
	return best, delim, ok
}

// headerOf gives the roles of the cells of a line, and how many are known. A cell that is no word
// makes the line none of a header.
func headerOf(line []byte, delim byte) (c columns, known int) {
	cells, _ := splitCells(nil, line, delim)
	for _, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(string(cell)))
		if len(name) > 60 || strings.ContainsAny(name, "/@:") || strings.Count(name, " ") > 3 {
			return nil, 0
		}
		name = strings.NewReplacer(" ", "_", "-", "_", ".", "_").Replace(name)
		r := roles[name]
		if r != noRole {
			known++
		}
		c = append(c, r)
	}
	return c, known
}
