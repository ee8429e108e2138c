package api

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stormglass/internal/fault"
	"stormglass/internal/web/auth"
)

// Authenticator says who sent a request. Its errors are those of auth.Authenticator.
type Authenticator interface {
	Who(r *http.Request) (auth.Who, error)
}

// Config is what the API works with.
type Config struct {
	Service Service
	Auth    Authenticator
	Metrics http.Handler // answers /metrics; nil: there is none
	Version string       // of the program
	Limits  Limits
	Log     *slog.Logger
}

// server answers requests.
type server struct {
	service Service
	who     Authenticator
	metrics http.Handler
	limits  Limits
	log     *slog.Logger
	routes  []route
	heavy   *places
	bodies  *places // of requests whose bodies are on their way
	uploads *places
	mux     *http.ServeMux
	huma    huma.API
	doc     []byte // OpenAPI
}

// New gives the handler of everything in the table of routes: the API, /metrics, /healthz and /readyz.
func New(cfg Config) (http.Handler, error) {
	s, err := newServer(cfg)
	if err != nil {
		return nil, err
	}
	return s.handler(), nil
}

// Document gives the OpenAPI document, as it is answered.
func Document(version string) ([]byte, error) {
	s, err := newServer(Config{Version: version, Limits: DefaultLimits(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	return s.doc, nil
}

func newServer(cfg Config) (*server, error) {
	if cfg.Limits.Heavy < 1 || cfg.Limits.Uploads < 1 || cfg.Limits.BodyRate < 1 || cfg.Limits.WriteStall <= cfg.Limits.Discard {
		return nil, errors.New("make the API: its limits leave no room")
	}
	s := &server{
		service: cfg.Service, who: cfg.Auth, metrics: cfg.Metrics, limits: cfg.Limits, log: cfg.Log,
		heavy: newPlaces(cfg.Limits.Heavy, 0), bodies: newPlaces(cfg.Limits.Heavy, 0), uploads: newPlaces(cfg.Limits.Uploads, cfg.Limits.UploadsEach), mux: http.NewServeMux(), routes: table(),
	}
	s.describe(cfg.Version)
	for i := range s.routes {
		s.routes[i].add(s, &s.routes[i])
	}
	s.otherMethods()
	return s, s.finish()
}

// HandleFunc is what huma registers its handlers with. It panics for what is not in the table: that is a mistake of the
// program.
func (s *server) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	rt := s.find(pattern)
	if rt == nil {
		panic("api: no route in the table: " + pattern)
	}
	s.mux.HandleFunc(pattern, s.guard(rt, h))
}

// ServeHTTP answers a request without what handler puts around it.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// otherMethods answers for what is not in the table.
func (s *server) otherMethods() {
	methods := map[string][]string{}
	for i := range s.routes {
		methods[s.routes[i].path] = append(methods[s.routes[i].path], s.routes[i].method)
	}
	for path, allowed := range methods {
		slices.Sort(allowed)
		s.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			writeProblem(w, newProblem(http.StatusMethodNotAllowed, fault.Invalid, "only "+strings.Join(allowed, " and ")+" can be asked here", ""))
		})
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, newProblem(http.StatusNotFound, fault.NotFound, "there is nothing at this path", "GET "+Prefix+"/openapi.json lists what there is"))
	})
}

// handler puts around the routes what all of them have in common.
func (s *server) handler() http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pw := &pacedWriter{ResponseWriter: w, control: http.NewResponseController(w), limits: &s.limits}
		defer s.recovered(pw, r)
		setHeaders(pw.Header())
		pw.Header().Set("Connection", "close")                                                         // until guard knows who asks: nobody else keeps one of the connections
		if cross.Check(r) != nil || slices.Contains(r.Header.Values("Sec-Fetch-Site"), "cross-site") { // GET too: there is nothing here that a page from elsewhere may show or link to
			writeProblem(pw, newProblem(http.StatusForbidden, fault.Denied, "requests of web pages from elsewhere are refused", ""))
			return
		}
		s.mux.ServeHTTP(pw, r)
		_ = pw.control.SetReadDeadline(timeFrom(s.limits.Discard)) // for the rest of a body that was not read
	})
}

// setHeaders keeps browsers from doing anything with answers but show them.
func setHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}
