package coverage

import (
	"testing"
	"testing/fstest"

	"stormglass/content"
	"stormglass/internal/telemetry"
)

// TestAdvice reads what the program comes with: each platform knows how messages come at all, and says where its lines are from.
func TestAdvice(t *testing.T) {
	a, err := ReadAdvice(content.Logging())
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"ios": "Cisco IOS and IOS XE", "IOS-XE": "Cisco IOS and IOS XE", "iosxr": "Cisco IOS XR", "ios_xr": "Cisco IOS XR", "NX-OS": "Cisco NX-OS", "asa": "Cisco ASA", "junos": "Juniper Junos",
		"eos": "Arista EOS", "VRP": "Huawei VRP", "FortiOS 7": "Fortinet FortiOS", "Debian 12": "Linux", "toaster": "",
	} {
		if got := a.Name(said); got != want {
			t.Errorf("%q is %q, want %q", said, got, want)
		}
		if want == "" {
			continue
		}
		for _, sort := range []Sort{{Kind: telemetry.KindEvent}, {telemetry.KindEvent, telemetry.ClassContainer}, login} {
			if s, ok := a.For(said, sort); !ok || len(s.Lines) == 0 {
				t.Errorf("%q: nothing switches %s on", said, sort)
			}
		}
	}
}

func TestAdviceThatIsWrong(t *testing.T) {
	for name, text := range map[string]string{
		"no lines": "platform: x\nnames: [x]\nswitches:\n  - {sorts: [event], source: s}\n", "no sort": "platform: x\nswitches:\n  - {sorts: [evnt], lines: [a], source: s}\n", "no YAML": "a: [",
	} {
		if _, err := ReadAdvice(fstest.MapFS{"x.yaml": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
