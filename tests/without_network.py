"""Run a command without a network but the loopback, by which browsers are steered: `without_network.py make test`.

F7: nothing here opens a socket for local paths. Where the system does not let networks be taken away, that is said and
the command runs with them.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
IFF_UP = 1
REQUEST = struct.Struct("16sh14x")


def leave_networks() -> None:
    """Take all networks from this process; OSError where that may not be."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name, flags = REQUEST.unpack(fcntl.ioctl(any_socket, SIOCGIFFLAGS, REQUEST.pack(b"lo", 0)))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, REQUEST.pack(name, flags | IFF_UP))


def main() -> None:
    """Run the command that is given."""
    try:
        leave_networks()
    except (OSError, AttributeError) as error:
        sys.stderr.write(f"with the network, which cannot be taken away here: {error}\n")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
