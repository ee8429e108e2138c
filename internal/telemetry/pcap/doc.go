// Package pcap reads capture files, pcap (draft-ietf-opsawg-pcap, with nanoseconds, in either byte order, and
// Kuznetzov's longer headers) and pcapng (draft-ietf-opsawg-pcapng, any number of sections and interfaces), and makes
// of their packets what a sensor on the spot would have told. Its records look like those of Zeek's logs read by
// package zeek. It captures nothing, verifies no checksums, decrypts nothing and keeps no payload.
//
//	flow   each conversation: of the five-tuple, of the type of ICMP; octets are payload (of TCP by sequence numbers,
//	       so that what the capture missed counts and what was sent twice does not), the state is a word of Zeek's
//	       conn_state. A conversation ends after silence in the capture's own time: TCP after 5 minutes, others after
//	       one, TCP that is closed or reset after 5 seconds or with a new SYN.
//	dns    each question with its answer, by conversation and number; unanswered ones after 30 seconds. UDP and TCP at
//	       the ports of DNS, multicast DNS and LLMNR, and elsewhere what is a message beyond doubt.
//	tls    each handshake over TCP, wherever in a conversation it begins within the first segments (STARTTLS, CONNECT,
//	       RDP): names, versions, JA3, JA3S, JA4; fingerprints of certificates as SHA-1 and SHA-256
//	cert   each certificate of TLS up to 1.2, once a capture
//	http   each request of HTTP/1 with the status of its response; lengths are those stated, user names those of basic
//	       authentication
//
// Every tunnel that package packet knows is a conversation whose service is its name, and what is inside is one of its
// own with the pair stormglass.tunnel, "gre 192.0.2.1 > 192.0.2.2". Conversations through VXLAN, Geneve, ERSPAN and GRE
// with different numbers are kept apart; VLANs, which differ by direction in some networks, are not.
//
// UDP packets in which routers export flows are offered to Exports; those are conversations too, and nothing else.
//
// Why not gopacket's readers of these files: they allocate what a length field says before they have read it.
//
// Not read: QUIC, DTLS, HTTP/0.9 and HTTP/2, NetBIOS names, SSH beyond its greeting; contents of fragmented packets,
// whose packets are counted one by one; contents of TCP behind a part that is missing. All of it is counted in
// conversations, and what was begun and not read to its end is noted.
package pcap
