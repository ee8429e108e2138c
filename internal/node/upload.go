package node

import (
	"context"
	"errors"
	"io"
	"maps"

	"stormglass/internal/collect"
	"stormglass/internal/fault"
)

// Upload is something that somebody hands in, whole and ready to be read again.
type Upload struct {
	Name     string // what its source is called
	Body     io.ReadSeeker
	Unpacked int64 // bytes that it may unpack to in all; 0: no limit
}

// limits are those of what is packed: less than of files, which somebody put there who may do more.
func (u *Upload) limits() collect.Limits {
	return collect.Limits{MaxRatio: 100, FreeBytes: 64 << 20, MaxMembers: 1000, MaxBytes: u.Unpacked}
}

var errStopping = fault.Hint(fault.Busy, errors.New("the service is stopping"), "send it again to the next one: what is kept adds nothing")

// Upload takes in what somebody hands in, and looks up what was met in it. While it is decoded others commit and look
// up as they like; uploads wait for each other.
func (s *Service) Upload(ctx context.Context, u *Upload) (*Ingested, error) {
	ctx, cancel := s.untilStopped(ctx)
	defer cancel()
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case s.uploads <- struct{}{}:
	}
	defer func() { <-s.uploads }()
	done, err := s.upload(ctx, u, s.turn)
	if errors.Is(err, errOverlap) {
		s.ingested.Add(done.Records)
		done, err = s.uploadAlone(ctx, u)
	}
	if done != nil {
		s.ingested.Add(done.Records)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return done, err
	}
	s.say(ctx, done)
	return done, nil
}

// untilStopped ends a context when nothing is taken in any more.
func (s *Service) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-s.stopped:
			cancel(errStopping)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-ended
	}
}

// uploadAlone keeps everybody else away: what it takes in is being taken in by others too.
func (s *Service) uploadAlone(ctx context.Context, u *Upload) (*Ingested, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.upload(ctx, u, func(ctx context.Context, m *meetings, commit func() error) (int, error) {
		return s.commitMet(ctx, m, commit)
	})
}

// upload reads an upload, and leaves its commits to turn, which gives the number of findings.
func (s *Service) upload(ctx context.Context, u *Upload, turn func(context.Context, *meetings, func() error) (int, error)) (*Ingested, error) {
	if _, err := u.Body.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	m, found := s.live.meetings(), 0
	g := &Ingest{Paths: []string{"-"}, Stdin: u.Body, StdinName: u.Name, Limits: u.limits(), Match: m.match}
	g.turn = func(ctx context.Context, commit func() error) error {
		n, err := turn(ctx, m, commit)
		found += n
		return err
	}
	done, err := g.Run(ctx, s.keeper.Depot)
	done.Found = found
	return done, err
}

// turn commits while nobody else changes the folder.
func (s *Service) turn(ctx context.Context, m *meetings, commit func() error) (found int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commitMet(ctx, m, commit)
}

// commitMet commits and looks up what was met, all that is in force if that is not what was matched with.
func (s *Service) commitMet(ctx context.Context, m *meetings, commit func() error) (found int, err error) {
	maps.Copy(s.met, m.taken()) // first: a commit that is not told of is looked up with the next
	s.all = s.all || m.outdated()
	if err := commit(); err != nil {
		return 0, err
	}
	if err := s.keeper.catchUp(ctx); err != nil {
		return 0, err
	}
	l, err := s.lookUp(ctx, false)
	if err != nil {
		return 0, err
	}
	return l.Saved.New + l.Saved.Changed, nil
}
