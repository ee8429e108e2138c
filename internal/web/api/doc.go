// Package api is the service's HTTP API, version 1: what can be asked of a running service, as JSON, described
// by an OpenAPI 3.1 document made from the same Go types (GET /api/v1/openapi.json).
//
// It knows HTTP and the form of answers. What is answered comes from a Service, which is declared here and made elsewhere.
// Where the command line has an answer of the same kind, its -o json is the body, written by the same code
// (internal/report). Errors are problem documents (RFC 9457) with the kind of internal/fault and a hint.
package api
