package node

import (
	"context"
	"os/user"
)

// whoKey is the key of who asks in a context.
type whoKey struct{}

// AskedBy gives a context in which somebody else asks than who runs the program: a service acts for others.
func AskedBy(ctx context.Context, who string) context.Context {
	return context.WithValue(ctx, whoKey{}, who)
}

// whoIs names who asks, for what is noted.
func whoIs(ctx context.Context) string {
	if who, ok := ctx.Value(whoKey{}).(string); ok && who != "" {
		return who
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "unknown"
}
