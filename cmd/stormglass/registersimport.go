package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"stormglass/internal/fault"
	"stormglass/internal/register/imports"
)

// importFlags are the flags of registers import.
type importFlags struct {
	imports.Options
	from string
	to   string
}

func (a *app) registersImport() *cobra.Command {
	f := &importFlags{}
	c := &cobra.Command{
		Use:   "import --from SOURCE FILE… [--to PATH]",
		Short: "Propose entries of registers from what you have already",
		Long: `Import reads what another system exports and writes entries that registers may take, each with the file and
line it comes from. Nothing is merged and nothing is in force: read the proposal, and copy what is right to
DIR/registers/. What there are doubts about is a comment. Secrets in the files are passed over and never shown.

  netbox     JSON of its API (/api/dcim/devices/, /api/ipam/prefixes/, /api/virtualization/virtual-machines/;
             with ?limit=0), or its export as CSV: devices, networks
  ipam-csv   a table with a line of names above it: networks, or devices when it has no column of networks
  router-db  router.db of Oxidized (name:model, name:ip:model) or RANCID (name;type;state): devices
  tac-plus   tac_plus.conf and its descendants: accounts with their commands, devices
  ldif       groups of a directory: accounts

A PATH that ends in / or is a folder gets a file for each register; a file gets one register; without --to all
of them go to standard output. Files that are there already are not written over.`,
		Example: `  stormglass registers import --from netbox devices.json prefixes.json --to proposed/
  stormglass registers import --from ipam-csv --columns prefix=Netz,class=Verwendung ipam.csv --to networks.yaml
  stormglass registers import --from ldif --group noc groups.ldif`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.runImport(f, args) },
	}
	fs := c.Flags()
	fs.StringVar(&f.from, "from", "", "what the files are: "+strings.Join(imports.Sources, ", "))
	fs.StringVar(&f.to, "to", "", "file or folder for the proposal")
	fs.StringSliceVar(&f.Columns, "columns", nil, "ipam-csv, netbox: ours=theirs, such as prefix=Netz; router-db: the names of the columns in order, such as name,ip,model,-,-")
	fs.StringVar(&f.Delimiter, "delimiter", "", `ipam-csv, netbox, router-db: what stands between columns (\t is a tab)`)
	fs.StringArrayVar(&f.Groups, "group", nil, "ldif: only members of this group, by its cn or dn (repeatable)")
	_ = c.MarkFlagFilename("to") // it has just been added
	_ = c.RegisterFlagCompletionFunc("from", cobra.FixedCompletions(imports.Sources, cobra.ShellCompDirectiveNoFileComp))
	annotate(c, argPaths)
	return c
}

func (a *app) runImport(f *importFlags, paths []string) error {
	if f.from == "" {
		return usageError{errors.New("--from is missing: one of " + strings.Join(imports.Sources, ", "))}
	}
	files, err := a.importFiles(paths)
	if err != nil {
		return err
	}
	p, wrong := imports.Read(f.from, files, f.Options)
	if p == nil {
		return usageError{wrong}
	}
	a.noteImport(p)
	if len(p.Registers()) == 0 {
		return errors.Join(wrong, fault.Hint(fault.Invalid, errors.New("nothing in the files is an entry of a register"), "stormglass registers import --help says what each source is"))
	}
	return errors.Join(wrong, a.writeProposal(p, f.to))
}

// importFiles reads the files; - is standard input.
func (a *app) importFiles(paths []string) ([]imports.File, error) {
	var out []imports.File
	for _, path := range paths {
		in, name := io.NopCloser(a.stdin), "standard input"
		if path != "-" {
			file, err := openPlain(path)
			if err != nil {
				return nil, fault.Wrap(fault.Invalid, err)
			}
			in, name = file, filepath.Base(path)
		}
		data, err := io.ReadAll(io.LimitReader(in, imports.MaxFile+1))
		if err := errors.Join(err, in.Close()); err != nil {
			return nil, fault.Wrap(fault.Invalid, fmt.Errorf("read %s: %w", path, err))
		}
		out = append(out, imports.File{Name: name, Data: data})
	}
	return out, nil
}

// openPlain opens a file. A pipe is refused: to open it waits for a writer, and no signal ends that.
func openPlain(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: it is no plain file: name one, or - for standard input", path)
	}
	return os.Open(path)
}

// noteImport tells what became of each file.
func (a *app) noteImport(p *imports.Proposal) {
	const most = 5
	for _, n := range p.Notes {
		a.note("%s: %d entries proposed, %d items not taken", n.File, n.Taken, n.Left)
		for _, s := range n.Remarks {
			a.note("  %s", s)
		}
		for i, l := range n.Lines {
			if i == most {
				a.note("  and %d further ones, which the proposal names", n.Left-most)
				break
			}
			a.note("  line %d: %s", l.Line, l.Text)
		}
	}
}

// writeProposal writes the registers of a proposal.
func (a *app) writeProposal(p *imports.Proposal, to string) error {
	registers := p.Registers()
	info, err := os.Stat(to)
	folder := strings.HasSuffix(to, "/") || err == nil && info.IsDir()
	switch {
	case to == "":
		return a.deliver("", nil, func(w io.Writer) error { return proposalTo(w, p, registers...) })
	case !folder && len(registers) > 1:
		return fault.Hint(fault.Invalid, fmt.Errorf("the proposal is for several registers (%s), and a file holds one", strings.Join(registers, ", ")), "name a folder with --to: end it with /")
	case !folder:
		return a.newProposal(p, registers[0], to)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fault.Wrap(fault.Invalid, err)
	}
	var errs []error
	for _, register := range registers {
		errs = append(errs, a.newProposal(p, register, filepath.Join(to, register+".yaml")))
	}
	return errors.Join(errs...)
}

// newProposal writes one register to a file that is not there yet.
func (a *app) newProposal(p *imports.Proposal, register, to string) error {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return fault.Wrap(fault.Invalid, err)
		}
		return fault.Hint(fault.Invalid, fmt.Errorf("%s is there already, and nothing is merged", to), "name another file or folder with --to")
	}
	return a.deliver(to, nil, func(w io.Writer) error { return proposalTo(w, p, register) })
}

func proposalTo(w io.Writer, p *imports.Proposal, registers ...string) error {
	for _, register := range registers {
		if _, err := w.Write(p.YAML(register)); err != nil {
			return err
		}
	}
	return nil
}
