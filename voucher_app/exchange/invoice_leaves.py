"""What an invoice's XML says, element by element: of a file of its own, and of one inside an OFD or a PDF.

Runs inside `reading_child`; it imports the standard library alone.
"""

from __future__ import annotations

from typing import Any

from voucher_app.exchange.child_parts import Parser, Refused

MOST_ELEMENTS = 100_000
DEEPEST = 40
MOST_ITEMS = 500

LEAVES = {
    "InvoiceNumber": "number", "EIid": "number", "InvoiceNo": "number",
    "InvoiceCode": "code",
    "IssueTime": "day", "IssueDate": "day", "RequestTime": "day",
    "SellerName": "seller_name", "SellerIdNum": "seller_code", "SellerTaxID": "seller_code",
    "BuyerName": "buyer_name", "BuyerIdNum": "buyer_code", "BuyerTaxID": "buyer_code",
    "TotalAmWithoutTax": "without_tax", "TaxExclusiveTotalAmount": "without_tax",
    "TotalTaxAm": "tax", "TaxTotalAmount": "tax",
    "TotalTax-includedAmount": "total", "TaxInclusiveTotalAmount": "total",
}  # fmt: skip
"""Names in the invoices' schemas (数电票; 增值税电子发票 before it), and what they say; of two that say the same, the
first one here wins."""

_LABELS = {"EInvoiceType", "GeneralOrSpecialVAT"}
_ITEMS = {"IssuItemInformation", "GoodsInfo"}
_ITEM_LEAVES = {
    "ItemName": "name", "Item": "name", "Amount": "amount", "TaxRate": "rate", "TaxScheme": "rate",
    "ComTaxAm": "tax", "TaxAmount": "tax",
}  # fmt: skip


class Leaves(Parser):
    """The invoices in one XML: values of known names, item lines; of a tag the numbers of the texts it points at."""

    def __init__(self, limits: dict[str, Any]) -> None:
        super().__init__()
        self._longest = limits["characters"]
        self._path: list[str] = []
        self._parts: list[str] = []
        self._elements = 0
        self._item: dict[str, str] | None = None
        self.values: dict[str, list[str]] = {}
        self.labels: dict[str, str] = {}
        self.items: list[dict[str, str]] = []
        self.invoices = 0
        self.references: dict[str, list[str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as the others
        """Begin an element."""
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._path) >= DEEPEST:
            raise Refused("entries", found=self._elements, allowed=MOST_ELEMENTS)
        self._path.append(name)
        self._parts = []
        if name in {"EInvoice", "eInvoice"}:
            self.invoices += 1
        if name in _ITEMS:
            self._item = {}

    def end(self, name: str) -> None:
        """End an element, and keep what it says."""
        text = "".join(self._parts).strip()
        self._parts = []
        self._path.pop()
        around = self._path[-1] if self._path else ""
        if len(text) > self._longest:
            raise Refused("long", found=len(text), allowed=self._longest)
        if name in _ITEMS:
            self._end_item()
        elif name == "ObjectRef" and text:
            self.references.setdefault(around, []).append(text)
        elif self._item is not None:
            if name in _ITEM_LEAVES and text:
                self._item.setdefault(_ITEM_LEAVES[name], text)
        elif name == "LabelName" and around in _LABELS:
            self.labels.setdefault(around, text)
        elif name in LEAVES and text:
            self.values.setdefault(name, []).append(text)

    def text(self, data: str) -> None:
        """Take characters."""
        self._parts.append(data)

    def _end_item(self) -> None:
        if self._item:
            if len(self.items) >= MOST_ITEMS:
                raise Refused("items", found=len(self.items) + 1, allowed=MOST_ITEMS)
            self.items.append(self._item)
        self._item = None

    def told(self) -> dict[str, Any]:
        """Return what was found, by our own names.

        Raises:
            Refused: `several`, when the file holds more than one invoice.
        """
        for name in ("InvoiceNumber", "EIid", "InvoiceNo"):
            if len(set(self.values.get(name, ()))) > 1:
                raise Refused("several", count=len(set(self.values[name])))
        if self.invoices > 1:
            raise Refused("several", count=self.invoices)
        found: dict[str, Any] = {}
        for name, ours in LEAVES.items():
            if name in self.values:
                found.setdefault(ours, self.values[name][0])
        labels = [self.labels[one] for one in ("EInvoiceType", "GeneralOrSpecialVAT") if self.labels.get(one)]
        if labels:
            found["kind"] = f"{labels[0]}（{labels[1]}）" if len(labels) > 1 else labels[0]
        if self.items:
            found["items"] = self.items
        return found
