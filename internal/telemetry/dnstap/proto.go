package dnstap

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// typeMessage is the one type of frame that dnstap has.
const typeMessage = 1

// envelope is the outer message of dnstap.proto.
type envelope struct {
	identity []byte
	message  []byte
	kind     uint64
}

// message is the message Message of dnstap.proto, as far as it is read. Its slices are of the frame.
type message struct {
	kind                             uint64
	protocol                         uint64
	queryAddr, responseAddr          []byte
	queryPort, responsePort          uint64
	querySec, responseSec            uint64
	queryNanos, responseNanos        uint32
	queryMsg, responseMsg, queryZone []byte
	policy                           bool
}

// fields calls set for every field of a message of protocol buffers. A field of another type than expected has
// the zero value in the others.
func fields(b []byte, set func(n int32, number uint64, fixed uint32, text []byte)) bool {
	for len(b) > 0 {
		n, typ, size := protowire.ConsumeTag(b)
		if size < 0 {
			return false
		}
		b = b[size:]
		switch typ {
		case protowire.VarintType:
			v, size := protowire.ConsumeVarint(b)
			if size < 0 {
				return false
			}
			set(int32(n), v, 0, nil)
			b = b[size:]
		case protowire.Fixed32Type:
			v, size := protowire.ConsumeFixed32(b)
			if size < 0 {
				return false
			}
			set(int32(n), 0, v, nil)
			b = b[size:]
		case protowire.BytesType:
			v, size := protowire.ConsumeBytes(b)
			if size < 0 {
				return false
			}
			set(int32(n), 0, 0, v)
			b = b[size:]
		default: // of no field that is read
			size := protowire.ConsumeFieldValue(n, typ, b)
			if size < 0 {
				return false
			}
			b = b[size:]
		}
	}
	return true
}

func (e *envelope) decode(b []byte) bool {
	*e = envelope{}
	return fields(b, func(n int32, number uint64, _ uint32, text []byte) {
		switch n {
		case 1:
			e.identity = text
		case 14:
			e.message = text
		case 15:
			e.kind = number
		}
	})
}

func (m *message) decode(b []byte) bool {
	*m = message{}
	return fields(b, func(n int32, number uint64, fixed uint32, text []byte) {
		switch n {
		case 1:
			m.kind = number
		case 3:
			m.protocol = number
		case 4:
			m.queryAddr = text
		case 5:
			m.responseAddr = text
		case 6:
			m.queryPort = number
		case 7:
			m.responsePort = number
		case 8:
			m.querySec = number
		case 9:
			m.queryNanos = fixed
		case 10:
			m.queryMsg = text
		case 11:
			m.queryZone = text
		case 12:
			m.responseSec = number
		case 13:
			m.responseNanos = fixed
		case 14:
			m.responseMsg = text
		case 15:
			m.policy = true
		}
	})
}

// messageTypes are the kinds of message: an odd number is a query, the next one its response.
var messageTypes = [...]string{
	1: "AUTH_QUERY", 2: "AUTH_RESPONSE", 3: "RESOLVER_QUERY", 4: "RESOLVER_RESPONSE",
	5: "CLIENT_QUERY", 6: "CLIENT_RESPONSE", 7: "FORWARDER_QUERY", 8: "FORWARDER_RESPONSE",
	9: "STUB_QUERY", 10: "STUB_RESPONSE", 11: "TOOL_QUERY", 12: "TOOL_RESPONSE",
	13: "UPDATE_QUERY", 14: "UPDATE_RESPONSE",
}

func (m *message) known() bool { return m.kind > 0 && m.kind < uint64(len(messageTypes)) }

func (m *message) isQuery() bool { return m.kind%2 == 1 }

// protocols are how a message was carried, with the IANA number of the transport. The name is empty where
// the transport says it all.
var protocols = [...]struct {
	proto uint8
	name  string
}{
	1: {17, ""}, 2: {6, ""}, 3: {6, "DOT"}, 4: {6, "DOH"}, 5: {17, "DNSCryptUDP"}, 6: {6, "DNSCryptTCP"}, 7: {17, "DOQ"},
}
