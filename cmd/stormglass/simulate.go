package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/simulate"
)

// simulation is what the command line says of a simulation.
type simulation struct {
	cfg         simulate.Config
	now         bool
	flows, samp string // collectors, HOST:PORT
	rate        int
}

func (a *app) simulate() *cobra.Command {
	s := simulation{cfg: simulate.DefaultConfig()}
	c := &cobra.Command{
		Use:   "simulate [DIR]",
		Short: "Write the logs of a made-up operator with an intruder, and the truth about it",
		Long: `Simulate writes telemetry, registers and intelligence of a made-up operator into a folder, with what an
intruder did there and truth.json, which says what a hunt must find and what it must not. The same seed
gives the same bytes. Addresses and names are those set aside for documentation.

With --cases it is a month of operation: engineers, programs, upgrades, scans, with accounting and the logs of servers, and
behind two weeks a case for each entry of the catalogue of detections that logs, flows and names can show. --benign
is the same month without the cases; --sampling N leaves flows to the routers alone, which look at one packet in N.

With --send the packets in which the operator's routers export flows (NetFlow v9, IPFIX, sFlow) go to a
collector as UDP datagrams: those of a folder that holds a simulation, else of a new one; without a folder
nothing is kept. To a collector on 127.0.0.0/8 each router sends from an address of its own, 127.0.0.11 and
on (Linux); to any other, all of them come from this host. Flows have the times that they were planted at; sFlow
states none, so a collector takes it for now.`,
		Example: "  stormglass simulate /tmp/operator --seed 7 --days 5\n" +
			"  stormglass simulate /tmp/month --cases\n" +
			"  stormglass simulate /tmp/operator --now --send 127.0.0.1:2055 --send-sflow 127.0.0.1:6343",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && s.flows == "" {
				return usageError{errors.New("name a folder to write to, or a collector with --send")}
			}
			if month := s.cfg.Cases || s.cfg.Benign; month && !c.Flags().Changed("days") {
				s.cfg.Days = simulate.MonthDays
			}
			if s.now {
				s.cfg = s.cfg.EndingAt(time.Now())
			}
			if err := s.cfg.Validate(); err != nil {
				return usageError{err}
			}
			if s.flows == "" {
				if s.samp != "" {
					return usageError{errors.New("--send-sflow goes with --send")}
				}
				return a.writeSimulation(c.Context(), args[0], s.cfg)
			}
			return a.sendSimulation(c.Context(), args, &s)
		},
	}
	simulationFlags(c, &s.cfg)
	c.Flags().BoolVar(&s.cfg.Cases, "cases", false, "a month of operation with a case for each entry of the catalogue")
	c.Flags().BoolVar(&s.cfg.Benign, "benign", false, "a month of operation without an intruder")
	c.Flags().Uint64Var(&s.cfg.Sampling, "sampling", 0, "only routers tell of flows, and look at one packet in so many (0 leaves all as it is)")
	c.Flags().BoolVar(&s.now, "now", false, "shift the days so that the last one ends now")
	c.Flags().StringVar(&s.flows, "send", "", "send the routers' export packets to a collector, `HOST:PORT`")
	c.Flags().StringVar(&s.samp, "send-sflow", "", "where sFlow goes, `HOST:PORT` (default as --send)")
	c.Flags().IntVar(&s.rate, "rate", 1000, "datagrams a second that are sent")
	return c
}

func simulationFlags(c *cobra.Command, cfg *simulate.Config) {
	c.Flags().Uint64Var(&cfg.Seed, "seed", cfg.Seed, "the same seed gives the same operator")
	c.Flags().IntVar(&cfg.Days, "days", cfg.Days, "days of telemetry")
	c.Flags().IntVar(&cfg.Scale, "scale", cfg.Scale, "benign traffic, as a multiple of the smallest operator")
}

