package pcap

import (
	"crypto/sha1" //nolint:gosec // certificates are known by it; nothing rests on its strength
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/hello"
)

// maxCerts bounds the certificates that are known to have a record already. Further ones get one each time.
const maxCerts = 100_000

const reasonCert = "certificate not understood: its fingerprint is kept"

// certificate takes a certificate of a chain. Each makes one record, and the names of the server's own one are those
// of the handshake.
func (r *run) certificate(h *handshake, der []byte, ofServer bool) {
	one, two := sha1.Sum(der), sha256.Sum256(der) //nolint:gosec // see the import
	h.prints = append(h.prints, hex.EncodeToString(one[:]), hex.EncodeToString(two[:]))
	_, known := r.certs[two]
	wanted := ofServer && !h.named
	if known && !wanted {
		return
	}
	c, err := x509.ParseCertificate(der)
	if wanted {
		if h.named = true; err == nil {
			h.subject, h.issuer = hello.Name(c.RawSubject), hello.Name(c.RawIssuer)
		}
	}
	if known {
		return
	}
	if len(r.certs) < maxCerts {
		r.certs[two] = struct{}{}
	}
	if err != nil {
		r.set.Skip(r.number, reasonCert, "")
		c = nil
	}
	r.certRecord(hex.EncodeToString(two[:]), c)
}

// certRecord makes the record of a certificate; c is nil when it could not be read.
func (r *run) certRecord(fingerprint string, c *x509.Certificate) {
	b, i := r.set.Append(telemetry.KindCert)
	r.dated(r.at)
	o := &b.Cert[i]
	o.Occurred, o.Fingerprint = r.at, fingerprint
	if c == nil {
		return
	}
	o.Serial = strings.ToUpper(hex.EncodeToString(c.SerialNumber.Bytes()))
	o.Subject, o.Issuer = hello.Name(c.RawSubject), hello.Name(c.RawIssuer)
	o.NotBefore, o.NotAfter = telemetry.InstantOf(c.NotBefore), telemetry.InstantOf(c.NotAfter)
	for _, name := range c.DNSNames {
		b.AddText(&o.Names, printable([]byte(name)))
	}
	for _, ip := range c.IPAddresses {
		b.AddText(&o.Names, ip.String())
	}
	for _, mail := range c.EmailAddresses {
		b.AddText(&o.Names, printable([]byte(mail)))
	}
	for _, uri := range c.URIs {
		b.AddText(&o.Names, uri.String())
	}
}
