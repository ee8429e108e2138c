package device_test

import "testing"

const ios = "<189>45: r1: *Feb  2 03:04:05.678: "

func TestIOSLogins(t *testing.T) {
	table{
		ios + "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op1] [Source: 192.0.2.7] [localport: 22] at 03:04:05 UTC Fri Feb 2 2024",
		"ios SEC_LOGIN-5-LOGIN_SUCCESS: action=login | outcome=success | user=op1 | via=ssh 192.0.2.7/0 > invalid IP/22",
		ios + "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: op1] [Source: 2001:db8::7] [localport: 23] [Reason: Login Authentication Failed] at 03:04:05 UTC Fri Feb 2 2024",
		"ios SEC_LOGIN-4-LOGIN_FAILED: action=login | outcome=failure | user=op1 | reason=Login Authentication Failed | via=telnet 2001:db8::7/0 > invalid IP/23",
		ios + "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op1] [Source: 192.0.2.7] [localport: 21111] at 03:04:05 UTC Fri Feb 2 2024",
		"ios SEC_LOGIN-5-LOGIN_SUCCESS: action=login | outcome=success | user=op1 192.0.2.7/0 > invalid IP/21111",
		ios + "%SEC_LOGIN-5-WEBLOGIN_SUCCESS: Login Success [user: op1] [Source: 192.0.2.7] at 03:04:05 UTC Fri Feb 2 2024",
		"ios SEC_LOGIN-5-WEBLOGIN_SUCCESS: action=login | outcome=success | user=op1 | via=http 192.0.2.7/0",
		ios + "%SEC_LOGIN-1-QUIET_MODE_ON: Still timeleft for watching failures is 20 secs, [user: op1] [Source: 192.0.2.7] [localport: 22] [Reason: Login Authentication Failed] [ACL: sl_def_acl] at 03:04:05 UTC Fri Feb 2 2024",
		"ios SEC_LOGIN-1-QUIET_MODE_ON: action=login-blocked | outcome=failure | user=op1 | reason=Login Authentication Failed 192.0.2.7/0 > invalid IP/22",
		ios + "%SYS-6-LOGOUT: User op1 has exited tty session 3(192.0.2.7)",
		"ios SYS-6-LOGOUT: action=logout | user=op1 | id=3 192.0.2.7/0",
		ios + "%SYS-6-TTY_EXPIRE_TIMER: (exec timer expired, tty 2 (192.0.2.7)), user op1",
		"ios SYS-6-TTY_EXPIRE_TIMER: action=logout | user=op1 | id=2 | reason=exec timer expired 192.0.2.7/0",
		ios + "%SSH-5-SSH2_SESSION: SSH2 Session request from 192.0.2.7 (tty = 0) using crypto cipher 'c1', hmac 'h1' Succeeded",
		"ios SSH-5-SSH2_SESSION: action=session-start | outcome=success | id=0 | via=ssh 192.0.2.7/0",
		ios + "%SSH-5-SSH2_USERAUTH: User 'op1' authentication for SSH2 Session from 192.0.2.7 (tty = 0) using crypto cipher 'c1', hmac 'h1' Failed",
		"ios SSH-5-SSH2_USERAUTH: action=login | outcome=failure | user=op1 | id=0 | via=ssh 192.0.2.7/0",
		ios + "%SSH-5-SSH2_CLOSE: SSH2 Session from 192.0.2.7 (tty = 0) for user 'op1' using crypto cipher 'c1', hmac 'h1' closed",
		"ios SSH-5-SSH2_CLOSE: action=session-end | user=op1 | id=0 | via=ssh 192.0.2.7/0",
		ios + "%DMI-5-AUTH_PASSED: R0/0: dmiauthd: User 'op1' authenticated successfully from 192.0.2.7:50022 and was authorized for netconf over ssh. External groups: PRIV15",
		"ios DMI-5-AUTH_PASSED: process.name=dmiauthd | action=login | outcome=success | user=op1 | via=netconf 192.0.2.7/50022",
		ios + "%SYS-5-PRIV_AUTH_PASS: Privilege level set to 15 by op1 on vty0 (192.0.2.7)",
		"ios SYS-5-PRIV_AUTH_PASS: action=login | outcome=success | command.privilege=15 | user=op1 | line=vty0 | via=enable 192.0.2.7/0",
	}.check(t)
}

