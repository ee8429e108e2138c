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
	// Windows.
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
