package netflow

import "stormglass/internal/telemetry"

// op is what a step does with the bytes of an element.
type op uint8

const (
	opPair op = iota // the element has no typed field
	opSrc
	opDst
	opSrcPort
	opDstPort
	opProto
	opTOS
	opFlags
	opMoreFlags // further flags of the same conversation, kept by name too
	opSrcBytes
	opSrcPackets
	opDstBytes
	opDstPackets
	opPostBytes   // behind the exporter: counts where nothing was counted before it
	opPostPackets // the same
	opInIf
	opOutIf
	opSrcAS
	opDstAS
	opNextHop
	opNATSrc
	opNATDst
	opNATSrcPort
	opNATDstPort
	opSrcVLAN
	opDstVLAN
	opSrcMask
	opDstMask
	opDirection
	opICMP
	opICMPType
	opICMPCode
	opStart
	opEnd
	opEvent // when an event was seen: the end of what has no other
	opStartUp
	opEndUp
	opStartDelta
	opEndDelta
	opMillis
	opMicros
	opInterval
	opRandomInterval
	opSampler
	opPacketInterval
	opPacketSpace
	opSize
	opPopulation
	opProbability
	opFirewall
	opNAT
	opApplication
	opService
	opBoot
	opFrame
	opPacket
	opFrameSize
	opFrameType
	opOffset
)

// numbers are the ops that take the value for a number, whatever its length: one of more than 8 bytes is none.
var numbers = func() (all [256]bool) {
	for _, o := range [...]op{
		opFlags, opMoreFlags, opPostBytes, opPostPackets, opDirection, opStartUp, opEndUp, opStartDelta, opEndDelta, opMillis, opMicros,
		opInterval, opRandomInterval, opSampler, opPacketInterval, opPacketSpace, opSize, opPopulation, opFirewall, opNAT,
		opFrameSize, opFrameType, opOffset,
	} {
		all[o] = true
	}
	return all
}()

// step is what is done for one element of a record.
type step struct {
	op       op
	form     form
	index    uint16 // of the element in its template
	off, len uint16 // where it stands; set for each record where a field before it varies in length
	field    telemetry.FieldID
}

// Elements that the code names.
const (
	elOctets          = 1
	elPackets         = 2
	elInIf            = 10
	elOutIf           = 14
	elPostOctets      = 23
	elPostPackets     = 24
	elSampling        = 34
	elSamplerID       = 48
	elRandomInterval  = 50
	elIPVersion       = 60
	elInterfaceName   = 82
	elInterfaceDesc   = 83
	elTotalOctets     = 85
	elTotalPackets    = 86
	elApplicationDesc = 94
	elApplication     = 95
	elApplicationName = 96
	elFrame9          = 104 // of Cisco's NetFlow v9: what IPFIX numbers 315
	elDomain          = 149
	elSystemInit      = 160
	elPadding         = 210
	elFirewallEvent   = 233
	elSelector        = 302
	elPacketInterval  = 305
	elPacketSpace     = 306
	elSize            = 309
	elPopulation      = 310
	elProbability     = 311
	elFrameSize       = 312
	elPacket          = 313
	elFrame           = 315
	elL2Octets        = 352
	elFrameType       = 408
	elSectionOffset   = 409
)

// opsOfIANA are the elements of IANA that have a typed field.
var opsOfIANA = map[uint16]op{
	elOctets: opSrcBytes, elPackets: opSrcPackets, elTotalOctets: opSrcBytes, elTotalPackets: opSrcPackets, elL2Octets: opSrcBytes,
	231: opSrcBytes, 298: opSrcPackets, 232: opDstBytes, 299: opDstPackets,
	elPostOctets: opPostBytes, elPostPackets: opPostPackets, 171: opPostBytes, 172: opPostPackets,
	4: opProto, 5: opTOS, 6: opFlags,
	7: opSrcPort, 180: opSrcPort, 182: opSrcPort, 11: opDstPort, 181: opDstPort, 183: opDstPort,
	8: opSrc, 27: opSrc, 12: opDst, 28: opDst, 9: opSrcMask, 29: opSrcMask, 13: opDstMask, 30: opDstMask,
	elInIf: opInIf, elOutIf: opOutIf, 15: opNextHop, 62: opNextHop, 16: opSrcAS, 17: opDstAS,
	58: opSrcVLAN, 243: opSrcVLAN, 59: opDstVLAN, 254: opDstVLAN, 61: opDirection,
	32: opICMP, 139: opICMP, 176: opICMPType, 178: opICMPType, 177: opICMPCode, 179: opICMPCode,
	225: opNATSrc, 281: opNATSrc, 226: opNATDst, 282: opNATDst, 227: opNATSrcPort, 228: opNATDstPort,
	21: opEndUp, 22: opStartUp, 150: opStart, 152: opStart, 154: opStart, 156: opStart,
	151: opEnd, 153: opEnd, 155: opEnd, 157: opEnd, 158: opStartDelta, 159: opEndDelta, 161: opMillis, 162: opMicros,
	322: opEvent, 323: opEvent, 324: opEvent, 325: opEvent,
	elSampling: opInterval, elRandomInterval: opRandomInterval, elSamplerID: opSampler, elSelector: opSampler,
	elPacketInterval: opPacketInterval, elPacketSpace: opPacketSpace, elSize: opSize, elPopulation: opPopulation,
	elProbability: opProbability, 230: opNAT, elFirewallEvent: opFirewall,
	elSystemInit: opBoot, elFrame: opFrame, elFrame9: opFrame, elPacket: opPacket, elFrameSize: opFrameSize, 103: opFrameSize,
	elFrameType: opFrameType, elSectionOffset: opOffset, 102: opOffset,
	elApplication: opApplication, elApplicationName: opService,
	// What NetFlow v9 of Cisco and Palo Alto Networks numbers for itself.
	40001: opNATSrc, 40002: opNATDst, 40003: opNATSrcPort, 40004: opNATDstPort, 40005: opFirewall, 56701: opService,
}

// opOf gives what is done with an element.
func opOf(e elementID) op {
	switch e {
	case elementOf(penCERT, 14), elementOf(penCERT, 15), elementOf(penCERT, 14|certBit), elementOf(penCERT, 15|certBit):
		return opMoreFlags
	}
	if e.pen() == penReverse {
		switch e.id() {
		case elOctets, elTotalOctets, elL2Octets:
			return opDstBytes
		case elPackets, elTotalPackets:
			return opDstPackets
		case 6:
			return opMoreFlags
		}
		return opPair
	}
	if e.pen() == 0 {
		return opsOfIANA[e.id()]
	}
	return opPair
}
