package device_test

import "testing"

func TestIOSXR(t *testing.T) {
	const xr = "<190>7: r2 RP/0/RP0/CPU0:Feb  2 03:04:05.678 UTC: "
	table{
		xr + "SSHD_[65845]: %SECURITY-SSHD-6-INFO_SUCCESS : Successfully authenticated user 'op1' from '192.0.2.7' on 'vty2'(cipher 'c1', mac 'm1')",
		"ios-xr SECURITY-SSHD-6-INFO_SUCCESS: process.name=SSHD_ | process.pid=65845 | action=login | outcome=success | user=op1 | line=vty2 | via=ssh 192.0.2.7/0",
		xr + "SSHD_[65845]: %SECURITY-SSHD-6-INFO_USER_LOGOUT : User 'op1' from '192.0.2.7' logged out on 'vty2'",
		"ios-xr SECURITY-SSHD-6-INFO_USER_LOGOUT: process.name=SSHD_ | process.pid=65845 | action=logout | user=op1 | line=vty2 192.0.2.7/0",
		xr + "exec[67679]: %SECURITY-LOGIN-6-AUTHEN_SUCCESS : Successfully authenticated user 'op1' from 'console' on 'con0_RP0_CPU0'",
		"ios-xr SECURITY-LOGIN-6-AUTHEN_SUCCESS: process.name=exec | process.pid=67679 | action=login | outcome=success | user=op1 | line=con0_RP0_CPU0 | via=console",
		xr + "exec[67679]: %SECURITY-LOGIN-4-AUTHEN_FAILED : Failed authentication attempt by user 'op1' from '192.0.2.7' on 'vty0'",
		"ios-xr SECURITY-LOGIN-4-AUTHEN_FAILED: process.name=exec | process.pid=67679 | action=login | outcome=failure | user=op1 | line=vty0 192.0.2.7/0",
		xr + "config[67778]: %MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user 'op1'. Use 'show configuration commit changes 1000000037' to view the changes.",
		"ios-xr MGBL-CONFIG-6-DB_COMMIT: process.name=config | process.pid=67778 | action=config-commit | user=op1 | config.commit=1000000037 | config.process=config",
		xr + "config_rollback[66088]: %MGBL-CONFIG-6-DB_COMMIT : Configuration committed by user 'op1'. Use 'show configuration commit changes 1000000075' to view the changes.",
		"ios-xr MGBL-CONFIG-6-DB_COMMIT: process.name=config_rollback | process.pid=66088 | action=config-rollback | user=op1 | config.commit=1000000075 | config.process=config_rollback",
		"RP/0/RP0/CPU0:2024 Feb  2 03:04:05.678 UTC: config[66603]: %MGBL-SYS-5-CONFIG_I : Configured from console by op1 on vty0 (192.0.2.7)",
		"ios-xr MGBL-SYS-5-CONFIG_I: process.name=config | process.pid=66603 | action=config-change | config.process=config | user=op1 | line=vty0 192.0.2.7/0",
	}.check(t)
}

