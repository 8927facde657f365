"""Batches (批次): applications taken in, reviewed, publicized and issued together (domain.md §4, Batch)."""

from enum import StrEnum
from typing import Final


class BatchStatus(StrEnum):
    """Where a batch stands: 受理中, 受理截止, 评审, 公示, 发放, 关闭."""

    OPEN = "open"
    CLOSED = "closed"
    REVIEWING = "reviewing"
    PUBLICIZED = "publicized"
    ISSUED = "issued"
    FINISHED = "finished"


BATCH_LIFE: Final[dict[str, dict[str, str]]] = {
    BatchStatus.OPEN: {"close": BatchStatus.CLOSED},
    BatchStatus.CLOSED: {"allocate": BatchStatus.REVIEWING, "finish": BatchStatus.FINISHED},
    BatchStatus.REVIEWING: {
        "allocate": BatchStatus.REVIEWING,
        "publicize": BatchStatus.PUBLICIZED,
        "finish": BatchStatus.FINISHED,
    },
    BatchStatus.PUBLICIZED: {"issue": BatchStatus.ISSUED},
    BatchStatus.ISSUED: {"finish": BatchStatus.FINISHED},
    BatchStatus.FINISHED: {},
}
