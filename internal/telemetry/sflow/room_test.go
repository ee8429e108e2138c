package sflow_test

import (
	"net/netip"
	"testing"
	"time"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/sflow"
)

// Forged agents push out themselves, and none that has sent for a while; where all are settled a newcomer's records are
// read and not counted, and it comes in once the others are silent.
func TestForgedAgentsPushNobodyOut(t *testing.T) {
	stats, now := sflow.NewStats(), at
	d, s := sflow.New(stats), new(telemetry.Set)
	send := func(from netip.Addr, n int) int {
		s.Reset()
		d.Decode(&telemetry.Datagram{From: netip.AddrPortFrom(from, 6343), At: now, Data: datagramOf(n, flowAt(n, 512, 512*n, tcp))}, s)
		return s.Batch(telemetry.KindFlow).Len()
	}
	settle := func(first netip.Addr, many int) {
		for n := range 70 {
			from := first
			for range many {
				send(from, n+1)
				from = from.Next()
			}
			now += telemetry.Instant(6 * time.Second)
		}
	}
	counted := func(first netip.Addr, many int) (kept int) {
		all := stats.Agents()
		for i := range all {
			if !all[i].From.Less(first) && all[i].Samples == 70 {
				kept++
			}
		}
		return min(kept, many)
	}
	routers := addr("192.0.2.1")
	settle(routers, 20)
	for forged, n := addr("10.0.0.0"), 0; n < 5*sflow.MaxAgents; n++ {
		send(forged, 1)
		forged = forged.Next()
	}
	if n := counted(routers, 20); n != 20 || len(stats.Agents()) != sflow.MaxAgents {
		t.Fatalf("%d of 20 are kept, %d agents", n, len(stats.Agents()))
	}
	settle(addr("172.16.0.0"), sflow.MaxAgents-20)
	evicted := stats.Evicted()
	fresh := addr("203.0.113.1")
	if send(fresh, 1) != 1 || stats.Evicted() != evicted+1 || counted(routers, 20) == 0 {
		t.Errorf("a newcomer among the settled: %d evicted, %d before", stats.Evicted(), evicted)
	}
	now += telemetry.Instant(3 * time.Hour)
	for n := range sflow.MaxAgents {
		send(fresh, n+2)
	}
	all := stats.Agents()
	if last := all[len(all)-1]; len(all) != sflow.MaxAgents || !known(all, fresh) {
		t.Errorf("%d agents, last %v: a newcomer does not come in although the others are silent", len(all), last.From)
	}
}

func known(all []sflow.Agent, from netip.Addr) bool {
	for i := range all {
		if all[i].From == from {
			return true
		}
	}
	return false
}