func TestIOSConfiguration(t *testing.T) {
	table{
		ios + "%SYS-5-CONFIG_I: Configured from console by op1 on vty0 (192.0.2.7)",
		"ios SYS-5-CONFIG_I: action=config-change | user=op1 | line=vty0 192.0.2.7/0",
		ios + "%SYS-SW1-5-CONFIG_I: Configured from console by console",
		"ios SYS-SW1-5-CONFIG_I: action=config-change | line=console | via=console",
		ios + "%SYS-5-CONFIG_I: Configured from tftp://192.0.2.9//boot by console",
		"ios SYS-5-CONFIG_I: action=config-change | line=console | via=console",
		ios + "%SYS-5-CONFIG_P: Configured programmatically by process SEP_webui_wsma_http from console as op1 on vty1",
		"ios SYS-5-CONFIG_P: action=config-change | config.process=SEP_webui_wsma_http | user=op1 | line=vty1",
		ios + "%DMI-5-CONFIG_I: R0/0: dmiauthd: Configured from NETCONF/RESTCONF by op1, transaction-id 77",
		"ios DMI-5-CONFIG_I: process.name=dmiauthd | action=config-change | via=netconf | user=op1",
		ios + "%PARSER-5-CFGLOG_LOGGEDCMD: User:op1  logged command:ip route 198.51.100.0 255.255.255.0 Null0",
		"ios PARSER-5-CFGLOG_LOGGEDCMD: action=command | command=ip route 198.51.100.0 255.255.255.0 Null0 | user=op1",
		ios + "%PARSER-5-CFGLOG_LOGGEDCMD: <user>op1</user> <srcIP>192.0.2.7</srcIP> <enteredCommand><cli>interface Tunnel7</cli></enteredCommand>",
		"ios PARSER-5-CFGLOG_LOGGEDCMD: action=command | command=interface Tunnel7 | user=op1 192.0.2.7/0",
		ios + "%HA_EM-6-LOG: catchall: show tacacs",
		"ios HA_EM-6-LOG: action=command | command=show tacacs",
		ios + "%HA_EM-6-LOG: backup: all is well",
		"ios HA_EM-6-LOG: ",
		ios + "%WEBUI-6-INSTALL_OPERATION_INFO: R0/0: nginx: User: op1, Install Operation: ADD x.conf",
		"ios WEBUI-6-INSTALL_OPERATION_INFO: process.name=nginx | action=software-install | user=op1 | package.name=x.conf | reason=ADD | via=http",
		ios + "%WEBUI-6-INSTALL_OPERATION_INFO: User: op1, Install Operation: ADD flash:x.bin",
		"ios WEBUI-6-INSTALL_OPERATION_INFO: action=software-install | user=op1 | package.name=flash:x.bin | reason=ADD | via=http",
		ios + "%INSTALL-5-INSTALL_START_INFO: R0/0: install_engine: Started install add bootflash:x.bin",
		"ios INSTALL-5-INSTALL_START_INFO: process.name=install_engine | action=software-install | reason=add | package.name=bootflash:x.bin",
	}.check(t)
}

