package outbox

import (
	"context"

	"stormglass/internal/outbox/message"
)

// Receiver is what a sink is to the outbox: somebody to hand messages to.
type Receiver interface {
	// Deliver hands messages over, in order, and gives what became of each: nil when the receiver has it,
	// message.Refused when it never will. It may stop early, and then gives fewer; those are tried again
	// as if they had not been. It ends soon after ctx does. It is called by one goroutine at a time.
	Deliver(ctx context.Context, batch []*message.Message) []error
	// Close lets go of connections and files.
	Close() error
}
