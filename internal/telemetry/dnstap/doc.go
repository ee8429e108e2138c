// Package dnstap reads files of dnstap: what name servers log of their questions and answers, as frame streams
// (github.com/farsightsec/fstrm, content type protobuf:dnstap.Dnstap) of protocol buffers (dnstap.info). It is
// no receiver of dnstap sockets, and no validator.
//
// A transaction becomes one DNS record. A frame with a response gives it; a query is held until its response
// comes, and gives a record of its own when none does within 30 seconds of the log's own time. The source is who
// asked, the destination who was asked, whatever kind of server wrote the log. The time is that of the query
// where the frame states it, else that of the response.
//
//	Query, QType, RCode    of the message, without the trailing dot; types and codes without a name as TYPE65280
//	                       and RCODE4000
//	Answers                of the answer section, as Zeek writes them: addresses; the names of CNAME, DNAME, NS,
//	                       PTR, MX, SRV, SOA, NAPTR and of service bindings, with the addresses these hint at; texts
//	                       as "TXT 5 hello"
//
// Pairs in Head.Extra: dnstap.type "CLIENT_RESPONSE"; dnstap.identity, the server; dnstap.protocol where it is
// more than UDP or TCP ("DOT"); dnstap.zone, what the server that was asked is taken to be in charge of;
// dnstap.opcode where it is not a query.
//
// Lost: the authority and additional sections, times to live, flags, records of other types (the number of these
// is noted), the policy that a server applied, its version, and whatever a vendor puts into "extra".
package dnstap
