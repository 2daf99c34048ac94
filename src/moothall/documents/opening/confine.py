"""What the program that opens strangers' files can't do from here on: no network, no files, no other program, little
memory and time. It gives these up by itself, before it reads the first byte of theirs, and can't take them back.
"""
from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import struct

MEMORY = 1 << 30
CPU_S = 15
LARGEST_RESULT = 16 << 20

# By machine: how the kernel calls it, and the numbers of what is refused: socket, connect, accept, bind, open and its
# kin, execve, fork and its kin, ptrace, kill, io_uring_setup, process_vm_readv and writev.
_REFUSED = {
    "x86_64": (0xC000003E, (41, 42, 43, 49, 2, 85, 257, 437, 59, 322, 56, 57, 58, 435, 101, 62, 425, 310, 311)),
    "aarch64": (0xC00000B7, (198, 203, 202, 200, 56, 437, 221, 281, 220, 435, 117, 129, 425, 270, 271)),
}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # refused with "not permitted"
_OTHER_ABI = 0x40000000  # numbers of the second set of calls that x86_64 has
_NO_NEW_PRIVILEGES, _FILTER, _BY_PROGRAM = 38, 22, 2


def confine() -> None:
    """Only reading what was opened before, counting, and writing the result are left."""
    os.closerange(3, 1024)
    limits = {
        "RLIMIT_AS": MEMORY, "RLIMIT_CPU": CPU_S, "RLIMIT_FSIZE": LARGEST_RESULT, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0,
        "RLIMIT_NOFILE": 3,  # those that are open: neither a file nor a socket can be opened any more
    }  # fmt: skip
    for name, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # stricter already
            resource.setrlimit(getattr(resource, name), (most, most))
    _refuse_calls()


def _refuse_calls() -> None:
    """On Linux the kernel refuses the calls themselves as well, also to root."""
    known = _REFUSED.get(platform.machine())
    if known is None or platform.system() != "Linux":
        return
    machine, numbers = known
    program = [
        (_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0), (_AT_LEAST, len(numbers) + 1, 0, _OTHER_ABI),
        *((_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE),
    ]  # fmt: skip
    lines = b"".join(struct.pack("HBBI", *line) for line in program)
    kept = ctypes.create_string_buffer(lines, len(lines))
    described = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(kept)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(_FILTER, _BY_PROGRAM, ctypes.byref(described), 0, 0)
