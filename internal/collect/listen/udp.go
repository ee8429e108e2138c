package listen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"stormglass/internal/fault"
	"stormglass/internal/telemetry"
)

const (
	defaultBuffer = 32 << 20
	defaultQueue  = 32 << 20
	// stopTime is how long is read on once a listener is told to stop, and how long what was received may take to be taken in
	// when nothing else is said.
	stopTime = time.Second
)

// UDPConfig says what a UDP listener listens to.
type UDPConfig struct {
	Name    string // "netflow 0.0.0.0:2055"
	Address string // host:port; port 0 picks one, no host is all addresses of this machine
	// Sockets is how many share the port; 0 is one. The system gives each sender to one of them, and each has
	// a queue of its own, so the datagrams of one sender stay in order. Elsewhere than on Linux there is one.
	Sockets int
	Buffer  int   // receive buffer wanted for each socket, bytes; 0 is 32 MiB
	Queue   int64 // bytes of blocks that may wait or be in use, for each socket; 0 is 32 MiB, the least is 1.1 MiB
	Allow   []netip.Prefix
	// Repeat is other collectors that get a copy of each datagram of a sender that is listened to. It comes from our address.
	Repeat []netip.AddrPort
	// StopWithin is how long what was received may take to be taken in once the listener is told to stop; 0 is a second.
	StopWithin time.Duration
	Log        *slog.Logger // nil logs nothing
}

// Validate joins every complaint about a configuration.
func (c *UDPConfig) Validate() error {
	var errs []error
	if c.Sockets < 0 || c.Sockets > 256 {
		errs = append(errs, fmt.Errorf("%d sockets: 1 to 256 can share a port", c.Sockets))
	}
	if c.Buffer < 0 || c.Queue < 0 {
		errs = append(errs, errors.New("a buffer or a queue of less than nothing"))
	}
	errs = append(errs, checkAllow(c.Allow), checkTargets(c.Repeat))
	if err := errors.Join(errs...); err != nil {
		return fault.Wrap(fault.Invalid, fmt.Errorf("%s: %w", c.Name, err))
	}
	return nil
}

