package list

import (
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// pair is a role for values that are two joined by "|".
const (
	netPair  role = 100 + iota // address|port
	namePair                   // domain|address
	filePair                   // filename|hash
	subscriber
)

// kinds are the words that type columns use: of MISP, of OTX, of abuse.ch, of STIX.
var kinds = func() map[string]role {
	m := map[string]role{}
	for r, names := range map[role]string{
		netValue: "ip ipv4 ipv6 ip-src ip-dst ipv4-addr ipv6-addr addr address cidr subnet prefix network ip:port " +
			"ip_address ipaddress ip-address",
		hostValue: "domain hostname host fqdn domain-name domain_name onion-address",
		urlValue:  "url uri link",
		hashValue: "md5 sha1 sha256 sha512 hash md5_hash sha1_hash sha256_hash sha512_hash filehash-md5 filehash-sha1 " +
			"filehash-sha256 file_hash filehash hash-md5 hash-sha1 hash-sha256 x509-fingerprint-md5 x509-fingerprint-sha1 " +
			"x509-fingerprint-sha256 sha-1 sha-256 sha-512",
		mailValue: "email email-src email-dst email-addr email-reply-to email_address",
		fileValue: "filename file-name file_name email-attachment",
		ja3Value:  "ja3 ja3s ja3-fingerprint-md5 ja3s-fingerprint-md5 ja3_hash", ja4Value: "ja4",
		netPair: "ip-src|port ip-dst|port hostname|port", namePair: "domain|ip",
		filePair:   "filename|md5 filename|sha1 filename|sha256 filename|sha512 malware-sample",
		subscriber: "phone-number msisdn imsi imei e164 whois-registrant-phone",
	} {
		for n := range strings.FieldsSeq(names) {
			m[n] = r
		}
	}
	return m
}()

// kindOf gives the kind by which notes decide whether to mask.
func kindOf(kind string) observable.Kind {
	if kinds[kind] == subscriber {
		return observable.E164
	}
	return observable.Unknown
}

// takeTyped reads a value whose kind a column states. A type that is not known says nothing where
// types are the publisher's own words, but in an export of MISP it is a type that is not hunted.
func takeTyped(acc *intel.Item, kind, s string, misp bool, i intel.Indicator) {
	r, known := kinds[kind]
	switch {
	case r == subscriber:
		acc.Lose(intel.Listed, "a subscriber's number: not searched by value", observable.E164, s)
	case r == netPair || r == namePair || r == filePair:
		takePair(acc, r, s, i)
	case known:
		takeColumn(acc, r, s, i)
	case misp && kind != "":
		acc.Lose(intel.Listed, "attribute type "+kind+" is not hunted", observable.Unknown, s)
	default:
		takeGuess(acc, clean(s), i)
	}
}

func takePair(acc *intel.Item, r role, s string, i intel.Indicator) {
	n := strings.LastIndexByte(s, '|')
	if n < 0 {
		acc.Lose(intel.Reported, "value is not a pair joined by |", observable.Unknown, s)
		return
	}
	left, right := s[:n], s[n+1:]
	switch r {
	case netPair:
		if strings.Contains(left, ":") {
			left = "[" + left + "]"
		}
		takeHost(acc, false, left+":"+right, i)
	case namePair:
		acc.Take(observable.Domain, left, i)
		acc.TakeNet(right, i)
	default:
		i.Comment = strings.TrimSuffix(left+"; "+i.Comment, "; ")
		takeHash(acc, right, i)
	}
}