func TestNXOS(t *testing.T) {
	const nx = "<189>sw1: 2024 Feb  2 03:04:05 UTC: "
	table{
		nx + "%AAA-6-AAA_ACCOUNTING_MESSAGE: start:192.0.2.7@pts/0:op1:",
		"nx-os AAA-6-AAA_ACCOUNTING_MESSAGE: action=session-start | user=op1 | line=pts/0 192.0.2.7/0",
		nx + "%AAA-6-AAA_ACCOUNTING_MESSAGE: update:2001:db8::7@pts/0:op1:configure terminal ; interface Ethernet1/1 (SUCCESS)",
		"nx-os AAA-6-AAA_ACCOUNTING_MESSAGE: action=command | command=configure terminal ; interface Ethernet1/1 | command=configure terminal | command=interface Ethernet1/1 | outcome=success | user=op1 | line=pts/0 2001:db8::7/0",
		nx + "%AAA-6-AAA_ACCOUNTING_MESSAGE: update:console0:op1:show clock (FAILURE)",
		"nx-os AAA-6-AAA_ACCOUNTING_MESSAGE: action=command | command=show clock | outcome=failure | user=op1 | line=console0 | via=console",
		nx + "%AAA-6-AAA_ACCOUNTING_MESSAGE: stop:192.0.2.7@pts/0:op1:shell terminated gracefully",
		"nx-os AAA-6-AAA_ACCOUNTING_MESSAGE: action=session-end | reason=shell terminated gracefully | user=op1 | line=pts/0 192.0.2.7/0",
		"<189>2024 Feb  2 03:04:05 sw1 %VSHD-5-VSHD_SYSLOG_CONFIG_I: Configured from vty by op1 on 192.0.2.7@pts/3 (message repeated 1 time)",
		"nx-os VSHD-5-VSHD_SYSLOG_CONFIG_I: action=config-change | user=op1 | line=pts/3 192.0.2.7/0",
		nx + "%AUTHPRIV-6-SYSTEM_MSG: pam_unix(dcos_sshd:session): session opened for user op1 by (uid=0) - dcos_sshd[77]",
		"nx-os AUTHPRIV-6-SYSTEM_MSG: process.name=dcos_sshd | process.pid=77 | action=login | outcome=success | user=op1 | via=ssh",
		nx + "%AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user op1 from 192.0.2.7 - dcos_sshd[77]",
		"nx-os AUTHPRIV-3-SYSTEM_MSG: process.name=dcos_sshd | process.pid=77 | action=login | outcome=failure | user=op1 | via=ssh 192.0.2.7/0",
		nx + "%DAEMON-6-SYSTEM_MSG: Accepted keyboard-interactive/pam for op1 from 192.0.2.7 port 50322 ssh2 - dcos_sshd[77]",
		"nx-os DAEMON-6-SYSTEM_MSG: process.name=dcos_sshd | process.pid=77 | action=login | outcome=success | user=op1 | via=ssh 192.0.2.7/50322",
		nx + "%AUTHPRIV-5-SYSTEM_MSG: Failed password for invalid user op1 for x from 203.0.113.9 from 192.0.2.7 port 50322 ssh2 - dcos_sshd[77]",
		"nx-os AUTHPRIV-5-SYSTEM_MSG: process.name=dcos_sshd | process.pid=77 | action=login | outcome=failure | user=op1 for x from 203.0.113.9 | via=ssh 192.0.2.7/50322",
		nx + "%DAEMON-3-SYSTEM_MSG: error: PAM: Authentication failure for illegal user op1 from 192.0.2.7 - dcos_sshd[77]",
		"nx-os DAEMON-3-SYSTEM_MSG: process.name=dcos_sshd | process.pid=77 | action=login | outcome=failure | user=op1 | via=ssh 192.0.2.7/0",
		"<189>2024 Feb  2 03:04:05 sw1 %$ VDC-1 %$ %VMAN-2-ACTIVATION_STATE: Successfully deactivated virtual service 'guestshell+'",
		"nx-os VMAN-2-ACTIVATION_STATE: action=container-deactivate | outcome=success | container.name=guestshell+",
		"<189>2024 Feb  2 03:04:05 sw1 %$ VDC-1 %$ %VDC_MGR-2-VDC_ONLINE: vdc 1 has come online",
		"nx-os VDC_MGR-2-VDC_ONLINE: action=system-start",
	}.check(t)
}

