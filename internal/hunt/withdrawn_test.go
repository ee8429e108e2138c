package hunt

import (
	"reflect"
	"testing"
)

// TestWithdraw: a day that is withdrawn says why, in each of its samples or one of its own, and what shares its samples does not change.
func TestWithdraw(t *testing.T) {
	fields := append(make([]SampleField, 0, 8), SampleField{"user.name", "op-ben"})
	was := Day{Day: 100, Samples: []Sample{{Ordinal: 1, Fields: fields}, {Ordinal: 2}}}
	now, bare := was, Day{Day: 101}
	now.Withdraw("late")
	bare.Withdraw("late")
	want := []Sample{{Ordinal: 1, Fields: []SampleField{{"user.name", "op-ben"}, {FieldWithdrawn, "late"}}}, {Ordinal: 2, Fields: []SampleField{{FieldWithdrawn, "late"}}}}
	if !reflect.DeepEqual(now.Samples, want) {
		t.Errorf("%+v, want %+v", now.Samples, want)
	}
	if was.Withdrawn() != "" || len(fields[:2][1].Name) > 0 {
		t.Errorf("what it was changed too: %+v", was)
	}
	f := Finding{Days: []Day{was, now, bare}}
	if days := f.Withdrawn(); len(days) != 2 || days[0].Withdrawn() != "late" || days[1].Day != 101 {
		t.Errorf("%+v", days)
	}
}
