package telemetry

// certainForms hold wherever they stand.
const certainForms = `
	ospf mess!age-digest-key # @md5 % S
	virt!ual-link * mess!age-digest-key # @md5 % S
	ospf @authentication-k!ey|auth-k!ey % S
	ntp auth!entication-key # @md5 % S
	@authentication-key # type * value % S
	@wpa-p!sk asc!ii|hex % S
	wpa psk @set-key % S
	wep @key # size * % S
	encryption @key # size * % S
	server-p!rivate * ... @k!ey % S
	address ipv4|ipv6 * @k!ey % S
	address ipv4|ipv6 * auth-p!ort # @k!ey % S
	address ipv4|ipv6 * acct-p!ort # @k!ey % S
	address ipv4|ipv6 * auth-p!ort # acct-p!ort # @k!ey % S
	client * ... @server-k!ey % S
	mpls ldp @password fallback|rollover % S
	mpls ldp @password option # for * % S
	cry!pto isa!kmp @k!ey % S
	cry!pto pki|ca im!port|ex!port * @pem [usage-k!eys] [general-purpose] term!inal [3des|des|aes] [exportable] [pass!word|passphrase] S
	cry!pto pki|ca im!port|ex!port * @pem [usage-k!eys] [general-purpose] [url] : [3des|des|aes] [exportable] [pass!word|passphrase] S
	cry!pto key im!port|ex!port rsa|ec * @pem [usage-k!eys] [general-purpose] term!inal [3des|des|aes] [exportable] [pass!word|passphrase] S
	cry!pto key im!port|ex!port rsa|ec * @pem [usage-k!eys] [general-purpose] [url] : [3des|des|aes] [exportable] [pass!word|passphrase] S
	key @config-k!ey [ascii] [#] [pa!ssword-encrypt] S
	test @aaa gr!oup * [server * [auth-port #] [acct-port #]] * S leg!acy|new!-code
	bind auth!enticate root-dn * @pa!ssword % S
	ev!ent man!ager env!ironment @_pw|_pass|_passwd|_password|_pwd|_secret S
	authentication md5 # @key % S
	@key ascii-text|hexadecimal S
	snmp-community * @community-name % S
	@authentication-mode|area-authentication-mode|domain-authentication-mode simple|md5|hmac-md5|hmac-sha256 [key-id #] [nonstandard|usual|ip-compatible] % S
	@md5-password plain|cipher peer-group * S
	@md5-password plain|cipher * S
	gre @key cipher S
	local-user * @pa!ssword cipher|simple|irreversible-cipher S
	snmp-s!erver|snmp-agent @com!munity % S
	set @key ENC S
	set @private-key|wep-key|md5-key|enckey|admin-pw|server-pw [#] % S
	exe!cute @backup|restore * ftp|sftp * * * S
	@diag!nose test auth!server ldap|tacacs+ * * S
	@diag!nose test auth!server local * * S
	@diag!nose test auth!server radius * pap|chap|mschap|mschap2|auto * S
	ike @key % S addr!ess|host!name *
	openssl @passwd - S
	@smbclient / S
	@radtest [-P|-t *] [-x] [-4|-6] * S * * [S]
	@wpa_passphrase * S
	iwconfig * @key S
	@kinit|vncpasswd|passwd ... <<< S
	@sqlplus|sqlldr|expdp|impdp - L
`

// wholeForms hold as whole commands: their words may stand so in a sentence.
const wholeForms = `
	ena!ble @pa!ssword|sec!ret % S
	user!name * @pa!ssword|sec!ret % S
	user!name * priv!ilege # @pa!ssword|sec!ret % S
	user!name * common-criteria-policy|algorithm-type * @pa!ssword|sec!ret % S
	nei!ghbor * @pa!ssword % S
	ip ftp @pa!ssword % S
	ip http cl!ient @pa!ssword % S
	isis @pa!ssword % S
	ppp chap @pa!ssword % S
	ppp pap sent!-username * @pa!ssword % S
	mpls ldp nei!ghbor * @pa!ssword % S
	mpls ldp nei!ghbor vrf * * @pa!ssword % S
	vtp @pa!ssword % S
	l2tp tun!nel @pa!ssword % S
	cts cred!entials id * @pa!ssword % S
	cts sxp def!ault @pa!ssword % S
	vpdn user!name * @pa!ssword % S
	ip wccp * @pa!ssword % S
	wccp * @pa!ssword % S
	test aaa-server auth!entication|autho!rization * host * user!name * @pa!ssword S
	@area-pa!ssword|domain-pa!ssword % S
	tac!acs-server|tac-s!erver|rad!ius-server ... @k!ey % S
	pac @k!ey % S
	fail!over @k!ey [hex] % S
	@key-s!tring % S
	@pre-s!hared-key [local|remote] % S
	ikev2 local-auth!entication|remote-auth!entication @pre-s!hared-key % S
	@aaa-server * [(] host * S
	@stan!dby|vrrp|glbp [#] au!thentication [text] S
	@stan!dby|vrrp|glbp [#] au!thentication md5 key-s!tring % S
	set sys!tem tac!plus-server|rad!ius-server * @sec!ret % S
	snmp @com!munity S
	set snmp @com!munity S
	exe!cute @backup|restore * ftp|sftp * * * S S
	exe!cute @backup|restore * tftp * * S
`

// loggedForms hold as whole commands where a log of commands states them, or the secret looks like one.
const loggedForms = `
	@ke!y % S
	@key & % S
	@pa!ssword|sec!ret % S
	set @key S
`
