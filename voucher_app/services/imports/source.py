"""The register of files that were taken in: the same file is refused a second time, inside the act that takes it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voucher_app.domain.errors import Violation, refuse_if_violated

if TYPE_CHECKING:
    from voucher_app.domain.operators import Operator
    from voucher_app.services.ports.tables import ImportedFile
    from voucher_app.services.ports.unit_of_work import Records, UnitOfWork


def second_time(records: Records, source: ImportedFile) -> Violation | None:
    """Return the refusal of a file that was taken in before, under whatever name."""
    before = records.import_files.find(source.sha256)
    if before is None:
        return None
    return Violation(
        "IMPORT",
        "file_imported",
        found=before.file_name,
        allowed="each file once",
        subject=source.name,
        facts={"day": before.imported_on.isoformat(), "rows": before.rows},
    )


def register(work: UnitOfWork, source: ImportedFile | None, *, rows: int, operator: Operator) -> None:
    """Record that this act takes a file in; nothing where the rows came from no file.

    Raises:
        RulesViolated: when it was taken in before.
    """
    if source is None:
        return
    before = second_time(work, source)
    refuse_if_violated([before] if before else [])
    work.import_files.add(
        sha256=source.sha256, kind=source.kind, file_name=source.name, rows=rows, prepared_by=operator.id
    )


def asked_of(source: ImportedFile | None) -> dict[str, object]:
    """Return what an act's request says of the file that it came from; nothing where there was none."""
    return {} if source is None else {"file": source.sha256}
