package simulate

import (
	"fmt"
	"net/netip"
)

// What devices log of a session beside its login (device.go), in the shapes of house notes on telecom formats, section 8, and
// on detections, sections 2 and 3.

// terminal is what the device calls the line of a session to its AAA server.
func (d *device) terminal(vty int) string {
	switch d.platform {
	case "iosxr":
		return fmt.Sprintf("vty%d", vty)
	case "junos", "nxos":
		return fmt.Sprintf("pts/%d", vty)
	case "vrp":
		return fmt.Sprintf("VTY%d", vty)
	}
	return fmt.Sprintf("tty%d", vty+2)
}

// logout is the end of a session, where the platform logs one.
func (d *device) logout(user string, from netip.Addr, vty int) *line {
	switch d.platform {
	case "iosxr":
		return &line{
			severity: 6, process: "SSHD_[68421]", tag: "%SECURITY-SSHD-6-INFO_USER_LOGOUT",
			text: fmt.Sprintf("User '%s' from '%s' logged out on 'vty%d'", user, from, vty),
		}
	case "junos":
		return &line{severity: 6, process: "mgd[7729]", tag: "UI_LOGOUT_EVENT", text: fmt.Sprintf("User '%s' logout", user)}
	case "nxos":
		return &line{severity: 6, tag: "%AAA-6-AAA_ACCOUNTING_MESSAGE", text: fmt.Sprintf("stop:%s@pts/%d:%s:shell terminated gracefully", from, vty, user)}
	case "vrp":
		return &line{severity: 5, tag: "SSH/5/SSH_USER_LOGOUT(s)", text: fmt.Sprintf("The SSH user logged out. (ServiceType=stelnet, LogoutReason=User exit, UserName=%s, UserAddress=%s, VPNInstanceName=_public_)", user, from)}
	}
	return &line{severity: 6, tag: "%SYS-6-LOGOUT", text: fmt.Sprintf("User %s has exited tty session %d(%s)", user, vty+2, from)}
}

// commanded is what the device logs of a command.
func (d *device) commanded(w *shell, x typed) []*line {
	switch d.platform {
	case "junos":
		l := []*line{{severity: 6, process: "mgd[7729]", tag: "UI_CMDLINE_READ_LINE", text: fmt.Sprintf("User '%s', command '%s '", w.user, x.text)}}
		if x.text == "configure" {
			l = append(l, d.configuring(w.user))
		}
		return l
	case "nxos":
		return []*line{{severity: 6, tag: "%AAA-6-AAA_ACCOUNTING_MESSAGE", text: fmt.Sprintf("update:%s@pts/%d:%s:%s (SUCCESS)", w.from, w.vty, w.user, x.text)}}
	case "vrp":
		return []*line{{severity: 5, tag: "SHELL/5/CMDRECORD(s)", text: fmt.Sprintf(`Recorded command information. (Task=VTY%d, Ip=%s, VpnName=_public_, User=%s, AuthenticationMethod="HWTACACS", Command="%s")`, w.vty, w.from, w.user, x.text)}}
	case "iosxr":
		return nil
	}
	var l []*line
	if x.config && !endsConfig[x.text] {
		l = append(l, &line{severity: 5, tag: "%PARSER-5-CFGLOG_LOGGEDCMD", text: fmt.Sprintf("User:%s  logged command:%s ", w.user, x.text)})
	}
	if d.recordsAll() {
		l = append(l, &line{severity: 6, tag: "%HA_EM-6-LOG", text: "catchall: " + x.text})
	}
	return l
}

// changed is what the device logs when a change of its configuration is done.
func (d *device) changed(w *shell) *line {
	switch d.platform {
	case "nxos":
		return &line{severity: 5, tag: "%VSHD-5-VSHD_SYSLOG_CONFIG_I", text: fmt.Sprintf("Configured from vty by %s on %s@pts/%d", w.user, w.from, w.vty)}
	case "vrp":
		return d.changedBy(w.user, w.from, w.task, 0)
	case "junos", "iosxr":
		return d.configured(w.user, w.from, w.task)
	}
	if w.netconf {
		return &line{severity: 5, tag: "%SYS-5-CONFIG_P", text: fmt.Sprintf("Configured programmatically by process iosp_dmiauthd_conn_100001_vty_100001 from console as %s on vty63", w.user)}
	}
	return &line{severity: 5, tag: "%SYS-5-CONFIG_I", text: fmt.Sprintf("Configured from console by %s on vty%d (%s)", w.user, w.vty, w.from)}
}

// changedBy is Huawei's message of a changed configuration; the terminal is 0 for the command line, 1 for SNMP, 2 for NETCONF.
func (d *device) changedBy(user string, from netip.Addr, session, terminal int) *line {
	return &line{
		severity: 6, tag: "CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT(l)",
		text: fmt.Sprintf("The configuration changed. (Internal change =0, User name =%s, Session ID =%d, Command source address =%s, Storage type =1, Terminal type =%d)", user, session, from, terminal),
	}
}
