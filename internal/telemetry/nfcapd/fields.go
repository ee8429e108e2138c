package nfcapd

import "stormglass/internal/telemetry"

// What flows say that has no field of its own: information elements of IANA by their name.
var (
	fieldFlows         = ipfix("deltaFlowCount")
	fieldBGPNextHopV4  = ipfix("bgpNextHopIPv4Address")
	fieldBGPNextHopV6  = ipfix("bgpNextHopIPv6Address")
	fieldPostTOS       = ipfix("postIpClassOfService")
	fieldSrcMAC        = ipfix("sourceMacAddress")
	fieldPostDstMAC    = ipfix("postDestinationMacAddress")
	fieldDstMAC        = ipfix("destinationMacAddress")
	fieldPostSrcMAC    = ipfix("postSourceMacAddress")
	fieldForwarding    = ipfix("forwardingStatus")
	fieldNextAS        = ipfix("bgpNextAdjacentAsNumber")
	fieldPrevAS        = ipfix("bgpPrevAdjacentAsNumber")
	fieldEndReason     = ipfix("flowEndReason")
	fieldBiflow        = ipfix("biflowDirection")
	fieldFlowID        = ipfix("flowId")
	fieldFirewallEvent = ipfix("firewallEvent")
	fieldNATEvent      = ipfix("natEvent")
	fieldNATPool       = ipfix("natPoolId")
	fieldIngressVRF    = ipfix("ingressVRFID")
	fieldEgressVRF     = ipfix("egressVRFID")
	fieldUser          = ipfix("userName")
	fieldPortStart     = ipfix("portRangeStart")
	fieldPortEnd       = ipfix("portRangeEnd")
	fieldPortStep      = ipfix("portRangeStepSize")
	fieldPortCount     = ipfix("portRangeNumPorts")
	fieldApplication   = ipfix("applicationId")
	fieldPoint         = ipfix("observationPointId")
	fieldSrcVLAN       = ipfix("vlanId")
	fieldDstVLAN       = ipfix("postVlanId")
	fieldEventTime     = ipfix("observationTimeMilliseconds")
)

// The same for what IANA has no element for.
var (
	fieldExtendedEvent = nfdump("fwXevent")
	fieldIngressACL    = nfdump("ingressAcl")
	fieldEgressACL     = nfdump("egressAcl")
	fieldClientLatency = nfdump("clientLatencyMicroseconds")
	fieldServerLatency = nfdump("serverLatencyMicroseconds")
	fieldAppLatency    = nfdump("applicationLatencyMicroseconds")
	fieldLabel         = nfdump("label")
	fieldTunnelSrc     = nfdump("tunnelSource")
	fieldTunnelDst     = nfdump("tunnelDestination")
	fieldTunnelProto   = nfdump("tunnelProtocol")
)

// fieldMPLS are the labels from the top of the stack.
var fieldMPLS = [10]telemetry.FieldID{
	ipfix("mplsTopLabelStackSection"), ipfix("mplsLabelStackSection2"), ipfix("mplsLabelStackSection3"), ipfix("mplsLabelStackSection4"),
	ipfix("mplsLabelStackSection5"), ipfix("mplsLabelStackSection6"), ipfix("mplsLabelStackSection7"), ipfix("mplsLabelStackSection8"),
	ipfix("mplsLabelStackSection9"), ipfix("mplsLabelStackSection10"),
}

func ipfix(name string) telemetry.FieldID { return telemetry.FieldNamed("stormglass.ipfix." + name) }

func nfdump(name string) telemetry.FieldID { return telemetry.FieldNamed("stormglass.nfdump." + name) }
