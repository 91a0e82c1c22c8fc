"""The process that reads pages of HTML as text, so that a page which no parser gets to the end of ends it alone.

Each request on standard input is a head, the name of an encoding and a page; each answer on standard output is a length
and a text in UTF-8. A page that takes longer than its request says ends the process by SIGALRM, in whatever library it
is then; so does one whose reader was killed, for nobody waits for it any more.
"""

from __future__ import annotations

import signal
import struct
from typing import BinaryIO

HEAD = struct.Struct("<QdH")
"""Size of the page, seconds it may take (0 for any number), size of the encoding's name."""
ANSWER = struct.Struct("<Q")
"""Size of the text."""
_MOST_MEMORY = 1 << 31


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more; an error ends the process, which says that the page is damaged."""
    while len(head := requests.read(HEAD.size)) == HEAD.size:
        size, seconds, label_size = HEAD.unpack(head)
        label, page = requests.read(label_size).decode("ascii", "replace"), requests.read(size)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        text = text_of(page, label).encode("utf-8", "replace")
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(ANSWER.pack(len(text)) + text)
        answers.flush()


def text_of(page: bytes, label: str = "") -> str:
    """Return what a reader sees of a page, a line a block; `label` is the encoding that its sender names."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5
    from resiliparse.parse.html import HTMLTree

    encoding = map_encoding_to_html5(label, fallback_utf8=False) if label else None
    tree = HTMLTree.parse_from_bytes(page, encoding or detect_encoding(page, from_html_meta=True) or "utf-8")
    text = extract_plain_text(tree, preserve_formatting=True, alt_texts=False)
    lines = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    return f"{lines}\n" if lines else ""


def _limit_memory() -> None:
    import contextlib
    import resource

    with contextlib.suppress(
        OSError, ValueError
    ):  # less may be allowed already, or the system knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGALRM,))
    _limit_memory()
    with open(0, "rb", closefd=False) as requests, open(1, "wb", closefd=False) as answers:
        serve(requests, answers)