func (c *UDPConfig) setDefaults() {
	if c.Sockets == 0 {
		c.Sockets = 1
	}
	if c.Buffer == 0 {
		c.Buffer = defaultBuffer
	}
	if c.Queue == 0 {
		c.Queue = defaultQueue
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

// UDP is a UDP port that is listened to.
type UDP struct {
	name    string
	log     *slog.Logger
	addr    netip.AddrPort
	allow   senders
	sockets []*udpSocket
	n       counts

	bufferWanted int
	stopWithin   time.Duration
	started      atomic.Bool
}

// udpSocket is one socket with what belongs to it alone.
type udpSocket struct {
	source source
	queue  *queue
	repeat repeater // nil without targets
}

// source is a socket that datagrams are read from.
type source interface {
	// read waits for datagrams. They are valid until the next read.
	read() ([]telemetry.Datagram, error)
	// interrupt makes read return os.ErrDeadlineExceeded from now on, and has the kernel take nothing more where that is possible.
	interrupt()
	// rest gives what the kernel still holds; none at the end.
	rest() ([]telemetry.Datagram, error)
	// lost gives the datagrams that the kernel has dropped.
	lost() (n uint64, known bool)
	// buffer gives the receive buffer that was granted, bytes; 0 is not known.
	buffer() int
	// memory gives the bytes that are held for reading.
	memory() int64
	close() error
}

// repeater sends copies of datagrams on. It never waits.
type repeater interface {
	send(ds []telemetry.Datagram)
	// run is to be running while send is used. It ends when expired is closed, or after finish when all is sent.
	run(expired <-chan struct{})
	finish()
	memory() int64
	close() error
}

// ListenUDP takes a UDP port. Nothing is read before Run; ctx is for the look-up of names alone.
func ListenUDP(ctx context.Context, c UDPConfig) (*UDP, error) { //nolint:revive // listen.UDP is the type
	return listenUDP(ctx, c, system{open: openSockets, repeat: newRepeater})
}

// system is what the ways of reading and sending datagrams differ in. Every system has openPlain and
// newPlainRepeater, so they are tested everywhere.
type system struct {
	open   func(ctx context.Context, c *UDPConfig) ([]source, netip.AddrPort, error) // all on one port
	repeat func(ctx context.Context, targets []netip.AddrPort, n *counts) (repeater, error)
}

func listenUDP(ctx context.Context, c UDPConfig, sys system) (*UDP, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.setDefaults()
	sources, addr, err := sys.open(ctx, &c)
	if err != nil {
		return nil, bindError(c.Name, err)
	}
	u := &UDP{name: c.Name, log: c.Log, addr: addr, allow: newSenders(c.Allow), bufferWanted: c.Buffer, stopWithin: cmp.Or(c.StopWithin, stopTime)}
	for _, s := range sources {
		u.sockets = append(u.sockets, &udpSocket{source: s, queue: newQueue(c.Queue, &u.n)})
	}
	if err := u.openRepeaters(ctx, c.Repeat, sys); err != nil {
		return nil, errors.Join(err, u.Close())
	}
	u.warnOfBuffer(ctx)
	return u, nil
}

// Name gives the name that the listener was given.
func (u *UDP) Name() string { return u.name }

// Addr gives the address that is listened to, with its port.
func (u *UDP) Addr() netip.AddrPort { return u.addr }

// Queues gives a queue for each socket. They are closed when Run ends; what is in them is to be taken and released.
func (u *UDP) Queues() []<-chan *Block {
	out := make([]<-chan *Block, len(u.sockets))
	for i, s := range u.sockets {
		out[i] = s.queue.out
	}
	return out
}

// Close closes the sockets of a listener that is not run.
func (u *UDP) Close() error {
	var errs []error
	for _, s := range u.sockets {
		errs = append(errs, s.source.close())
		if s.repeat != nil {
			errs = append(errs, s.repeat.close())
		}
	}
	return errors.Join(errs...)
}

var errRunTwice = errors.New("a listener is run once")

// Run receives until ctx ends. Then it reads what the kernel holds, hands it over, for at most a second, and
// closes queues and sockets. It may be called once. An error is that of a socket that cannot be read any more.
func (u *UDP) Run(ctx context.Context) error {
	if u.started.Swap(true) {
		return fmt.Errorf("run %s: %w", u.name, errRunTwice)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	interrupted, expired := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	errs := make([]error, len(u.sockets))
	for i, s := range u.sockets {
		group.Go(func() { s.queue.pump(expired) })
		if s.repeat != nil {
			group.Go(func() { s.repeat.run(expired) })
		}
		group.Go(func() {
			defer s.finish()
			err := u.readAll(ctx, s)
			cancel() // one socket that is no more would be senders that nobody listens to
			<-interrupted
			errs[i] = errors.Join(err, u.readRest(s, expired))
		})
	}
	<-ctx.Done()
	timer := time.AfterFunc(u.stopWithin, func() { close(expired) })
	defer timer.Stop()
	for _, s := range u.sockets {
		s.source.interrupt()
	}
	close(interrupted)
	group.Wait()
	for _, s := range u.sockets {
		s.source.lost() // the last count, while there is a socket to ask
	}
	return errors.Join(errors.Join(errs...), u.Close())
}

// finish says that nothing more comes from this socket.
func (s *udpSocket) finish() {
	s.queue.finish()
	if s.repeat != nil {
		s.repeat.finish()
	}
}

// readRest reads what the kernel still holds. There is time now, so what finds no room in the queue waits for it.
func (u *UDP) readRest(s *udpSocket, expired <-chan struct{}) error {
	for {
		ds, err := s.source.rest()
		if len(ds) == 0 || err != nil {
			return err
		}
		ds = u.admit(s, ds)
		u.n.left.Add(uint64(s.queue.putWait(ds, expired)))
	}
}

// readAll reads until ctx ends. An error of the network below comes and goes; one that stays ends it.
func (u *UDP) readAll(ctx context.Context, s *udpSocket) error {
	const (
		patience = 100
		pause    = 10 * time.Millisecond
	)
	for failed := 0; ctx.Err() == nil; {
		ds, err := s.source.read()
		switch {
		case err == nil:
			failed = 0
			ds = u.admit(s, ds)
			u.n.lostQueue.Add(uint64(s.queue.put(ds)))
			continue
		case ctx.Err() != nil:
			continue
		case failed == 0 && !errors.Is(err, net.ErrClosed):
			u.log.WarnContext(ctx, "socket cannot be read", slog.String("listener", u.name), slog.Any("error", err))
		case failed == patience, errors.Is(err, net.ErrClosed):
			return fmt.Errorf("read from %s: %w", u.name, err)
		}
		failed++
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// admit counts what was read, takes out what comes from senders that are not listened to, and repeats the others.
func (u *UDP) admit(s *udpSocket, ds []telemetry.Datagram) []telemetry.Datagram {
	u.n.datagrams.Add(uint64(len(ds)))
	var bytes uint64
	admitted := ds[:0]
	for i := range ds {
		bytes += uint64(len(ds[i].Data))
		if u.allow.allow(ds[i].From.Addr()) {
			admitted = append(admitted, ds[i])
		}
	}
	u.n.bytes.Add(bytes)
	u.n.refused.Add(uint64(len(ds) - len(admitted)))
	if s.repeat != nil {
		s.repeat.send(admitted)
	}
	return admitted
}

// Stats gives what was counted so far.
func (u *UDP) Stats() Stats {
	out := u.n.stats()
	out.BufferWanted = u.bufferWanted
	out.KernelKnown = true
	for i, s := range u.sockets {
		lost, known := s.source.lost()
		out.LostKernel += lost
		out.KernelKnown = out.KernelKnown && known
		if granted := s.source.buffer(); i == 0 || granted < out.Buffer {
			out.Buffer = granted
		}
		waiting, memory := s.queue.held()
		out.Waiting += waiting
		out.Memory += memory + s.source.memory()
		if s.repeat != nil {
			out.Memory += s.repeat.memory()
		}
	}
	return out
}
