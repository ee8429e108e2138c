// Package node puts an instance together: paths of intelligence into an index, paths of telemetry
// through the one engine, a tally as its sink. The command line shows what comes out; a service
// later drives the same parts.
package node
