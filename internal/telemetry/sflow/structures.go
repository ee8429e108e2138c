package sflow

import (
	"strconv"

	"stormglass/internal/telemetry"
)

// The fields of pairs.
var (
	fieldInner       = telemetry.FieldNamed("stormglass.tunnel.inner")
	fieldSegment     = telemetry.FieldNamed("stormglass.segment.final")
	fieldInput       = telemetry.FieldNamed("sflow.input")
	fieldOutput      = telemetry.FieldNamed("sflow.output")
	fieldASPath      = telemetry.FieldNamed("sflow.as_path")
	fieldCommunities = telemetry.FieldNamed("sflow.communities")
	fieldUserSource  = telemetry.FieldNamed("sflow.user.source")
	fieldUserDest    = telemetry.FieldNamed("sflow.user.destination")
	fieldURL         = telemetry.FieldNamed("sflow.url")
	fieldHost        = telemetry.FieldNamed("sflow.host")
	fieldMPLSIn      = telemetry.FieldNamed("sflow.mpls.in")
	fieldMPLSOut     = telemetry.FieldNamed("sflow.mpls.out")
	fieldVLANStack   = telemetry.FieldNamed("sflow.vlan_stack")
	fieldTunnel      = telemetry.FieldNamed("sflow.tunnel")
	fieldVNI         = telemetry.FieldNamed("sflow.vni")
	fieldSubAgent    = telemetry.FieldNamed("sflow.sub_agent")
	fieldSource      = telemetry.FieldNamed("sflow.source")
	fieldRate        = telemetry.FieldNamed("sflow.rate")
	fieldRateBefore  = telemetry.FieldNamed("sflow.rate_before")
)

// The structures of enterprise 0 that are read.
const (
	dataHeader     = 1
	dataEthernet   = 2
	dataIPv4       = 3
	dataIPv6       = 4
	dataSwitch     = 1001
	dataRouter     = 1002
	dataGateway    = 1003
	dataUser       = 1004
	dataURL        = 1005
	dataMPLS       = 1006
	dataNAT        = 1007
	dataVLANStack  = 1012
	dataNATPort    = 1020
	dataTunnel4Out = 1023
	dataTunnel4In  = 1024
	dataTunnel6Out = 1025
	dataTunnel6In  = 1026
	dataVNIOut     = 1029
	dataVNIIn      = 1030
)

// notKept names the structures that are understood and hold nothing that a record keeps.
var notKept = map[uint32]string{
	1008: "sFlow MPLS tunnel names: not kept",
	1009: "sFlow MPLS circuit names: not kept",
	1010: "sFlow MPLS forwarding classes: not kept",
	1011: "sFlow MPLS forwarding classes: not kept",
	1013: "sFlow 802.11 payloads: not kept",
	1014: "sFlow 802.11 reception: not kept",
	1015: "sFlow 802.11 transmission: not kept",
	1016: "sFlow 802.11 aggregation: not kept",
	1021: "sFlow Ethernet header of a tunnel: not kept",
	1022: "sFlow Ethernet header of a tunnel: not kept",
	1027: "sFlow length of a removed header: not kept",
	1028: "sFlow length of a removed header: not kept",
	1036: "sFlow egress queue: not kept",
	1037: "sFlow access list: not kept",
	1038: "sFlow function: not kept",
	1039: "sFlow delay: not kept",
	1040: "sFlow queue depth: not kept",
}

// structures reads what a sample holds. A structure that cannot be read costs nothing but itself.
func (sm *sample) structures(x *xdr, n uint32) {
	for i := range n {
		if len(x.rest) == 0 {
			sm.counts.Malformed++
			sm.lose("sFlow sample has fewer structures than it states", strconv.FormatUint(uint64(n-i), 10)+" are not there")
			return
		}
		form := x.u32()
		body := x.opaque()
		if x.short {
			sm.counts.Malformed++
			sm.lose("sFlow structure is longer than its sample", formText(form))
			return
		}
		in := xdr{rest: body}
		sm.structure(form, &in)
		if in.short {
			sm.counts.Malformed++
			sm.lose("sFlow structure is cut off", formText(form))
		}
	}
}

func (sm *sample) structure(form uint32, x *xdr) {
	switch form {
	case dataHeader:
		sm.header(x)
	case dataEthernet:
		sm.ethernet(x)
	case dataIPv4, dataIPv6:
		sm.sampledIP(x, form == dataIPv6)
	case dataSwitch:
		sm.vlans(x)
	case dataRouter:
		sm.router(x)
	case dataGateway:
		sm.gateway(x)
	case dataUser:
		sm.users(x)
	case dataURL:
		sm.url(x)
	case dataMPLS:
		sm.labels(x)
	case dataNAT:
		sm.translated(x)
	case dataNATPort:
		sm.translatedPorts(x)
	case dataVLANStack:
		sm.vlanStack(x)
	case dataTunnel4Out, dataTunnel4In:
		sm.tunnelEnds(x, false)
	case dataTunnel6Out, dataTunnel6In:
		sm.tunnelEnds(x, true)
	case dataVNIOut, dataVNIIn:
		sm.vni(x)
	default:
		sm.other(form)
	}
}

func (sm *sample) other(form uint32) {
	if reason, ok := notKept[form]; ok {
		sm.counts.unknown(form)
		sm.pass(reason)
		return
	}
	sm.counts.unknown(form)
	sm.lose("sFlow structure of a form that is not known", formText(form))
}
