"""The parts of README.md and docs/ that the program itself writes.

They stand between `<!-- begin NAME -->` and `<!-- end NAME -->`. `python -m tests.generated_docs --write`, which is
`make readme`, brings them up to date; without `--write` it lists the files that are not.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dedupe.cli.flags import FLAGS, Flag
from dedupe.settings import RULES, Rule

CHECKOUT = Path(__file__).parents[1]
GENERATED_FILES = ("README.md", "docs/configuration.md", "docs/rules.md")
EXAMPLE = "docs/example.txt"
HELP_COLUMNS = 80
REPORT_COLUMNS = 100

_BLOCK = re.compile(r"(<!-- begin ([A-Za-z0-9-]+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def refreshed(text: str) -> str:
    """Return the page `text` with each block between markers as the program writes it today.

    Raises KeyError for a marker with a name that is not in `BLOCK_BY_NAME`.
    """
    return _BLOCK.sub(lambda found: f"{found[1]}{BLOCK_BY_NAME[found[2]]()}{found[3]}", text)


def run_dedupe(*words: str, columns: int = HELP_COLUMNS) -> subprocess.CompletedProcess[str]:
    """Run the command in the checkout, in an environment where only `columns` has a say."""
    return subprocess.run(
        [sys.executable, "-m", "dedupe", *words],
        cwd=CHECKOUT,
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONUTF8": "1",
            "HOME": "/nonexistent",
            "COLUMNS": str(columns),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )


def _fenced(text: str) -> str:
    return f"\n```text\n{text.rstrip()}\n```\n\n"


def _help(*words: str) -> str:
    shown = run_dedupe(*words, "--help").stdout
    # click before 8.3 does not mark the command as optional
    return _fenced(shown.replace("dedupe [OPTIONS] COMMAND [ARGS]", "dedupe [OPTIONS] [COMMAND] [ARGS]"))


def _example_before() -> str:
    return _fenced((CHECKOUT / EXAMPLE).read_text(encoding="utf-8"))


def _example_after() -> str:
    return _fenced(run_dedupe("clean", EXAMPLE).stdout)


def _example_report() -> str:
    return _fenced(run_dedupe("clean", EXAMPLE, columns=REPORT_COLUMNS).stderr)


def _rules() -> str:
    rows = ["| rule | name | a paragraph goes because | default |", "|---|---|---|---|"]
    rows += [
        f"| [{rule.code}](docs/rules.md#{anchor(f'{rule.code} {rule.name}')}) | {rule.name} | {rule.sentence} |"
        f" {'strip' if rule.stripped else 'report'} |"
        for rule in RULES
    ]
    return "\n" + "\n".join(rows) + "\n\n"


def anchor(heading: str) -> str:
    """Return the anchor under which a heading of a Markdown page is found."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _keys() -> str:
    rows = ["| key | flag | variable | takes | default | what it says |", "|---|---|---|---|---|---|"]
    rows += [
        f"| `{flag.key}` | {_flag_cell(flag)} | `{flag.variable}` | {_takes(flag)} | {_default(flag)} | {flag.help} |"
        for flag in FLAGS
        if flag.configurable
    ]
    return "\n" + "\n".join(rows) + "\n\n"


def _flags_only() -> str:
    rows = [
        f"- `{_flag(flag)}`{f' of {flag.command}' if flag.command else ''}: {flag.help}"
        for flag in FLAGS
        if not flag.configurable
    ]
    return "\n" + "\n".join(rows) + "\n\n"


def _flag_cell(flag: Flag) -> str:
    if not flag.is_option:
        return "none"
    return f"`{_flag(flag)}`" + (f" of {flag.command}" if flag.command else "")


def _flag(flag: Flag) -> str:
    letter = f"-{flag.letter}, " if flag.letter else ""
    return f"{letter}{flag.option}"


def _takes(flag: Flag) -> str:
    if flag.choices and not flag.is_repeatable:
        return ", ".join(f"`{choice}`" for choice in flag.choices)
    if flag.choices:
        return f"a list of {', '.join(f'`{choice}`' for choice in flag.choices)}"
    kinds = {
        "switch": "`true`, `false`",
        "number": "a number",
        "jobs": "a number or `auto`",
        "size": "a size or `none`",
        "factor": "a factor or `none`",
        "time": "a time or `none`",
        "count": "a whole number",
        "share": "a per cent",
        "limits": "a table of whole numbers",
        "codes": "a list of rule codes",
        "words": "a list",
        "texts": "a list of paragraphs",
    }
    return kinds.get(flag.kind, "a text")


def _default(flag: Flag) -> str:
    match flag.default:
        case bool():
            return f"`{str(flag.default).lower()}`"
        case () if flag.kind == "limits":
            return "`{}`"
        case tuple() | "":
            return f"`{json.dumps(flag.default)}`"
        case default:
            return f"`{default}`"


def _rule(rule: Rule) -> str:
    because = "A paragraph goes because " if rule.stripped else ""
    sentence = rule.sentence if rule.stripped else f"{rule.sentence[:1].upper()}{rule.sentence[1:]}"
    default = (
        "By default it strips; `--ignore {0}` leaves it out."
        if rule.stripped
        else "By default it reports; `--extend-select {0}` strips, `--ignore {0}` leaves it out."
    ).format(rule.code)
    return f"\n## {rule.code} {rule.name}\n\n{because}{sentence}.\n{default}\n\n"


BLOCK_BY_NAME: dict[str, Callable[[], str]] = {
    "example-before": _example_before,
    "example-after": _example_after,
    "example-report": _example_report,
    "rules": _rules,
    "keys": _keys,
    "flags-only": _flags_only,
    **{f"rule-{rule.code}": partial(_rule, rule) for rule in RULES},
    "help": _help,
    "help-clean": lambda: _help("clean"),
    "help-check": lambda: _help("check"),
    "help-config": lambda: _help("config"),
    "help-completion": lambda: _help("completion"),
    "help-explain": lambda: _help("explain"),
    "help-review": lambda: _help("review"),
    "help-restore": lambda: _help("restore"),
    "help-report": lambda: _help("report"),
    "help-learn": lambda: _help("learn"),
    "help-formats": lambda: _help("formats"),
    "formats": lambda: _fenced(run_dedupe("formats").stdout),
}
"""What stands between the markers of each name."""


def main(arguments: list[str]) -> int:
    """Write, or name, the pages that are not current; return 1 when one is left so."""
    stale = False
    for name in GENERATED_FILES:
        path = CHECKOUT / name
        text = path.read_text(encoding="utf-8")
        current = refreshed(text)
        if current == text:
            continue
        if "--write" in arguments:
            path.write_text(current, encoding="utf-8")
            sys.stdout.write(f"{name}: written\n")
        else:
            stale = True
            sys.stdout.write(f"{name}: not current; run make readme\n")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
