package outbox

import "time"

// Config says whom to tell what. The zero Config tells nobody.
type Config struct {
	Sinks  map[string]Sink `yaml:"sinks"`  // by name: letters, digits, - and _
	Routes []Route         `yaml:"routes"` // a finding goes once to each sink that any of them names

	GiveUpAfter time.Duration `yaml:"give_up_after"` // a message that could not be delivered so long is given up, and counted
	Keep        time.Duration `yaml:"keep"`          // how long it is kept what was delivered and given up
	Instance    string        `yaml:"instance"`      // what this service is called in messages; empty: the machine's name
	Link        string        `yaml:"link"`          // address of the web page of a finding, its id is added; empty: none
}

// Sink is somebody to tell. Type says which of the further keys count; one that does not is refused.
type Sink struct {
	Type string `yaml:"type"` // syslog, file, webhook, smtp, splunk, elastic

	Address string `yaml:"address,omitempty"` // syslog: udp://, tcp:// or tls://host:port
	Format  string `yaml:"format,omitempty"`  // syslog: cef or json
	Path    string `yaml:"path,omitempty"`    // file: where it is, absolute
	URL     string `yaml:"url,omitempty"`     // webhook, splunk, elastic: https, or http to this machine

	Index string `yaml:"index,omitempty"` // splunk, elastic

	Host string   `yaml:"host,omitempty"` // smtp: host:port
	From string   `yaml:"from,omitempty"` // smtp: an address
	To   []string `yaml:"to,omitempty"`   // smtp: addresses
	User string   `yaml:"user,omitempty"` // smtp
	TLS  string   `yaml:"tls,omitempty"`  // smtp: starttls, implicit, or none

	SecretFile   string `yaml:"secret_file,omitempty"`   // webhook: key of the signature
	TokenFile    string `yaml:"token_file,omitempty"`    // splunk
	APIKeyFile   string `yaml:"api_key_file,omitempty"`  // elastic
	PasswordFile string `yaml:"password_file,omitempty"` // smtp
	CAFile       string `yaml:"ca_file,omitempty"`       // all but file: PEM of whom to trust, in place of the system's

	Timeout time.Duration `yaml:"timeout,omitempty"` // of one delivery; 0: 10 s
}

// Route says which findings go to which sinks. What is left out lets everything pass.
type Route struct {
	Name    string   `yaml:"name"`
	To      []string `yaml:"to"`                // names of sinks
	Level   string   `yaml:"level,omitempty"`   // findings at least so high; empty: all. Alarms pass whatever their level
	Devices []string `yaml:"devices,omitempty"` // patterns with * and ? of a subject's name or address, or prefixes
	TLP     string   `yaml:"tlp,omitempty"`     // strictest marking it may carry; of what is stricter only a pointer goes. Empty: amber
	Rules   []string `yaml:"rules,omitempty"`   // patterns of what found it: "indicator/domain", "sigma/*", "sigma/" and a rule's id

	Group    time.Duration `yaml:"group,omitempty"`     // findings of one value or rule within so long are one message
	Rate     Rate          `yaml:"rate,omitempty"`      // at most so many messages; further ones wait. None: 60/h
	Waiting  int           `yaml:"waiting,omitempty"`   // when more findings than this wait for the rate, they become one summary. 0: 200
	NoAlarms bool          `yaml:"no_alarms,omitempty"` // alarms of the service itself do not go here
}

// Names of the kinds of sink.
const (
	TypeSyslog  = "syslog"
	TypeFile    = "file"
	TypeWebhook = "webhook"
	TypeSMTP    = "smtp"
	TypeSplunk  = "splunk"
	TypeElastic = "elastic"
)

// DefaultConfig tells nobody yet.
func DefaultConfig() Config {
	return Config{GiveUpAfter: 7 * 24 * time.Hour, Keep: 30 * 24 * time.Hour}
}
