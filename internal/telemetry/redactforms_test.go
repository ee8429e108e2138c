package telemetry

import (
	"strings"
	"testing"
)

// secretTexts are texts that hold a secret, {S}. Each becomes the text beside it; without one, ***
// stands where the secret stood.
var secretTexts = []struct{ in, want string }{
	// Names.
	{in: "user_password={S} x"},
	{in: "DB_PASSWORD={S} x"},
	{in: "userPassword={S} x"},
	{in: "DBPassword: {S} x"},
	{in: "pass={S} x"},
	{in: "token={S} x"},
	{in: "refresh_token={S} x"},
	{in: "client_secret={S} x"},
	{in: "spring.datasource.password={S} x"},
	{in: "password2={S} x"},
	{in: "x-api-key: {S}"},
	{in: "apiKey={S} x"},
	{in: "API_KEY={S} x"},
	{in: "AWS_SECRET_ACCESS_KEY={S} x"},
	{in: "private_key={S} x"},
	{in: "passphrase={S} x"},
	{in: "pwd={S} x"},
	{in: "pin={S} x"},
	{in: "dbpassword={S} x"},
	{in: "PGPASSWORD={S} psql"},
	{in: "MYSQL_PWD={S} x"},
	{in: "radius.key={S} x"},
	{in: "API key: {S} x"},
	{in: "X-Auth-Token: {S} x"},
	{in: "PassWord={S} x"},
	{in: "password_hash={S} x"},
	{in: "--password {S} x"},
	{in: "--db-password={S} x"},
	{in: "passwords: {S} x"},
	{in: "PHPSESSID={S} x"},
	{in: "Server=h;Uid=sa;Pwd={S};Database=d"},
	{in: "\x1b[0mtoken={S} x"},
	{in: `a\ntoken={S} x`},
	{in: "username/password: {S} x"},
	{in: "credentials={S} x"},
	{in: "$pw['password'] = '{S}';"},
	{in: "password[]={S} x"},
	// Values.
	{in: `password="two {S} words" x`, want: `password="***" x`},
	{in: `password="{S} words" x`, want: `password="***" x`},
	{in: `password='two {S} words' x`, want: `password='***' x`},
	{in: `password="a\"{S} b" x`, want: `password="***" x`},
	{in: `password="a""{S}" x`, want: `password="***" x`},
	{in: `""password"":""two {S}"",""user"":""op""`, want: `""password"":""***"",""user"":""op""`},
	{in: `password="two {S}`, want: `password="***`},
	{in: "password=“two {S} words” x", want: "password=“***” x"},
	{in: "password=ab,{S} x", want: "password=*** x"},
	{in: "password=ab;{S} x", want: "password=*** x"},
	{in: "password=ab&{S} x", want: "password=*** x"},
	{in: "password=ab'{S} x", want: "password=*** x"},
	{in: `password=ab"{S} x`, want: "password=*** x"},
	{in: "password=ab|{S} x", want: "password=*** x"},
	{in: "password: ab,{S} x", want: "password: *** x"},
	{in: "password ab,{S} x", want: "password *** x"},
	{in: "password ab;{S} x", want: "password *** x"},
	{in: "password=,{S} x", want: "password=*** x"},
	{in: "password=({S}) x", want: "password=*** x"},
	{in: `password="ab"{S} x`, want: "password=*** x"},
	{in: "password={bcrypt}{S} x", want: "password=*** x"},
	{in: `"passwords":["a b","{S}"],"x":1`, want: `"passwords":***,"x":1`},
	{in: `password=b'{S}' x`, want: `password=b'***' x`},
	{in: `"token":{"value":"{S}"},"x":1`, want: `"token":***,"x":1`},
	{in: "login?user=op&password={S}&x=1"},
	{in: "login?password={S}&amp;x=1"},
	{in: `{"message":"login password={S}","user":"op"}`},
	{in: `{"message":"username op password 7 {S}","user":"op"}`},
	{in: `{"password":"{S}","user":"op"}`},
	{in: "(password={S}) x"},
	{in: `{"pin":{S},"user":"op"}`},
	{in: "user=op,password={S},host=gw"},
	// Words before the secret.
	{in: "password => {S} x"},
	{in: "password -> {S} x"},
	{in: `Cleartext-Password := "{S}"`},
	{in: "password == {S} x"},
	{in: "password cipher {S} x"},
	{in: "password encrypted {S} x"},
	{in: "password irreversible-cipher {S}"},
	{in: "wpa-psk ascii 0 {S} x"},
	{in: "username u privilege 15 secret sha512 {S}"},
	{in: "enable secret 9 {S}"},
	{in: "enable secret level 15 5 {S}"},
	{in: "set password ENC {S}"},
	{in: "set psksecret ENC {S}"},
	{in: "pre-shared-key ascii-text \"{S}\";"},
	{in: "password: 7 {S}", want: "password: *** ***"},
	{in: "authentication-password {S} x"},
	{in: "standby 1 authentication md5 key-string 7 {S}"},
	{in: "vrrp 1 authentication text {S}"},
	{in: "snmp-agent community read cipher {S} x"},
	{in: "snmp-server community {S} RO 10"},
	{in: "set snmp community {S} authorization read-only"},
	{in: "SNMP community string {S} x"},
	{in: "snmp_community={S} x"},
	{in: "community: {S} x"},
	{in: "radius-server key 7 {S} x"},
	{in: "radius-server host 192.0.2.1 auth-port 1812 key {S} x"},
	{in: "crypto isakmp key {S} address 192.0.2.1"},
	{in: "key 7 {S} x"},
	{in: "encryption key 7 {S} x"},
	{in: "pin= Set-Cookie: sid={S}", want: "pin= *** ***"},
	{in: "snmp-server host 192.0.2.1 traps version 2c {S}"},
	{in: "snmp-server host 192.0.2.1 vrf m {S} udp-port 162"},
	{in: "CREATE USER 'u' IDENTIFIED BY '{S}'"},
	{in: "Authentication: Bearer 9{S}0000000000", want: "Authentication: Bearer ***"},
	// Other notations.
	{in: `{"log":"{\"password\":\"{S}\",\"user\":\"op\"}"}`},
	{in: `{\\\"password\\\":\\\"two {S}\\\",\\\"u\\\":1}`, want: `{\\\"password\\\":\\\"***\\\",\\\"u\\\":1}`},
	{in: `{"name":"Authorization","value":"Basic {S}"},{"name":"Host","value":"h"}`},
	{in: `<property name="password" value="{S}"/>`},
	{in: "<password>{S}</password>"},
	{in: "<ns:Password>two {S}</ns:Password>", want: "<ns:Password>***</ns:Password>"},
	{in: `<password type="x">{S}</password>`},
	{in: "&lt;password&gt;{S}&lt;/password&gt;"},
	{in: `\u003cpassword\u003e{S}\u003c/password\u003e`},
	{in: "<password><![CDATA[{S}]]></password>"},
	{in: "q=password%3D{S} x"},
	{in: "q=user%3Dop%26password%3D{S}%26x%3D1"},
	{in: "q=%22password%22%3A%22{S}%22 x"},
	{in: "q=password%253D{S} x"},
	{in: `&quot;password&quot;:&quot;{S}&quot; x`},
	{in: `\u0022password\u0022:\u0022{S}\u0022 x`},
	{in: "Authorization: Token {S}"},
	{in: "Authorization: AWS4-HMAC-SHA256 Credential=a/b, Signature={S}", want: "Authorization: AWS4-HMAC-SHA256 ***"},
	{in: "Authorization: what ever {S}", want: "Authorization: ***"},
	{in: `Authorization: Digest username="{S}", response="{S}"`, want: "Authorization: Digest ***"},
	{in: `curl -H "Authorization: Bearer {S}" http://h/`},
	{in: `curl -H 'Cookie: a=b; c={S}' http://h/`, want: `curl -H 'Cookie: ***' http://h/`},
	{in: "Cookie: a=b; c={S}", want: "Cookie: ***"},
	{in: "Set-Cookie: sid={S}; Path=/", want: "Set-Cookie: ***"},
	{in: "cookie=a=b; c={S} status=200", want: "cookie=*** status=200"},
	{in: `{"req":"GET /\r\nCookie: a={S}\r\nHost: h"}`, want: `{"req":"GET /\r\nCookie: ***\r\nHost: h"}`},
	{in: `{"authorization":"Basic {S}","x":1}`},
	{in: "Proxy-Authorization: Basic {S}"},
	{in: "snmp-server user u g v3 auth sha {S} priv aes 128 {S}"},
	{in: "snmp-server user u g v3 encrypted auth md5 {S} priv des {S} access 10"},
	{in: "snmp-server user u network-admin auth md5 0x{S} priv 0x{S} localizedkey", want: "snmp-server user u network-admin auth md5 *** priv *** localizedkey"},
	{in: "snmp-agent usm-user v3 u authentication-mode sha cipher {S}"},
	{in: "ip ospf message-digest-key 1 md5 7 {S}"},
	{in: "message-digest-key 1 md5 {S}"},
	{in: "ntp authentication-key 1 md5 {S} 7"},
	{in: "ntp authentication-key 12 hmac-sha2-256 {S}", want: ""},
	{in: "ospf authentication-mode md5 1 cipher {S}", want: ""},
	{in: "Ki={S} x"},
	{in: "OPc={S} x"},
	{in: "curl -u user:{S} http://h/"},
	{in: "curl --user user:{S} http://h/"},
	{in: `curl -u "user:two {S}" http://h/`, want: `curl -u "user:***" http://h/`},
	{in: "sshpass -p {S} ssh op@h"},
	{in: "sshpass -p{S} ssh op@h"},
	{in: "sshpass -p 'two {S}' ssh op@h", want: "sshpass -p '***' ssh op@h"},
	{in: "mysql -u root -p{S} db"},
	{in: "snmpwalk -v2c -c {S} 192.0.2.1"},
	{in: `"-----BEGIN RSA PRIVATE KEY-----\nMIIE{S}\nabc\n-----END RSA PRIVATE KEY-----" x`, want: `"-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----" x`},
	{in: "-----BEGIN OPENSSH PRIVATE KEY-----\nb3{S}", want: "-----BEGIN OPENSSH PRIVATE KEY-----\n***"},
	{in: "op:$6$saltsalt${S}abcdefgh:19000:0", want: "op:$6$***:19000:0"},
	{in: "cookie eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{S} x", want: "cookie *** x"},
	{in: `"PASS {S}"`},
	// Options.
	{in: `{"args":["run","--password","{S}","x"]}`},
	{in: `{"args":["run", "-pw", "two {S}"]}`, want: `{"args":["run", "-pw", "***"]}`},
	{in: `{\"args\":[\"/password\",\"{S}\"]}`},
	{in: "run --token {S} x"},
	{in: "run --pass '{S}' x"},
	{in: "run --api-key {S} x"},
	// Routers.
	{in: "standby 1 authentication {S}"},
	{in: "standby authentication {S}"},
	{in: "standby 1 authentication md5 key-string {S}"},
	{in: "standby 1 authentication md5 key-string 7 {S} timeout 30"},
	{in: "vrrp 1 authentication {S}"},
	{in: "isis authentication key {S}"},
	{in: "client 192.0.2.1 server-key {S}"},
	{in: "client 192.0.2.1 server-key 7 {S}"},
	{in: "crypto pki import NAME pkcs12 terminal {S}"},
	{in: "crypto pki export NAME pkcs12 flash:x.p12 password {S}"},
	{in: "pre-shared-key address 0.0.0.0 key {S}"},
	{in: "pre-shared-key address 0.0.0.0 0.0.0.0 key 6 {S}"},
	{in: "pre-shared-key hostname gw2.example key {S}"},
	{in: "pre-shared-key local {S}"},
	{in: "ospf 1 area 0 authentication md5 1 key {S}"},
	{in: `set protocols ospf area 0 interface x authentication md5 1 key "$9${S}"`, want: `set protocols ospf area 0 interface x authentication md5 1 key "***"`},
	{in: "set protocols isis interface x level 1 hello-authentication-key {S}"},
	{in: `set protocols isis interface x level 1 hello-authentication-key "$9${S}"`, want: `set protocols isis interface x level 1 hello-authentication-key "***"`},
	{in: "set system ntp authentication-key 1 type md5 value {S}"},
	{in: `set system ntp authentication-key 1 type sha256 value "$9${S}"`, want: `set system ntp authentication-key 1 type sha256 value "***"`},
	{in: "set security ipsec security-association x manual direction inbound encryption algorithm des-cbc key ascii-text {S}", want: "set security ipsec security-association x manual direction inbound encryption algorithm des-cbc key ascii-text ***"},
	{in: "set security ipsec vpn x manual encryption key ascii-text {S}"},
	{in: "set security ipsec vpn x manual authentication key hexadecimal {S}"},
	{in: "set snmp v3 snmp-community x community-name {S}"},
	{in: `UI_CFG_AUDIT_SET: User 'op' set: [system radius-server 192.0.2.1 secret] "{S}" -> "$9${S}"`, want: `UI_CFG_AUDIT_SET: User 'op' set: [system radius-server 192.0.2.1 secret] "***" -> "***"`},
	{in: `set: [system ntp authentication-key 1 value] <unconverted> -> "$9${S}"`, want: `set: [system ntp authentication-key 1 value] <unconverted> -> "***"`},
	{in: `set: [security ike policy x pre-shared-key ascii-text] <unconverted> -> "{S}"`},
	{in: `[junos@2636.1.1.1.2.18 username="op" action="set" pathname="[system radius-server 192.0.2.1 secret\]" delimiter="" data="{S}" value="{S}"]`},
	{in: `pathname="[protocols ospf area 0 interface x authentication md5 1 key\]" delimiter="\"" data="<unconverted>" value="\"$9${S}\""]`, want: `pathname="[protocols ospf area 0 interface x authentication md5 1 key\]" delimiter="\"" data="<unconverted>" value="***"]`},
	{in: `{\"pathname\":\"[system tacplus-server 192.0.2.1 secret]\" value=\"{S}\"`},
	{in: "ip ospf mess 1 md5 {S}"},
	{in: "ip ospf message 1 md5 7 {S}"},
	{in: "area 0 virtual-link 192.0.2.1 mess 1 md5 {S}"},
	{in: "ip ospf authentication-k {S}"},
	{in: "ntp authentication-k 1 md5 {S}"},
	{in: "ntp auth 1 md5 {S} 7"},
	{in: "wpa-p asc 0 {S}"},
	{in: "security wpa psk set-key ascii 0 {S} 0", want: "security wpa psk *** ascii 0 *** 0"},
	{in: "dot11 wep key 1 size 128 {S}"},
	{in: "encryption key 1 size 128bit 7 {S} transmit-key"},
	{in: "server-private 192.0.2.1 key {S}"},
	{in: "server-private 192.0.2.1 timeout 5 key 7 {S}"},
	{in: "server-p 2001:db8::1 k 6 {S}"},
	{in: "address ipv4 192.0.2.1 auth-port 1812 acct-port 1813 key {S}"},
	{in: "address ipv4 192.0.2.1 key 7 {S}"},
	{in: "address ipv6 2001:db8::1 k {S}"},
	{in: "client 192.0.2.1 vrf m server-k {S}"},
	{in: "mpls ldp password fallback {S}"},
	{in: "mpls ldp password option 1 for 5 7 {S}"},
	{in: "crypto isa key {S} addr 192.0.2.1"},
	{in: "cry isa k 6 {S} add 192.0.2.1"},
	{in: "crypto pki export NAME pem terminal 3des {S}"},
	{in: "crypto pki export NAME pem url flash: aes {S}"},
	{in: "crypto pki import NAME pem terminal password {S}"},
	{in: "crypto pki import NAME pem terminal {S}"},
	{in: "crypto key export rsa NAME pem terminal 3des {S}"},
	{in: "crypto key import rsa NAME pem usage-keys url flash:x exportable {S}"},
	{in: "key config-key ascii {S}"},
	{in: "key config-k passw {S}"},
	{in: "test aaa group tacacs+ bob {S} legacy"},
	{in: "test aaa group radius bob {S} new-code"},
	{in: "test aaa group NAME server 192.0.2.1 auth-port 1812 acct-port 1813 bob {S} leg"},
	{in: "test aaa gr tacacs+ bob 'two {S}' leg", want: "test aaa gr tacacs+ bob '***' leg"},
	{in: "ldap bind authen root-dn cn=x,dc=y pass 0 {S}"},
	{in: "event manager environment _pw {S}"},
	{in: "key-octet-string {S}"},
	{in: "key-octet-string 7 {S}"},
	{in: "ike key {S} address 192.0.2.1"},
	{in: "snmp-s comm {S} RW"},
	{in: "snmp-server com {S} ro 10"},
	{in: "snmp-agent comm write cipher {S}"},
	{in: "mail-server bob:{S}@192.0.2.1 priority 1"},
	{in: "copy run ftp: // bob:{S}@192.0.2.1"},
	// Huawei.
	{in: "local-user bob pass cipher {S}"},
	{in: "local-user bob pass irreversible-cipher %^%#{S}%^%#", want: "local-user bob pass irreversible-cipher ***"},
	{in: "area-authentication-mode md5 {S}"},
	{in: "area-authentication-mode simple plain {S}"},
	{in: "domain-authentication-mode hmac-sha256 key-id 1 cipher {S}"},
	{in: "domain-authentication-mode md5 cipher %^%#{S}%^%#", want: "domain-authentication-mode md5 cipher ***"},
	{in: "rip authentication-mode md5 nonstandard {S} 1"},
	{in: "isis authentication-mode md5 {S}"},
	{in: "md5-password plain 192.0.2.1 {S}"},
	{in: "md5-password cipher 192.0.2.1 %^%#{S}%^%#", want: "md5-password cipher 192.0.2.1 ***"},
	{in: "md5-password cipher peer-group NAME {S}"},
	{in: "gre key cipher {S}"},
	// FortiOS.
	{in: "set key ENC {S}"},
	{in: `set private-key "{S}"`},
	{in: "set wep-key {S}"},
	{in: "set md5-key 1 {S}"},
	{in: `set md5-key "{S}"`},
	{in: "set enckey ENC {S}"},
	{in: "set admin-pw {S}"},
	{in: `cfgpath="system.ntp.ntpserver" cfgobj="1" cfgattr="key[{S}]"`},
	{in: `cfgattr="name[x]key[old1->ENC {S}]comment[y]"`, want: `cfgattr="name[x]key[***]comment[y]"`},
	{in: `cfgattr="key[a]{S}]psksecret[ENC {S}]interface[wan1]"`, want: `cfgattr="key[***]psksecret[***]interface[wan1]"`},
	{in: `cfgattr="password[*]md5-key[{S}]"`},
	{in: "execute backup config ftp x.cfg 192.0.2.1 bob {S}"},
	{in: "exec backup full-config sftp x.cfg 192.0.2.1:22 bob '{S}'"},
	{in: "execute restore config ftp x.cfg 192.0.2.1 bob {S}"},
	{in: "diagnose test authserver ldap NAME bob {S}"},
	{in: "diagnose test authserver radius NAME mschap2 bob {S}"},
	{in: "diag test auth tacacs+ NAME bob {S}"},
	// FreeRADIUS.
	{in: "Login OK: [alice/{S}] (from client nas1 port 0)"},
	{in: "Login incorrect: [alice/{S}] (from client nas1 port 0 cli 00-11-22-33-44-55)"},
	{in: "Login incorrect (mschap: MS-CHAP2-Response is incorrect): [alice/a]{S}] (from client nas1 port 0)", want: "Login incorrect (mschap: MS-CHAP2-Response is incorrect): [alice/***] (from client nas1 port 0)"},
	{in: "Invalid user: [alice/{S}] (from client nas1 port 0)"},
	// Windows.
	{in: `net use \\srv\share {S}`},
	{in: `net use Z: \\srv\share {S} /persistent:no`},
	{in: `xfreerdp /u:bob /p:{S} /v:192.0.2.1`},
	{in: `xfreerdp /v:192.0.2.1 /u:bob /p:'two {S}'`, want: `xfreerdp /v:192.0.2.1 /u:bob /p:'***'`},
	{in: `net use \\srv\share /user:bob {S} /persistent:no`},
	{in: `net use \\srv\share {S} /user:bob`},
	{in: `net use Z: \\srv\share {S} /user:CORP\bob`},
	{in: `C:\Windows\System32\net.exe use X "two {S}" /user:bob`, want: `C:\Windows\System32\net.exe use X "***" /user:bob`},
	{in: "net user bob {S} /add"},
	{in: "net1 user bob '{S}' /add /domain"},
	// Programs.
	{in: "plink -ssh op@192.0.2.1 -pw {S} show"},
	{in: `C:\Tools\plink.exe -P 22 -pw "two {S}" op@h`, want: `C:\Tools\plink.exe -P 22 -pw "***" op@h`},
	{in: "pscp -pw {S} a.txt op@h:/x"},
	{in: `psexec \\srv -u bob -p {S} cmd`},
	{in: `PsExec64.exe \\srv -u bob -p {S} cmd`},
	{in: `{"args":["psexec","-p","{S}","cmd"]}`},
	{in: "crackmapexec smb 192.0.2.1 -u bob -p {S} --shares"},
	{in: "nxc smb 192.0.2.1 -u bob -p '{S}' x"},
	{in: "evil-winrm -i 192.0.2.1 -u bob -p {S} x"},
	{in: "/usr/bin/secretsdump.py corp/bob:{S}@dc1 x"},
	{in: "impacket-wmiexec bob:{S}@192.0.2.1 x"},
	{in: "smbclient //srv/share -U bob%{S} -c ls"},
	{in: `smbclient //srv/share -U 'CORP\bob%{S}' -c ls`},
	{in: "rpcclient --user=bob%{S} x"},
	{in: "sqlcmd -S srv -U sa -P {S} -Q x"},
	{in: "sqlcmd -S srv -U sa -P{S} -Q x"},
	{in: "rdesktop -u bob -p {S} 192.0.2.1"},
	{in: "ConvertTo-SecureString {S} -AsPlainText -Force"},
	{in: `ConvertTo-SecureString -String "{S}" -AsPlainText -Force`},
	{in: "echo bob:{S} | chpasswd"},
	{in: "echo 'bob:{S}' | sudo chpasswd -e"},
	{in: "useradd -m -p {S} bob"},
	{in: "echo {S} | sudo -S id"},
	{in: `echo "{S}" | /usr/bin/sudo -k -S id`},
	{in: "htpasswd -b /etc/x.htp bob {S} x"},
	{in: "htpasswd -nb bob {S} x"},
	{in: "docker login -u bob -p {S} registry.example"},
	{in: "ipmitool -H 192.0.2.1 -U root -P {S} power status"},
	{in: "ipmitool -I lanplus -H 192.0.2.1 -U root -P{S} sol"},
	{in: "echo {S} | passwd --stdin bob"},
	{in: "printf {S} | sudo -S id"},
	{in: "printf 'bob:{S}' | chpasswd"},
	{in: "printf '%s:%s' bob {S} | sudo chpasswd", want: "printf *** | sudo chpasswd"},
	{in: "sudo -S <<< {S} id"},
	{in: "chpasswd <<< bob:{S}"},
	{in: "kinit bob <<< {S}"},
	{in: "vncpasswd -f <<< '{S}'"},
	{in: "radtest bob {S} 192.0.2.1 0 {S}"},
	{in: "radtest -t mschap bob {S} 192.0.2.1 0 {S}"},
	{in: "lftp -u bob,{S} ftp.example"},
	{in: "lftp -e 'open -u bob,{S} ftp.example'"},
	{in: "zip -P {S} x.zip y"},
	{in: "unzip -P {S} x.zip"},
	{in: "7z a -p{S} x.7z y"},
	{in: "sqlplus bob/{S}@db1"},
	{in: "sqlplus -s bob/{S}@db1 @x.sql"},
	{in: `sqlplus "sys/{S}@db1 as sysdba"`},
	{in: "expdp system/{S} full=y"},
	{in: "mongo -u bob -p {S} --host db1"},
	{in: "mongodump -u bob -p '{S}'"},
	{in: "openssl passwd -1 {S}"},
	{in: "openssl enc -aes-256-cbc -k {S} -in x"},
	{in: "ldapadd -xw {S} -D cn=x"},
	{in: "ncftpput -u bob -p {S} ftp.example / x"},
	{in: "smbclient //srv/share {S} -U bob"},
	{in: "mount.cifs //srv/share /mnt -o user=bob%{S}"},
	{in: "racadm -r 192.0.2.1 -u root -p {S} getsysinfo"},
	{in: "hydra -l bob -p {S} ssh://192.0.2.1"},
	{in: "wpa_passphrase ssid1 {S}"},
	{in: "iwconfig wlan0 key s:{S}", want: "iwconfig wlan0 key ***"},
	{in: "ssh bob:{S}@192.0.2.1"},
	// URLs.
	{in: "HTTP://bob:{S}@host/x"},
	{in: "http://bob:a/{S}@host.example/x", want: "http://bob:***@host.example/x"},
	{in: "http://bob:a@{S}@host/x", want: "http://bob:***@host/x"},
	{in: "http://bob:a@b/{S}@host.example/x", want: "http://bob:***@host.example/x"},
	{in: "http://{S}@host/x"},
	{in: "http://:{S}@host/x"},
	{in: "http://bob:{S}:x@host/x", want: "http://bob:***@host/x"},
	{in: "see bob:{S}@host.example/x"},
	{in: "see bob:{S}@192.0.2.1:8080 x"},
	{in: "hxxp[:]//bob:{S}@host/x"},
	{in: "hxxp://bob:{S}@host[.]example/x"},
	{in: `"http:\/\/bob:{S}@host\/x"`},
	{in: "u=http%3A%2F%2Fbob%3A{S}%40host%2Fx"},
	{in: "ssh://git:{S}@host/x"},
	{in: "http://host/?token={S} x"},
	{in: "http://host/a?x=1&api_key={S}&y=2"},
	{in: "ftp://op:{S}@[2001:db8::1]/x"},
	{in: "sip:bob:{S}@host:5060"},
	{in: "postgres://op:{S}@db:5432/x"},
}