func TestASA(t *testing.T) {
	const asa = "<166>Feb 02 2024 03:04:05 fw1 : "
	table{
		asa + `%ASA-6-605005: Login permitted from 192.0.2.7/50022 to inside:192.0.2.1/ssh for user "op1"`,
		"asa ASA-6-605005: action=login | outcome=success | user=op1 | via=ssh 192.0.2.7/50022 > 192.0.2.1/0",
		asa + `%ASA-6-605004: Login denied from 192.0.2.7/50022 to inside:192.0.2.1/https for user "op1"`,
		"asa ASA-6-605004: action=login | outcome=failure | user=op1 | via=http 192.0.2.7/50022 > 192.0.2.1/0",
		asa + "%ASA-6-611101: User authentication succeeded: IP address: 192.0.2.7, Uname: op1",
		"asa ASA-6-611101: action=login | outcome=success | user=op1 192.0.2.7/0",
		asa + "%ASA-5-111008: User 'op1' executed the 'write memory' command.",
		"asa ASA-5-111008: action=command | command=write memory | user=op1",
		asa + "%ASA-7-111009: User 'op1' executed cmd: show version",
		"asa ASA-7-111009: action=command | command=show version | user=op1",
		asa + "%ASA-5-111010: User 'op1', running 'CLI' from IP 192.0.2.7, executed 'no logging on'",
		"asa ASA-5-111010: action=command | command=no logging on | user=op1 192.0.2.7/0",
		asa + "%ASA-6-113005: AAA user authentication Rejected : reason = Invalid password : server = 192.0.2.9 : user = op1 : user IP = 198.51.100.7",
		"asa ASA-6-113005: action=login | outcome=failure | user=op1 | reason=Invalid password 198.51.100.7/0",
		asa + "%ASA-6-113004: AAA user authentication Successful : server =  192.0.2.9 , User = op1",
		"asa ASA-6-113004: action=login | outcome=success | user=op1",
		asa + "%ASA-6-113012: AAA user authentication Successful : local database : user = op1",
		"asa ASA-6-113012: action=login | outcome=success | user=op1",
		asa + "%ASA-6-113006: User 'op1' locked out on exceeding '3' successive failed authentication attempts",
		"asa ASA-6-113006: action=login-blocked | outcome=failure | user=op1",
		asa + "%ASA-6-113039: Group <GP1> User <op1> IP <198.51.100.7> AnyConnect parent session started.",
		"asa ASA-6-113039: action=session-start | user=op1 198.51.100.7/0",
		asa + "%ASA-4-113019: Group = GP1, Username = op1, IP = 198.51.100.7, Session disconnected. Session Type: SSL, Duration: 0h:10m:00s, Bytes xmt: 1, Bytes rcv: 2, Reason: User Requested",
		"asa ASA-4-113019: action=session-end | user=op1 | reason=User Requested 198.51.100.7/0",
		asa + "%ASA-5-502101: New user added to local dbase: Uname: op2 Priv: 15 Encpass: ****",
		"asa ASA-5-502101: action=account-add | user.target.name=op2 | command.privilege=15",
		asa + "%ASA-4-106023: Deny tcp src outside:203.0.113.9/50022 dst inside:192.0.2.1/22 by access-group \"OUT\" [0x0, 0x0]",
		"asa ASA-4-106023: action=acl-hit | type=denied | rule.name=OUT 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		asa + "%ASA-2-106001: Inbound TCP connection denied from 203.0.113.9/50022 to 192.0.2.1/22 flags SYN on interface outside",
		"asa ASA-2-106001: action=acl-hit | type=denied 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		asa + "%ASA-3-106010: Deny inbound protocol 47 src outside:203.0.113.9 dst outside:192.0.2.1",
		"asa ASA-3-106010: action=acl-hit | type=denied 203.0.113.9/0 > 192.0.2.1/0 proto 47",
		asa + "%ASA-2-106016: Deny IP spoof from (203.0.113.9) to 192.0.2.1 on interface inside",
		"asa ASA-2-106016: action=acl-hit | type=denied 203.0.113.9/0 > 192.0.2.1/0",
		asa + "%ASA-6-106100: access-list OUT permitted tcp outside/203.0.113.9(50022) -> inside/192.0.2.1(22) hit-cnt 1 first hit [0x0, 0x0]",
		"asa ASA-6-106100: action=acl-hit | type=allowed | rule.name=OUT 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		asa + "%ASA-6-302013: Built outbound TCP connection 9 for outside:203.0.113.9/443 (203.0.113.9/443) to inside:192.0.2.1/50022 (198.51.100.1/50022)",
		"asa ASA-6-302013: action=acl-hit | type=allowed 192.0.2.1/50022 > 203.0.113.9/443 proto 6",
		asa + "%ASA-session-6-302015: Built inbound UDP connection 9 for outside:203.0.113.9/53 (203.0.113.9/53) to inside:192.0.2.1/53 (198.51.100.1/53)",
		"asa ASA-session-6-302015: action=acl-hit | type=allowed 203.0.113.9/53 > 192.0.2.1/53 proto 17",
		asa + "%FTD-3-710003: TCP access denied by ACL from 203.0.113.9/50022 to outside:192.0.2.1/22",
		"asa FTD-3-710003: action=acl-hit | type=denied 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		asa + "%ASA-5-111003: 192.0.2.7 Erase configuration",
		"asa ASA-5-111003: action=config-change | reason=Erase configuration 192.0.2.7/0",
	}.check(t)
}

