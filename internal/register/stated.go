package register

import "net/netip"

// Device is a machine of the operator.
type Device struct {
	Entry
	ID             string
	Names          []string // as its logs write them, besides ID
	Addresses      []netip.Addr
	Exporters      []Exporter
	Configurations []string // paths of its configurations below where those are kept, with * for anything
	Platform       string   // "iosxr"
	Role           string   // "edge"
}

// Exporter is an end that sends flows.
type Exporter struct {
	Address   netip.Addr
	Domain    uint32 // observation domain of IPFIX, source id of NetFlow 9
	AnyDomain bool
}

// The services that a server may have.
const (
	ServiceAAA    = "aaa"
	ServiceNTP    = "ntp"
	ServiceSyslog = "syslog"
	ServiceDNS    = "dns"
	ServiceBackup = "backup" // takes configurations from devices
	ServiceNMS    = "nms"    // polls devices and takes their traps
	ServiceUpdate = "update" // gives devices their images
	ServiceJump   = "jump"   // from where people log in to devices
	ServiceRelay  = "relay"  // passes on what devices write to their logs
)

var services = []string{ServiceAAA, ServiceNTP, ServiceSyslog, ServiceDNS, ServiceBackup, ServiceNMS, ServiceUpdate, ServiceJump, ServiceRelay}

// ServiceHost is where devices may turn to, or be reached from, for a service. It need not be the operator's own.
type ServiceHost struct {
	Entry
	Services  []string
	Addresses []netip.Prefix
	Names     []string
}

// AccountKind says who uses an account.
type AccountKind string

// The kinds of account.
const (
	Person     AccountKind = "person"
	Automation AccountKind = "automation"
	BreakGlass AccountKind = "break_glass"
)

var accountKinds = []string{string(Person), string(Automation), string(BreakGlass)}

// Account is a name that may log in to devices or stores.
type Account struct {
	Entry
	Name     string
	Aliases  []string // the same account as other systems write it
	Kind     AccountKind
	Hosts    []netip.Prefix // from where it is used; empty: not stated
	Commands []string       // what it runs; see matchCommand. Empty: not stated

	commands commandSet
}

// Tunnel is a tunnel that was approved: between any two of its ends.
type Tunnel struct {
	Entry
	ID        string
	Ends      []netip.Prefix
	Protocols []string // empty: any
}

var protocols = []string{"gre", "ipip", "esp", "ipsec", "etherip", "l2tp", "vxlan", "geneve", "wireguard"}

// Mirror is a mirroring of traffic that was approved.
type Mirror struct {
	Entry
	ID           string
	Devices      []string // that mirror
	Destinations []netip.Prefix
	Interfaces   []string // at which a local session ends
	Sessions     []string
}

// Change is a window in which devices are worked on.
type Change struct {
	Entry
	Ticket  string
	Devices []string // ids or names; "*" is every device
	Roles   []string
}

// Partner is a network of another operator with which traffic or work is shared.
type Partner struct {
	Entry
	Name     string
	Prefixes []netip.Prefix
}

// Store is a system that holds records of calls or of subscribers.
type Store struct {
	Entry
	ID        string
	Names     []string
	Addresses []netip.Prefix
	Objects   []string // tables, topics or paths with the records
}
