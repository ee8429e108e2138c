package collect

import (
	"context"
	"io"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/dnstap"
	"stormglass/internal/telemetry/nfcapd"
	"stormglass/internal/telemetry/pcap"
)

// Stream is a decoder of a format without lines. It reads by itself, numbers its records with
// telemetry.Set.Append, and calls flush whenever the set holds some thousand of them: flush hands them on
// and empties the set. What of a record cannot be read goes to the set's problems; an error is the end of
// reading: flush's as it is, else why what follows cannot be read.
type Stream interface {
	Name() string
	Read(ctx context.Context, r io.Reader, s *telemetry.Set, flush func() error) error
}

// EndMatters reports whether it depends on where a source ends which records come out of it, and in which order: what
// waits for its answer is told at the end. Such a source cannot be read on when it has grown.
func EndMatters(head []byte) bool { return pcap.Sniff(head) || dnstap.Sniff(head) }

// recogniseStream picks the decoder of a source without lines by its content; nil when it is none. Exports makes
// the decoder of the export packets in a capture, and may be nil.
func recogniseStream(head []byte, exports func() pcap.Exports) Stream {
	switch {
	case nfcapd.Sniff(head):
		return nfcapd.New(head)
	case pcap.Sniff(head):
		if exports == nil {
			return pcap.New(nil)
		}
		return pcap.New(exports())
	case dnstap.Sniff(head):
		return dnstap.New()
	}
	return nil
}

// readStream reads a member by a stream decoder: one goroutine decodes and matches.
func (r *Reader) readStream(ctx context.Context, m *Member, d Stream, a *telemetry.Account) error {
	return r.pooled(func(set *telemetry.Set) error {
		set.Ordinal = 0
		defer set.Reset()
		var failed error // of flush: the context's or Handle's
		flush := func() error {
			defer set.Reset()
			if failed = ctx.Err(); failed != nil {
				return failed
			}
			for batch := range set.Batches {
				if failed = r.hand(ctx, batch, &a.Source); failed != nil {
					return failed
				}
			}
			r.count(a, set)
			return nil
		}
		broken := d.Read(ctx, m, set, flush)
		if failed == nil {
			failed = flush()
		}
		a.Ordinals = set.Ordinal
		if failed != nil {
			return failed
		}
		if broken != nil {
			a.Failed = broken.Error()
		}
		return nil
	})
}