// plainTexts hold no secret and no subscriber, whatever they look like.
var plainTexts = []string{
	"Accepted password for op from 192.0.2.1 port 22 ssh2", "Failed password for invalid user op from 192.0.2.1", "password authentication failed", "password expired",
	"changed password of op", "password must be changed", "password: expired", "no password set", "service password-encryption", "password encryption aes", "Password check failed for user op",
	"community 65000:100", "set community 65000:100 65000:200 additive", "ip community-list 1 permit 65000:1", "ip extcommunity-list standard x permit rt 65000:1", "set community no-export",
	"match community 5", "match community CUSTOMERS", "neighbor 192.0.2.1 send-community both", "neighbor 192.0.2.1 send-community extended", "community: 65000:100,65000:200", `"community":"65000:100 65000:200"`,
	"community NAME members 65000:1", "large-community 65000:1:2", "Community: no-advertise", "set community 4259840100",
	"192.0.2.1:443 -> 198.51.100.7:51234", "2001:db8::1 2001:db8::2", "00:11:22:33:44:55", "00-11-22-33-44-55", "Calling-Station-Id=00-11-22-33-44-55", "0011.2233.4455", "Calling-Station-Id=AA-BB-CC-DD-EE-FF",
	"550e8400-e29b-41d4-a716-446655440000", "12345678-1234-1234-1234-123456789012", "subscriber_id=12345678-1234-1234-1234-123456789012", "CHhAvVGS1DHFjwGM9 C4J4Th3PJpwUYZZ6gc", "d41d8cd98f00b204e9800998ecf8427e",
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "a123456789012345b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca4", "t13d1516h2_8daaf6152771_b186095e22b6", "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0",
	"1700000000.123456", "1700000000", "1700000000123", "2024-01-02T03:04:05.678901234Z", "20240102030405", "2024-01-02 03:04:05 +0100 x", "at 1700000000.123456 nothing 20260101123456 of interest",
	"flow_id=123456789012345", `{"flow_id":123456789012345,"event_type":"dns"}`, "bytes=123456789012345", "total_bytes: 123456789012345", "1234567890123456", "12345678901234567890",
	"www.password-reset.example.com 443", "password.example.com:443 x", "token.example.net", "secret.txt was read", "GET /password/reset HTTP/1.1", "/etc/passwd: No such file or directory", "cat /etc/passwd /tmp/x",
	"op : TTY=pts/0 ; PWD=/home/op ; USER=root ; COMMAND=/bin/ls", "pwdLastSet=133500000000000000", "badPwdCount: 3", "password_length=12", "token_type=Bearer x", "max_tokens=4096", "has_password=true", `"password":null,"x":1`,
	"password=null x", "token: none x", "tokens expire", "unexpected token near x", "pass in on em0", "pass through", "spf=pass smtp.mailfrom=a.example", "bypass=1", "compass=north", "SPF: PASS x",
	"key chain 1", "public key: ssh-ed25519 AAAA", "host key verification failed", "key exchange failed", "Registry key: HKLM", "key 1", "keyboard: us",
	"authorization failed for op", "aaa authorization exec default group tacacs+ local", "Authorization: failed for op", "aaa authentication login default group radius local", "radius-server timeout 5",
	"syncookies sent", "cookie jar", "http://host/path?mail=a@b.example", "https://host.example/@user/1", "http://host:8080/a@b.example", "ssh://git@host.example/x.git", "git@host.example:org/repo", "http://[2001:db8::1]:80/a@b",
	"mail from bob@host.example", "<bob@host.example>", "mailto:bob@host.example/x", "sip:bob@host.example:5060", "http://host.example/a:b@", "docker run -u 1000:1000 x", "chown -R a:b x", "at 10:11:12 bob@host.example said",
	"snmp-server group g v3 priv read v", "snmp-server enable traps", "snmp-server location rack 4", "snmp-server host 192.0.2.1 version 3 auth u", "ki=5 kp=2", "op=login", "OP=READ", "opcode=1", "Ki: 0.25",
	"-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY----- x", "$1 $2", "$HOME/x", "cost $5$", "bearer 5 established", "created bearer id 5", "pin_count=4", "GPIO pins 4", "GPIO pin 4",
	"cell_id=12345678", "order number 12345678", "number: 123456789", "id=123456789", "user=op id=12345678", "User-Name=op", "call 1+100200", "a+4915112345678", "score +12", "+1100 UTC", "x=+1234567.8901234",
	"mobile 2024-01-02 03:04:05", "called 192.0.2.1", "calling 2001:db8::1", "subscribers=12345678 bytes=1", "imsi_count=12345678", "AS65000 4200000000", "0.123456789012345", "123456789012345.5", "v1.2.3-20240102030405-abcdef123456",
	`"args":["--password","--user","op"]`, `"args":["--password-file","a.txt"]`, `"columns":["password","user"]`, "run --private-key /etc/x.pem", "run --token --user op", "run --token-file a.txt", "ffmpeg -pass 1 x",
	`net use Z: \\srv\share /user:bob | more`, `net use Z: \\srv\share * /user:bob`, "net user bob /add", "net user bob * /add", "net user growth was slow in May", "the net use of X is /user: bob", "a user bob word /add", "net view X /user:bob",
	"standby 1 authentication md5 key-chain KC", "standby 1 priority 110", "vrrp 1 authentication failed", "isis authentication key-chain KC", "isis authentication mode md5", "authentication key exchange", "server-key exchange failed",
	"crypto pki import NAME pem terminal x", "file NAME pkcs12 terminal x", "crypto pki import NAME pkcs12", "pre-shared-key address 0.0.0.0",
	"ssh -p 22 op@h", "plink -P 22 op@h", "docker run -p 8080:80 x", "mkdir -p /tmp/x", "useradd -m bob | cp -p a b", "usermod.conf -p x", "psexec | ssh -p 22 h", "smbclient //srv/share -U bob -c ls", "sqlcmd -S srv -Q x", "echo hello | sudo tee /x", "sudo -S id",
	"ConvertTo-SecureString $p -AsPlainText -Force", "ConvertTo-SecureString x -Key y", "echo bob:x | cat", "htpasswd -c /etc/x.htp bob", "secretsdump.py corp/bob@dc1", "tar -p x -P y", "nmap -p 22 192.0.2.1", "docker ps -p x",
	"0049 1512 3456 7812", "0x0010: 0049 1512 3456 7890", "row 0012 20240102", "seq 0049 5 7", "0000 151 12345678", "0023 151 1234567 12345678 99", "11 0049 151 12345678", "id=7:0049 151 12345678", "0049 151 12345678x",
	"::ffff:192.0.2.1", "module::token::new", "secret://x", "100%de x", "Bearer of news", "phone home beacon to 192.0.2.1", "CVE-2024-12345 T1059.001", "party at number 5",
	"%SYS-5-CONFIG_I: Configured from console by op on vty0 (192.0.2.7)", `{"event_type":"http","http":{"hostname":"a.example","url":"/x","http_user_agent":"curl/8.0"}}`,
}