func TestJunos(t *testing.T) {
	const j = "<189>Feb  2 03:04:05 r3 mgd[48211]: "
	const structured = `<165>1 2024-02-02T03:04:05.678Z r3 mgd 48211 `
	table{
		j + "UI_LOGIN_EVENT: User 'op1' login, class 'j-super-user' [48211], ssh-connection '192.0.2.7 50022 192.0.2.1 22', client-mode 'cli'",
		"junos UI_LOGIN_EVENT: process.name=mgd | process.pid=48211 | action=login | outcome=success | user=op1 | id=48211 | via=ssh 192.0.2.7/50022 > 192.0.2.1/22",
		j + "UI_LOGIN_EVENT: User 'root' login, class 'super-user' [48211], ssh-connection '', client-mode 'junoscript'",
		"junos UI_LOGIN_EVENT: process.name=mgd | process.pid=48211 | action=login | outcome=success | user=root | id=48211 | via=netconf",
		j + "%INTERACT-6-UI_CMDLINE_READ_LINE: User 'op1', command 'start shell '",
		"junos UI_CMDLINE_READ_LINE: process.name=mgd | process.pid=48211 | action=command | command=start shell | user=op1",
		j + "UI_DBASE_LOGOUT_EVENT: User 'op1' exiting configuration mode",
		"junos UI_DBASE_LOGOUT_EVENT: process.name=mgd | process.pid=48211 | action=config-leave | user=op1",
		j + "UI_CFG_AUDIT_SET: User 'op1' set: [system host-name] \"r3\" -> \"r4\"",
		"junos UI_CFG_AUDIT_SET: process.name=mgd | process.pid=48211 | action=config-change | user=op1 | config.path=system host-name",
		j + "UI_CFG_AUDIT_OTHER: User 'op1' set: [system login user op2]",
		"junos UI_CFG_AUDIT_OTHER: process.name=mgd | process.pid=48211 | action=account-add | user=op1 | user.target.name=op2 | config.path=system login user op2",
		j + "UI_CFG_AUDIT_OTHER: User 'op1' delete: [system login user op2]",
		"junos UI_CFG_AUDIT_OTHER: process.name=mgd | process.pid=48211 | action=account-remove | user=op1 | user.target.name=op2 | config.path=system login user op2",
		j + "UI_CFG_AUDIT_SET_SECRET: User 'op1' set: [system radius-server 192.0.2.9 secret]",
		"junos UI_CFG_AUDIT_SET_SECRET: process.name=mgd | process.pid=48211 | action=secret-change | user=op1 | config.path=system radius-server 192.0.2.9 secret",
		j + "UI_COMMIT: User 'op1' requested 'commit' operation (comment: fix uplink)",
		"junos UI_COMMIT: process.name=mgd | process.pid=48211 | action=config-commit | user=op1 | reason=fix uplink",
		j + "UI_COMMIT: User 'op1' performed commit: no comment",
		"junos UI_COMMIT: process.name=mgd | process.pid=48211 | action=config-commit | user=op1",
		j + "UI_AUTH_EVENT: Authenticated user 'op1' assigned to class 'j-operator'",
		"junos UI_AUTH_EVENT: process.name=mgd | process.pid=48211 | action=login | outcome=success | user=op1",
		j + "UI_LOAD_EVENT: User 'op1' is performing a 'rollback 3'",
		"junos UI_LOAD_EVENT: process.name=mgd | process.pid=48211 | action=config-rollback | user=op1 | reason=rollback 3",
		j + "UI_LOGOUT_EVENT: User 'op1' logout",
		"junos UI_LOGOUT_EVENT: process.name=mgd | process.pid=48211 | action=logout | user=op1",
		j + "UI_NETCONF_CMD: User 'op1' used NETCONF client to run command 'get-config'",
		"junos UI_NETCONF_CMD: process.name=mgd | process.pid=48211 | action=command | command=get-config | user=op1",
		"<37>Feb  2 03:04:05 r3 sshd[77]: SSHD_LOGIN_FAILED: Login failed for user 'op1' from host '192.0.2.7'",
		"junos SSHD_LOGIN_FAILED: process.name=sshd | process.pid=77 | action=login | outcome=failure | user=op1 | via=ssh 192.0.2.7/0",
		"<37>Feb  2 03:04:05 r3 login[77]: LOGIN_INFORMATION: User op1 logged in from host 192.0.2.7 on device ttyp0",
		"junos LOGIN_INFORMATION: process.name=login | process.pid=77 | action=login | outcome=success | user=op1 | line=ttyp0 192.0.2.7/0",
		"<158>Feb  2 03:04:05 r3 fpc0 PFE_FW_SYSLOG_IP: FW: ge-0/0/0.0   D tcp 203.0.113.9 192.0.2.1 50022 22 (1 packets)",
		"junos PFE_FW_SYSLOG_IP: process.name=fpc0 | action=acl-hit | type=denied 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		"<14>Feb  2 03:04:05 r3 RT_FLOW: RT_FLOW_SESSION_DENY: session denied 203.0.113.9/50022->192.0.2.1/22 0x0 junos-ssh 6(0) deny-all untrust trust UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0",
		"junos RT_FLOW_SESSION_DENY: process.name=RT_FLOW | action=acl-hit | type=denied | rule.name=deny-all 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
		structured + `UI_DBASE_LOGIN_EVENT [junos@2636.1.1.1.2.18 username="op1"] User 'op1' entering configuration mode`,
		"junos UI_DBASE_LOGIN_EVENT: process.name=mgd | process.pid=48211 | action=config-enter | user=op1",
		structured + `UI_CMDLINE_READ_LINE [junos@2636.1.1.1.2.18 username="op1" command="show configuration "] `,
		"junos UI_CMDLINE_READ_LINE: process.name=mgd | process.pid=48211 | action=command | command=show configuration | user=op1",
		`<14>1 2024-02-02T03:04:05.678Z r3 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.36 source-address="203.0.113.9" source-port="50022" destination-address="192.0.2.1" destination-port="22" protocol-id="6" policy-name="deny-all" username="N/A"]`,
		"junos RT_FLOW_SESSION_DENY: process.name=RT_FLOW | action=acl-hit | type=denied | rule.name=deny-all 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
	}.check(t)
}

