package config

import (
	"os"
	"time"

	"stormglass/internal/outbox"
)

// Default gives the configuration of an empty file. What it does not state is off or empty; the data
// folder must be stated.
func Default() *Config {
	return &Config{
		Memory:      halfOfMemory(os.DirFS("/")),
		StopWithin:  30 * time.Second,
		Log:         Log{Level: "info", Format: "text"},
		HTTP:        HTTP{Address: "127.0.0.1:8417", Unpacked: 2 * GiB},
		FoldEvery:   30 * time.Second,
		UpkeepEvery: 10 * time.Minute,
		Outbox:      outbox.DefaultConfig(),
		Canary:      Canary{Every: 24 * time.Hour, Within: 10 * time.Minute},
	}
}

// DefaultUDP gives a listener that lacks only its address.
func DefaultUDP() UDP { return UDP{Sockets: 1, Buffer: 32 * MiB, Queue: 32 * MiB} }

// DefaultStream gives a listener that lacks only its address.
func DefaultStream() Stream {
	return Stream{Connections: 1000, PerSender: 100, Message: 64 * KiB, Idle: 15 * time.Minute, Queue: 32 * MiB}
}

// DefaultTLSStream gives a listener that lacks only its address and its certificate.
func DefaultTLSStream() TLSStream { return TLSStream{Stream: DefaultStream()} }

// setDefaults is called on an entry of a list before what the file says of it is set.
func (u *UDP) setDefaults()       { *u = DefaultUDP() }
func (s *Stream) setDefaults()    { *s = DefaultStream() }
func (s *TLSStream) setDefaults() { *s = DefaultTLSStream() }
