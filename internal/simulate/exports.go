package simulate

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"time"
)

// ExportsDir holds the captures of what the routers export, below the folder of a simulation.
const ExportsDir = "telemetry/exports"

// exportSensor is the routers that export and the collector's host, where what they send is captured.
type exportSensor struct {
	files   map[string]*capture
	senders []*sender
	end     time.Time
	sums    sums
}

// sender is an exporter at work.
type sender struct {
	*exporter
	boot      time.Time
	from, to  netip.AddrPort
	out       *capture
	sums      sums
	next      time.Time // when it sends next
	pending   []*metered
	ready     [][]byte // packets to be sent now
	sequence  uint32
	refreshAt time.Time // templates and options are due
	agent     *agentState
	sent      time.Time // when it sent last
}

func openExports(dir string, cfg Config, op *site, sums sums) (*exportSensor, error) {
	dir = filepath.Join(dir, filepath.FromSlash(ExportsDir))
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return nil, err
	}
	e := &exportSensor{files: map[string]*capture{}, end: cfg.end(), sums: sums}
	collector := op.host("nms-2").v4
	for _, x := range op.exporters {
		if e.files[x.file] == nil {
			c, err := createCapture(filepath.Join(dir, x.file+".pcap"))
			if err != nil {
				return nil, errors.Join(err, e.closeFiles())
			}
			e.files[x.file] = c
		}
		// Each at moments of its own: no two send at once.
		first := cfg.Start.Add(time.Duration(1+x.order) * 137 * time.Millisecond)
		e.senders = append(e.senders, &sender{
			exporter: x, boot: x.booted(cfg), out: e.files[x.file], sums: sums, next: first, refreshAt: first, agent: newAgentState(first),
			from: netip.AddrPortFrom(x.device.inner, uint16(firstPort+x.order)), to: netip.AddrPortFrom(collector, x.format.collectorPort()),
		})
	}
	return e, nil
}

func (e *exportSensor) take(r *record) error {
	if err := e.pass(r.at); err != nil {
		return err
	}
	if r.what != aspectMetered {
		return nil
	}
	for _, s := range e.senders {
		if s.exporter == r.metered.by {
			s.pending = append(s.pending, r.metered)
		}
	}
	return nil
}

// pass lets the exporters send what they have to by a time, in the order of time.
func (e *exportSensor) pass(now time.Time) error {
	for {
		s := e.senders[0]
		for _, x := range e.senders {
			if x.next.Before(s.next) {
				s = x
			}
		}
		if s.next.After(now) {
			return nil
		}
		if err := s.flush(s.next); err != nil {
			return err
		}
		s.next = s.next.Add(s.tick)
	}
}

// flush sends what waits.
func (s *sender) flush(at time.Time) error {
	if s.format == sflow5 {
		s.sendSamples(at)
	} else {
		s.sendFlows(at)
	}
	for _, data := range s.ready {
		// Who reads the capture sees the exports as conversations of UDP, which are over after a minute of silence.
		if s.sent.IsZero() || at.Sub(s.sent) > time.Minute {
			s.sums[carriedFamily]++
		}
		s.sent = at
		if err := s.out.write(&datagram{at: at, from: s.from, to: s.to, data: data}); err != nil {
			return err
		}
	}
	s.ready = s.ready[:0]
	return nil
}

// count counts a record of a flow that is being sent.
func (s *sender) count(f *metered, stated time.Time) {
	s.sums[s.family()]++
	count(f.talk.marks, inFlow, s.family(), "flow", stated, false)
}

// close sends what is left, at the end of the simulation.
func (e *exportSensor) close() error {
	last := e.end.Add(-time.Microsecond)
	err := e.pass(last)
	for _, s := range e.senders {
		err = errors.Join(err, s.flush(last))
	}
	return errors.Join(err, e.closeFiles())
}

func (e *exportSensor) closeFiles() error {
	var errs []error
	for _, c := range e.files {
		errs = append(errs, c.close())
	}
	return errors.Join(errs...)
}
