"""The other tools: what each is, what of the work it does, and how it is called."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import CHECKOUT, Run, watched
from benchmarks.peer_rooms import Package

SCRIPTS = CHECKOUT / "benchmarks"
PROCESSES = "2"


@dataclass(frozen=True, slots=True)
class Peer:
    """One other tool."""

    package: Package
    work: str
    """What of a cleaning it does, so that the times can be judged."""
    command: Callable[[Path, Path], list[str]]
    """The command line, of the folder of its programs and of a fresh one that holds `documents/`."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables; `{}` in them stands for the fresh folder."""
    prepare: Callable[[Path], None] = lambda _: None
    """What must lie in the fresh folder before the clock starts."""
    waits: bool = True
    """Whether it waits for its workers; if not, nobody counts their processor time."""

    def run(self, programs: Path, room: Path) -> Run:
        """Run the tool in a fresh folder, `documents/` in it, and time nothing but that."""
        self.prepare(room)
        variables = {name: value.format(room) for name, value in self.environment.items()}
        return watched(self.command(programs, room), environment=variables, folder=room)


def _dolma(programs: Path, room: Path) -> list[str]:
    return [
        *(str(programs / "dolma"), "dedupe"),
        *("--documents", f"{room}/documents/*.jsonl.gz"),
        *("--dedupe.name", "marks", "--dedupe.paragraphs.attribute_name", "repeated"),
        *("--dedupe.paragraphs.paragraph_separator", "\n\n", "--dedupe.skip_empty"),
        *("--bloom_filter.file", f"{room}/bloom", "--no-bloom_filter.read_only"),
        *("--bloom_filter.estimated_doc_count", "1000000"),
        *("--bloom_filter.desired_false_positive_rate", "0.0001"),
        *("--processes", PROCESSES),
    ]


def _pretend_punkt(room: Path) -> None:
    """Keep dolma from asking the network for a sentence tokeniser that this job never uses."""
    (room / "nltk" / "tokenizers" / "punkt").mkdir(parents=True)


def _daft(programs: Path, room: Path) -> list[str]:
    return [str(programs / "python"), str(SCRIPTS / "peer_daft.py"), f"{room}/documents", f"{room}/out"]


def _text_dedup(programs: Path, _room: Path) -> list[str]:
    return [str(programs / "python"), "-m", "text_dedup.minhash"]


def _text_dedup_settings(room: Path) -> None:
    """Write the settings where the tool looks for them: in the working folder."""
    documents = [str(path) for path in sorted((room / "documents").glob("*.jsonl"))]
    settings = {
        "input": {"input_type": '"local_files"', "file_type": '"json"'},
        "input.read_arguments": {"path": '"json"', "data_files": json.dumps(documents), "split": '"train"'},
        "algorithm": {
            "algorithm_name": '"minhash"',
            "text_column": '"text"',
            "num_proc": PROCESSES,
            "num_perm": "128",
            "ngram_size": "5",
            "threshold": "0.7",
            "check_false_positive": "true",
        },
        "output": {"output_dir": '"out"'},
        "debug": {"enable_profiling": "false"},
    }
    lines = []
    for table, keys in settings.items():
        lines += [f"[{table}]", *(f"{key} = {value}" for key, value in keys.items())]
    (room / "config.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _datatrove(programs: Path, room: Path) -> list[str]:
    script = str(SCRIPTS / "peer_datatrove.py")
    return [str(programs / "python"), script, f"{room}/documents", f"{room}/out", PROCESSES]


PEERS = (
    Peer(
        # boto3 and s3fs ask for versions that pip searches for minutes, and nothing here lies in S3.
        Package("dolma", "1.2.1", without=("boto3", "s3fs")),
        "equal paragraphs, Bloom filter, marks only, 2 processes",
        _dolma,
        {"NLTK_DATA": "{}/nltk"},
        _pretend_punkt,
    ),
    Peer(
        Package("daft", "0.7.26"),
        "MinHash signatures of documents, nothing else",
        _daft,
        {"DAFT_ANALYTICS_ENABLED": "0", "DO_NOT_TRACK": "true"},
    ),
    Peer(
        Package("text-dedup", "0.4.1", python="3.12"),
        "MinHash of documents, verified, 2 processes",
        _text_dedup,
        {"HF_HOME": "{}/cache", "HF_HUB_OFFLINE": "1"},
        _text_dedup_settings,
    ),
    Peer(
        # It splits English with spaCy and reads JSON with orjson, and no extra that would do names them.
        Package("datatrove[processing]", "0.10.1", also=("orjson", "spacy")),
        "MinHash of documents, all four stages, 2 processes",
        _datatrove,
        {"HF_HUB_OFFLINE": "1"},
        waits=False,
    ),
)
