package service

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/hunt"
	"stormglass/internal/node"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
	"stormglass/internal/web/api"
)

// canaryName is what the intelligence that names the canary's address is called.
const canaryName = "canary of stormglass"

// canary sends a flow from an address that intelligence in force names to the service's own listener, and waits for
// the finding: it shows that socket, decoder, matching, commit and looking back do their work. Its address lies in the
// block for documentation (RFC 3849), where no network is.
type canary struct {
	every, within time.Duration
	to            netip.AddrPort // the listener
	address       netip.Addr     // of the canary
	own           netip.Addr     // whom it meets
	data          string
	log           *slog.Logger
	missing       func(ctx context.Context, sent time.Time) error // raises the alarm

	mu       sync.Mutex
	now      api.Canary
	sequence uint32
}

// canaryAddresses makes two addresses of a data folder's own: nobody who sends flows here knows them.
func canaryAddresses(d *depot.Depot) (canary, own netip.Addr) {
	a := [16]byte{0x20, 0x01, 0x0d, 0xb8}
	token := d.Key.Token(observable.Addr, canaryName)
	copy(a[4:], token[:12])
	b := [16]byte{0xfd, 0x53, 0x47} // unique local (RFC 4193)
	copy(b[3:], token[12:])
	return netip.AddrFrom16(a), netip.AddrFrom16(b)
}

// isCanary reports whether a value is the canary of a folder: nobody is told that it was found.
func isCanary(d *depot.Depot) func(observable.Value) bool {
	address, _ := canaryAddresses(d)
	value := observable.OfAddr(address)
	return func(v observable.Value) bool { return v == value }
}

// adopt puts the canary's address in force.
func (c *canary) adopt(ctx context.Context, n *node.Service) error {
	text := "# what the service sends itself to see that it finds it\n" + c.address.String() + "\n"
	return n.With(ctx, func(ctx context.Context, k *node.Keeper) error {
		if _, err := k.AddIntelOf(ctx, canaryName, strings.NewReader(text)); err != nil {
			return fmt.Errorf("put the canary in force: %w", err)
		}
		_, err := k.LookBackNew(ctx)
		return err
	})
}

// run sends canaries until the context ends.
func (c *canary) run(ctx context.Context) error {
	tick := time.NewTicker(c.every)
	defer tick.Stop()
	for {
		if err := c.once(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// canaryLook is how often a canary is looked for.
const canaryLook = time.Second

// once sends a canary and waits until it is found or late.
func (c *canary) once(ctx context.Context) error {
	sent := time.Now()
	if err := c.send(sent); err != nil {
		c.log.WarnContext(ctx, "the canary could not be sent", slog.Any("error", err))
	}
	c.mu.Lock()
	c.now.Sent++
	c.now.LastSent = when(sent)
	c.mu.Unlock()
	look := time.NewTicker(min(canaryLook, c.within))
	defer look.Stop()
	late := time.NewTimer(c.within)
	defer late.Stop()
	said := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-late.C:
			said = true
			c.setLate(true)
			c.log.ErrorContext(ctx, "the canary was not found: what arrives may not be looked at", slog.Time("sent", sent), slog.Duration("within", c.within))
			if err := c.missing(ctx, sent); err != nil {
				return err
			}
			if c.every <= c.within {
				return nil
			}
		case <-look.C:
			found, err := c.found(ctx, sent)
			if err != nil && ctx.Err() == nil {
				c.log.WarnContext(ctx, "the canary cannot be looked for", slog.Any("error", err))
			}
			if !found {
				if time.Since(sent) >= c.every {
					return nil // the next one is due
				}
				continue
			}
			c.foundAfter(time.Since(sent))
			if said {
				c.log.InfoContext(ctx, "the canary was found after all", slog.Duration("after", time.Since(sent)))
			}
			return nil
		}
	}
}

// send sends one canary to the listener.
func (c *canary) send(at time.Time) error {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(c.to))
	if err != nil {
		return fmt.Errorf("send the canary: %w", err)
	}
	defer func() { _ = conn.Close() }() // nothing is read from it
	c.mu.Lock()
	c.sequence++
	packet := canaryPacket(c.address, c.own, c.sequence, at)
	c.mu.Unlock()
	if _, err := conn.Write(packet); err != nil {
		return fmt.Errorf("send the canary: %w", err)
	}
	return nil
}

// found reports whether the finding has a record of what was sent. The finding is dismissed when it is new: nobody has to look
// after it.
func (c *canary) found(ctx context.Context, sent time.Time) (bool, error) {
	list, err := node.Findings(ctx, c.data, node.FindingQuery{All: true, Filter: store.Filter{Value: observable.OfAddr(c.address), NoSamples: true}})
	if err != nil {
		return false, err
	}
	for i := range list.Findings {
		f := &list.Findings[i]
		if f.Last < telemetry.InstantOf(sent.Truncate(time.Second)) { // the packet tells the time in seconds
			continue
		}
		if f.Triage.Status == store.StatusOpen {
			err = c.dismiss(ctx, f.ID.String())
		}
		return true, err
	}
	return false, nil
}

func (c *canary) dismiss(ctx context.Context, id string) error {
	_, err := node.Decide(node.AskedBy(ctx, "stormglass"), c.data, []string{id}, store.Act{Reason: "the canary of the service itself"},
		func(ctx context.Context, s *store.Store, id string, by store.Act) (hunt.FindingID, error) {
			return s.Dismiss(ctx, id, by, time.Time{})
		})
	return err
}

func (c *canary) setLate(late bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Late = late
}

func (c *canary) foundAfter(took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Found++
	c.now.LastFound, c.now.Seconds, c.now.Late = when(time.Now()), took.Seconds(), false
}

func (c *canary) status() *api.Canary {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.now
	return &out
}

// canaryAllowed adds to the senders that a listener hears those from which the canary comes: the machine itself, by
// addresses that nobody else can send from.
func canaryAllowed(allow []netip.Prefix, at netip.AddrPort) []netip.Prefix {
	if len(allow) == 0 {
		return nil
	}
	out := append([]netip.Prefix(nil), allow...)
	from := canaryTarget(at).Addr()
	return append(out, netip.PrefixFrom(from, from.BitLen()))
}

// canaryTarget gives where to send to so that it reaches a listener.
func canaryTarget(at netip.AddrPort) netip.AddrPort {
	a := at.Addr().Unmap()
	switch {
	case !a.IsValid() || a == netip.IPv6Unspecified() || a == netip.IPv4Unspecified():
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.AddrPortFrom(a, at.Port())
}
