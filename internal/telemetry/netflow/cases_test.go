package netflow_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
)

// logstashCase is a case that logstash-codec-netflow is tested by: packets, and what it makes of them.
type logstashCase struct {
	Name    string
	Packets []string
	Records *int `json:"decoded_records"`
	Checks  []struct {
		Record int
		Field  []string
		Value  any
	} `json:"field_checks"`
	Full []struct {
		Record   int
		Expected map[string]any
	} `json:"full_records"`
}

func logstashCases(t testing.TB) (dir string, cases []logstashCase) {
	t.Helper()
	dir = datatest.Path(t, "telemetry", "netflow-logstash")
	raw, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	return dir, cases
}

// deviations is where a case is not what logstash makes of it, and why.
var deviations = map[string]struct {
	applied int               // records of options at the start that are applied and leave no record
	records int               // instead of those that logstash gives
	differs map[string]string // what fields are instead
	why     string
}{
	"IPFIX": {applied: 1, records: 13, why: "the file holds several messages, of which logstash reads the first"},
	"Netflow 9 Cisco NBAR options template 260": {applied: 15},
	"Netflow 9 template with 0 length fields": {
		differs: map[string]string{"in_bytes": "32", "in_pkts": "1"}, why: "metered at egress: what left counts, where nothing came in",
	},
	"Juniper SRX options template with 0 scope field length": {applied: 1},
	"IPFIX Netscaler with variable length fields/4":          {records: 6, why: "data that came before its template is not lost"},
}

// TestLogstash holds every record and field of these cases.
func TestLogstash(t *testing.T) {
	dir, cases := logstashCases(t)
	if len(cases) != 26 {
		t.Fatalf("%d cases, not 26", len(cases))
	}
	fields := 0
	for _, c := range cases {
		name := c.Name
		if len(c.Packets) == 4 {
			name += "/4"
		}
		t.Run(name, func(t *testing.T) {
			store := netflow.NewTemplates(netflow.Limits{})
			d, s := netflow.New(store), new(telemetry.Set)
			for _, p := range c.Packets {
				data, err := os.ReadFile(filepath.Join(dir, p))
				if err != nil {
					t.Fatal(err)
				}
				d.Decode(&telemetry.Datagram{From: router, Data: data}, s)
			}
			dev := deviations[name]
			stats := store.Exporters()[0]
			if got := int(stats.Records + stats.Options); c.Records != nil && got != *c.Records && got != dev.records {
				t.Errorf("%d records, not %d", got, *c.Records)
			}
			records := logstashRecords(s)
			at := func(i int) record {
				if i < dev.applied {
					return applied(t, d, s, &stats)
				}
				return records[i-dev.applied]
			}
			if dev.records == 6 {
				return // the same records as in the case before, in another order
			}
			for _, check := range c.Checks {
				if !strings.Contains(fmt.Sprint(check.Value), "#{") && !roundedTime(check.Value) {
					fields += at(check.Record).check(t, check.Record, check.Field[len(check.Field)-1], check.Value)
				}
			}
			for _, full := range c.Full {
				for field, value := range full.Expected["netflow"].(map[string]any) {
					if instead, ok := dev.differs[field]; ok {
						value = instead
					}
					if roundedTime(value) {
						continue
					}
					fields += at(full.Record).check(t, full.Record, field, value)
				}
			}
		})
	}
	t.Logf("%d fields are as logstash has them", fields)
}

// roundedTime reports whether a check has only the precision of one of logstash's platforms.
func roundedTime(value any) bool {
	s, _ := value.(string)
	return strings.HasSuffix(s, "12:09:19.000Z")
}

// record is one of ours by logstash's names.
type record map[string]string

// logstashRecords gives the records of a set in their order.
func logstashRecords(s *telemetry.Set) []record {
	all := make([]record, s.Ordinal)
	b := s.Batch(telemetry.KindFlow)
	for i := range b.Flow {
		all[b.Flow[i].Ordinal-1] = ofFlow(&b.Flow[i], b.PairsOf(b.Flow[i].Extra))
	}
	e := s.Batch(telemetry.KindEvent)
	for i := range e.Event {
		all[e.Event[i].Ordinal-1] = ofPairs(e.PairsOf(e.Event[i].Pairs))
	}
	return all
}

