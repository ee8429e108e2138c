package netflow

import "stormglass/internal/telemetry"

// follow follows the sequence of the domain at hand, whose packet moves it by so many, counts what is lost before it, and tells of it:
// lost records were seen by somebody between the packet before and this one.
func (d *Decoder) follow(by uint32) {
	q := &d.dom.sequence
	before := q.at
	lost, broke := q.step(d.m.sequence, by, d.m.uptime)
	d.x.stats.lost(d.m.version, lost)
	now := d.m.now()
	if lost >= 0 {
		q.at = max(q.at, now)
	}
	if lost == 0 && !broke {
		return
	}
	d.set.Miss(telemetry.Missed{Kind: telemetry.KindFlow, Exporter: d.x.addr, Domain: d.m.domainID, From: before, To: now, Records: lost * d.recordsOf(d.m.version)})
}

// recordsOf is how many records one number of a sequence stands for: v9 counts packets.
func (d *Decoder) recordsOf(version uint16) int64 {
	if version != 9 {
		return 1
	}
	s := &d.x.stats
	return int64(max(1, s.Records/max(1, s.Packets)))
}