func TestEOS(t *testing.T) {
	const eos = "<165>Feb  2 03:04:05 sw1 "
	table{
		eos + "ConfigAgent: %SYS-5-CONFIG_I: Configured from console by op1 on vty3 (192.0.2.7)",
		"eos SYS-5-CONFIG_I: process.name=ConfigAgent | action=config-change | user=op1 | line=vty3 192.0.2.7/0",
		eos + "ConfigAgent: %SYS-5-CONFIG_E: Enter configuration mode from console by op1 on vty3 (192.0.2.7)",
		"eos SYS-5-CONFIG_E: process.name=ConfigAgent | action=config-enter | user=op1 | line=vty3 192.0.2.7/0",
		eos + "Aaa: 77: %AAA-5-LOGIN: user op1 logged in [from: 192.0.2.7] [service: sshd]",
		"eos AAA-5-LOGIN: process.name=Aaa | action=login | outcome=success | user=op1 | via=ssh 192.0.2.7/0",
		eos + "Aaa: %AAA-4-LOGIN_FAILED: user op1 failed to login [from: 192.0.2.7] [service: sshd] [reason: Authentication failed]",
		"eos AAA-4-LOGIN_FAILED: process.name=Aaa | action=login | outcome=failure | user=op1 | via=ssh | reason=Authentication failed 192.0.2.7/0",
		eos + "Aaa: %ACCOUNTING-6-CMD: op1 vty6 192.0.2.7 stop task_id=17 start_time=1706843045.5 timezone=UTC service=shell priv-lvl=15 cmd=show interfaces status <cr>",
		"eos ACCOUNTING-6-CMD: process.name=Aaa | action=command | command=show interfaces status | user=op1 | line=vty6 | command.privilege=15 | id=17 192.0.2.7/0",
		eos + "Aaa: %ACCOUNTING-5-EXEC: op1 vty6 192.0.2.7 start task_id=16 start_time=1706843045.5 timezone=UTC service=shell",
		"eos ACCOUNTING-5-EXEC: process.name=Aaa | action=session-start | user=op1 | line=vty6 | id=16 192.0.2.7/0",
	}.check(t)
}

