"""What lies beside the books: files, the calendar, numbers of documents, keys, prints. None of it moves money."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import hypothesis.stateful as machine
from hypothesis import strategies as st

from voucher_app.services import attachment, calendar, certificate, document_number, office_key, print_ending, printing
from voucher_app.services.calendar import CalendarDay
from voucher_app.services.print_request import Request
from voucher_app.services.workspace import new_request_id

LONG_AGO = date(2025, 6, 2)
"""In a year that nothing here counts working days of."""
MOST_PRINTS = 2
LIVE = {"usable", "partly-used", "used-up", "frozen"}


class PaperActs:
    """Rules of the machine; whoever has them has `desk`, `model`, `folder` and `refused_unless`."""

    @machine.precondition(lambda self: self.model.vouchers)
    @machine.rule(data=st.data(), content=st.integers(0, 2))
    def file_a_paper(self, data, content):
        subject = f"voucher:{self.desk.voucher(data.draw(st.sampled_from(sorted(self.model.vouchers)))).id}"
        if self.model.claims:
            subject = f"redemption:{data.draw(st.sampled_from(sorted(self.model.claims)))}"
        paper = Path(self.folder) / f"paper-{content}.pdf"
        paper.write_bytes(b"%PDF-1.7 " + bytes([48 + content]))
        attachment.add(self.desk.workspace, subject=subject, file=paper, kind="invoice", **self._by(self.desk.preparer))
        assert attachment.verify(self.desk.workspace)[1] == []

    @machine.rule(days=st.integers(0, 2), is_working=st.booleans())
    def import_a_day(self, days, is_working):
        day = CalendarDay(LONG_AGO + timedelta(days=days), is_working)
        calendar.import_days(self.desk.workspace, days=[day], **self._by(self.desk.preparer))

    @machine.rule(subject=st.integers(1, 2))
    def draw_a_number(self, subject):
        live = self.model.numbers.get(subject)
        one = document_number.draw(
            self.desk.workspace, kind="issuance-notice", subject=f"batch:{subject}", title="通知",
            **self._by(self.desk.preparer),
        )  # fmt: skip
        assert (one.id == live) if live else (one.id not in self.model.drawn)
        self.model.numbers[subject] = one.id
        self.model.drawn.add(one.id)

    @machine.precondition(lambda self: self.model.drawn)
    @machine.rule(data=st.data())
    def make_a_number_void(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.drawn)))
        with self.refused_unless(key in self.model.numbers.values(), "NUMBER"):
            document_number.void(self.desk.workspace, number_id=key, reason="作废重印", **self._by(self.desk.preparer))
            self.model.numbers = {subject: one for subject, one in self.model.numbers.items() if one != key}

    @machine.precondition(lambda self: len(self.model.old_keys) < MOST_PRINTS)
    @machine.rule()
    def change_the_key(self):
        old = office_key.current_key(self.desk.workspace).key_id
        office_key.new_key(self.desk.workspace, reason="到期更换", **self._by(self.desk.preparer))
        office_key.set_passphrase(self.desk.workspace, passphrase=None, **self._by(self.desk.preparer))
        self.model.old_keys[old] = "used"

    @machine.precondition(lambda self: self.model.old_keys)
    @machine.rule(data=st.data(), act=st.sampled_from(["revoke", "keep"]), first=st.booleans())
    def doubt_a_key(self, data, act, first):
        """Propose to revoke a key that signs no more, decide on it as another person, or keep it."""
        key = data.draw(st.sampled_from(sorted(self.model.old_keys)))
        state = self.model.old_keys[key]
        who = self.desk.preparer if first else self.desk.reviewer
        if act == "keep" and state == "used":
            return
        by_the_same = state == f"proposed by {who.id}"
        with self.refused_unless(state != "revoked" and not (act == "revoke" and by_the_same), "TRANSITION", "R23"):
            getattr(office_key, act)(self.desk.workspace, key_id=key, reason="私钥或已外泄", **self._by(who))
            if act == "keep":
                self.model.old_keys[key] = "used"
            else:
                self.model.old_keys[key] = f"proposed by {who.id}" if state == "used" else "revoked"

    @machine.precondition(lambda self: self.model.vouchers and len(self.model.prints) < MOST_PRINTS)
    @machine.rule(data=st.data(), ends=st.sampled_from(["finish", "cancel", ""]))
    def print_a_certificate(self, data, ends):
        number = data.draw(st.sampled_from(sorted(self.model.vouchers)))
        with self.refused_unless(self.model.status(number) in LIVE, "TRANSITION"):
            draw = certificate.draw_of(self.desk.workspace, [number])
            asked = Request(self.desk.preparer, new_request_id(), "遗失补印")
            job, _pages = printing.begin_on_printer(self.desk.workspace, draw, printer="某打印机", request=asked)
            self.model.prints[job.id] = "begun"
            if ends:
                self._end_a_print(job.id, ends)

    @machine.precondition(lambda self: self.model.prints)
    @machine.rule(data=st.data(), act=st.sampled_from(["finish", "cancel"]))
    def end_a_print(self, data, act):
        self._end_a_print(data.draw(st.sampled_from(sorted(self.model.prints))), act)

    def _end_a_print(self, job_id, act):
        state = self.model.prints[job_id]
        told = {"reason": "卡纸"} if act == "cancel" else {"printed": 1}
        with self.refused_unless(state == "begun", "TRANSITION"):
            job = getattr(print_ending, act)(self.desk.workspace, job_id=job_id, **told, **self._by(self.desk.preparer))
            self.model.prints[job_id] = job.status.value
