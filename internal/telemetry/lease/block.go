package lease

import (
	"fmt"
	"net/netip"
	"slices"
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

// maxBlocks bounds the blocks of one message: a datagram holds no more.
const maxBlocks = 1024

// The codes of Junos that tell of blocks.
const (
	codeServices = "JSERVICES_NAT_PORT_BLOCK_"
	codeSource   = "RT_SRC_NAT_PBA_"
)

// readJunos reads messages of carrier-grade NAT, written down from memory:
//
//	MS-MPC   JSERVICES_NAT_PORT_BLOCK_ALLOC: 100.64.0.9 -> 198.51.100.9:1024-1279 0x65936e25   (and _RELEASE, _ACTIVE)
//	SRX      RT_SRC_NAT_PBA_ALLOC: Subscriber 100.64.0.9 used/maximum [1/8] blocks, allocates port block [1024-1279] from 198.51.100.9 in source pool P
func readJunos(code, s string) ([]Block, bool) {
	inside, public, ports := "", "", ""
	if strings.HasPrefix(code, codeServices) {
		var rest, since string
		inside, rest, _ = strings.Cut(s, " -> ")
		public, rest, _ = strings.Cut(rest, ":")
		ports, since, _ = strings.Cut(rest, " ")
		if since = strings.TrimPrefix(strings.TrimRight(since, " "), "0x"); strings.Trim(since, "0123456789abcdefABCDEF") != "" {
			return nil, false
		}
	} else {
		words := strings.Fields(s) // the pool's name, and of which system, stand at the end
		if len(words) < 13 || len(words) > 17 || words[0] != "Subscriber" || words[2] != "used/maximum" || words[4] != "blocks," {
			return nil, false
		}
		at := slices.Index(words, "block")
		if at < 6 || at > 8 || words[at-1] != "port" || len(words) < at+7 || words[at+2] != "from" && words[at+2] != "to" || strings.Join(words[at+4:at+7], " ") != "in source pool" {
			return nil, false
		}
		var open, closed bool
		ports, open = strings.CutPrefix(words[at+1], "[")
		ports, closed = strings.CutSuffix(ports, "]")
		if inside, public = words[1], words[at+3]; !open || !closed {
			return nil, false
		}
	}
	b, ok := blockOf(Block{Verb: verbOf(code), Inside: telemetry.ParseAddr(inside), Public: telemetry.ParseAddr(public)}, ports)
	return []Block{b}, ok
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

// userBasedIDs are the MSGID with which IOS XR's CGv6 tells of blocks (Cisco's guide to the CRS router).
var userBasedIDs = map[string]bool{"NAT44": true, "NAT64": true, "NAT444": true, "DSLITE": true}

// readUserBased reads the brackets of CGv6, several in a message, and nothing else in it. No program is named; the time of its header may
// not be as RFC 5424 has it, and then the rest of the header stands in the text:
//
//	[UserbasedA - 100.64.0.9 VRF - 198.51.100.9 - 1024 1535 - -][UserbasedW …]
//	- - NAT44 - [UserbasedA …]
func readUserBased(id, s string) (blocks []Block, ok bool) {
	if id == "" {
		rest, is := strings.CutPrefix(s, "- - ")
		if !is {
			return nil, false
		}
		if id, s, is = strings.Cut(rest, " - "); !is {
			return nil, false
		}
	}
	if !userBasedIDs[id] {
		return nil, false
	}
	for len(blocks) < maxBlocks {
		if s = strings.Trim(s, " "); s == "" {
			return blocks, len(blocks) > 0
		}
		rest, is := strings.CutPrefix(s, "[Userbased")
		body, after, closed := strings.Cut(rest, "]")
		words := strings.Fields(body)
		if !is || !closed || len(words) != 11 {
			return nil, false
		}
		verb := Start
		switch words[0] {
		case "A":
		case "W":
			verb = End
		default:
			return nil, false
		}
		block := Block{Verb: verb, Inside: telemetry.ParseAddr(words[2]), VRF: words[3], Public: telemetry.ParseAddr(words[5])}
		if block.VRF == "-" || len(block.VRF) > 64 {
			block.VRF = ""
		}
		if block, is = blockOf(block, words[7]+"-"+words[8]); !is {
			return nil, false
		}
		blocks, s = append(blocks, block), after
	}
	return nil, false
}

// blockOf gives a block its ports, as FIRST-LAST, and reports whether it is one.
func blockOf(b Block, ports string) (Block, bool) {
	first, last, _ := strings.Cut(ports, "-")
	var ok1, ok2 bool
	b.First, ok1 = telemetry.ParsePort(first)
	b.Last, ok2 = telemetry.ParsePort(last)
	return b, ok1 && ok2 && b.First <= b.Last && b.Inside.IsValid() && b.Public.IsValid()
}

// fillBlocks makes record i of a batch of kind aaa what the blocks tell.
func fillBlocks(b *telemetry.Batch, i int, blocks []Block) {
	e := &b.Event[i]
	e.Dataset, e.Raw, e.Src = Dataset, "", blocks[0].Inside
	for _, block := range blocks {
		b.AddPair(&e.Pairs, FieldBlock, b.Copy([]byte(block.String())))
	}
	b.AddPair(&e.Pairs, FieldAction, blocks[0].Verb.String())
}
