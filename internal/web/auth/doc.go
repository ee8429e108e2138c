// Package auth says who a client of the service is and what it may do: by a bearer token or a client
// certificate named in a file, or by the kernel's word on a local socket. It does not say which request
// needs which role; the table of routes does (internal/web/api).
package auth
