"""Go through what a run removed, cluster by cluster, and remember what a person says of each."""

from dedupe.reviewing.answers import Answers
from dedupe.reviewing.clusters import Cluster, Review, review_of

__all__ = ["Answers", "Cluster", "Review", "review_of"]