func (a *app) writeSimulation(ctx context.Context, dir string, cfg simulate.Config) error {
	truth, err := simulate.Write(ctx, dir, cfg)
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	var records uint64
	for _, n := range truth.Records {
		records += n
	}
	cases := ""
	if n := len(truth.Cases); n > 0 {
		cases = fmt.Sprintf(", %d cases", n)
	}
	fmt.Fprintf(a.stdout, "wrote %d records with %d planted findings%s and %d look-alikes to %s\n",
		records, len(truth.Planted), cases, len(truth.LookAlikes), dir)
	a.note("hunt it: stormglass hunt --intel %[1]s/intel --telemetry %[1]s/telemetry", dir)
	return nil
}

// simulationToSend gives the folder of the simulation that is to be sent, made where there is none, and what removes
// one that is not to be kept.
func (a *app) simulationToSend(ctx context.Context, args []string, s *simulation) (dir string, remove func(), err error) {
	remove = func() {}
	if len(args) == 0 {
		if dir, err = os.MkdirTemp("", "stormglass-simulate-"); err != nil {
			return "", remove, fmt.Errorf("simulate: %w", err)
		}
		remove = func() { _ = os.RemoveAll(dir) }
		if _, err := simulate.Write(ctx, dir, s.cfg); err != nil {
			return dir, remove, fmt.Errorf("simulate: %w", err)
		}
		return dir, remove, nil
	}
	dir = args[0]
	_, err = os.Stat(filepath.Join(dir, "truth.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return dir, remove, a.writeSimulation(ctx, dir, s.cfg)
	case err != nil:
		return dir, remove, fmt.Errorf("simulate: %w", err)
	case s.now:
		return dir, remove, usageError{fmt.Errorf("%s holds a simulation, whose times stay as they are: give --now an empty folder, or none", dir)}
	}
	return dir, remove, nil
}

// sendSimulation sends what the routers of a simulation export.
func (a *app) sendSimulation(ctx context.Context, args []string, s *simulation) error {
	to, err := s.sending(ctx)
	if err != nil {
		return err
	}
	dir, remove, err := a.simulationToSend(ctx, args, s)
	defer remove()
	if err != nil {
		return err
	}
	sent, err := simulate.Send(ctx, dir, to)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fault.Hint(fault.Invalid, fmt.Errorf("simulate: %w", err), "nothing listens there: start the collector first")
	}
	if err != nil {
		return fmt.Errorf("simulate: %w", err)
	}
	for _, r := range sent.Routers {
		fmt.Fprintf(a.stdout, "sent %d datagrams of %s (%s) from %s\n", r.Datagrams, r.Name, r.Address, r.From)
	}
	if !sent.Apart {
		a.note("all routers sent from this host's address: a collector tells them apart by their domains and ports")
	}
	return nil
}

// sending reads where to send.
func (s *simulation) sending(ctx context.Context) (to simulate.Sending, err error) {
	to.Rate = s.rate
	if to.Flows, err = resolve(ctx, s.flows); err != nil {
		return to, usageError{fmt.Errorf("read --send: %w", err)}
	}
	if s.samp != "" {
		if to.SFlow, err = resolve(ctx, s.samp); err != nil {
			return to, usageError{fmt.Errorf("read --send-sflow: %w", err)}
		}
	}
	if err := to.Validate(); err != nil {
		return to, usageError{err}
	}
	return to, nil
}

// resolve gives the address of HOST:PORT, where the host may be a name.
func resolve(ctx context.Context, text string) (netip.AddrPort, error) {
	if to, err := netip.ParseAddrPort(text); err == nil {
		return to, nil
	}
	host, service, err := net.SplitHostPort(text)
	if err != nil {
		return netip.AddrPort{}, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%q is no number of a port", service)
	}
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	to := all[0].Unmap()
	for _, x := range all { // the routers have addresses of their own on 127.0.0.0/8 only
		if x.Unmap().Is4() {
			to = x.Unmap()
			break
		}
	}
	return netip.AddrPortFrom(to, uint16(port)), nil
}
