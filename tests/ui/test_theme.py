from __future__ import annotations

import json

import pytest
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QLabel

from voucher_app.ui import icons, theme


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_text_colour_can_be_read_on_every_ground(look):
    for ink in ("ink", "ink_soft", "good", "warn", "bad", "accent"):
        for ground in ("window", "surface", "surface_alt", "selection", "hover"):
            assert contrast(getattr(look, ink), getattr(look, ground)) >= 4.5, (ink, ground)
    pairs = (
        ("accent_ink", "accent"),
        ("accent_ink", "accent_hover"),
        ("sidebar_ink", "sidebar_on"),
        ("sidebar_soft", "sidebar"),
        ("trial_ink", "trial"),
        ("good", "good_ground"),
        ("warn", "warn_ground"),
        ("bad", "bad_ground"),
    )
    for ink, ground in pairs:
        assert contrast(getattr(look, ink), getattr(look, ground)) >= 4.5, (ink, ground)


def test_every_icon_is_in_the_icon_font(qapp):
    for name in theme.icon_names():
        assert not theme.icon(name).isNull()
    table = json.loads((icons._folder() / "phosphor-charmap-1.3.0.json").read_text(encoding="utf-8"))
    used = {glyph for glyph, _token in theme._GLYPHS.values()} | {"arrow-up", "arrow-down"}
    assert {glyph: int(table[glyph], 16) for glyph in used} == icons.CODE_POINTS


def test_figures_have_one_width(qapp):
    for bold in (False, True):
        metrics = QFontMetrics(theme.font(bold=bold))
        assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def drawn(character):
    image = QImage(40, 40, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    painter.setFont(theme.font(30))
    painter.drawText(4, 32, character)
    painter.end()
    return bytes(image.constBits())


@pytest.mark.parametrize("character", ["犇", "垚", "𬭎", "𫟹"])
def test_a_rare_character_of_a_name_is_drawn_and_not_a_box(character, qapp):
    assert drawn(character) not in {drawn("\U000e0fff"), drawn("\ue123"), drawn(" ")}


def test_a_role_is_seen_at_once(qtbot):
    label = QLabel("x")
    qtbot.addWidget(label)
    theme.set_role(label, "title")
    label.ensurePolished()
    assert label.font().pixelSize() == theme.TITLE_PX
    assert label.font().weight() == QFont.Weight.Bold
    theme.set_role(label, "label")
    assert label.font().pixelSize() == theme.LABEL_PX
