package api

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json"

	"stormglass/internal/fault"
)

// addHealth answers whether the process lives: it does.
func (s *server) addHealth(rt *route) {
	s.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte("{\"alive\":true}\n"))
	})
}

// readiness is the answer to /readyz.
type readiness struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons"` // why it is not
}

func (s *server) addReady(rt *route) {
	s.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) {
		st, err := s.service.Status(r.Context())
		if err != nil {
			writeProblem(w, s.problemOf(r.Context(), err))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if !st.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.MarshalWrite(w, readiness{st.Ready, st.NotReady}) // whoever does not fetch it has gone
	})
}

func (s *server) addMetrics(rt *route) {
	s.HandleFunc(rt.method+" "+rt.path, func(w http.ResponseWriter, r *http.Request) {
		if s.metrics == nil {
			writeProblem(w, newProblem(http.StatusNotFound, fault.NotFound, "this service tells no figures", ""))
			return
		}
		s.metrics.ServeHTTP(w, r)
	})
}

func (s *server) addStatus(rt *route) {
	register(s, s.operation(rt, Status{}, nil), func(ctx context.Context, _ *struct{}) (*answer, error) {
		st, err := s.service.Status(ctx)
		return jsonAnswer(st), err
	})
}
