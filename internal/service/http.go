package service

import (
	"context"
	"net/http"

	"stormglass/internal/fault"
	"stormglass/internal/metrics"
	"stormglass/internal/web"
	"stormglass/internal/web/api"
	"stormglass/internal/web/auth"
)

// answers is the API, over HTTP where an address is configured.
type answers struct {
	handler http.Handler
	auth    *auth.Authenticator
	server  *web.Server // nil: only the local socket is served
}

// openAnswers binds the address of the API.
func openAnswers(ctx context.Context, s *Service) (*answers, error) {
	c := &s.cfg.HTTP
	roles := make([]auth.Role, 0, len(c.Loopback))
	for _, name := range c.Loopback {
		role, err := auth.ParseRole(name)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err)
		}
		roles = append(roles, role)
	}
	a, err := auth.Open(auth.Config{File: c.Tokens, Loopback: roles, Log: s.log})
	if err != nil {
		return nil, err
	}
	w := &answers{auth: a}
	figures, err := metrics.Handler(s, s.log)
	if err != nil {
		return nil, err
	}
	w.handler, err = api.New(api.Config{Service: s, Auth: a, Metrics: figures, Version: s.version, Limits: api.DefaultLimits(), Log: s.log})
	if err != nil || c.Address == "" {
		return w, err
	}
	w.server, err = web.Listen(ctx, web.Config{
		Address: c.Address, Handler: w.handler, Auth: a, Certificate: c.Cert, Key: c.Key, ClientCA: c.ClientCA, Names: c.Names, Log: s.log,
	})
	if err != nil && fault.HintOf(err) == "" {
		err = fault.Hint(fault.Invalid, err, "another service may have this address: --listen states another, --listen none leaves HTTP out")
	}
	return w, err
}

// run answers until the context ends.
func (w *answers) run(ctx context.Context) error {
	if w.server == nil {
		return nil
	}
	return w.server.Run(ctx)
}

// said says what is listened on.
func (w *answers) said() string {
	if w.server == nil {
		return "none"
	}
	return w.server.Addr().String()
}
