package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"stormglass/internal/disk"
	"stormglass/internal/fault"
	"stormglass/internal/node"
	"stormglass/internal/report"
	"stormglass/internal/web/api"
	"stormglass/internal/web/local"
)

func (a *app) status() *cobra.Command {
	var data, output string
	c := &cobra.Command{
		Use:   "status --data DIR",
		Short: "Say how the service on a data folder is: what it receives, loses, keeps and tells",
		Long: `Status asks the service that works on a data folder how it is: what each listener received and lost, each exporter of flows with
the gaps in its sequence numbers, what is matched, kept and told, disk and memory, and what somebody should look at. Of the last day it
says whom the service heard, who is silent, what was lost, and how many rules could see what they need (docs/verdicts.md).

Exit codes: 0 it is ready; 1 it is not, or no service works on the folder; 2 wrong usage.`,
		Example: "  stormglass status --data /srv/stormglass",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			format, err := tableOrJSON(output)
			if err != nil {
				return err
			}
			dir, err := a.data(data)
			if err != nil {
				return err
			}
			return a.runStatus(c.Context(), dir, format)
		},
	}
	a.dataFlag(c, &data)
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the answer: table, json")
	return c
}

// maxStatus bounds what is read of an answer.
const maxStatus = 16 << 20

func (a *app) runStatus(ctx context.Context, data string, format report.Format) error {
	if err := node.Exists(data); err != nil {
		return err
	}
	held, err := disk.Holder(data)
	if err != nil {
		return err
	}
	if held == nil || held.Socket == "" {
		return noService(data)
	}
	raw, err := fetch(ctx, local.At(held.Socket, data), api.Prefix+"/status")
	if errors.Is(err, local.ErrNoServer) {
		return noService(data)
	}
	if err != nil {
		return err
	}
	var st api.Status
	if err := json.Unmarshal(raw, &st); err != nil {
		return fmt.Errorf("read how the service is: %w", err)
	}
	err = a.deliver("", nil, func(w io.Writer) error {
		if format == report.JSON {
			_, err := w.Write(raw)
			return err
		}
		return writeStatus(w, &st)
	})
	if err == nil && !st.Ready {
		a.code = exitError
	}
	return err
}

func noService(data string) error {
	return fault.Hint(fault.NotFound, fmt.Errorf("no service works on %s", data), "stormglass serve --data "+data+" starts one")
}

// fetch asks the service at a socket.
func fetch(ctx context.Context, at local.Server, path string) (_ []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://stormglass"+path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask the service: %w", err)
	}
	resp, err := local.Client(at).Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the service: %w", err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxStatus))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("ask the service: it answers %s", resp.Status)
	}
	return body, err
}
