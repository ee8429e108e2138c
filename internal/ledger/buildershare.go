package ledger

import "context"

// share sets how much memory the table of a space may take: its own part, and what the others do not
// hold. Sensors that tell of flows only have no use for names. Where another table took so much that
// this one could not have its part, that one is written to a run and let go.
func (b *Builder) share(ctx context.Context, space Space) error {
	for {
		free, most := int64(Spaces)*b.opts.TableBytes, space
		for s := range Spaces {
			if s == space {
				continue
			}
			free -= b.tables[s].held()
			if most == space || b.tables[s].held() > b.tables[most].held() {
				most = s
			}
		}
		if b.tables[space].limit = free; free >= b.opts.TableBytes {
			return nil
		}
		if b.tables[most].entries.used > 0 {
			if err := b.spill(ctx, most); err != nil {
				return err
			}
		}
		b.tables[most].release()
	}
}
