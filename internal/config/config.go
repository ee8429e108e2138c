package config

import (
	"net/netip"
	"time"

	"stormglass/internal/outbox"
)

// Config is what a service works with. Its zero value is not useful: begin with Default.
type Config struct {
	Data        string        `yaml:"data"`         // data folder
	Memory      Size          `yaml:"memory"`       // soft limit of Go's runtime
	StopWithin  time.Duration `yaml:"stop_within"`  // how long the service may take to end once it was told to
	Log         Log           `yaml:"log"`          //
	HTTP        HTTP          `yaml:"http"`         //
	Collect     Collect       `yaml:"collect"`      //
	Intel       Intel         `yaml:"intel"`        //
	Rules       []string      `yaml:"rules"`        // files and folders of Sigma rules, beside those in the data folder
	Pipelines   []string      `yaml:"pipelines"`    // folders that say where log sources of rules are found, beside those in the data folder
	FoldEvery   time.Duration `yaml:"fold_every"`   // how long what was received is in the log only
	UpkeepEvery time.Duration `yaml:"upkeep_every"` // how often what is over its time is removed, and files are merged
	Outbox      outbox.Config `yaml:"outbox"`       // whom to tell
	Canary      Canary        `yaml:"canary"`       //

	origins origins
}

// Log is what the service writes to standard error.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json
}

// HTTP is the API, and what monitoring asks.
type HTTP struct {
	Address string `yaml:"address"` // host:port; empty: no HTTP but the local socket
	Tokens  string `yaml:"tokens"`  // file of bearer tokens
	// Loopback is what every user of this machine may do while there are no tokens: read, ingest.
	Loopback []string `yaml:"loopback,omitempty"`
	// Names of this machine that may be asked for on loopback, besides localhost, the machine's own and those of the certificate.
	Names []string `yaml:"names,omitempty"`
	// Unpacked is what packed telemetry that is handed in may unpack to.
	Unpacked Size `yaml:"unpacked"`
	TLS      `yaml:",inline"`
}

// TLS is what a listener shows, and what it asks of those who connect.
type TLS struct {
	Cert     string `yaml:"cert"`      // PEM file: the certificate, then those that it hangs from
	Key      string `yaml:"key"`       // PEM file, not readable by others
	ClientCA string `yaml:"client_ca"` // PEM file; given: who connects must show a certificate of it
}

// On reports whether a certificate was named.
func (t TLS) On() bool { return t.Cert != "" }

// Collect is where telemetry comes from.
type Collect struct {
	NetFlow   []UDP       `yaml:"netflow"`    // NetFlow 5 and 9, IPFIX
	SFlow     []UDP       `yaml:"sflow"`      // sFlow 5
	Syslog    []UDP       `yaml:"syslog"`     // syslog over UDP
	SyslogTCP []Stream    `yaml:"syslog_tcp"` // syslog over TCP
	SyslogTLS []TLSStream `yaml:"syslog_tls"` // syslog over TLS
	Watch     []string    `yaml:"watch"`      // files and folders of telemetry that grow, rotate and appear
}

// UDP is a listener for datagrams.
type UDP struct {
	Address string           `yaml:"address"`          // host:port, the host an address or empty for all of the machine's
	Allow   []netip.Prefix   `yaml:"allow,omitempty"`  // senders that are listened to; none stated: all
	Repeat  []netip.AddrPort `yaml:"repeat,omitempty"` // other collectors that get a copy of each datagram
	Sockets int              `yaml:"sockets"`          // sockets on the port, which the kernel divides senders among
	Buffer  Size             `yaml:"buffer"`           // receive buffer wanted of the kernel, for each socket
	Queue   Size             `yaml:"queue"`            // what may wait to be taken in, for each socket
}

// Stream is a listener for connections that carry messages.
type Stream struct {
	Address     string         `yaml:"address"`         // as UDP's
	Allow       []netip.Prefix `yaml:"allow,omitempty"` // as UDP's
	Connections int            `yaml:"connections"`     // at most open at a time
	PerSender   int            `yaml:"per_sender"`      // of these at most from one address
	Message     Size           `yaml:"message"`         // longest message; what is longer is cut and counted
	Idle        time.Duration  `yaml:"idle"`            // a connection that sends nothing so long is closed
	Queue       Size           `yaml:"queue"`           // what may wait to be taken in
}

// TLSStream is a Stream inside TLS.
type TLSStream struct {
	Stream `yaml:",inline"`
	TLS    `yaml:",inline"`
}

// Intel is where intelligence comes from.
type Intel struct {
	Watch []string `yaml:"watch"` // files and folders; what lies there is in force
}

// Canary is a made-up record that the service sends itself, and must find.
type Canary struct {
	Every  time.Duration `yaml:"every"`
	Within time.Duration `yaml:"within"` // found later than this is late, and said
	Off    bool          `yaml:"off"`
}
