package simulate

import "time"

// facet is a place of a conversation or message where a value can stand. A sensor counts a mark in
// each record in which it writes one of the mark's facets.
type facet uint16

const (
	inFlow   facet = 1 << iota // an end or property of the flow
	inDNS                      // the question, or an end of a DNS record
	inAnswer                   // an answer
	inHTTP                     // an HTTP request, or an end of it
	inTLS                      // a handshake, or an end of it
	inCert                     // the fingerprints of a certificate
	inAlert                    // an alert, or an end of it
	inLine                     // the text of a message

	// asEnd is where the address of an end stands.
	asEnd = inFlow | inDNS | inHTTP | inTLS | inAlert
)

// mark says that a conversation or message counts for an entry of the truth.
type mark struct {
	of *Occurrence
	in facet
}

// count adds a record to every mark that has one of the facets.
func count(marks []mark, in facet, telemetry, kind string, at time.Time, noYear bool) {
	for _, m := range marks {
		if m.in&in != 0 {
			m.of.add(telemetry, kind, at, noYear)
		}
	}
}
