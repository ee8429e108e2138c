package pcap

import "stormglass/internal/telemetry/packet"

// serverPorts are the ports at which servers of well-known protocols wait. When the first packet that is seen of
// a conversation comes from one of them, and goes to none, it is an answer.
var serverPorts = map[uint8]map[uint16]struct{}{
	packet.ProtoTCP: ports(21, 22, 23, 25, 53, 80, 81, 88, 110, 111, 135, 139, 143, 179, 389, 443, 445, 465, 502, 514, 554, 563, 585, 587, 614, 631,
		636, 853, 989, 990, 992, 993, 995, 1080, 1433, 1521, 1883, 2811, 3128, 3268, 3306, 3389, 5060, 5222, 5223, 5269, 5432, 5900, 6379, 6666,
		6667, 6668, 6669, 8000, 8080, 8443, 8883, 8888, 9200, 20000),
	packet.ProtoUDP: ports(53, 67, 69, 88, 111, 123, 137, 161, 162, 389, 443, 500, 514, 546, 547, 1194, 1434, 1812, 1813, 2055, 2123, 2152, 3389, 3544,
		4500, 4739, 4789, 5060, 5072, 5351, 5353, 5355, 6081, 6343, 20000, 51820),
}

func ports(list ...uint16) map[uint16]struct{} {
	m := make(map[uint16]struct{}, len(list))
	for _, p := range list {
		m[p] = struct{}{}
	}
	return m
}

func serverPort(proto uint8, port uint16) bool {
	_, ok := serverPorts[proto][port]
	return ok
}
