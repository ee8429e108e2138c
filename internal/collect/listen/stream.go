package listen

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"stormglass/internal/fault"
)

const (
	defaultConnections = 1000
	defaultPerSender   = 100
	defaultMessage     = 64 << 10
	defaultIdle        = 15 * time.Minute
	handshakeTime      = 10 * time.Second
)

// StreamConfig says what a listener for streams of syslog listens to.
type StreamConfig struct {
	Name    string      // "syslog 0.0.0.0:6514"
	Address string      // host:port; port 0 picks one, no host is all addresses of this machine
	TLS     *tls.Config // nil is plain TCP; package certfile makes one
	Allow   []netip.Prefix
	// Connections and PerSender are how many may be open at a time, of all senders and of one address; 0 is 1,000 and 100.
	Connections, PerSender int
	Message                int           // longest message kept, bytes, at most 256 KiB; longer ones are cut; 0 is 64 KiB
	Idle                   time.Duration // a connection that sends nothing for so long is closed; 0 is 15 minutes
	Queue                  int64         // bytes of blocks that may wait or be in use; 0 is 32 MiB, the least is 1.1 MiB
	// StopWithin is how long what was received may take to be taken in once the listener is told to stop; 0 is a second.
	StopWithin time.Duration
	Log        *slog.Logger // nil logs nothing
}

// Validate joins every complaint about a configuration.
func (c *StreamConfig) Validate() error {
	var errs []error
	if c.Connections < 0 || c.PerSender < 0 {
		errs = append(errs, errors.New("a limit of connections below nothing"))
	}
	if c.Message < 0 || c.Message > blockBytes {
		errs = append(errs, fmt.Errorf("messages of up to %d bytes: the most that can be kept is %d", c.Message, blockBytes))
	}
	if c.Idle < 0 || c.Queue < 0 {
		errs = append(errs, errors.New("a time or a queue of less than nothing"))
	}
	errs = append(errs, checkAllow(c.Allow))
	if err := errors.Join(errs...); err != nil {
		return fault.Wrap(fault.Invalid, fmt.Errorf("%s: %w", c.Name, err))
	}
	return nil
}

func (c *StreamConfig) setDefaults() {
	c.Connections = cmp.Or(c.Connections, defaultConnections)
	c.PerSender = cmp.Or(c.PerSender, defaultPerSender)
	c.Message = cmp.Or(c.Message, defaultMessage)
	c.Idle = cmp.Or(c.Idle, defaultIdle)
	c.Queue = cmp.Or(c.Queue, defaultQueue)
	c.StopWithin = cmp.Or(c.StopWithin, stopTime)
	c.Log = cmp.Or(c.Log, slog.New(slog.DiscardHandler))
}

// Stream is a TCP port that is listened to, with TLS or without. A full queue makes it read no further, so that
// senders wait; nothing that was read is dropped while somebody takes.
type Stream struct {
	cfg      StreamConfig
	addr     netip.AddrPort
	allow    senders
	listener *net.TCPListener
	queue    *queue
	n        counts
	started  atomic.Bool

	handshakeTime time.Duration

	mu       sync.Mutex
	conns    map[*conn]struct{}
	bySender map[netip.Addr]int
	stopping bool
}

// ListenStream takes a TCP port. Connections are accepted by Run; ctx is for the look-up of names alone.
func ListenStream(ctx context.Context, c StreamConfig) (*Stream, error) { //nolint:revive // listen.Stream is the type
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.setDefaults()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, network("tcp", c.Address), c.Address)
	if err != nil {
		return nil, bindError(c.Name, err)
	}
	s := &Stream{
		cfg: c, addr: sender(l.Addr().(*net.TCPAddr).AddrPort()), allow: newSenders(c.Allow), listener: l.(*net.TCPListener),
		conns: map[*conn]struct{}{}, bySender: map[netip.Addr]int{}, handshakeTime: handshakeTime,
	}
	s.queue = newQueue(c.Queue, &s.n)
	return s, nil
}

