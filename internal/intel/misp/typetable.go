package misp

import (
	"strings"

	"stormglass/internal/intel"
	"stormglass/internal/observable"
)

// Why types are not hunted.
const (
	whyText     = "free text is not searched in telemetry"
	whyMail     = "part of a mail other than an address or file name: not searched in telemetry"
	whyHash     = "hash of a kind that telemetry does not carry"
	whyPrint    = "fingerprint of a kind that telemetry does not carry"
	whyRule     = "detection rule, not a value"
	whyPattern  = "pattern, not a value"
	whyHost     = "trace on a host: not seen in network telemetry"
	whyMoney    = "payment data: not seen in telemetry"
	whyPerson   = "data about a person: not searched"
	whyAccount  = "account name on a service: not searched in telemetry"
	whyVictim   = "describes the victim, not the attacker"
	whyWhois    = "registration data: not searched in telemetry"
	whyKey      = "key material: not searched in telemetry"
	whyFile     = "a file carried by the event: never opened"
	whyContext  = "reference or context, not a value to hunt"
	whyHardware = "hardware address: not searched in telemetry"
	whyApp      = "identifier of an app or extension: not searched in telemetry"
	whyHTTP     = "part of a request other than its address: not searched in telemetry"
	whyNumber   = "a bare number, port or date says too little to be hunted"
	whyASN      = "an autonomous system is too broad to be hunted"
	whyVuln     = "vulnerability: compared with devices, not with telemetry"
	whyPhone    = "telephone number: not searched by value"
)

// types are the attribute types of MISP (describeTypes of MISP 2.5, 194 types). A "+" before a
// name says that to_ids is true unless an attribute says otherwise.
var types = map[string]*rule{}

// typeNames holds each name once.
var typeNames = map[string]string{}

func define(r rule, names string) {
	for name := range strings.SplitSeq(names, ",") {
		c := r
		name, c.ids = strings.CutPrefix(strings.TrimSpace(name), "+")
		types[name] = &c
		typeNames[name] = name
	}
}

func init() { //nolint:gochecknoinits // fills the table above
	defineHunted()
	defineOthers()
}

func defineHunted() {
	define(rule{form: network}, "+ip-src,+ip-dst")
	define(rule{form: netPort}, "+ip-src|port,+ip-dst|port")
	define(rule{form: hostPort}, "+hostname|port")
	define(rule{form: domainNet}, "+domain|ip")
	define(rule{form: single, kind: observable.Domain}, "+hostname,+domain,+onion-address")
	define(rule{form: single, kind: observable.URL}, "+url,link")
	define(rule{form: locator}, "+uri")
	define(rule{form: single, kind: observable.Email},
		"+email,+email-src,+email-dst,email-reply-to,dns-soa-email,whois-registrant-email")
	define(rule{form: single, kind: observable.FileName}, "+filename,+email-attachment")
	define(rule{form: single, kind: observable.MD5}, "+md5,+x509-fingerprint-md5")
	define(rule{form: single, kind: observable.SHA1}, "+sha1,+x509-fingerprint-sha1")
	define(rule{form: single, kind: observable.SHA256}, "+sha256,+x509-fingerprint-sha256")
	define(rule{form: single, kind: observable.SHA512}, "+sha512")
	define(rule{form: fileHash, kind: observable.MD5}, "+filename|md5,+malware-sample")
	define(rule{form: fileHash, kind: observable.SHA1}, "+filename|sha1")
	define(rule{form: fileHash, kind: observable.SHA256}, "+filename|sha256")
	define(rule{form: fileHash, kind: observable.SHA512}, "+filename|sha512")
	define(rule{form: single, kind: observable.JA3}, "+ja3-fingerprint-md5")
	define(rule{form: single, kind: observable.CommunityID}, "+community-id")
	define(rule{form: named, name: func(m *intel.Marks, s string) { m.Galaxy("threat-actor", clipTitle(s)) }}, "threat-actor")
	define(rule{form: named, name: func(m *intel.Marks, s string) { m.Galaxy("campaign", clipTitle(s)) }}, "campaign-name")
}

func defineOthers() {
	for why, names := range map[string]string{
		whyText: "text,comment,other,hex,boolean,uuid,anonymised,malware-type,cortex",
		whyMail: `email-subject,email-body,email-dst-display-name,email-src-display-name,email-header,email-x-mailer,
			email-mime-boundary,email-thread-index,email-message-id,dkim,dkim-signature`,
		whyHash: `+authentihash,+vhash,+ssdeep,+imphash,+telfhash,+pehash,+impfuzzy,+sha224,+sha384,+sha512/224,
			+sha512/256,+sha3-224,+sha3-256,+sha3-384,+sha3-512,+tlsh,+cdhash,+filename|authentihash,+filename|vhash,
			+filename|ssdeep,+filename|imphash,+filename|impfuzzy,+filename|pehash,+filename|sha224,+filename|sha384,
			+filename|sha512/224,+filename|sha512/256,+filename|sha3-224,+filename|sha3-256,+filename|sha3-384,
			+filename|sha3-512,+filename|tlsh,+dom-hash`,
		whyPrint:   "+jarm-fingerprint,+favicon-mmh3,+hassh-md5,+hasshserver-md5,ssh-fingerprint",
		whyRule:    "+snort,+suricata,+bro,+zeek,+yara,+stix2-pattern,+sigma,gene,kusto-query",
		whyPattern: "+pattern-in-file,+pattern-in-traffic,+pattern-in-memory,+filename-pattern",
		whyHost: `+regkey,+regkey|value,+mutex,named pipe,process-state,pdb,windows-scheduled-task,windows-service-name,
			windows-service-displayname,mime-type,size-in-bytes`,
		whyMoney: "+btc,+dash,+xmr,+iban,+bic,+bank-account-nr,+aba-rtn,+bin,+cc-number,+prtn",
		whyPerson: `identity-card-number,first-name,middle-name,last-name,full-name,date-of-birth,place-of-birth,gender,
			passport-number,passport-country,passport-expiration,redress-number,nationality,visa-number,
			issue-date-of-the-visa,primary-residence,country-of-residence,special-service-request,frequent-flyer-number,
			travel-details,payment-details,place-port-of-original-embarkation,place-port-of-clearance,
			place-port-of-onward-foreign-destination,passenger-name-record-locator-number`,
		whyAccount:  "github-username,github-repository,github-organisation,jabber-id,twitter-id,+eppn",
		whyVictim:   "target-user,target-email,target-machine,target-org,target-location,target-external",
		whyWhois:    "whois-registrant-name,whois-registrant-org,whois-registrar,whois-creation-date",
		whyKey:      "pgp-public-key,pgp-private-key",
		whyFile:     "attachment",
		whyContext:  "git-commit-id,campaign-id",
		whyHardware: "mac-address,mac-eui-64",
		whyApp:      "+mobile-application-id,+azure-application-id,+chrome-extension-id,+edge-extension-id",
		whyHTTP:     "user-agent,http-method,cookie",
		whyNumber:   "port,counter,integer,float,datetime",
		whyASN:      "AS",
		whyVuln:     "vulnerability,cpe,weakness",
	} {
		define(rule{reason: why}, names)
	}
	define(rule{reason: whyPhone, kind: observable.E164}, "phone-number,whois-registrant-phone")
}
