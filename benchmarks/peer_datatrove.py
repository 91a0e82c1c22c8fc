"""Deduplicate documents by MinHash with datatrove, all four stages; runs in datatrove's own environment."""

from __future__ import annotations

import sys
from typing import Any

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter


def main(documents: str, out: str, processes: int) -> None:
    """Read JSON lines, write those to keep and those to drop; with the defaults of the tool: 14 buckets of 8."""
    config = MinhashConfig()
    reader = JsonlReader(documents, glob_pattern="*.jsonl")
    stages: list[tuple[str, int, list[Any]]] = [
        ("signatures", processes, [reader, MinhashDedupSignature(f"{out}/signatures", config=config)]),
        (
            "buckets",
            config.num_buckets,
            [MinhashDedupBuckets(f"{out}/signatures", f"{out}/buckets", config=config)],
        ),
        ("clusters", 1, [MinhashDedupCluster(f"{out}/buckets", f"{out}/to-drop", config=config)]),
        (
            "filter",
            processes,
            [
                reader,
                MinhashDedupFilter(f"{out}/to-drop", exclusion_writer=JsonlWriter(f"{out}/dropped")),
                JsonlWriter(f"{out}/kept"),
            ],
        ),
    ]
    for name, tasks, pipeline in stages:
        logs = f"{out}/logs/{name}"
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=processes, logging_dir=logs).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
