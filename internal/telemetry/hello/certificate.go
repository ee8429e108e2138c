package hello

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
)

// maxCertificates bounds a chain.
const maxCertificates = 16

// Certificates calls f for each certificate of a certificate message up to TLS 1.2, the end's own first, without
// the four octets of its header.
func Certificates(body []byte, f func(der []byte)) error {
	s := cryptobyte.String(body)
	var chain cryptobyte.String
	if !s.ReadUint24LengthPrefixed(&chain) || !s.Empty() {
		return ErrCertificate
	}
	for n := 0; !chain.Empty(); n++ {
		var der cryptobyte.String
		if !chain.ReadUint24LengthPrefixed(&der) || n == maxCertificates {
			return ErrCertificate
		}
		f(der)
	}
	return nil
}

// attributes are the short names of the parts of a name, as OpenSSL writes them.
var attributes = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "street",
	"2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.13": "description", "2.5.4.15": "businessCategory",
	"2.5.4.17": "postalCode", "2.5.4.42": "GN", "2.5.4.97": "organizationIdentifier",
	"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "emailAddress",
	"1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

// Name writes the name in a certificate as Zeek does: by RFC 2253, the last part first. It is empty when it cannot
// be read.
func Name(der []byte) string {
	var parts pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &parts); err != nil || len(rest) > 0 {
		return ""
	}
	var b strings.Builder
	for _, set := range slices.Backward(parts) {
		for j, a := range set {
			switch {
			case j > 0:
				b.WriteByte('+')
			case b.Len() > 0:
				b.WriteByte(',')
			}
			part(&b, a)
		}
	}
	return b.String()
}

func part(b *strings.Builder, a pkix.AttributeTypeAndValue) {
	oid := a.Type.String()
	if name, ok := attributes[oid]; ok {
		oid = name
	}
	b.WriteString(oid)
	b.WriteByte('=')
	text, ok := a.Value.(string)
	if !ok {
		if der, err := asn1.Marshal(a.Value); err == nil {
			text = "#" + hex.EncodeToString(der)
		}
		b.WriteString(text)
		return
	}
	for i, c := range text {
		switch {
		case strings.ContainsRune(`,+"\<>;`, c), c == ' ' && (i == 0 || i == len(text)-1), c == '#' && i == 0:
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < ' ' || c == 0x7f:
			b.WriteString(`\` + strings.ToUpper(hex.EncodeToString([]byte{byte(c)})))
		default:
			b.WriteRune(c)
		}
	}
}