func TestHuawei(t *testing.T) {
	const vrp = "<189>Feb  2 2024 03:04:05 r4 "
	table{
		vrp + `%%01SHELL/5/CMDRECORD(s)[97]:Recorded command information. (Task=VT0, Ip=192.0.2.7, VpnName=, User=op1, AuthenticationMethod="Local-user", Command="undo info-center loghost 192.0.2.9")`,
		"vrp SHELL/5/CMDRECORD: action=command | command=undo info-center loghost 192.0.2.9 | user=op1 | line=VT0 192.0.2.7/0",
		`<189>Feb  2 03:04:05 r4 %%01SHELL/5/CMDRECORD[l](324):Record command information. (Task=vt0, Ip=192.0.2.7, User=op1, Command="log off (ssh user)", Result=Success) `,
		"vrp SHELL/5/CMDRECORD: action=command | command=log off (ssh user) | user=op1 | line=vt0 | outcome=success 192.0.2.7/0",
		vrp + "%%01SHELL/4/LOGINFAILED(s)[7]:Failed to login. (Ip=192.0.2.7, UserName=op1, Times=1, AccessType=TELNET, VpnName=)",
		"vrp SHELL/4/LOGINFAILED: action=login | outcome=failure | user=op1 | via=telnet 192.0.2.7/0",
		vrp + "%%01SHELL/5/LOGIN(l)[8]:VTY login from 192.0.2.7.",
		"vrp SHELL/5/LOGIN: action=login | outcome=success 192.0.2.7/0",
		vrp + "%%01SHELL/5/LOGIN(s)[8]:VTY login from 192.0.2.7 (UserName=op1)",
		"vrp SHELL/5/LOGIN: action=login | outcome=success | user=op1 192.0.2.7/0",
		vrp + "%%01SSH/5/SSH_USER_LOGIN(s)[1]:The SSH user succeeded in logging in. (ServiceType=stelnet, UserName=op1, UserAddress=192.0.2.7, LocalAddress=192.0.2.4, VPNInstanceName=_public_)",
		"vrp SSH/5/SSH_USER_LOGIN: action=login | outcome=success | user=op1 | via=ssh 192.0.2.7/0",
		vrp + `%%01CLI/5/CMDRECORD(s):CID=0x80ca0427;Recorded command information. (Task=VTY0, RemoteIp=192.0.2.7, VpnName=_public_, User=op1, AuthenticationMethod="AAA", Command="reset logbuffer", Result=success)`,
		"vrp CLI/5/CMDRECORD: action=command | command=reset logbuffer | user=op1 | line=VTY0 | outcome=success 192.0.2.7/0",
		vrp + "%%01CLI/5/LOGIN(l):CID=2160731923;VTY0 login from 192.0.2.7 succeed.",
		"vrp CLI/5/LOGIN: action=login | outcome=success 192.0.2.7/0",
		vrp + "%%01CLI/5/LOGOUT(l):CID=0x80ca2714;The user succeeded in logging out of VTY1. (UserType=SSH, UserName=op1, RemoteIp=192.0.2.7, VpnName=mgmt, Reason=Idle timeout, LocalIp=192.0.2.4)",
		"vrp CLI/5/LOGOUT: action=logout | user=op1 | reason=Idle timeout | via=ssh 192.0.2.7/0",
		vrp + "%%01CLI/5/LOGOUT(l):CID=0x80ca2714;The user succeeded in logging out of CON0. (UserType=CON, UserName=**, RemoteIp=**, VpnName=, Reason=user quit, LocalIp=**)",
		"vrp CLI/5/LOGOUT: ",
		vrp + "%%01SSH/5/SSH_USER_LOGOUT(s):CID=0x80932719;The SSH user logged out. (ServiceType=stelnet, LogoutReason=User log out, UserName=op1, UserAddress=192.0.2.7, LocalAddress=192.0.2.4, VPNInstanceName=_public_)",
		"vrp SSH/5/SSH_USER_LOGOUT: action=logout | user=op1 | reason=User log out | via=ssh 192.0.2.7/0",
		vrp + "%%01CMD/4/SUPERLOGIN(l)[3]:User changed level. (User=op1, IpAddress=192.0.2.7, VpnName=, Level=15, Times=1, LoginResult=Success)",
		"vrp CMD/4/SUPERLOGIN: action=login | via=enable | user=op1 | command.privilege=15 | outcome=success 192.0.2.7/0",
		vrp + "%%01CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT(l)[9]:Configuration was changed. (SessionId=3, UserName=op1, SourceAddress=192.0.2.7, TerminalType=NETCONF)",
		"vrp CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT: action=config-change | user=op1 | id=3 | via=netconf 192.0.2.7/0",
		vrp + "%%01CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT(l)[9]:The configuration changed. (Internal change =0, User name =op1, Session ID =3, Command source address =192.0.2.7, Storage type =1, Terminal type =1)",
		"vrp CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT: action=config-change | user=op1 | id=3 | via=snmp 192.0.2.7/0",
		vrp + "%%01CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT(l)[9]:The configuration changed. (Internal change =0, User name =, Session ID =0, Command source address =192.0.2.7, Storage type =1, Terminal type =0)",
		"vrp CONFIGURATION/6/NETCONF_CONFIG_CHANGE_EVENT: action=config-change | id=0 192.0.2.7/0",
		vrp + `%%01CONFIGURATION/6/CFG_FILE_CHANGE(l)[9]:Configuration file was changed. (LogIndex=8, SrcCmd=2, SrcData=3, DestData=2, TerUser="op1", SrcAddr=192.0.2.7, ConfigChangeId=4, LogTime=99, CfgBaselineTime="")`,
		"vrp CONFIGURATION/6/CFG_FILE_CHANGE: action=config-change | user=op1 | via=netconf 192.0.2.7/0",
		vrp + "%%10SHELL/5/SHELL_LOGIN: op1 logged in from 192.0.2.7.",
		"comware SHELL/5/SHELL_LOGIN: ",
	}.check(t)
}

