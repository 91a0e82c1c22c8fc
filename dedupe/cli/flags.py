"""The table of flags: every flag of `dedupe clean` and `dedupe check` is written down once, here.

Options, configuration keys, `DEDUPE_*` variables and `--show-settings` are all made from `FLAGS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from dedupe.cli.sizes import NO_LIMIT
from dedupe.settings import DEFAULT_SELECT, FormatChoice

Value = bool | float | str | tuple[str, ...]
Kind = Literal[
    "switch",
    "number",
    "jobs",
    "size",
    "count",
    "share",
    "limits",
    "factor",
    "time",
    "word",
    "codes",
    "words",
    "texts",
    "path",
]
"""What a value is: `codes` are words that may also be joined by commas, `jobs` a whole number or `auto`, a `size` a
number of bytes (see `sizes.py`) or `none`, a `factor` a whole number and an x, or `none`, a `time` a number of
seconds (`10s`) or `none`. A `count` is a whole number, a `share` a per cent, both `""` where none is given; `limits`
are a table of whole numbers by rule, kept as texts such as `DUP101=0`. `texts` are whole paragraphs, joined by line
ends where they are one text."""
Heading = Literal["Input", "Matching", "Gate", "Run", "Limits", "Report", "Configuration", "Output"]
HEADINGS: tuple[Heading, ...] = (
    "Input",
    "Matching",
    "Gate",
    "Run",
    "Limits",
    "Report",
    "Configuration",
    "Output",
)
OUTPUT_FORMATS = ("full", "concise", "json", "github", "sarif", "junit", "markdown")


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: its key, what it takes and what it says in the help.

    `key` is the long option without its dashes and the configuration key. `metavar` is empty where
    `choices` say what may be given, and for switches. `configurable` is False for what may stand on the
    command line only, `is_option` for what may not stand there. `command` is the only one that takes it, `""` where
    `clean` and `check` both do.
    """

    key: str
    heading: Heading
    kind: Kind
    help: str
    default: Value = ""
    choices: tuple[str, ...] = ()
    metavar: str = ""
    letter: str = ""
    configurable: bool = True
    is_option: bool = True
    command: str = ""

    @property
    def option(self) -> str:
        """The flag as it is typed, for messages."""
        return f"--{self.key}"

    @property
    def parameter(self) -> str:
        """The flag's name as a Python identifier."""
        return self.key.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "DEDUPE_" + self.key.replace("-", "_").upper()

    @property
    def is_repeatable(self) -> bool:
        """Whether the option may be given more than once."""
        return self.kind in {"codes", "words"}

    def is_for(self, command: str) -> bool:
        """Return whether the command of this name takes the flag."""
        return self.is_option and self.command in ("", command)


def _switch(
    key: str,
    heading: Heading,
    sentence: str,
    *,
    letter: str = "",
    configurable: bool = True,
    command: str = "",
) -> Flag:
    return Flag(
        key,
        heading,
        "switch",
        sentence,
        default=False,
        letter=letter,
        configurable=configurable,
        command=command,
    )


def _choice(
    key: str, heading: Heading, choices: tuple[str, ...], sentence: str, *, command: str = ""
) -> Flag:
    return Flag(key, heading, "word", sentence, default=choices[0], choices=choices, command=command)


