// Package packet reads the headers of one captured frame, from the link layer down to the transport layer:
// who talks to whom, and inside which tunnels. It is what capture files, sFlow samples and exporters that
// pass on the start of a packet have in common. It reassembles nothing, checks no checksums and reads no
// application protocol.
//
// It follows IEEE 802.3 and 802.1Q, RFC 791 and 8200 (IPv4, IPv6 and its extension headers, RFC 8754 for
// segment routing), RFC 9293, 768, 9260, 792 and 4443 (TCP, UDP, SCTP, ICMP), RFC 3032 and 4385 (MPLS and
// the control word of pseudowires), RFC 2516 and 1661 (PPPoE, PPP), RFC 2784, 2890 and 2637 (GRE), RFC 4302
// and 4303 (AH, ESP), RFC 7348 and 8926 (VXLAN, Geneve), RFC 4380 (Teredo), RFC 7510 (MPLS in UDP),
// 3GPP TS 29.281 (GTP-U) and draft-foschiano-erspan (ERSPAN).
//
// Not read: IEEE 802.11 and radiotap, L2TP, NSH, the packet that an ICMP error quotes.
//
// Why not the layers of gopacket: a layer is an allocation and an interface value each, and how deep they
// nest is for who sent the packet to say. Here a frame costs no allocation, the levels are bounded, and
// every length is compared with what is left before it is used. The tests hold the two against each other.
package packet
