package receive

import "fmt"

// fail has the pipeline take nothing more in and commit nothing more, and gives the error back. A commit says of
// everything before it in the log that it is kept: after something that was not, only the next run may say so, which
// takes it in from the log.
func (p *Pipeline) fail(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed == nil {
		p.failed = err
	}
	return err
}

// refusal tells why nothing more is taken in; nil when it is.
func (p *Pipeline) refusal() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed == nil {
		return nil
	}
	return fmt.Errorf("nothing is taken in until the log is opened again: %w", p.failed)
}
