package sflow

import "strconv"

// discarded reads the notification of a packet that the device threw away. Each is one packet: the agent limits
// how many it tells of, and states how many it did not.
func (g *datagram) discarded(body []byte) {
	x := xdr{rest: body}
	sequence := x.u32()
	sm := sample{datagram: g, rate: 1}
	sm.source = dataSource{x.u32(), x.u32()}
	drops := x.u32()
	sm.in.value, sm.out.value = x.u32(), x.u32()
	reason, records := x.u32(), x.u32()
	if x.short {
		g.cutSample("sFlow sample is cut off", sampleDiscarded)
		return
	}
	g.counts.Discarded++
	g.counts.discarded(sm.source, sequence, drops)
	before := g.set.Ordinal
	sm.record(x, records)
	if g.set.Ordinal != before {
		sm.flow().State = discardText(reason)
	}
}

// discardTexts are made once: a record of a discarded packet is no reason to allocate.
var discardTexts = func() map[uint32]string {
	m := make(map[uint32]string, len(discardLow)+len(discardHigh))
	for i, name := range discardLow {
		m[uint32(i)] = "discarded: " + name
	}
	for i, name := range discardHigh {
		m[uint32(256+i)] = "discarded: " + name
	}
	return m
}()

func discardText(reason uint32) string {
	if text, ok := discardTexts[reason]; ok {
		return text
	}
	return "discarded: reason " + strconv.FormatUint(uint64(reason), 10)
}

// discardLow are the codes of ICMP destination unreachable, discardHigh those that sFlow adds.
var (
	discardLow = [...]string{
		"net_unreachable", "host_unreachable", "protocol_unreachable", "port_unreachable", "frag_needed",
		"src_route_failed", "dst_net_unknown", "dst_host_unknown", "src_host_isolated", "dst_net_prohibited",
		"dst_host_prohibited", "dst_net_tos_unreachable", "dst_host_tos_unreachable", "comm_admin_prohibited",
		"host_precedence_violation", "precedence_cutoff",
	}
	discardHigh = [...]string{
		"unknown", "ttl_exceeded", "acl", "no_buffer_space", "red", "traffic_shaping", "pkt_too_big",
		"src_mac_is_multicast", "vlan_tag_mismatch", "ingress_vlan_filter", "ingress_spanning_tree_filter",
		"port_list_is_empty", "port_loopback_filter", "blackhole_route", "non_ip", "uc_dip_over_mc_dmac",
		"dip_is_loopback_address", "sip_is_mc", "sip_is_loopback_address", "ip_header_corrupted",
		"ipv4_sip_is_limited_bc", "ipv6_mc_dip_reserved_scope", "ipv6_mc_dip_interface_local_scope",
		"unresolved_neigh", "mc_reverse_path_forwarding", "non_routable_packet", "decap_error",
		"overlay_smac_is_mc", "unknown_l2", "unknown_l3", "unknown_l3_exception", "unknown_buffer",
		"unknown_tunnel", "unknown_l4", "sip_is_unspecified", "mlag_port_isolation", "blackhole_arp_neigh",
		"src_mac_is_dmac", "dmac_is_reserved", "sip_is_class_e", "mc_dmac_mismatch", "sip_is_dip",
		"dip_is_local_network", "dip_is_link_local", "overlay_smac_is_dmac",
	}
)
