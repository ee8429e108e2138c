// Package dnswire reads DNS messages as they travel (RFC 1035) into what a record keeps of them: the question, the
// code of the response, and the answers as Zeek writes them. It is what dnstap and captured packets have in common,
// and no resolver: it writes nothing and validates nothing.
//
// Names and records are unpacked by github.com/miekg/dns one at a time, with bounds on their number.
package dnswire