// commandTexts are commands that hold a secret, {S}, in a form that only a whole command has.
var commandTexts = []string{
	"enable sec {S}", "ena sec 0 {S}", "enable pass 7 {S}", "enable secr level 15 5 {S}", "ena pa $9${S}", "enable pas 8 $8${S}", "no enable sec {S}", "do ena sec {S}",
	"username bob pass 0 {S}", "user bob pass {S}", "username bob priv 15 sec 0 {S}", "username bob sec 9 $9${S}", "usern bob sec 5 $1${S}", "username bob algorithm-type scrypt sec {S}", "user bob pass {S} priv 15",
	"neighbor 192.0.2.1 pass {S}", "nei 192.0.2.1 pas 7 {S}", "no neigh 2001:db8::1 passw {S}", "nei 192.0.2.1 pa {S}", "ip ftp pass 7 {S}", "ip http client passw {S}", "isis pass {S} level-2", "ppp chap pass {S}",
	"ppp pap sent-username bob pass 7 {S}", "mpls ldp neigh 192.0.2.1 pass {S}", "vtp pas {S} hidden", "l2tp tunnel pas 7 {S}", "cts cred id x pass {S}", "cts sxp def passw {S}", "vpdn user bob pass {S}", "ip wccp 61 pass 7 {S}",
	"test aaa-server auth x host 192.0.2.1 user bob pass {S}", "area-pass {S}", "tac key {S}", "tac-server key 7 {S}", "tacacs-ser host 192.0.2.1 k {S}", "radius-s k {S}", "pac key {S}", "pac k 7 {S}",
	"failover key {S}", "failover key hex {S}", "fail key {S}", "key-str {S}", "key-st 7 {S}", "pre-sh local {S}", "ikev2 remote-auth pre-shared {S}", "aaa-server x host 192.0.2.1 {S}", "aaa-server x (inside) host 192.0.2.1 {S} timeout 10",
	"stand 1 auth {S}", "standby 1 auth md5 key-s 7 {S}", "vrrp 1 auth {S}", "glbp 1 auth text {S}", "set sys tacplus-server 192.0.2.1 sec {S}", "snmp com {S} rw", "execute backup config tftp x.cfg 192.0.2.1 {S}", "execute backup config ftp x.cfg 192.0.2.1 bob {S} {S}",
	"key {S}", "key 0 {S}", "key 7 {S}", "key 6 {S}", "key 8 $8${S}", "key 9 $9${S}", "key \"$9${S}\"", "key 01 7 {S}", "key 01 {S} fallback", "key 0abc 0 {S}", "key cipher %^%#{S}%^%#", "pass {S}", "passw 7 {S}", "sec 0 {S}", "sec 5 $1${S}", "pas {S}", "passw {S} encr",
	"set key {S}", "set key \"{S}\"",
}

