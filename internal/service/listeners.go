package service

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"stormglass/internal/certfile"
	"stormglass/internal/collect/listen"
	"stormglass/internal/config"
	"stormglass/internal/fault"
	"stormglass/internal/node"
)

// listener is a socket of a service.
type listener interface {
	node.Listener
	Addr() netip.AddrPort
	Stats() listen.Stats
	Close() error
}

// Kinds of listeners: the first words of their names, by which what they receive is decoded.
const (
	kindNetFlow = "netflow"
	kindSFlow   = "sflow"
	kindSyslog  = "syslog"
)

// bind opens the sockets of a configuration, all or none.
func bind(ctx context.Context, cfg *config.Config, log *slog.Logger) (all []listener, err error) {
	b := &binder{ctx: ctx, log: log, stopWithin: stopWithin(cfg)}
	c := &cfg.Collect
	defer func() {
		if err != nil {
			err = errors.Join(err, closeAll(b.all))
		}
	}()
	for i := range c.NetFlow {
		b.udp(kindNetFlow+" udp ", &c.NetFlow[i])
	}
	for i := range c.SFlow {
		b.udp(kindSFlow+" udp ", &c.SFlow[i])
	}
	for i := range c.Syslog {
		b.udp(kindSyslog+" udp ", &c.Syslog[i])
	}
	for i := range c.SyslogTCP {
		b.stream(kindSyslog+" tcp ", &c.SyslogTCP[i], nil)
	}
	for i := range c.SyslogTLS {
		b.stream(kindSyslog+" tls ", &c.SyslogTLS[i].Stream, &c.SyslogTLS[i].TLS)
	}
	b.noLoops()
	return b.all, errors.Join(b.errs...)
}

// stopWithin is how long what listeners hold at the end may take to be taken in: the rest of the time is for the last commit.
func stopWithin(cfg *config.Config) time.Duration { return cfg.StopWithin / 2 }

type binder struct {
	ctx        context.Context //nolint:containedctx // of one call of bind
	log        *slog.Logger
	stopWithin time.Duration
	all        []listener
	errs       []error

	repeating []repeating
}

// repeating is a listener that repeats what it receives.
type repeating struct {
	name    string
	targets []netip.AddrPort
}

func (b *binder) udp(name string, u *config.UDP) {
	l, err := listen.ListenUDP(b.ctx, listen.UDPConfig{
		Name: name + u.Address, Address: u.Address, Sockets: u.Sockets, Buffer: int(u.Buffer), Queue: int64(u.Queue), Allow: u.Allow, Repeat: u.Repeat, StopWithin: b.stopWithin, Log: b.log,
	})
	if err != nil {
		b.errs = append(b.errs, err)
		return
	}
	b.all = append(b.all, l)
	if len(u.Repeat) > 0 {
		b.repeating = append(b.repeating, repeating{l.Name(), u.Repeat})
	}
}

// noLoops refuses repeating to a listener of ours: each datagram would come back.
func (b *binder) noLoops() {
	for _, from := range b.repeating {
		for _, l := range b.all {
			u, ok := l.(*listen.UDP)
			if !ok {
				continue
			}
			for _, target := range from.targets {
				if hears, err := u.Hears(target); hears || err != nil {
					b.errs = append(b.errs, fault.Hint(fault.Invalid, errors.Join(fmt.Errorf("%s repeats to %s, which arrives at %s", from.name, target, l.Name()), err), "repeat to another collector"))
				}
			}
		}
	}
}

func (b *binder) stream(name string, s *config.Stream, secured *config.TLS) {
	c := listen.StreamConfig{
		Name: name + s.Address, Address: s.Address, Allow: s.Allow, Connections: s.Connections, PerSender: s.PerSender,
		Message: int(s.Message), Idle: s.Idle, Queue: int64(s.Queue), StopWithin: b.stopWithin, Log: b.log,
	}
	if secured != nil {
		var err error
		files := certfile.Files{Certificate: secured.Cert, Key: secured.Key, Authorities: secured.ClientCA}
		o := certfile.Options{Clients: tls.RequireAndVerifyClientCert, NoResumption: true, Log: b.log} // RFC 5425, section 5.2
		if c.TLS, err = certfile.Server(files, o); err != nil {
			b.errs = append(b.errs, err)
			return
		}
	}
	l, err := listen.ListenStream(b.ctx, c)
	if err != nil {
		b.errs = append(b.errs, err)
		return
	}
	b.all = append(b.all, l)
}

func closeAll(all []listener) error {
	errs := make([]error, 0, len(all))
	for _, l := range all {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// canaryListener gives the listener that a canary can be sent to: one of flows that hears this machine. Otherwise it says why there is
// none.
func (s *Service) canaryListener() (_ listener, why string) {
	if s.cfg.Canary.Off {
		return nil, ""
	}
	allowed := map[string][]netip.Prefix{}
	for _, u := range s.cfg.Collect.NetFlow {
		allowed[kindNetFlow+" udp "+u.Address] = u.Allow
	}
	for _, u := range s.cfg.Collect.SFlow {
		allowed[kindSFlow+" udp "+u.Address] = u.Allow
	}
	why = "no canary is sent: there is no listener of flows to send one to"
	for _, l := range s.bound() {
		allow, flows := allowed[l.Name()]
		if !flows {
			continue
		}
		from := canaryTarget(l.Addr()).Addr() // what is sent to an address of this machine comes from it
		if len(allow) == 0 || slices.ContainsFunc(allow, func(p netip.Prefix) bool { return p.Contains(from) }) {
			return l, ""
		}
		why = fmt.Sprintf("no canary is sent: no listener of flows lets this machine send (%s: allow leaves out %s)", l.Name(), from)
	}
	return nil, why
}