FLAGS: tuple[Flag, ...] = (
    _choice("format", "Input", get_args(FormatChoice),
            "What every file is, instead of finding out by its suffix or how it begins."),
    Flag("text-field", "Input", "word", "The field of a record, or the column of a table, that holds its text.",
         default="text", metavar="NAME"),
    Flag("id-field", "Input", "word", "The field that holds what a record calls itself.",
         default="id", metavar="NAME"),
    Flag("url-field", "Input", "word", "The field whose URL tells the site of a record.",
         default="url", metavar="NAME"),
    Flag("encoding", "Input", "word", "Read every document with this codec instead of finding out.",
         default="auto", metavar="auto|NAME"),
    Flag("include", "Input", "words", "Read files like this too, besides .txt and .md.",
         default=(), metavar="GLOB"),
    Flag("exclude", "Input", "words", "Leave out files and folders like this; wins over --include.",
         default=(), metavar="GLOB"),
    Flag("files-from", "Input", "path", "Read the files named in this list, one a line.",
         metavar="FILE|-", configurable=False),
    _switch("null", "Input", "Names in the --files-from list end at NUL, not at line ends.",
            letter="0", configurable=False),
    _switch("hidden", "Input", "Read hidden files and folders too."),
    _switch("follow-symlinks", "Input", "Follow symbolic links met in folders."),
    _switch("show-files", "Input", "Print the files that would be read, and stop.", configurable=False),
    Flag("select", "Matching", "codes",
         "Strip what these rules find and nothing else; codes, their beginnings, or ALL.",
         default=DEFAULT_SELECT, metavar="CODES"),
    Flag("extend-select", "Matching", "codes", "Strip what these rules find, too.",
         default=(), metavar="CODES"),
    Flag("ignore", "Matching", "codes", "Neither strip nor report what these rules find.",
         default=(), metavar="CODES"),
    _choice("paragraphs", "Matching", ("auto", "line", "blank-line"),
            "What a paragraph is: a line, or what blank lines separate."),
    Flag("threshold", "Matching", "number",
         "Similarity from which paragraphs and documents count as nearly the same, up to 1.",
         default=0.8, metavar="NUMBER"),
    _choice("group-by", "Matching", ("auto", "site", "folder", "corpus", "none"),
            "Which documents vote together on site boilerplate."),
    _choice("boilerplate", "Matching", ("careful", "balanced", "thorough"),
            "How readily site boilerplate goes; thorough leaves the bare article and loses some of it."),
    _choice("keep", "Matching", ("first", "longest", "last"),
            "Which of several documents that are copies stays."),
    Flag("keep-file", "Matching", "path",
         "Keep the paragraphs listed in this file, one a line, whatever rule would take them.", metavar="FILE"),
    Flag("keep-paragraphs", "Matching", "texts",
         "Keep these paragraphs, whatever rule would take them; added to those of keep-file.",
         default=(), is_option=False),
    Flag("profile", "Matching", "words",
         "Judge pages by what `dedupe learn` wrote to this file, too. Repeatable.", default=(), metavar="FILE"),
    Flag("max-share", "Gate", "share", "Fail when more than this share of the characters would go, in per cent.",
         metavar="PCT", command="check"),
    Flag("max-duplicates", "Gate", "count",
         "Fail when more than so many paragraphs would go. [0 where no other gate is given]",
         metavar="N", command="check"),
    Flag("max-per-rule", "Gate", "limits",
         "Fail when a rule, or the rules of a beginning, take more than so many paragraphs.",
         default=(), metavar="TABLE", is_option=False, command="check"),
    Flag("baseline", "Gate", "path",
         "Let the duplicates listed in this file be, and not one copy more; alone it means --fail-on-new.",
         metavar="FILE", command="check"),
    _switch("update-baseline", "Gate", "Write what is there now to --baseline.",
            configurable=False, command="check"),
    _switch("fail-on-new", "Gate", "Fail when a duplicate is not in --baseline.", command="check"),
    Flag("max-new", "Gate", "count", "Fail when more than so many duplicates are not in --baseline.",
         metavar="N", command="check"),
    _switch("exit-zero", "Gate", "Exit 0 though the gate failed.", command="check"),
    Flag("jobs", "Run", "jobs", "Work on so many documents at once.",
         default="auto", metavar="N|auto", letter="j"),
    Flag("max-memory", "Run", "size",
         "Hold no more memory than about this, such as 500M or 2G; what does not fit waits in files.",
         default=NO_LIMIT, metavar="SIZE|none"),
    Flag("tmp-dir", "Run", "path", "Keep temporary files in this folder. [the system's]", metavar="DIR"),
    _choice("on-error", "Run", ("report", "fail"),
            "What an unreadable input does: it is listed at the end, or it stops the run."),
    Flag("max-document-bytes", "Limits", "size",
         "Leave a text larger than this alone, and list it.", default="256M", metavar="SIZE|none"),
    Flag("max-line-bytes", "Limits", "size",
         "Leave a text with a longer line alone, and a longer line of JSON lines; list it.",
         default="64M", metavar="SIZE|none"),
    Flag("max-expand", "Limits", "factor",
         "Leave a compressed file alone out of which more than so many times its size comes; list it.",
         default="200x", metavar="Nx|none"),
    Flag("document-timeout", "Limits", "time",
         "Leave a page of HTML alone that takes longer to be read; list it.",
         default="10s", metavar="TIME|none"),
    Flag("report", "Report", "words", "Write a report; the suffix of FILE is its format. Repeatable.",
         default=(), metavar="FILE"),
    _choice("color", "Report", ("auto", "always", "never"), "Use colour."),
    _choice("progress", "Report", ("auto", "always", "never"), "Show how far the run is."),
    _switch("quiet", "Report", "Say nothing but errors.", letter="q"),
    _switch("verbose", "Report", "Say more about every document.", letter="v"),
    _switch("no-preview", "Report", "Keep removed text out of plan and reports; such a plan cannot restore."),
    _switch("debug", "Report", "Show tracebacks."),
    Flag("config", "Configuration", "words", "Use this configuration file, or set one key.",
         default=(), metavar="FILE|'KEY=VALUE'", configurable=False),
    _switch("isolated", "Configuration", "Ignore configuration files and DEDUPE_* variables.",
            configurable=False),
    _switch("show-settings", "Configuration", "Print the settings in force and their origins, and stop.",
            configurable=False),
    Flag("out-dir", "Output", "path", "Write clean files into this folder.",
         metavar="DIR", letter="o", configurable=False, command="clean"),
    _switch("overwrite", "Output", "Write into --out-dir though it holds files of others.",
            configurable=False, command="clean"),
    _switch("in-place", "Output", "Replace the files by clean ones, keeping a backup.",
            configurable=False, command="clean"),
    Flag("backup-dir", "Output", "path",
         "Where --in-place keeps originals and plan. [.dedupe-backup beside the files]",
         metavar="DIR", configurable=False, command="clean"),
    _switch("yes", "Output", "Do not ask before --in-place replaces files.", configurable=False, command="clean"),
    _switch("durable", "Output",
            "Have each file on the disk before the run ends, whatever the machine does then; slower.",
            command="clean"),
    _switch("dry-run", "Output", "Write no clean text; report only.", letter="n", command="clean"),
    _switch("diff", "Output", "Print a unified diff to stdout.", command="clean"),
    Flag("plan", "Output", "path", "Write the plan, from which `dedupe restore` brings the originals back.",
         metavar="FILE", configurable=False, command="clean"),
    _choice("stdout-format", "Output", ("text", "jsonl", "null"),
            "How several documents stand on stdout: under ==> name <== lines, as JSON lines, or as name and"
            " text, each ended by NUL.", command="clean"),
    Flag("output-format", "Output", "words",
         "How what would go is listed. Repeatable; all but one need an --output-file. [full]",
         default=(), choices=OUTPUT_FORMATS, command="check"),
    Flag("output-file", "Output", "words",
         "Write a list to this file instead of stdout. Repeatable; of the formats asked for it takes the one that its"
         " suffix names (.json, .sarif, .xml, .md), else the first without a file; when none is left, the one of its"
         " suffix, or full.",
         default=(), metavar="FILE", command="check"),
    _switch("statistics", "Output", "Count by rule instead of listing paragraphs.", command="check"),
)  # fmt: skip
FLAG_BY_KEY = {flag.key: flag for flag in FLAGS}