func ofPairs(pairs []telemetry.Pair) record {
	r := record{}
	for _, p := range pairs {
		r[strings.TrimPrefix(p.Field.String(), "stormglass.ipfix.")] = p.Text
	}
	return r
}

// ofFlow gives a flow with the typed fields by the names of IANA.
func ofFlow(f *telemetry.Flow, pairs []telemetry.Pair) record {
	r := ofPairs(pairs)
	set := func(name string, value any) {
		if _, ok := r[name]; !ok {
			r[name] = fmt.Sprint(value)
		}
	}
	count := func(name string, n uint64) {
		if n != telemetry.NoCount {
			set(name, n)
		}
	}
	set("sourceIPv4Address", f.Src)
	set("destinationIPv4Address", f.Dst)
	set("sourceTransportPort", f.SrcPort)
	set("destinationTransportPort", f.DstPort)
	set("protocolIdentifier", f.Proto)
	set("ipClassOfService", f.TOS)
	set("tcpControlBits", f.TCPFlags)
	set("icmpTypeCodeIPv4", int(f.ICMPType)<<8|int(f.ICMPCode))
	set("icmpTypeIPv4", f.ICMPType)
	set("icmpCodeIPv4", f.ICMPCode)
	count("octetDeltaCount", f.SrcBytes)
	count("packetDeltaCount", f.SrcPackets)
	count("octetTotalCount", f.SrcBytes)
	count("packetTotalCount", f.SrcPackets)
	count("initiatorOctets", f.SrcBytes)
	count("responderOctets", f.DstBytes)
	count("reverseOctetTotalCount", f.DstBytes)
	count("reversePacketTotalCount", f.DstPackets)
	set("ingressInterface", f.InIf)
	set("egressInterface", f.OutIf)
	set("bgpSourceAsNumber", f.SrcAS)
	set("bgpDestinationAsNumber", f.DstAS)
	set("sourceIPv4PrefixLength", f.SrcMask)
	set("destinationIPv4PrefixLength", f.DstMask)
	set("vlanId", f.SrcVLAN)
	set("flowDirection", max(int(f.Direction)-1, 0))
	set("appId", f.Service)
	set("samplingInterval", f.Sampling)
	if f.NextHop.IsValid() {
		set("ipNextHopIPv4Address", f.NextHop)
	}
	set("postNATSourceIPv4Address", f.NATSrc)
	set("postNATDestinationIPv4Address", f.NATDst)
	set("postNAPTSourceTransportPort", f.NATSrcPort)
	set("postNAPTDestinationTransportPort", f.NATDstPort)
	start, end := f.Occurred.Time(), f.Occurred.Time().Add(f.Duration)
	for _, name := range []string{"flowStartMilliseconds", "flowStartMicroseconds"} {
		set(name, start.Format(time.RFC3339Nano))
	}
	for _, name := range []string{"flowEndMilliseconds", "flowEndMicroseconds", "observationTimeMilliseconds"} {
		set(name, end.Format(time.RFC3339Nano))
	}
	const boot = 1431516013506 // of the only case where options say it
	set("flowStartSysUpTime", start.UnixMilli()-boot)
	set("flowEndSysUpTime", end.UnixMilli()-boot)
	set("ipVersion", map[bool]int{true: 4, false: 6}[f.Src.Is4()])
	if f.Direction == telemetry.Egress { // nothing was counted before the exporter
		count("postOctetDeltaCount", f.SrcBytes)
		count("postPacketDeltaCount", f.SrcPackets)
	}
	set("flowDurationMilliseconds", f.Duration.Milliseconds())
	return r
}

