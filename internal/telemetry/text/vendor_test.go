package text_test

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"stormglass/internal/datatest"
	"stormglass/internal/telemetry/telemetrytest"
)

// napalm is what napalm-logs finds in a line.
type napalm struct {
	OS       string      `json:"os"`
	Event    string      `json:"error"`
	Host     string      `json:"host"`
	Facility json.Number `json:"facility"`
	Severity json.Number `json:"severity"`
	Details  struct {
		Time      string `json:"time"`
		Tag       string `json:"tag"`
		Process   string `json:"processName"`
		PID       string `json:"processId"`
		MessageID string `json:"messageId"`
	} `json:"message_details"`
}

// products are our names of its platforms; those with none are kept as any other text.
var products = map[string]string{
	"eos": "eos", "fortinet": "fortios", "huawei": "vrp", "ios": "ios", "iosxr": "ios-xr", "junos": "junos", "nxos": "nx-os",
	"netiron": "", "opengear": "", "sonic": "",
}

// actions are our names of its events, for those that are typed. Of the others the code is kept.
var actions = map[string]string{
	"BGP_NEIGHBOR_STATE_CHANGED eos":        "bgp-down",
	"BGP_NEIGHBOR_STATE_CHANGED sonic":      "bgp-up",
	"BGP_PREFIX_LIMIT_EXCEEDED eos":         "bgp-change",
	"CONFIGURATION_COMMIT_COMPLETED iosxr":  "config-commit",
	"CONFIGURATION_ROLLBACK junos":          "config-rollback",
	"LOCAL_TRAFFIC fortinet":                "acl-hit",
	"NAT_SESSION_CREATED junos":             "acl-hit",
	"USER_ENTER_CONFIG_MODE junos":          "config-enter",
	"USER_EXIT_CONFIG_MODE ios":             "config-change", // what IOS says at the end of a session that may have changed something
	"USER_LOGIN nxos":                       "login",
	"USER_WRITE_CONFIG eos":                 "config-commit",
	"BGP_NEIGHBOR_STATE_CHANGED junos idle": "bgp-down",
	"BGP_NEIGHBOR_STATE_CHANGED junos up":   "bgp-up",
	"BGP_NEIGHBOR_STATE_CHANGED junos":      "bgp-change",
}

// otherwise are the cases where we read something else than it does, with the reason.
var otherwise = map[string]string{
	"junos/NH_HOLD_PACKET/default":                    "it takes re0., the routing engine, off the name; we keep what is written. The board (fpc1) is no program",
	"junos/NH_INSTALL_FAILED/default":                 "the same",
	"junos/NTP_SERVER_UNREACHABLE/server":             "it takes re0. off the name",
	"junos/MAJOR_ALARM_CLEARED/default":               "it makes the program the tag; it is no code",
	"junos/MAJOR_ALARM_SET/default":                   "the same",
	"junos/MINOR_ALARM_CLEARED/default":               "the same",
	"junos/BGP_CONNECTION_RESET/default":              "its tag, bgp_recv, is the name of a function",
	"junos/BGP_MD5_INCORRECT/default":                 "its tag, tcp_auth_ok, is the name of a function",
	"nxos/USER_LOGIN/default":                         "the program stands at the end of what NX-OS's own Linux says; it does not look there",
	"junos/SYSTEM_ALARM/reason_nonalpha":              "its tag is 'Alarm set', the first words",
	"junos/PROCESS_CEILING_WATERMARK_REACHED/default": "it makes the program the tag",
}

// TestVendors reads the lines of ten vendors' devices and compares with what napalm-logs finds.
func TestVendors(t *testing.T) {
	dir := datatest.Path(t, "telemetry", "syslog-napalm")
	total, met := 0, map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "syslog.msg" {
			return err
		}
		total++
		name, _ := filepath.Rel(dir, filepath.Dir(path))
		name = filepath.ToSlash(name)
		var want napalm
		if err := json.Unmarshal(telemetrytest.Load(t, strings.TrimSuffix(path, "syslog.msg")+"expected.json"), &want); err != nil {
			return err
		}
		line := strings.TrimSpace(string(telemetrytest.Load(t, path)))
		if differs := compareVendor(t, name, line, &want); len(differs) > 0 {
			met[name] = true
			if otherwise[name] == "" {
				t.Errorf("%s: %s\n%s", name, strings.Join(differs, "; "), line)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range otherwise {
		if !met[name] {
			t.Errorf("%s: is read as it does now", name)
		}
	}
	if total != 69 {
		t.Errorf("%d lines, want 69", total)
	}
}

// compareVendor says where a line is read otherwise.
func compareVendor(t *testing.T, name, line string, want *napalm) (differs []string) {
	t.Helper()
	e, pairs := one(t, line)
	check := func(what, got, want string) {
		if got != want {
			differs = append(differs, what+" "+got+", want "+want)
		}
	}
	check("host", e.Host, want.Host)
	clock, _, _ := strings.Cut(want.Details.Time, "+")
	clock, _, _ = strings.Cut(clock, ".")
	if !strings.Contains(line, "MEST") { // it takes the clock's time as it stands
		check("time", e.Occurred.Time().Format("15:04:05"), clock)
	}
	check("facility", pairs["log.syslog.facility.code"], want.Facility.String())
	check("severity", pairs["log.syslog.severity.code"], want.Severity.String())
	check("product", pairs["observer.product"], products[want.OS])
	if want.OS != "fortinet" { // there it calls the type the program
		check("program", pairs["process.name"], want.program())
		check("number", pairs["process.pid"], strings.TrimPrefix(want.Details.PID, "-"))
	}
	if want.OS == "ios" || want.OS == "iosxr" {
		check("count", pairs["event.sequence"], want.Details.MessageID)
	}
	if products[want.OS] != "" {
		check("code", pairs["event.code"], want.code(pairs["logid"]))
	}
	check("action", pairs["event.action"], want.action(name))
	return differs
}

// program is the program, which for some platforms it calls the tag.
func (n *napalm) program() string {
	switch {
	case n.OS == "sonic", n.OS == "netiron":
		return n.Details.Tag
	case n.OS == "opengear":
		return n.Details.Tag
	case n.Details.PID != "" && n.Details.Process == "":
		return n.Details.Tag
	}
	return n.Details.Process
}

func (n *napalm) code(logID string) string {
	if n.OS == "fortinet" {
		return logID
	}
	return strings.TrimPrefix(n.Details.Tag, "01") // Huawei's version of the form
}

func (n *napalm) action(name string) string {
	key := n.Event + " " + n.OS
	switch {
	case strings.Contains(name, "established_to_idle") && n.OS == "junos":
		key += " idle"
	case strings.Contains(name, "to_established") && n.OS == "junos":
		key += " up"
	}
	return actions[key]
}
