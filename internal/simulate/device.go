package simulate

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// device is a router. Its outside address is v4.
type device struct {
	host
	inner netip.Addr
}

// line is a message of a device, before the collector numbers it.
type line struct {
	at       time.Time
	device   *device // who wrote it, or
	host     *host   // a server
	facility int     // of a server's
	severity int
	process  string // "bgp[1051]" on IOS XR, "rpd[2902]" on Junos, empty on IOS
	tag      string
	text     string
	marks    []mark
	skipped  int   // messages of the device that were lost before this one
	lost     *Case // whose they are
	restart  bool  // the device begins to count anew
}

// writer is the machine that writes the line.
func (l *line) writer() *host {
	if l.device != nil {
		return &l.device.host
	}
	return l.host
}

// write puts a server's message into the queue.
func (s *slot) write(at time.Time, h *host, l *line) *line {
	l.at, l.host = at, h
	s.queue.add(s.part, record{at: at, what: aspectLine, line: l})
	return l
}

// say puts a device's message into the queue.
func (s *slot) say(at time.Time, d *device, l *line) *line {
	l.at, l.device = at, d
	if s.site.silent(d, at) {
		return l
	}
	s.queue.add(s.part, record{at: at, what: aspectLine, line: l})
	return l
}

func (l *line) mark(of ...*Occurrence) {
	for _, o := range of {
		l.marks = append(l.marks, mark{o, inLine})
	}
}

// linkState is an interface that goes up or down.
func (d *device) linkState(port int, up bool) *line {
	word := map[bool]string{true: "up", false: "down"}[up]
	switch d.platform {
	case "iosxr":
		return &line{
			severity: 3, process: "ifmgr[185]", tag: "%PKT_INFRA-LINK-3-UPDOWN",
			text: fmt.Sprintf("Interface TenGigE0/0/0/%d, changed state to %s", port, strings.ToUpper(word[:1])+word[1:]),
		}
	case "junos":
		code := map[bool]int{true: 1, false: 2}[up]
		return &line{
			severity: 4, process: "mib2d[2424]", tag: "SNMP_TRAP_LINK_" + strings.ToUpper(word),
			text: fmt.Sprintf("ifIndex %d, ifAdminStatus up(1), ifOperStatus %s(%d), ifName xe-0/0/%d", 500+port, word, code, port),
		}
	}
	switch d.platform {
	case "nxos":
		return &line{severity: 5, tag: "%ETHPORT-5-IF_" + strings.ToUpper(word), text: fmt.Sprintf("Interface Ethernet1/%d is %s", port, word)}
	case "vrp":
		return &line{severity: 4, tag: "IFNET/4/IF_STATE(l)", text: fmt.Sprintf("Interface GigabitEthernet0/0/%d has turned into %s state.", port, strings.ToUpper(word))}
	}
	return &line{
		severity: 3, tag: "%LINK-3-UPDOWN",
		text: fmt.Sprintf("Interface TenGigabitEthernet0/0/%d, changed state to %s", port, word),
	}
}

// neighbor is a BGP session that comes or goes.
func (d *device) neighbor(a netip.Addr, as int, up bool) *line {
	switch d.platform {
	case "iosxr":
		text := fmt.Sprintf("neighbor %s Up (VRF: default) (AS: %d)", a, as)
		if !up {
			text = fmt.Sprintf("neighbor %s Down - BGP Notification received, hold time expired (VRF: default) (AS: %d)", a, as)
		}
		return &line{severity: 5, process: "bgp[1051]", tag: "%ROUTING-BGP-5-ADJCHANGE", text: text}
	case "junos":
		change := "from Established to Idle (event HoldTime)"
		if up {
			change = "from OpenConfirm to Established (event RecvKeepAlive)"
		}
		return &line{
			severity: 4, process: "rpd[2902]", tag: "RPD_BGP_NEIGHBOR_STATE_CHANGED",
			text: fmt.Sprintf("BGP peer %s (External AS %d) changed state %s (instance master)", a, as, change),
		}
	}
	if up {
		return &line{severity: 5, tag: "%BGP-5-ADJCHANGE", text: fmt.Sprintf("neighbor %s Up ", a)}
	}
	return &line{severity: 5, tag: "%BGP-5-ADJCHANGE", text: fmt.Sprintf("neighbor %s Down BGP Notification sent", a)}
}

// login is a login over SSH.
func (d *device) login(at time.Time, user string, from netip.Addr) *line {
	switch d.platform {
	case "iosxr":
		return &line{
			severity: 6, process: "SSHD_[68421]", tag: "%SECURITY-SSHD-6-INFO_SUCCESS",
			text: fmt.Sprintf("Successfully authenticated user '%s' from '%s' on 'vty0'(cipher 'aes256-gcm', mac 'implicit')", user, from),
		}
	case "junos":
		return &line{
			severity: 6, process: "mgd[7729]", tag: "UI_LOGIN_EVENT",
			text: fmt.Sprintf("User '%s' login, class 'j-super-user' [7729], ssh-connection '%s 50122 %s 22', client-mode 'cli'", user, from, d.inner),
		}
	}
	if l := d.otherLogin(user, from); l != nil {
		return l
	}
	return &line{
		severity: 5, tag: "%SEC_LOGIN-5-LOGIN_SUCCESS",
		text: fmt.Sprintf("Login Success [user: %s] [Source: %s] [localport: 22] at %s", user, from, iosClock(at)),
	}
}