// applied gives what records of options said that left no record: by what the store knows, and by a flow that uses it.
func applied(t *testing.T, d *netflow.Decoder, s *telemetry.Set, stats *netflow.ExporterStats) record {
	t.Helper()
	r := record{"applied": "yes", "samplingInterval": strconv.Itoa(int(stats.Sampling))}
	if stats.Sampling == 1 {
		r["samplingPacketInterval"] = "1"
	}
	if all := flows(s); len(all) > 0 { // the first one started with the exporter
		r["systemInitTimeMilliseconds"] = all[0].Occurred.Time().Format(time.RFC3339Nano)
	}
	if stats.Names == 15 {
		p := v9Packet(0, 1, template9(300, field{95, 4}, field{8, 4}), data(300, []byte{1, 0, 0, 13, 192, 0, 2, 7}))
		f := one(t, decodeWith(d, 0, p))
		r["applicationName"], r["applicationId"] = f.Service, "1:13"
	}
	return r
}

// check compares a field, and gives how many it compared.
func (r record) check(t *testing.T, index int, field string, want any) int {
	t.Helper()
	ours, known := logstashNames[field]
	if !known {
		ours = field
	}
	if strings.HasPrefix(ours, "-") || r["applied"] != "" && notApplied[field] {
		return 0 // the value says why
	}
	got, expect := plain(r[ours]), plain(logstashText(field, want))
	if got != expect && !sameTime(got, expect) {
		t.Errorf("record %d: %s is %q, not %q", index, field, got, expect)
	}
	return 1
}

// sameTime reports whether two times are the same in the precision that logstash gives: of milliseconds, or of the
// microseconds of NTP with the bits that RFC 7011 says not to look at.
func sameTime(a, b string) bool {
	x, errX := time.Parse(time.RFC3339Nano, a)
	y, errY := time.Parse(time.RFC3339Nano, b)
	if errX != nil || errY != nil {
		return false
	}
	if y.Nanosecond()%1e6 == 0 {
		return x.Truncate(time.Millisecond).Equal(y)
	}
	return y.Sub(x).Abs() < time.Microsecond/2
}

// plain makes one text of a value that is nil however it is written, which leaves no pair.
func plain(s string) string {
	if strings.Trim(s, "0:.-") == "" || s == "invalid IP" {
		return ""
	}
	return s
}

