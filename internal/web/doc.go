// Package web is the service's HTTP server: where it listens, with which certificate, and what keeps it from being
// reached by whom it should not. What is answered is in internal/web/api, who may ask in internal/web/auth, the way of the
// command line in internal/web/local.
package web
