"""What can keep the embedded stack from running, told so that a person knows what to do."""

from pathlib import Path

LINES_SHOWN = 15
BYTES_READ = 16_384
PORT_TAKEN = "ddress already in use"

ADVICE = (
    ("No space left on device", "The disk is full: free some space and start again."),
    ("Permission denied", "Something may not be read or written: see who owns the path below."),
    ("does not exist in the password", "This user has no name: give it an entry in /etc/passwd."),
    ("user does not exist", "This user has no name: give it an entry in /etc/passwd."),
    ("Could not reserve enough space", "There is too little memory: Kafka needs about 500 MB."),
    ("Cannot allocate memory", "There is too little memory: the stack needs about 1 GB."),
    ("incompatible with server", "The data was made by another version: use another folder."),
)


class StackError(Exception):
    """The embedded stack cannot run; the message says what an operator can do."""


class PortTaken(StackError):
    """Another program listens on the port; another port will do."""


def failure(name: str, what: str, log: Path, start: int = 0) -> StackError:
    """Tell why a part failed, with advice and the last lines it logged after byte `start`."""
    said = read_log(log, start)
    kind = PortTaken if PORT_TAKEN in said else StackError
    lines = [f"{name} {what}.", _advice(said, log), f"The last lines of {log}:"]
    lines += [f"  {line}" for line in said.splitlines()[-LINES_SHOWN:]] or ["  (nothing)"]
    return kind("\n".join(lines))


def read_log(log: Path, start: int) -> str:
    """Read the end of what was logged after byte `start`; empty when there is no log."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(start, size - BYTES_READ))
        return file.read().decode(errors="replace")


def _advice(said: str, log: Path) -> str:
    if PORT_TAKEN in said:
        return "Another program took its port: start again, and a free one is found."
    for sign, advice in ADVICE:
        if sign in said:
            return advice
    return (
        f"If the lines below do not tell the cause, move {log.parent} away "
        "to start with empty data, and keep it to look into."
    )
