// Package netflow decodes flow export packets: NetFlow v5, NetFlow v9 (RFC 3954) and IPFIX (RFC 7011, with
// biflows of RFC 5103 and the application ids of RFC 6759). Bytes in, records out: it opens no sockets.
//
// One Templates is shared by the decoders of all goroutines; it holds, per exporter (the address that sent the packet)
// and observation domain, the templates, what options data said (sampling rates, names of interfaces and
// applications) and data that came before its template. All of it is bounded by Limits, since who sends a
// datagram chooses what it says. A template is compiled once, to steps with offsets, so that a record costs no
// allocation.
//
// Each flow record becomes a telemetry.Flow. An element that a Flow has no field for becomes a pair of its Extra,
// named "stormglass.ipfix." and the element's name in the registry of IANA or of its vendor, or
// "stormglass.ipfix.PEN.ID". Counts are multiplied by the sampling rate. Records of options that are plain tables
// are applied and leave no record; others are events of the dataset "netflow.options". A template or a sampling
// rate that changed is an event too ("netflow.template", "netflow.sampling"): whoever forges export packets
// may do it to hide.
//
// Counts are those of the direction that the exporter metered; where a template counts both (RFC 5103, or a firewall's
// initiator and responder), the other one is the destination's. What left an exporter (elements 23 and 24) counts where
// it states nothing of what came in, and is a pair otherwise: vendors do not agree what it means. The start of a packet
// that an exporter passes on (elements 313 and 315, 104 of NetFlow v9) makes a flow of one packet; its payload is not kept.
//
// What is left out: structured data (basicList, subTemplateList, RFC 6313) and other parts of packets (elements 314, 316,
// 317) are kept as hex, not looked into; IEEE 802.11; ipVersion where addresses tell it; padding.
package netflow
