package service

import "net/http"

// metrics answers /metrics.
func (s *Service) metrics() http.Handler { return nil }
