package simulate

import "time"

// shellUp is IOS XE's message of a Guest Shell that runs.
func (d *device) shellUp(at time.Time) *line {
	return &line{severity: 6, tag: "%IM-6-IOX_INST_INFO", text: "R0/0: ioxman: IOX SERVICE guestshell LOG: Guestshell is up at " + at.Format("01/02/2006 15:04:05")}
}

// shellStates are NX-OS's messages of the life of a Guest Shell.
var shellStates = []struct {
	tag, text string
	after     time.Duration
}{
	{"%VMAN-2-INSTALL_STATE", "Installing virtual service 'guestshell+'", 0},
	{"%VMAN-2-INSTALL_STATE", "Successfully installed virtual service 'guestshell+'", 30 * time.Second},
	{"%VMAN-2-ACTIVATION_STATE", "Activating virtual service 'guestshell+'", 31 * time.Second},
	{"%VMAN-2-ACTIVATION_STATE", "Successfully activated virtual service 'guestshell+'", 55 * time.Second},
	{"%VMAN-2-ACTIVATION_STATE", "Deactivating virtual service 'guestshell+'", 22 * time.Minute},
	{"%VMAN-2-ACTIVATION_STATE", "Successfully deactivated virtual service 'guestshell+'", 22*time.Minute + 20*time.Second},
	{"%VMAN-2-INSTALL_STATE", "Uninstalling virtual service 'guestshell+'", 22*time.Minute + 21*time.Second},
	{"%VMAN-2-INSTALL_STATE", "Successfully uninstalled virtual service 'guestshell+'", 22*time.Minute + 40*time.Second},
}