// commandLogs are how logs state a command, {}.
var commandLogs = []string{
	"%PARSER-5-CFGLOG_LOGGEDCMD: User:op  logged command:{}", "%PARSER-5-CFGLOG_LOGGEDCMD: User:op  logged command: {} ", "%HA_EM-6-LOG: all: {}", "%HA_EM-6-LOG: all:  {}", "tty1\t192.0.2.9\tstop\tservice=shell\tcmd={} <cr>",
	"%AAA-6-AAA_ACCOUNTING_MESSAGE: update:192.0.2.1@pts/0:op:configure terminal ; {} (SUCCESS)", "UI_CMDLINE_READ_LINE: User 'op', command '{} '", "%%01SHELL/5/CMDRECORD(s)[1]:Recorded command information. (Task=VT0, User=op, Command=\"{}\")",
	"%ASA-5-111008: User 'op' executed the '{}' command.", "TTY=pts/0 ; PWD=/home/op ; USER=root ; COMMAND={}", "CmdSet={}<cr>", "{}", "  {}", "conf t ; {}",
}

func planted(form, secret string) string { return strings.ReplaceAll(form, "{S}", secret) }

func TestRedactSecrets(t *testing.T) {
	const secret = "Sw0rdfish"
	for _, tt := range secretTexts {
		for _, around := range []string{"{}", "Jan  2 03:04:05 gw1 app[7]: {}", `"{}`, "x y=z {} tail", "it's {} don't", "[{}", "a\n{}\nb"} {
			in := planted(strings.Replace(around, "{}", tt.in, 1), secret)
			got := Redact(in)
			if strings.Contains(got, secret) {
				t.Errorf("%q\n got %q", in, got)
			}
			if again := Redact(got); again != got {
				t.Errorf("%q: %q then %q", in, got, again)
			}
			if !HoldsSecret(in) || HoldsSecret(got) {
				t.Errorf("%q: holds secret %v, then %v", in, HoldsSecret(in), HoldsSecret(got))
			}
		}
		want := tt.want
		if want == "" {
			want = planted(tt.in, "***")
		}
		if got := Redact(planted(tt.in, secret)); got != want {
			t.Errorf("%q\n got %q\nwant %q", tt.in, got, want)
		}
	}
}

