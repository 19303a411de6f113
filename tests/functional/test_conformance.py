"""Every test class that dbt offers to adapters is run, or has a reason why not."""

from __future__ import annotations

import pytest

from tests.functional.conformance import Conformance

pytestmark = pytest.mark.filterwarnings("ignore")


def test_every_class_is_accounted_for(capsys):
    conformance = Conformance.of_suite()
    with capsys.disabled():
        print(f"\n{conformance}")  # noqa: T201
    assert not conformance.missing
    assert not set(conformance.not_applicable) & (conformance.as_is | conformance.overridden)