func TestFortinet(t *testing.T) {
	const f = `<189>date=2024-02-02 time=03:04:05 devname="fw2" devid="FG1" `
	table{
		f + `logid="0100032001" type="event" subtype="system" level="information" vd="root" logdesc="Admin login successful" user="op1" ui="ssh(192.0.2.7)" method="ssh" srcip=192.0.2.7 dstip=192.0.2.1 action="login" status="success" reason="none" msg="Administrator op1 logged in successfully from ssh(192.0.2.7)"`,
		"fortios 0100032001: action=login | outcome=success | user=op1 | via=ssh | reason=none 192.0.2.7/0",
		f + `logid="0100044547" type="event" subtype="system" level="information" user="op1" ui="GUI(192.0.2.7)" action="Add" cfgtid=1 cfgpath="system.admin" cfgobj="op2" msg="Add system.admin op2"`,
		"fortios 0100044547: action=account-add | user.target.name=op2 | config.path=system.admin | user=op1 | via=http 192.0.2.7/0",
		f + `logid="0100044546" type="event" subtype="system" level="information" user="op1" ui="ssh(192.0.2.7)" action="Edit" cfgpath="log.syslogd.setting" cfgattr="status[enable->disable]"`,
		"fortios 0100044546: action=logging-change | config.path=log.syslogd.setting | user=op1 | via=ssh 192.0.2.7/0",
		f + `logid="0000000013" type="traffic" subtype="forward" level="notice" srcip=203.0.113.9 srcport=50022 dstip=192.0.2.1 dstport=22 proto=6 action="deny" policyid=7`,
		"fortios 0000000013: action=acl-hit | type=denied | rule.name=7 203.0.113.9/50022 > 192.0.2.1/22 proto 6",
	}.check(t)
}

func TestNetScreen(t *testing.T) {
	const n = `2024-02-02T03:04:05.678901-04:00 192.0.2.1 fw3: NetScreen device_id=77  [Root]`
	table{
		n + "system-information-00767: System configuration saved by op1 via web from host 192.0.2.7 to 192.0.2.1:443 by op1. (2024-02-02 03:04:05)",
		"screenos system-information-00767: action=config-commit | user=op1 | via=http 192.0.2.7/0",
		n + "system-warning-00515: Management session via SSH from 192.0.2.7:0 for admin op1 has timed out (2024-02-02 03:04:05)",
		"screenos system-warning-00515: action=logout | user=op1 | via=ssh | reason=timed out 192.0.2.7/0",
	}.check(t)
}
