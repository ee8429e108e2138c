package netflow

import (
	"net/netip"
	"slices"

	"stormglass/internal/telemetry"
)

// ExporterStats is what is counted of one exporter since it became known.
type ExporterStats struct {
	Exporter netip.Addr
	LastSeen telemetry.Instant

	Packets, Octets  uint64 // datagrams and their bytes
	Records          uint64 // flows
	Options          uint64 // records of options
	Malformed        uint64 // packets, sets and records that could not be read
	UnknownVersions  uint64 // packets that are no flow export
	LostPackets      uint64 // by the sequence of v9
	LostRecords      uint64 // by the sequences of v5 and IPFIX
	TemplatesRefused uint64
	TemplatesDropped uint64 // that gave way to others
	DomainsDropped   uint64 // the same of domains
	NamesRefused     uint64
	GivenUpSets      uint64 // data whose template did not come in time
	GivenUpOctets    uint64

	Templates, Domains    int // held now
	HeldSets, HeldOctets  int // waiting for a template now
	Interfaces, Names     int // names of interfaces and of applications, held now
	SamplingMin, Sampling uint32
}

// Exporters gives the statistics of all exporters, in the order of their addresses.
func (t *Templates) Exporters() []ExporterStats {
	all := t.all()
	stats := make([]ExporterStats, len(all))
	for i, x := range all {
		stats[i] = x.snapshotStats()
	}
	slices.SortFunc(stats, func(a, b ExporterStats) int { return a.Exporter.Compare(b.Exporter) })
	return stats
}

// UnknownVersions counts packets of senders that never sent flow export.
func (t *Templates) UnknownVersions() uint64 { return t.unknown.Load() }

// Dropped counts exporters that gave way to others.
func (t *Templates) Dropped() uint64 { return t.dropped.Load() }

func (x *exporter) snapshotStats() ExporterStats {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.stats
	s.Templates, s.Domains = x.templates, len(x.domains)
	s.HeldSets, s.HeldOctets = x.waiting.sets, x.waiting.bytes
	s.Interfaces, s.Names = len(x.interfaces), len(x.apps)
	for _, d := range x.domains {
		s.note(d.rate)
		for _, rate := range d.samplers {
			s.note(rate)
		}
	}
	return s
}

// note widens the range of sampling rates.
func (s *ExporterStats) note(rate uint32) {
	if rate == 0 {
		return
	}
	s.Sampling = max(s.Sampling, rate)
	if s.SamplingMin == 0 || rate < s.SamplingMin {
		s.SamplingMin = rate
	}
}

// lost adds what a sequence tells.
func (s *ExporterStats) lost(version uint16, n int64) {
	to := &s.LostRecords
	if version == 9 {
		to = &s.LostPackets
	}
	if n < 0 {
		*to -= min(*to, uint64(-n))
		return
	}
	*to += uint64(n)
}