func TestRedactCommands(t *testing.T) {
	const secret = "Sw0rdfish"
	for _, form := range commandTexts {
		for _, log := range commandLogs {
			for _, around := range []string{"{}", "<189>7: gw1: Jan  2 03:04:05.678: {}", "x y=z\n{}\nb"} {
				if strings.Contains(form, `"`) && strings.Contains(log, `"`) {
					continue
				}
				in := strings.Replace(around, "{}", strings.Replace(log, "{}", planted(form, secret), 1), 1)
				got := Redact(in)
				if strings.Contains(got, secret) {
					t.Errorf("%q\n got %q", in, got)
				}
				if again := Redact(got); again != got || !HoldsSecret(in) || HoldsSecret(got) {
					t.Errorf("%q: %q then %q", in, got, again)
				}
			}
		}
	}
}

func TestRedactLeavesPlainTexts(t *testing.T) {
	for _, s := range plainTexts {
		all := []string{s, "gw1 app: " + s, s + " end"}
		if !strings.Contains(s, `"`) {
			all = append(all, `{"message":"`+s+`","host":"gw1"}`)
		}
		for _, in := range all {
			if got := Redact(in); got != in {
				t.Errorf("%q\n got %q", in, got)
			}
			if HoldsSecret(in) || HoldsSubscriber(in) {
				t.Errorf("%q: holds secret %v, subscriber %v", in, HoldsSecret(in), HoldsSubscriber(in))
			}
		}
	}
}
