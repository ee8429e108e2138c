package main

import (
	"context"
	"io"

	"stormglass/internal/node"
	"stormglass/internal/web/local"
)

// commander runs command lines in a service, on its data folder.
type commander struct{ owner *node.Service }

// Command implements local.Commander.
func (c commander) Command(ctx context.Context, r local.Request, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	a := &app{
		getenv: func(name string) string { return r.Env[name] }, stdin: stdin, stdout: stdout, stderr: stderr,
		owner: c.owner, columns: r.Columns, color: r.Color,
	}
	return a.run(node.AskedBy(ctx, r.Who.Name), r.Args), nil
}
