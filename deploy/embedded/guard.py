"""Stand between the application and one server process, so that neither outlives the other.

The application cannot promise to end its servers: it may be killed. This small process can: it
sees the application's end (its standard input closes, or it is given another parent) and ends the
server; and should it be killed itself, the kernel ends the server, whose parent it is. The kernel's
promise is bound to a parent *thread*, so it is asked for here, where there is only one.

It runs as a file, with the standard library alone:
    guard.py <quit signal> <user or "-"> <command> [argument ...]
It writes the server's process id to standard output and ends as the server ended.
"""

import ctypes
import os
import pwd
import select
import signal
import sys
import time

# Longer than the five seconds after which PostgreSQL kills those of its own that are deaf.
QUIT_SECONDS = 6.5
LOOK_SECONDS = 1.0

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

LINUX = sys.platform == "linux"
OURS_TO_IGNORE = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run the server until it ends or the application does."""
    quit_signal, user, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    application = os.getppid()
    for number in OURS_TO_IGNORE:
        signal.signal(number, signal.SIG_IGN)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)

    guard = os.getpid()
    server = os.fork()
    if server == 0:
        _become_server(guard, quit_signal, user, command)
    sys.stdout.write(f"{server}\n")
    sys.stdout.flush()
    return _watch(server, application, quit_signal, woken)


def _watch(server: int, application: int, quit_signal: int, woken: int) -> int:
    while True:
        ready, _, _ = select.select([0, woken], [], [], LOOK_SECONDS)
        ended, status = os.waitpid(server, os.WNOHANG)
        if ended:
            return _exit_code(status)
        if woken in ready:
            os.read(woken, 512)
        if (0 in ready and not os.read(0, 512)) or os.getppid() != application:
            return _end(server, quit_signal)


def _end(server: int, quit_signal: int) -> int:
    os.kill(server, quit_signal)
    os.kill(server, signal.SIGCONT)
    deadline = time.monotonic() + QUIT_SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(server, os.WNOHANG)
        if ended:
            return _exit_code(status)
        time.sleep(0.02)
    os.kill(server, signal.SIGKILL)
    return _exit_code(os.waitpid(server, 0)[1])


def _exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _become_server(guard: int, quit_signal: int, user: str, command: list[str]) -> None:
    try:
        for number in (*OURS_TO_IGNORE, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        if user != "-":
            _become_user(user)
        if LINUX:
            # Asked for last: a change of user would take it back.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, quit_signal, 0, 0, 0)
            if os.getppid() != guard:
                os._exit(1)
        os.execv(command[0], command)  # noqa: S606 - the command is the application's own
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be run: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(127)


def _become_user(name: str) -> None:
    entry = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setuid(entry.pw_uid)
    if LINUX:
        _keep_passage()


def _keep_passage() -> None:
    """Keep the right to pass through folders that only root may enter, as root's home is.

    Where the system does not grant it, the server can still run in folders open to all.
    """
    libc = ctypes.CDLL(None)
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        bit = 1 << capability
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        if libc.capset(header, sets) == 0:
            libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
            return


if __name__ == "__main__":
    sys.exit(main())