// otherLogin is a login on platforms that only a month of operation has.
func (d *device) otherLogin(user string, from netip.Addr) *line {
	switch d.platform {
	case "nxos":
		return &line{severity: 6, tag: "%AAA-6-AAA_ACCOUNTING_MESSAGE", text: fmt.Sprintf("start:%s@pts/0:%s:", from, user)}
	case "vrp":
		return &line{severity: 5, tag: "SSH/5/SSH_USER_LOGIN(s)", text: fmt.Sprintf("The SSH user succeeded in logging in. (ServiceType=stelnet, UserName=%s, UserAddress=%s, LocalAddress=%s, VPNInstanceName=_public_)", user, from, d.inner)}
	}
	return nil
}

// loginFailed is a login over SSH that was refused.
func (d *device) loginFailed(at time.Time, user string, from netip.Addr) *line {
	switch d.platform {
	case "iosxr":
		return &line{
			severity: 4, process: "SSHD_[68421]", tag: "%SECURITY-SSHD-4-INFO_FAILURE",
			text: fmt.Sprintf("Failed authentication attempt by user '%s' from '%s' on 'vty0'", user, from),
		}
	case "junos":
		return &line{
			severity: 6, process: "sshd[7724]", tag: "SSHD_LOGIN_FAILED",
			text: fmt.Sprintf("Login failed for user '%s' from host '%s'", user, from),
		}
	}
	switch d.platform {
	case "nxos":
		return &line{severity: 3, tag: "%AUTHPRIV-3-SYSTEM_MSG", text: fmt.Sprintf("pam_aaa:Authentication failed for user %s from %s - dcos_sshd[12977]", user, from)}
	case "vrp":
		return &line{severity: 4, tag: "SSH/4/SSH_FAIL(s)", text: fmt.Sprintf("Failed to login through SSH. (IP=%s, VpnInstanceName=_public_, UserName=%s, Times=1, FailedReason=Authentication failed)", from, user)}
	}
	return &line{
		severity: 4, tag: "%SEC_LOGIN-4-LOGIN_FAILED",
		text: fmt.Sprintf("Login failed [user: %s] [Source: %s] [localport: 22] [Reason: Login Authentication Failed] at %s", user, from, iosClock(at)),
	}
}

// configured is what a change of the configuration leaves behind.
func (d *device) configured(user string, from netip.Addr, commit int) *line {
	switch d.platform {
	case "iosxr":
		return &line{
			severity: 6, process: "config[67310]", tag: "%MGBL-CONFIG-6-DB_COMMIT",
			text: fmt.Sprintf("Configuration committed by user '%s'. Use 'show configuration commit changes %d' to view the changes.", user, 1000000000+commit),
		}
	case "junos":
		return &line{
			severity: 5, process: "mgd[7729]", tag: "UI_COMMIT",
			text: fmt.Sprintf("User '%s' requested 'commit' operation (comment: change %d)", user, commit),
		}
	}
	return &line{
		severity: 5, tag: "%SYS-5-CONFIG_I",
		text: fmt.Sprintf("Configured from console by %s on vty0 (%s)", user, from),
	}
}

// configuring is the begin of a change, where the platform logs one; otherwise nil.
func (d *device) configuring(user string) *line {
	if d.platform != "junos" {
		return nil
	}
	return &line{
		severity: 5, process: "mgd[7729]", tag: "UI_DBASE_LOGIN_EVENT",
		text: fmt.Sprintf("User '%s' entering configuration mode", user),
	}
}

// denied is a packet that the list in front of the management plane dropped.
func (d *device) denied(from, to netip.AddrPort) *line {
	a, p, b, q := from.Addr(), from.Port(), to.Addr(), to.Port()
	switch d.platform {
	case "iosxr":
		return &line{
			severity: 6, process: "ipv4_acl_mgr[267]", tag: "%ACL-IPV4_ACL-6-IPACCESSLOGP",
			text: fmt.Sprintf("access-list MGMT-IN (20) deny tcp %s(%d) -> %s(%d), 1 packet", a, p, b, q),
		}
	case "junos":
		return &line{
			severity: 6, process: "fpc0", tag: "PFE_FW_SYSLOG_IP",
			text: fmt.Sprintf("FW: xe-0/0/0.0   D   tcp %s %s %5d %5d (1 packets)", a, b, p, q),
		}
	}
	return &line{
		severity: 6, tag: "%SEC-6-IPACCESSLOGP",
		text: fmt.Sprintf("list MGMT-IN denied tcp %s(%d) -> %s(%d), 1 packet", a, p, b, q),
	}
}

func iosClock(t time.Time) string { return t.Format("15:04:05 UTC Mon Jan 2 2006") }
