"""What the services refuse: the violations of a call, whole or by rule and code."""

from __future__ import annotations

import pytest

from voucher_app.domain.errors import RulesViolated


def violations(call, *arguments, **options):
    """Demand that a call is refused; return every violation."""
    with pytest.raises(RulesViolated) as refused:
        call(*arguments, **options)
    return refused.value.violations


def refusal(call, *arguments, **options):
    """Demand that a call is refused; return rule and code of every violation."""
    return [(one.rule, one.code) for one in violations(call, *arguments, **options)]