func TestIOSSystem(t *testing.T) {
	table{
		ios + "%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 192.0.2.9 port 514 stopped - CLI initiated",
		"ios SYS-6-LOGGINGHOST_STARTSTOP: action=logging-stop | reason=CLI initiated > 192.0.2.9/514",
		ios + "%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 192.0.2.9 started - CLI initiated",
		"ios SYS-6-LOGGINGHOST_STARTSTOP: action=logging-start | reason=CLI initiated > 192.0.2.9/0",
		ios + "%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 192.0.2.9 port 514 (Mgmt-vrf) started - CLI initiated",
		"ios SYS-6-LOGGINGHOST_STARTSTOP: action=logging-start | reason=CLI initiated > 192.0.2.9/514",
		ios + "%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 192.0.2.9 port 0 CLI Request Triggered",
		"ios SYS-6-LOGGINGHOST_STARTSTOP: action=logging-change | reason=CLI Request Triggered > 192.0.2.9/0",
		ios + "%SYS-5-RESTART: System restarted --",
		"ios SYS-5-RESTART: action=system-start",
		ios + "%SYS-5-RELOAD: Reload requested by op1 on vty0 (192.0.2.7). Reload Reason: Reload Command.",
		"ios SYS-5-RELOAD: action=system-stop | reason=Reload Command | user=op1 | line=vty0 192.0.2.7/0",
		ios + "%SYS-6-CLOCKUPDATE: System clock has been updated from 03:04:05 UTC Fri Feb 2 2024 to 03:04:00 UTC Fri Feb 2 2024, configured from console by op1 on vty0 (192.0.2.7).",
		"ios SYS-6-CLOCKUPDATE: action=clock-change | user=op1 | line=vty0 192.0.2.7/0",
		ios + "%IM-6-IOX_INST_INFO: Switch 1 R0/0: ioxman: IOX SERVICE guestshell LOG: Guestshell is up at 02/02/2024 03:04:05",
		"ios IM-6-IOX_INST_INFO: process.name=ioxman | action=container-activate | container.name=guestshell",
		ios + "%IM-6-ACTIVATE_MSG: R0/0: ioxman: app-hosting: Activate succeeded: agent1 activated successfully Current state is in ACTIVATED",
		"ios IM-6-ACTIVATE_MSG: process.name=ioxman | action=container-activate | outcome=success | container.name=agent1",
		ios + "%FOO-6-BAR: something that is not known",
		"ios FOO-6-BAR: ",
	}.check(t)
}

func TestAccessLists(t *testing.T) {
	table{
		ios + "%SEC-6-IPACCESSLOGP: list MGMT denied tcp 203.0.113.9(50022) -> 192.0.2.1(22), 1 packet",
		"ios SEC-6-IPACCESSLOGP: action=acl-hit | type=denied | rule.name=MGMT 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		ios + "%SEC-6-IPACCESSLOGP: list 101 permitted udp 203.0.113.9(53) (Gi0/1 0000.5e00.5301) -> 192.0.2.1(161), 5 packets",
		"ios SEC-6-IPACCESSLOGP: action=acl-hit | type=allowed | rule.name=101 203.0.113.9/53 > 192.0.2.1/161 proto 17",
		ios + "%SEC-6-IPACCESSLOGDP: list 101 denied icmp 203.0.113.9 (Gi0/1 0000.5e00.5301) -> 192.0.2.1 (0/0), 1 packet",
		"ios SEC-6-IPACCESSLOGDP: action=acl-hit | type=denied | rule.name=101 203.0.113.9/0 > 192.0.2.1/0 proto 1",
		ios + "%SEC-6-IPACCESSLOGNP: list 101 denied 47 203.0.113.9 -> 192.0.2.1, 1 packet",
		"ios SEC-6-IPACCESSLOGNP: action=acl-hit | type=denied | rule.name=101 203.0.113.9/0 > 192.0.2.1/0 proto 47",
		ios + "%SEC-6-IPACCESSLOGS: list 10 permitted 203.0.113.9 3 packets",
		"ios SEC-6-IPACCESSLOGS: action=acl-hit | type=allowed | rule.name=10 203.0.113.9/0",
		ios + "%IPV6_ACL-6-ACCESSLOGP: list V6/10 denied tcp 2001:db8::9(50022) -> 2001:db8::1(22), 1 packet",
		"ios IPV6_ACL-6-ACCESSLOGP: action=acl-hit | type=denied | rule.name=V6 2001:db8::9/50022 > 2001:db8::1/22 proto 6",
		"<165>Feb  2 03:04:05 sw1 Acl: %ACL-6-IPACCESS: list MGMT Ethernet1 denied tcp 203.0.113.9(50022) -> 192.0.2.1(22)",
		"eos ACL-6-IPACCESS: process.name=Acl | action=acl-hit | type=denied | rule.name=MGMT 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		"<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: pfilter_ma[77]: %ACL-IPV4_ACL-6-IPACCESSLOGP : access-list MGMT (10) permit tcp 203.0.113.9(50022) -> 192.0.2.1(22), 1 packet",
		"ios-xr ACL-IPV4_ACL-6-IPACCESSLOGP: process.name=pfilter_ma | process.pid=77 | action=acl-hit | type=allowed | rule.name=MGMT 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		`<190>: 2024 Feb  2 03:04:05 UTC: %ACLLOG-6-ACLLOG_NEW_FLOW: ACL Name: MGMT, ACE Action: Deny, Appl Intf: mgmt0, Source IP: 203.0.113.9, Destination IP: 192.0.2.1, Source Port: 50022, Destination Port: 22, Src Intf: mgmt0, Protocol: "TCP"(6)`,
		"nx-os ACLLOG-6-ACLLOG_NEW_FLOW: action=acl-hit | type=denied | rule.name=MGMT 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
	}.check(t)
}

