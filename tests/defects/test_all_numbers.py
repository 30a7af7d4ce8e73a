"""Every numbered defect has its test; 11 (stores shared by processes) and 21 (another project's release) are aside."""

from __future__ import annotations

import re
from pathlib import Path


def test_every_defect_but_the_durable_ones_has_a_test_of_its_number() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    found = {int(number) for text in texts for number in re.findall(r"def test_defect_(\d\d)_", text)}
    assert found == set(range(1, 23)) - {11, 21}