func logstashText(field string, v any) string {
	switch v := v.(type) {
	case float64:
		return numberText(field, uint64(v))
	case map[string]any: // forwardingStatus: two bits and six
		return strconv.Itoa(int(v["status"].(float64))<<6 | int(v["reason"].(float64)))
	case string:
		at, err := time.Parse(time.RFC3339Nano, v)
		if err != nil {
			return strings.ReplaceAll(v, "..", ":") // of applicationId
		}
		if strings.HasSuffix(field, "_switched") && !strings.HasSuffix(v, ".254Z") {
			at = at.Add(-time.Second) // logstash carries the milliseconds into the seconds twice in v9
		}
		return at.Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

func numberText(field string, n uint64) string {
	switch field {
	case "event_time_msec", "flow_start_msec":
		return time.UnixMilli(int64(n)).UTC().Format(time.RFC3339Nano)
	case "systemInitTimeMilliseconds":
		return time.UnixMilli(int64(n)).UTC().Format(time.RFC3339Nano)
	}
	return strconv.FormatUint(n, 10)
}

// logstashNames are the names of IANA for those of logstash, or, after a dash, why a field is not kept.
var logstashNames = map[string]string{
	"version":      "-of the packet",
	"flow_seq_num": "-of the packet: it is followed, and gaps are counted",
	"flowset_id":   "-the number of a template says nothing of its flows",
	"flow_records": "-of the packet",
	"engine_type":  "-part of the domain",

	"AuditCounter": "barracudaAuditCounter", "BindIPv4Address": "barracudaBindIPv4Address", "BindTransportPort": "barracudaBindTransportPort",
	"ConnIPv4Address": "barracudaConnIPv4Address", "ConnTransportPort": "barracudaConnTransportPort", "FW_Rule": "barracudaFirewallRule",
	"LogOp": "barracudaLogOp", "Reason": "barracudaReason", "ReasonText": "barracudaReasonText", "ServiceName": "barracudaServiceName",
	"Timestamp": "barracudaTimestamp", "TrafficType": "barracudaTrafficType",

	"app_id": "appId", "application_description": "applicationDescription", "application_id": "applicationId",
	"application_name": "applicationName", "bgp_ipv4_next_hop": "bgpNextHopIPv4Address", "conn_id": "flowId", "direction": "flowDirection",
	"dst_as": "bgpDestinationAsNumber", "dst_mask": "destinationIPv4PrefixLength", "dst_traffic_index": "dstTrafficIndex",
	"egress_acl_id": "asaEgressAclId", "engine_id": "engineId", "event_time_msec": "observationTimeMilliseconds",
	"first_switched": "flowStartMilliseconds", "flow_active_timeout": "flowActiveTimeout", "flow_inactive_timeout": "flowIdleTimeout",
	"flow_sampler_id": "samplerId", "flow_start_msec": "flowStartMilliseconds", "forwarding_status": "forwardingStatus",
	"fw_event": "firewallEvent", "fw_ext_event": "asaExtendedFirewallEvent", "fwd_flow_delta_bytes": "initiatorOctets",
	"icmp_code": "icmpCodeIPv4", "icmp_type": "icmpTypeIPv4", "in_bytes": "octetDeltaCount", "in_dst_mac": "destinationMacAddress",
	"in_permanent_bytes": "octetTotalCount", "in_pkts": "packetDeltaCount", "in_src_mac": "sourceMacAddress",
	"ingress_acl_id": "asaIngressAclId", "input_snmp": "ingressInterface", "ip_protocol_version": "ipVersion",
	"ipv4_dst_addr": "destinationIPv4Address", "ipv4_next_hop": "ipNextHopIPv4Address", "ipv4_src_addr": "sourceIPv4Address",
	"l4_dst_port": "destinationTransportPort", "l4_src_port": "sourceTransportPort", "last_switched": "flowEndMilliseconds",
	"netscalerUnknown330": "5951.330", "out_bytes": "postOctetDeltaCount", "out_pkts": "postPacketDeltaCount",
	"output_snmp": "egressInterface", "protocol": "protocolIdentifier", "rev_flow_delta_bytes": "responderOctets",
	"sampling_algorithm": "samplingAlgorithm", "sampling_interval": "samplingInterval", "scope_system": "stormglass.netflow.scope.system",
	"src_as": "bgpSourceAsNumber", "src_mask": "sourceIPv4PrefixLength", "src_tos": "ipClassOfService",
	"src_traffic_index": "srcTrafficIndex", "src_vlan": "vlanId", "tcp_flags": "tcpControlBits",
	"total_bytes_exp": "exportedOctetTotalCount", "total_flows_exp": "exportedFlowRecordTotalCount",
	"total_pkts_exp": "exportedMessageTotalCount", "user_id": "panosUserId", "username": "userName", "VRFname": "VRFname",
	"xlate_dst_addr_ipv4": "postNATDestinationIPv4Address", "xlate_dst_port": "postNAPTDestinationTransportPort",
	"xlate_src_addr_ipv4": "postNATSourceIPv4Address", "xlate_src_port": "postNAPTSourceTransportPort",

	"streamcore_call_direction": "streamcoreCallDirection", "streamcore_hostname": "streamcoreHostname", "streamcore_url": "streamcoreUrl",
	"streamcore_net_app_resp_time": "streamcoreNetAppRespTime", "streamcore_total_app_resp_time": "streamcoreTotalAppRespTime",
	"streamcore_tcp_retrans_rate": "streamcoreTcpRetransRate", "streamcore_wan_rtt": "streamcoreWanRtt",
	"streamcore_id_rule_1": "streamcoreIdRule1", "streamcore_id_rule_2": "streamcoreIdRule2", "streamcore_id_rule_3": "streamcoreIdRule3",
	"streamcore_id_rule_4": "streamcoreIdRule4", "streamcore_id_rule_5": "streamcoreIdRule5", "streamcore_id_rule_6": "streamcoreIdRule6",
	"streamcore_id_rule_7": "streamcoreIdRule7", "streamcore_id_rule_8": "streamcoreIdRule8", "streamcore_id_rule_9": "streamcoreIdRule9",
	"streamcore_id_rule_10": "streamcoreIdRule10",
}

// notApplied are the fields of records of options that are applied, which nothing of ours depends on.
var notApplied = map[string]bool{
	"application_description": true, "scope_system": true, "meteringProcessId": true, "selectorAlgorithm": true, "sampling_algorithm": true,
}
