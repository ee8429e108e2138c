package simulate

import (
	"bufio"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// nfdumpSensor is a flow exporter on the border, read with "nfdump -o csv" (version 1.7.1): it sees
// conversations between the Internet and the operator's machines, subscribers excepted. Flows are
// one-way: an answered conversation is two lines. Times are whole seconds, in UTC.
type nfdumpSensor struct {
	file     *os.File
	out      *bufio.Writer
	exporter netip.Addr
	sums     sums

	flows, bytes, packets uint64
	first, last           time.Time
}

const nfdumpHeader = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln," +
	"ismc,odmc,idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr\n"

func openNfdump(dir string, op *site, sums sums) (*nfdumpSensor, error) {
	dir = filepath.Join(dir, "telemetry", "flows")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, "nfdump.csv"))
	if err != nil {
		return nil, err
	}
	n := &nfdumpSensor{file: f, out: bufio.NewWriter(f), exporter: op.device("edge-r3").inner, sums: sums}
	if _, err := n.out.WriteString(nfdumpHeader); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return n, nil
}

// sees reports whether a conversation crosses the border and concerns no subscriber. Tunnels are filtered out ("proto tcp
// or proto udp").
func (n *nfdumpSensor) sees(t *talk) bool {
	src, dst := classOf(t.src), classOf(t.dst)
	return !t.isTunnel() && t.proto != protoICMP && (src == "") != (dst == "") && src != "subscriber" && dst != "subscriber"
}

func (n *nfdumpSensor) take(r *record) error {
	if r.what != aspectFlow || !n.sees(r.talk) {
		return nil
	}
	t := r.talk
	there := netip.AddrPortFrom(t.src, t.srcPort)
	back := netip.AddrPortFrom(t.dst, t.dstPort)
	if err := n.row(t, there, back, t.upPackets, t.up+t.upPackets*t.overhead()); err != nil {
		return err
	}
	if !t.answered() {
		return nil
	}
	return n.row(t, back, there, t.dnPackets, t.down+t.dnPackets*t.overhead())
}

func (n *nfdumpSensor) row(t *talk, from, to netip.AddrPort, packets, bytes uint64) error {
	begin, end := t.start.Truncate(time.Second), t.start.Add(t.length)
	n.sums["flows/nfdump"]++
	count(t.marks, inFlow, "flows/nfdump", "flow", begin, false)
	n.flows, n.bytes, n.packets = n.flows+1, n.bytes+bytes, n.packets+packets
	if n.first.IsZero() {
		n.first = begin
	}
	n.first, n.last = earlier(n.first, begin), later(n.last, end)
	hop := "0.0.0.0"
	if !t.src.Is4() {
		hop = "::"
	}
	_, err := fmt.Fprintf(n.out, "%s,%s,%.3f,%s,%s,%d,%d,%s,%s,0,0,%d,%d,0,0,3,7,0,0,0,0,0,0,%s,%s,0,0,%s%s 0.000, 0.000, 0.000,%s,0/0,1,%s\n",
		begin.Format(time.DateTime), end.Format(time.DateTime), t.length.Seconds(), from.Addr(), to.Addr(), from.Port(), to.Port(),
		strings.ToUpper(protocolName(t.proto)), nfdumpFlags(t, from.Addr() == t.dst), packets, bytes, hop, hop,
		strings.Repeat("00:00:00:00:00:00,", 4), strings.Repeat("0-0-0,", 10), n.exporter,
		end.Add(15*time.Second).Format("2006-01-02 15:04:05.000"))
	return err
}

// nfdumpFlags writes the union of the TCP flags of a direction as nfdump does.
func nfdumpFlags(t *talk, back bool) string {
	switch {
	case t.proto != protoTCP:
		return "........"
	case t.state == "S0" || t.state == "REJ" && !back:
		return "......S."
	case t.state == "REJ":
		return "...A.R.."
	case t.up+t.down == 0:
		return "...A..SF"
	}
	return "...AP.SF"
}

// close writes nfdump's summary.
func (n *nfdumpSensor) close() error {
	span := max(uint64(n.last.Sub(n.first)/time.Second), 1)
	_, err := fmt.Fprintf(n.out, "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n%d,%d,%d,%d,%d,%d\n",
		n.flows, n.bytes, n.packets, n.bytes*8/span, n.packets/span, n.bytes/max(n.packets, 1))
	return errors.Join(err, n.out.Flush(), n.file.Close())
}