// Name gives the name that the listener was given.
func (s *Stream) Name() string { return s.cfg.Name }

// Addr gives the address that is listened to, with its port.
func (s *Stream) Addr() netip.AddrPort { return s.addr }

// Queues gives the one queue, which is closed when Run ends; what is in it is to be taken and released.
func (s *Stream) Queues() []<-chan *Block { return []<-chan *Block{s.queue.out} }

// Close closes the port of a listener that is not run.
func (s *Stream) Close() error { return s.listener.Close() }

// Run accepts and reads connections until ctx ends. Then it reads what senders have sent already, hands it over, for
// at most a second, and closes queue, connections and port. It may be called once.
func (s *Stream) Run(ctx context.Context) error {
	if s.started.Swap(true) {
		return fmt.Errorf("run %s: %w", s.cfg.Name, errRunTwice)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	expired := make(chan struct{})
	var pump, readers sync.WaitGroup
	pump.Go(func() { s.queue.pump(expired) })
	var err error
	readers.Go(func() {
		err = s.accept(ctx, &readers, expired)
		cancel()
	})
	<-ctx.Done()
	end := time.Now().Add(stopTime)
	timer := time.AfterFunc(s.cfg.StopWithin, func() { close(expired) })
	defer timer.Stop()
	closeErr := s.listener.Close()
	s.stop(end)
	readers.Wait()
	s.queue.finish()
	pump.Wait()
	return errors.Join(err, closeErr)
}

// accept lets connections in until ctx ends. What goes wrong with one, or for want of file descriptors, passes.
func (s *Stream) accept(ctx context.Context, readers *sync.WaitGroup, expired <-chan struct{}) error {
	const pause = 100 * time.Millisecond
	for failed := false; ctx.Err() == nil; {
		tcp, err := s.listener.AcceptTCP()
		switch {
		case err == nil:
			failed = false
			if c := s.admit(tcp); c != nil {
				readers.Go(func() { c.run(ctx, expired) })
			}
			continue
		case ctx.Err() != nil:
			continue
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("accept connections for %s: %w", s.cfg.Name, err)
		case !failed:
			s.cfg.Log.WarnContext(ctx, "connection cannot be accepted", slog.String("listener", s.cfg.Name), slog.Any("error", err))
		}
		failed = true
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// admit lets a connection in, or closes and counts it.
func (s *Stream) admit(tcp *net.TCPConn) *conn {
	from := sender(tcp.RemoteAddr().(*net.TCPAddr).AddrPort())
	if !s.allow.allow(from.Addr()) {
		s.n.refusedConnections.Add(1)
		_ = tcp.Close() // nothing was written to it
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping || len(s.conns) >= s.cfg.Connections || s.bySender[from.Addr()] >= s.cfg.PerSender {
		s.n.turnedAway.Add(1)
		_ = tcp.Close() // nothing was written to it
		return nil
	}
	c := newConn(s, tcp, from)
	s.conns[c] = struct{}{}
	s.bySender[from.Addr()]++
	s.n.accepted.Add(1)
	s.n.open.Add(1)
	return c
}

// forget is called once for each connection that was let in, when it has ended.
func (s *Stream) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if s.bySender[c.from.Addr()]--; s.bySender[c.from.Addr()] == 0 {
		delete(s.bySender, c.from.Addr())
	}
	s.n.open.Add(-1)
}

// stop tells every connection to read what is there and no more.
func (s *Stream) stop(end time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	for c := range s.conns {
		c.stop(end)
	}
}

// Stats gives what was counted so far.
func (s *Stream) Stats() Stats {
	out := s.n.stats()
	out.KernelKnown = true // a stream loses nothing: it waits
	waiting, memory := s.queue.held()
	out.Waiting = waiting
	out.Memory += memory + out.Open*readSize
	return out
}
