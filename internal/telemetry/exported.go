package telemetry

// Exported finishes a flow as exporters tell of it: one record for each direction, with nil for what was not
// counted of the other, and the type and code of ICMP in the destination port.
func (f *Flow) Exported() {
	if f.DstBytes == 0 && f.DstPackets == 0 {
		f.DstBytes, f.DstPackets = NoCount, NoCount
	}
	f.OneWay = f.DstBytes == NoCount && f.DstPackets == NoCount
	if f.DstPort != 0 && (f.Proto == protoICMP || f.Proto == protoICMPv6) {
		f.ICMPType, f.ICMPCode, f.DstPort = uint8(f.DstPort>>8), uint8(f.DstPort), 0
	}
}
