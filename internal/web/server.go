package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// Config is what a Server works with.
type Config struct {
	Address     string              // host:port
	Handler     http.Handler        // of api.New
	Auth        *auth.Authenticator // the same as the handler's
	Names       []string            // of this machine that clients on it may use besides localhost, its own and those of the certificate
	Certificate string              // file of the certificate chain, PEM; empty: no TLS
	Key         string              // file of its key, PEM
	ClientCA    string              // file of the authorities whose clients' certificates are taken, PEM; empty: none
	Resolver    Resolver            // nil: the system's
	Log         *slog.Logger
}

// What bounds a server.
const (
	maxConnections = 512
	maxHeader      = 16 << 10 // bytes
	headerWait     = 10 * time.Second
	idleWait       = 2 * time.Minute
	stopWait       = 10 * time.Second // for requests to end when the service stops
)

// Server is a socket that is listened on.
type Server struct {
	listener net.Listener
	http     *http.Server
	warnings []string
}

// Listen listens, and serves nobody before Run. It refuses to listen where others reach it who need not say who they are.
func Listen(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	protected := cfg.Auth.Protected()
	at, err := resolve(ctx, cfg.Resolver, cfg.Address, protected)
	if err != nil {
		return nil, err
	}
	secure, err := cfg.tlsConfig()
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	where := at.String()
	if strings.HasPrefix(cfg.Address, ":") { // where there is no IPv6, all addresses are those of IPv4
		where = cfg.Address
	}
	l, err := lc.Listen(ctx, "tcp", where)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", cfg.Address, err)
	}
	if got, ok := l.Addr().(*net.TCPAddr); !ok || !protected && !got.IP.IsLoopback() {
		return nil, errors.Join(fault.Wrap(fault.Invalid, fmt.Errorf("listen on %s (%s): %w", cfg.Address, l.Addr(), errOpen)), l.Close())
	}
	s := &Server{listener: l, warnings: cfg.warnings(at.Addr(), secure)}
	limited := netutil.LimitListener(limitAddresses(l, cfg.Log), maxConnections)
	if secure != nil {
		limited = tls.NewListener(limited, secure)
	}
	s.listener, s.http = limited, cfg.server(secure)
	return s, nil
}

// server sets the limits that net/http has. Bodies and answers have theirs in internal/web/api, where they depend on the
// request.
func (cfg *Config) server(secure *tls.Config) *http.Server {
	return &http.Server{
		Handler: checkHost(cfg.names(secure), cfg.Handler), ReadHeaderTimeout: headerWait, IdleTimeout: idleWait, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
}

// warnings says in words what is allowed and not good.
func (cfg *Config) warnings(at netip.Addr, secure *tls.Config) (out []string) {
	if !at.IsLoopback() && secure == nil {
		out = append(out, "tokens cross the network in clear: give "+cfg.Address+" a certificate, or listen on loopback behind a proxy that has one")
	}
	if cfg.Auth.NamesCertificates() && (secure == nil || secure.ClientCAs == nil) {
		out = append(out, "the file of tokens names client certificates, but no authority is named whose certificates are taken")
	}
	return out
}

// Addr gives the address that is listened on.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Warnings says in words what somebody should look at.
func (s *Server) Warnings() []string { return s.warnings }

// Close stops listening without having served.
func (s *Server) Close() error { return s.listener.Close() }

// Run serves until ctx ends, and lets the requests that are being answered end for some seconds.
func (s *Server) Run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.http.Serve(s.listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve %s: %w", s.Addr(), err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
	defer cancel()
	err := s.http.Shutdown(stopping)
	if err != nil {
		err = s.http.Close() // those who are still there have had their time
	}
	if serr := <-done; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	return err
}
