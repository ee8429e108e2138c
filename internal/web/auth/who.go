package auth

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// Role is something that a client may be allowed to do.
type Role string

// The roles. None holds another but Admin, which holds all.
const (
	Read   Role = "read"   // ask: findings, seen, intelligence, status, figures
	Ingest Role = "ingest" // hand in telemetry
	Intel  Role = "intel"  // put intelligence in force and take it out
	Admin  Role = "admin"  // everything, commands on the local socket too
)

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	switch r := Role(s); r {
	case Read, Ingest, Intel, Admin:
		return r, nil
	}
	return "", fmt.Errorf("unknown role %q, known are read, ingest, intel and admin", s)
}

// Via says how somebody proved who they are.
type Via string

// The ways.
const (
	ViaNone        Via = ""            // not at all
	ViaToken       Via = "token"       // a bearer token
	ViaCertificate Via = "certificate" // a client certificate
	ViaSocket      Via = "socket"      // the local socket: the kernel named the user
	ViaLoopback    Via = "loopback"    // a connection from this machine where no token is asked for
)

// Who asks.
type Who struct {
	Name  string // of the token, certificate or user; for logs and the list of who asked
	Roles []Role
	Via   Via
}

// May reports whether somebody has a role.
func (w Who) May(r Role) bool {
	return slices.Contains(w.Roles, r) || slices.Contains(w.Roles, Admin)
}

// String names somebody and the way they came: "siem (token)".
func (w Who) String() string {
	if w.Name == "" && w.Via == ViaNone {
		return "nobody"
	}
	return w.Name + " (" + string(w.Via) + ")"
}

// LogValue shows somebody in a log.
func (w Who) LogValue() slog.Value {
	roles := make([]string, len(w.Roles))
	for i, r := range w.Roles {
		roles[i] = string(r)
	}
	return slog.GroupValue(slog.String("name", w.Name), slog.String("via", string(w.Via)), slog.String("roles", strings.Join(roles, ",")))
}

type whoKey struct{}

// With gives a context that carries who asks.
func With(ctx context.Context, w Who) context.Context { return context.WithValue(ctx, whoKey{}, w) }

// From gives who asks, nobody when the context does not say.
func From(ctx context.Context) Who {
	w, _ := ctx.Value(whoKey{}).(Who)
	return w
}
