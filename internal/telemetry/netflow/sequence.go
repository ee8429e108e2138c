package netflow

import "stormglass/internal/telemetry"

// sequence follows the numbers by which an exporter lets its packets be counted: v5 and IPFIX count records, v9
// counts packets.
type sequence struct {
	known  bool
	next   uint32
	uptime uint32            // of the last packet in order
	at     telemetry.Instant // when it came
}

// Bounds of what is a gap. A packet that is further behind was sent after a restart; one that is further ahead too.
const (
	maxLate = 1 << 12
	maxGap  = 1 << 20
)

// step takes the number of a packet and how far it moves the next one, and gives how many packets or records were
// lost before it; less than 0 when it is one of those counted lost before. Uptime is 0 where the version has none. The numbers broke off
// where they begin anew or are far ahead: how many were lost is not known then.
func (q *sequence) step(number, by, uptime uint32) (lost int64, broke bool) {
	diff := int32(number - q.next)
	restarted := uptime != 0 && q.uptime != 0 && int32(uptime-q.uptime) < -60_000
	switch {
	case !q.known:
	case restarted || diff > maxGap || diff < -maxLate:
		broke = true
	case diff < 0:
		return -int64(min(by, uint32(-diff))), false
	default:
		lost = int64(diff)
	}
	q.known, q.next = true, number+by
	if uptime != 0 {
		q.uptime = uptime
	}
	return lost, broke
}

// lose makes the next packet start anew: how many records this one held is not known.
func (q *sequence) lose() { q.known = false }
