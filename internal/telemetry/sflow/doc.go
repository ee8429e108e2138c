// Package sflow reads sFlow version 5 datagrams (sflow.org/sflow_version_5.txt, the structures published since
// for tunnels, NAT ports and discarded packets included). It opens no sockets, and keeps no flows: a sample is
// one packet, and becomes one record.
//
// A flow sample, compact or expanded, becomes a flow in one direction:
//
//	addresses, ports, flags    of the outermost IP header in the sampled header, or of the sampled Ethernet,
//	                           IPv4 and IPv6 structures when there is no header
//	packets                    the sampling rate: one packet stands for so many
//	bytes                      length of the IP packet × rate, where its header states it; else the length
//	                           of the frame as the agent states it × rate
//	Exporter, Domain           agent address and sub-agent
//	InIf, OutIf                interface numbers; what else may stand there is a pair: sflow.input and
//	                           sflow.output "internal", "discarded: acl", "3 interfaces"
//	Direction                  by which of the two interfaces the data source is
//	SrcAS, DstAS               of the gateway structure: source, last of the path
//	Service                    the name of the tunnel, when the packet is the outside of one, or is inside
//	                           one without an IP header of its own ("gre", "vxlan", "pppoe")
//
// A discarded packet (sFlow discarded packet notification) becomes such a flow of one packet, with State
// "discarded: REASON". Frames without IP are counted and give no record.
//
// Pairs in Head.Extra: stormglass.tunnel.inner "src:port > dst:port proto", one for each IP header inside the
// outermost; stormglass.segment.final, where an IPv6 routing header leads in the end; sflow.as_path,
// sflow.communities, sflow.user.source, sflow.user.destination, sflow.url, sflow.host, sflow.mpls.in,
// sflow.mpls.out, sflow.vlan_stack, sflow.tunnel (the outer addresses of a tunnel that the agent itself opens
// or closes), sflow.vni.
//
// Lost: MAC addresses, VLAN priorities, MPLS labels that only the header holds, the router's own AS and
// preferences, what of TCP and the payload the header holds besides ports and flags. Counter samples are
// counted by type (Stats), their values are not kept. Structures that are not read are counted and named.
//
// An agent whose sampling rate changes gives an event of dataset sflow.sampling, since what flows are multiplied
// by has changed, or somebody makes traffic look smaller than it is.
package sflow
