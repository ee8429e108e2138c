package telemetry

import "strings"

// FieldOf gives the field that a source's own name for a column or key usually means: its ECS name,
// or one of those that tools write ("src_ip", "dport", "bytes"). Case does not count.
func FieldOf(name string) (FieldID, bool) {
	id, ok := fieldOf[name]
	if !ok {
		id, ok = fieldOf[strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(name)))]
	}
	return id, ok
}

var fieldOf = func() map[string]FieldID {
	m := map[string]FieldID{}
	for id, names := range aliases {
		for name := range strings.FieldsSeq(names) {
			m[name] = id
		}
	}
	for id, name := range fieldNameTable {
		m[name] = FieldID(id)
	}
	delete(m, fieldNameTable[FieldOther])
	delete(m, fieldNameTable[FieldOriginal])
	return m
}()

var aliases = map[FieldID]string{
	FieldTimestamp: `timestamp time ts _time datetime date_time event_time eventtime start_time starttime first_seen firstseen
		flow_start flow_start_time start first date winlog.time_created timecreated
		event.system.timecreated.systemtime utctime`,
	FieldDataset:  `event.dataset data_stream.dataset`,
	FieldHostName: `host.name host.hostname host hostname host_name computer computername device device_name devname`,
	FieldSourceIP: `source.address client.ip src_ip srcip src source source_ip source_address sourceip sourceaddress src_addr
		srcaddr src_host saddr ip_src ipsrc sa client_ip clientip c_ip client ip4_src_addr ipv4_src_addr ipv6_src_addr
		sourceipv4address sourceipv6address id.orig_h orig_h`,
	FieldDestinationIP: `destination.address server.ip dst_ip dstip dst dest dest_ip destip destination destination_ip
		destination_address destinationip destinationaddress dst_addr dstaddr dest_addr dst_host daddr ip_dst ipdst da server_ip
		serverip s_ip ipv4_dst_addr ipv6_dst_addr destinationipv4address destinationipv6address id.resp_h resp_h`,
	FieldSourcePort: `client.port src_port srcport sport source_port sourceport sp spt client_port l4_src_port
		sourcetransportport id.orig_p orig_p`,
	FieldDestinationPort: `server.port dst_port dstport dport dest_port destport destination_port destinationport dp dpt
		server_port l4_dst_port destinationtransportport id.resp_p resp_p`,
	FieldTransport: `network.transport proto protocol pr ip_proto ip_protocol transport prot protocolidentifier network.iana_number`,
	FieldSourceBytes: `client.bytes src_bytes srcbytes source_bytes bytes_sent sent_bytes sentbyte bytes_out bytes octets ibyt inbytes in_bytes
		inbyte orig_bytes bytes_toserver sbytes octetdeltacount`,
	FieldDestinationBytes: `server.bytes dst_bytes dstbytes dest_bytes destination_bytes bytes_received received_bytes rcvdbyte
		bytes_in obyt outbytes out_bytes outbyte resp_bytes bytes_toclient dbytes`,
	FieldSourcePackets: `client.packets src_packets src_pkts source_packets packets_sent sent_packets sentpkt packets pkts ipkt inpackets in_packets
		in_pkts orig_pkts pkts_toserver spkts packetdeltacount`,
	FieldDestinationPackets: `server.packets dst_packets dst_pkts destination_packets packets_received received_packets rcvdpkt
		opkt outpackets out_packets out_pkts resp_pkts pkts_toclient dpkts`,
	FieldDuration:          `duration td dur elapsed`,
	FieldProtocol:          `service app_proto network.application application`,
	FieldCommunityID:       `community_id communityid`,
	FieldSessionUID:        `session.id flow_id uid session_id sessionid`,
	FieldDNSQuestionName:   `query qname query_name dns_query rrname domain_name_queried question dns.query dns.rrname dns.qname`,
	FieldDNSQuestionType:   `qtype qtype_name query_type rrtype dns.qtype dns.rrtype`,
	FieldDNSResponseCode:   `rcode rcode_name response_code dns.rcode`,
	FieldDNSAnswers:        `answers answer dns.resolved_ip dns_answers rdata`,
	FieldHTTPMethod:        `method http_method cs_method request_method http.method`,
	FieldURLDomain:         `http_host cs_host url_domain http.hostname http.host server_name_http http.request.host`,
	FieldURLOriginal:       `url.full url uri http_uri cs_uri request_uri http.url url.path`,
	FieldHTTPReferrer:      `referrer referer cs_referer http_referrer http.referrer`,
	FieldUserAgent:         `user_agent useragent cs_user_agent http_user_agent http.user_agent`,
	FieldUserName:          `user username user_name cs_username`,
	FieldHTTPStatus:        `status_code sc_status http_status http.status http.status_code`,
	FieldHTTPRequestBytes:  `http.request.bytes cs_bytes request_bytes`,
	FieldHTTPResponseBytes: `http.response.bytes sc_bytes response_bytes`,
	FieldTLSServerName:     `sni server_name tls.sni tls_sni ssl_server_name`,
	FieldTLSVersion:        `tls_version ssl_version`,
	FieldTLSCipher:         `tls_cipher cipher`,
	FieldTLSJA3:            `ja3 ja3_hash tls.ja3.hash tls.client.hash.ja3`,
	FieldTLSJA3S:           `ja3s ja3s_hash tls.ja3s.hash tls.server.hash.ja3s`,
	FieldTLSJA4:            `ja4 tls.ja4`,
	FieldTLSSubject:        `tls.subject tls.server.x509.subject.distinguished_name`,
	FieldTLSIssuer:         `tls.issuer tls.issuerdn tls.server.x509.issuer.distinguished_name`,
	FieldTLSFingerprints:   `tls.server.hash.sha1 tls.server.hash.sha256 tls.server.hash.md5 tls.client.hash.sha1 tls.client.hash.sha256 tls.client.hash.md5 tls.fingerprint`,
	FieldFileName:          `filename file_name file.path`,
	FieldFileMIME:          `mime_type mimetype`,
	FieldFileMD5:           `md5 file_md5 hash.md5 filehash_md5`,
	FieldFileSHA1:          `sha1 file_sha1 hash.sha1`,
	FieldFileSHA256:        `sha256 file_sha256 hash.sha256 filehash`,
	FieldFileSize:          `file_size filesize`,
	FieldMessage:           `msg`,
}
