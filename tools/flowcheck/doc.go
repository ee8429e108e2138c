// Package flowcheck holds what stormglass/internal/telemetry/netflow makes of flow export packets against goflow2, which
// is no module of the product: record for record and element for element, on captures of real exporters, and on what a
// fuzzer makes of packets. Its benchmarks put both side by side. The file run starts the tests.
package flowcheck
