package hunt

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/intel"
)

func TestOtherNamesOfAnActor(t *testing.T) {
	m := aliasesOf(&intel.Library{Actors: []intel.Actor{
		{Name: "GREY HERON", Aliases: []string{"Salt Lake", "UNC-1"}},
		{Name: "Salt Lake - G9001", Aliases: []string{"Salt Lake", "Marsh"}},
		{Name: "Other", Aliases: []string{"Nobody"}},
	}})
	refs := []Ref{{Ref: intel.Ref{Names: []string{"salt lake"}}, Source: &intel.Source{Actors: []string{"UNC-1"}, Malware: []string{"Unknown"}}}}
	if diff := cmp.Diff([]string{"GREY HERON", "Marsh"}, m.others(refs)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
