// Receive measures what a collector receives, decodes, matches and stores without loss: `stormglass serve`, and nfcapd
// beside it, from the same datagrams over loopback.
//
//	receive -stormglass ./stormglass -rate 600000 -seconds 60
//	receive -nfcapd nfcapd -rate 600000 -seconds 60
//
// The datagrams are NetFlow version 9 with 28 records each, made beforehand and sent from this process by
// sendmmsg; the collector is a process of its own. On a machine with other work the figure to trust is flows per
// second of the collector's CPU. The kernel hands a datagram over in the sender's time on loopback: that part
// is not in the collector's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

type options struct {
	stormglass, nfcapd string
	dir                string
	rate               int // flows a second, 0 as fast as it goes
	seconds            time.Duration
	exporters, sockets int
	indicators, meets  int
	ring               int // datagrams made beforehand
	buffer             int // of the collector's socket, bytes
	memory, compress   string
	keep, verbose      bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "receive:", err)
		os.Exit(1) //nolint:gocritic // nothing else is to be undone
	}
}

func run(ctx context.Context) error {
	var o options
	flag.StringVar(&o.stormglass, "stormglass", "", "program to measure")
	flag.StringVar(&o.nfcapd, "nfcapd", "", "the other collector to measure, in place of -stormglass")
	flag.StringVar(&o.dir, "dir", "", "folder for what is kept (default: one below the folder of temporary files)")
	flag.IntVar(&o.rate, "rate", 600_000, "flows a second; 0 is as fast as it goes")
	flag.DurationVar(&o.seconds, "for", time.Minute, "how long to send")
	flag.IntVar(&o.exporters, "exporters", 16, "senders, each with an address of its own")
	flag.IntVar(&o.sockets, "sockets", 2, "sockets of stormglass on its port")
	flag.IntVar(&o.indicators, "indicators", 1_000_000, "values of intelligence, half of them addresses")
	flag.IntVar(&o.meets, "meets", 10_000, "one flow in so many is with an address of the intelligence; 0: none is")
	flag.IntVar(&o.ring, "datagrams", 100_000, "datagrams that are made beforehand and sent again and again, with other sequence numbers and times")
	flag.IntVar(&o.buffer, "buffer", 32<<20, "receive buffer wanted by the collector, bytes a socket")
	flag.StringVar(&o.memory, "memory", "", "memory of stormglass (default: its own)")
	flag.StringVar(&o.compress, "compress", "", "flag of nfcapd: -z (LZO), -y (LZ4) or none")
	flag.BoolVar(&o.keep, "keep", false, "leave the folder")
	flag.BoolVar(&o.verbose, "v", false, "show what the collector says, and how it stands each ten seconds")
	flag.Parse()
	if (o.stormglass == "") == (o.nfcapd == "") {
		return errors.New("one of -stormglass and -nfcapd says what to measure")
	}
	return o.measure(ctx)
}

// measure runs one collector on one folder.
func (o *options) measure(ctx context.Context) (err error) {
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "receive"); err != nil {
			return err
		}
	}
	if !o.keep {
		defer os.RemoveAll(o.dir)
	}
	p := newPackets(o.ring, o.exporters, o.meets)
	fmt.Printf("%d datagrams of %d bytes are made, with %d inner and %d outer addresses\n", len(p.all), packetBytes, p.inner, p.outer)
	c := collector(&stormglass{options: o, packets: p})
	if o.nfcapd != "" {
		c = &nfcapd{options: o}
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	if err := c.start(ctx, port); err != nil {
		return err
	}
	s, err := newSender(ctx, p, o.exporters, port)
	if err != nil {
		c.kill()
		return err
	}
	defer s.close()
	return o.report(ctx, c, s)
}
