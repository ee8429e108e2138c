package misp

import (
	"encoding/json"
	"os"
	"testing"

	"stormglass/internal/datatest"
)

// TestTypes holds the table against MISP's own list of types.
func TestTypes(t *testing.T) {
	b, err := os.ReadFile(datatest.Path(t, "misp", "pymisp", "describeTypes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Result struct {
			Types    []string `json:"types"`
			Defaults map[string]struct {
				ToIDs int `json:"to_ids"`
			} `json:"sane_defaults"`
		} `json:"result"`
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Result.Types) != len(types) {
		t.Errorf("%d types here, %d in MISP", len(types), len(d.Result.Types))
	}
	for _, name := range d.Result.Types {
		r, ok := types[name]
		switch {
		case !ok:
			t.Errorf("%s is missing", name)
		case r.ids != (d.Result.Defaults[name].ToIDs == 1):
			t.Errorf("%s: default of to_ids is %v", name, r.ids)
		case r.form == notHunted && r.reason == "":
			t.Errorf("%s is not hunted without a reason", name)
		}
	}
}