func TestBGP(t *testing.T) {
	table{
		ios + "%BGP-5-ADJCHANGE: neighbor 198.51.100.2 Down Peer closed the session",
		"ios BGP-5-ADJCHANGE: action=bgp-down | bgp.neighbor=198.51.100.2 | reason=Peer closed the session",
		ios + "%BGP-5-ADJCHANGE: neighbor 2001:db8::2 vpn vrf RED Up",
		"ios BGP-5-ADJCHANGE: action=bgp-up | bgp.neighbor=2001:db8::2",
		ios + "%BGP-3-NOTIFICATION: sent to neighbor 198.51.100.2 4/0 (hold time expired) 0 bytes",
		"ios BGP-3-NOTIFICATION: action=bgp-change | bgp.neighbor=198.51.100.2 | reason=4/0 (hold time expired)",
		"<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: bgp[1051]: %ROUTING-BGP-5-ADJCHANGE : neighbor 198.51.100.2 Down - BGP Notification sent, hold time expired (VRF: default) (AS: 65001)",
		"ios-xr ROUTING-BGP-5-ADJCHANGE: process.name=bgp | process.pid=1051 | action=bgp-down | bgp.neighbor=198.51.100.2 | reason=BGP Notification sent, hold time expired | bgp.as=65001",
		"<165>Feb  2 03:04:05 sw1 Bgp: %BGP-5-ADJCHANGE: peer 198.51.100.2 (VRF default AS 65001) old state OpenConfirm event RecvKeepAlive new state Established",
		"eos BGP-5-ADJCHANGE: process.name=Bgp | action=bgp-up | bgp.neighbor=198.51.100.2 | bgp.as=65001 | reason=RecvKeepAlive",
		"<28>Feb  2 03:04:05 r3 rpd[2902]: RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 198.51.100.2 (External AS 65001) changed state from Established to Idle (event HoldTime) (instance master)",
		"junos RPD_BGP_NEIGHBOR_STATE_CHANGED: process.name=rpd | process.pid=2902 | action=bgp-down | bgp.neighbor=198.51.100.2 | bgp.as=65001 | reason=HoldTime",
		"<189>Feb 02 2024 03:04:05 r4 %%01BGP/3/STATE_CHG_UPDOWN(l)[7]:The status of the peer 198.51.100.2 changed from ESTABLISHED to IDLE. (InstName=Public, StateChangeReason=Hold Timer Expired)",
		"vrp BGP/3/STATE_CHG_UPDOWN: action=bgp-down | bgp.neighbor=198.51.100.2 | reason=Hold Timer Expired",
	}.check(t)
}
