// Package certfile makes the TLS of a server from files, and follows them: a renewed certificate, key or authority is in force without a
// restart. The files are looked at when a client comes, every 10 seconds at most. When they cannot be used, because they are half
// written or do not fit together, what was read before stays in force and the log says so, once for each time that they change.
package certfile
