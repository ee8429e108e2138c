package service

import (
	"context"
	"crypto/rand"
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
	"stormglass/internal/web/api"
)

// canary sends a flow from an address that intelligence in force names to the service's own listener, and waits for
// the finding: it shows that socket, decoder, matching, commit and looking back do their work. Its address lies in the
// block for documentation (RFC 3849), where no network is. Whom it meets is another address each time, which nobody else can know
// before: a record that somebody forges is not taken for it.
type canary struct {
	every, within time.Duration
	to            netip.AddrPort // the listener
	address       netip.Addr     // of the canary
	data          string
	log           *slog.Logger
	missing       func(ctx context.Context, sent time.Time) error // raises the alarm

	mu       sync.Mutex
	now      api.Canary
	sequence uint32
}

// canaryMeets makes an address of nobody for one canary to meet: unique local (RFC 4193), 112 bits of it random.
func canaryMeets() netip.Addr {
	a := [16]byte{0xfd, 0x53}
	_, _ = rand.Read(a[2:]) // never fails (crypto/rand)
	return netip.AddrFrom16(a)
}

// isCanary reports whether a value is the canary of a folder: nobody is told that it was found.
func isCanary(d *depot.Depot) func(observable.Value) bool {
	value := observable.OfAddr(node.CanaryAddress(d))
	return func(v observable.Value) bool { return v == value }
}

// adopt puts the canary's address in force.
func (c *canary) adopt(ctx context.Context, n *node.Service) error {
	text := "# what the service sends itself to see that it finds it\n" + c.address.String() + "\n"
	return n.With(ctx, func(ctx context.Context, k *node.Keeper) error {
		if _, err := k.AddIntelOf(ctx, node.CanaryName, strings.NewReader(text)); err != nil {
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
	sent, own := time.Now(), canaryMeets()
	if err := c.send(own, sent); err != nil {
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
			found, err := c.found(ctx, own)
			if err != nil && ctx.Err() == nil {
				c.log.WarnContext(ctx, "the canary cannot be looked for", slog.Any("error", err))
			}
			if !found {
				if said && time.Since(sent) >= c.every {
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
func (c *canary) send(own netip.Addr, at time.Time) error {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(c.to))
	if err != nil {
		return fmt.Errorf("send the canary: %w", err)
	}
	defer func() { _ = conn.Close() }() // nothing is read from it
	c.mu.Lock()
	c.sequence++
	packet := canaryPacket(c.address, own, c.sequence, at)
	c.mu.Unlock()
	if _, err := conn.Write(packet); err != nil {
		return fmt.Errorf("send the canary: %w", err)
	}
	return nil
}

// found reports whether the canary that met an address was found. Its finding is dismissed: nobody has to look after it.
func (c *canary) found(ctx context.Context, own netip.Addr) (bool, error) {
	list, err := node.Findings(ctx, c.data, node.FindingQuery{All: true, Filter: store.Filter{
		Value: observable.OfAddr(c.address), Subject: &hunt.Subject{Kind: hunt.SubjectAddr, Addr: own}, NoSamples: true,
	}})
	if err != nil || len(list.Findings) == 0 {
		return false, err
	}
	return true, c.dismiss(ctx, list.Findings[0].ID.String())
}

func (c *canary) dismiss(ctx context.Context, id string) error {
	_, err := node.Decide(node.AskedBy(ctx, node.CanaryWho), c.data, []string{id}, store.Act{Reason: node.CanaryReason},
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

// canaryTarget gives where to send to so that it reaches a listener.
func canaryTarget(at netip.AddrPort) netip.AddrPort {
	a := at.Addr().Unmap()
	switch {
	case !a.IsValid() || a == netip.IPv6Unspecified() || a == netip.IPv4Unspecified():
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.AddrPortFrom(a, at.Port())
}
