package node

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"

	"stormglass/internal/disk"
	"stormglass/internal/hunt"
	"stormglass/internal/hunt/sigma/rule"
	"stormglass/internal/ledger"
	"stormglass/internal/telemetry"
)

// cursorAnalysed is the entry of the manifest up to which analysers told of the days that were added to.
const cursorAnalysed = "analysed"

// derived gives the rules that judge what analysers emit.
func (e *edition) derived() map[*rule.Rule]bool {
	out := map[*rule.Rule]bool{}
	if e.set == nil {
		return out
	}
	for _, c := range e.set.Program.Rules() {
		if slices.Contains(c.Kinds, telemetry.KindDerived) {
			out[c.Rule] = true
		}
	}
	return out
}

// lookUpDerived has analysers tell of the days that were added to since they last did, and of the later days whose windows hold those.
// asked are rules that were just asked of all that is held.
func (k *Keeper) lookUpDerived(ctx context.Context, e *edition, asked map[*rule.Rule]bool, turn turnTaker, out *RulesLooked) error {
	want := e.derived()
	since, err := k.Store.Cursor(ctx, cursorAnalysed)
	if err != nil {
		return err
	}
	entry := k.Depot.Entry()
	first, last, some := k.Depot.AddedSince(since)
	asks := slices.ContainsFunc(e.set.Collection.Rules, func(r *rule.Rule) bool { return want[r] && !asked[r] })
	if some && asks {
		days := ledger.Days{From: first, To: last + telemetry.Day(longestWindow()) - 1}
		again := &RulesLooked{} // these rules are not looked up for the first time
		if entry, err = k.askPast(ctx, e, want, days, turn, again); err != nil {
			return err
		}
		out.Saved.New, out.Saved.Changed = out.Saved.New+again.Saved.New, out.Saved.Changed+again.Saved.Changed
	}
	if entry == since {
		return nil
	}
	return k.Store.SetCursor(ctx, cursorAnalysed, entry)
}

func longestWindow() int {
	n := 1
	for _, a := range analysers() {
		n = max(n, a.Bounds().Days)
	}
	return n
}

// extractsAccount is the file with the accounts of analysers, of when they last ran.
const extractsAccount = "account.json"

// saveAnalysers keeps what analysers did, for answers.
func (k *Keeper) saveAnalysers(d *deriver) error {
	data, err := json.Marshal(d.accounts)
	if err != nil {
		return err
	}
	k.extracts.mu.Lock()
	defer k.extracts.mu.Unlock()
	if err := disk.MakeDir(k.extracts.fs, extractsDir); err != nil {
		return err
	}
	return disk.WriteFile(k.extracts.fs, path.Join(extractsDir, extractsAccount), data)
}

// maxExtractsAccount bounds that file.
const maxExtractsAccount = 1 << 20

// analysersRan gives what analysers did when they last ran; none when they did not.
func (k *Keeper) analysersRan() ([]*hunt.AnalyserAccount, error) {
	data, err := disk.ReadFile(k.extracts.fs, path.Join(extractsDir, extractsAccount), maxExtractsAccount)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []*hunt.AnalyserAccount
	if json.Unmarshal(data, &out) != nil {
		out = nil // it is written again by the next run
	}
	return out, nil
}

// derived keeps what analysers did, once they told of all days up to the latest.
func (p *past) derived(latest telemetry.Day) error {
	if err := p.keeper.extracts.removeOld(latest); err != nil {
		return err
	}
	return p.keeper.saveAnalysers(p.derive)
}

// goOn takes over the accounts of a deriver that looked at an earlier state of the folder; nil: there was none.
func (d *deriver) goOn(before *deriver) {
	if before != nil {
		d.accounts = before.accounts
	}
}
