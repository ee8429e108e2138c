package telemetry

// assign takes what an exporter states. ok is false for fields that are none of it.
func (x *Export) assign(id FieldID, v string) (a Assigned, ok bool) {
	switch id {
	case FieldExporter:
		return takeAddr(&x.Exporter, v), true
	case FieldNextHop:
		return takeAddr(&x.NextHop, v), true
	case FieldSourceNATIP:
		return takeAddr(&x.NATSrc, v), true
	case FieldDestinationNATIP:
		return takeAddr(&x.NATDst, v), true
	case FieldSourceNATPort:
		return takePort(&x.NATSrcPort, v), true
	case FieldDestinationNATPort:
		return takePort(&x.NATDstPort, v), true
	case FieldExporterDomain:
		return takeNumber(&x.Domain, v), true
	case FieldSampling:
		return takeNumber(&x.Sampling, v), true
	case FieldInIf:
		return takeNumber(&x.InIf, v), true
	case FieldOutIf:
		return takeNumber(&x.OutIf, v), true
	case FieldSourceAS:
		return takeNumber(&x.SrcAS, v), true
	case FieldDestinationAS:
		return takeNumber(&x.DstAS, v), true
	case FieldVLAN:
		return takeNumber(&x.SrcVLAN, v), true
	case FieldDestinationVLAN:
		return takeNumber(&x.DstVLAN, v), true
	case FieldTOS:
		return takeNumber(&x.TOS, v), true
	case FieldSourceMask:
		return takeNumber(&x.SrcMask, v), true
	case FieldDestinationMask:
		return takeNumber(&x.DstMask, v), true
	case FieldDirection:
		return x.takeDirection(v), true
	}
	return NotTaken, false
}

// takeDirection takes the words of ECS. It has others too, which tell of networks and not of an interface.
func (x *Export) takeDirection(v string) Assigned {
	if x.Direction != DirectionUnknown {
		return NotTaken
	}
	switch v {
	case "ingress":
		x.Direction = Ingress
	case "egress":
		x.Direction = Egress
	default:
		return NotTaken
	}
	return Taken
}

func takeNumber[T uint8 | uint16 | uint32](to *T, v string) Assigned {
	if *to != 0 {
		return NotTaken
	}
	n, ok := ParseUint(v)
	if ok = ok && uint64(T(n)) == n; ok {
		*to = T(n)
	}
	return understood(ok)
}
