package lease

import (
	"fmt"
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// Block is a range of ports of a public address that carrier-grade NAT gave to an inside one.
type Block struct {
	Verb           Verb
	Inside, Public netip.Addr
	First, Last    uint16 // ports, both included; 0 to 65535 for the whole address
	VRF            string // of the inside address; empty when none is stated
}

// String gives the text of a pair: "lease-start 100.64.0.9 198.51.100.9 1024 1535 VRF".
func (b Block) String() string {
	vrf := b.VRF
	if vrf == "" {
		vrf = "-"
	}
	return fmt.Sprintf("%s %s %s %d %d %s", b.Verb, b.Inside, b.Public, b.First, b.Last, vrf)
}

// ParseBlock is the inverse of Block.String.
func ParseBlock(s string) (b Block, ok bool) {
	words := strings.Split(s, " ")
	if len(words) != 6 {
		return b, false
	}
	known := false
	for v, name := range verbs {
		if name == words[0] {
			b.Verb, known = Verb(v), true
		}
	}
	b.Inside, b.Public = telemetry.ParseAddr(words[1]), telemetry.ParseAddr(words[2])
	var ok1, ok2 bool
	b.First, ok1 = telemetry.ParsePort(words[3])
	b.Last, ok2 = telemetry.ParsePort(words[4])
	if b.VRF = words[5]; b.VRF == "-" {
		b.VRF = ""
	}
	return b, known && ok1 && ok2 && b.First <= b.Last && b.Inside.IsValid() && b.Public.IsValid()
}

// maxBlocks bounds the blocks of one message.
const maxBlocks = 64

// readBlocks reads messages of carrier-grade NAT, each in its own words:
//
//	Junos MS-MPC   JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.9 -> 198.51.100.9:1024-1279 0x65936e25   (and _RELEASE, _ACTIVE)
//	Junos SRX      RT_SRC_NAT_PBA_ALLOC: Subscriber 100.64.0.9 used/maximum [1/8] blocks, allocates port block [1024-1279] from 198.51.100.9 in source pool P
//	IOS XR CGv6    [UserbasedA - 100.64.0.9 VRF - 198.51.100.9 - 1024 1535 - -] and [UserbasedW …], several in a message
//
// That of CGv6 is in Cisco's guide to the CRS router; others (Huawei's NAT444) write it too. Those of Junos are written down from memory.
func readBlocks(b *telemetry.Batch, i int, code, s string) {
	e := &b.Event[i]
	e.Dataset, e.Raw = Dataset, ""
	switch {
	case strings.HasPrefix(code, "JSERVICES_"):
		inside, rest, _ := strings.Cut(s, " -> ")
		public, rest, _ := strings.Cut(rest, ":")
		ports, _, _ := strings.Cut(rest, " ")
		addBlock(b, i, Block{Verb: verbOf(code), Inside: lastAddr(inside), Public: telemetry.ParseAddr(public)}, ports)
	case strings.Contains(s, " port block ["):
		if strings.Contains(s, " releases port block [") {
			code = "RELEASE"
		}
		_, rest, _ := strings.Cut(s, "port block [")
		ports, rest, _ := strings.Cut(rest, "]")
		addBlock(b, i, Block{Verb: verbOf(code), Inside: firstAddr(s), Public: firstAddr(rest)}, ports)
	default:
		userBased(b, i, s)
	}
	if e.Pairs.Len > 0 {
		b.AddPair(&e.Pairs, FieldAction, verbOf(code).String())
	}
}

func verbOf(code string) Verb {
	switch {
	case strings.HasSuffix(code, "RELEASE"):
		return End
	case strings.HasSuffix(code, "ACTIVE"), strings.HasSuffix(code, "INTERIM"):
		return Held
	}
	return Start
}

// userBased reads the brackets of CGv6.
func userBased(b *telemetry.Batch, i int, s string) {
	for range maxBlocks {
		_, rest, ok := strings.Cut(s, "[Userbased")
		if !ok {
			return
		}
		body, after, ok := strings.Cut(rest, "]")
		if !ok {
			return
		}
		s = after
		words := strings.Fields(body)
		if len(words) < 9 {
			continue
		}
		verb := Start
		if words[0] == "W" {
			verb = End
		}
		block := Block{Verb: verb, Inside: telemetry.ParseAddr(words[2]), VRF: words[3], Public: telemetry.ParseAddr(words[5])}
		if block.VRF == "-" || len(block.VRF) > 64 {
			block.VRF = ""
		}
		addBlock(b, i, block, words[7]+"-"+words[8])
	}
}

// addBlock adds a block with its ports, as FIRST-LAST; what is none is left out.
func addBlock(b *telemetry.Batch, i int, block Block, ports string) {
	first, last, _ := strings.Cut(ports, "-")
	var ok1, ok2 bool
	block.First, ok1 = telemetry.ParsePort(strings.TrimSpace(first))
	block.Last, ok2 = telemetry.ParsePort(strings.TrimSpace(last))
	if !ok1 || !ok2 || block.First > block.Last || !block.Inside.IsValid() || !block.Public.IsValid() {
		return
	}
	e := &b.Event[i]
	if !e.Src.IsValid() {
		e.Src = block.Inside
	}
	b.AddPair(&e.Pairs, FieldBlock, b.Copy([]byte(block.String())))
}

// firstAddr gives the first word of a text that is an address.
func firstAddr(s string) netip.Addr {
	for word := range strings.FieldsSeq(s) {
		if a := telemetry.ParseAddr(strings.Trim(word, ",;()")); a.IsValid() {
			return a
		}
	}
	return netip.Addr{}
}

// lastAddr gives the last word of a text, if that is an address.
func lastAddr(s string) netip.Addr {
	s = strings.TrimSpace(s)
	return telemetry.ParseAddr(s[strings.LastIndexByte(s, ' ')+1:])
}
