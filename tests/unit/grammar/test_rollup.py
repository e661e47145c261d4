"""Roll-up of portions into a banner."""

from __future__ import annotations

import pytest

from redact.grammar import parse_portion, rollup


@pytest.mark.parametrize(
    ("portions", "banner"),
    [
        (["(C)", "(S)"], "SECRET"),
        (["(S//NF)", "(S//REL TO USA, GBR)"], "SECRET//NOFORN"),
        (["(S//REL TO USA, CAN, GBR)", "(C//REL TO USA, FVEY)"], "SECRET//REL TO USA, CAN, GBR"),
        (["(S//REL TO USA, GBR)", "(S//REL TO USA, CAN)"], "SECRET//NOFORN"),
        (["(S//REL TO USA, GBR)", "(S)"], "SECRET//NOFORN"),
        (["(S//REL TO USA, GBR)", "(U)"], "SECRET//REL TO USA, GBR"),
        (["(S//RELIDO)", "(S//RELIDO)"], "SECRET//RELIDO"),
        (["(S//RELIDO)", "(S//REL TO USA, GBR)"], "SECRET//NOFORN"),
        (["(S//DISPLAY ONLY IRQ)", "(S//REL TO USA, IRQ)"], "SECRET//DISPLAY ONLY IRQ"),
        (["(S//RD//NF)", "(S//FRD//NF)"], "SECRET//RD//NOFORN"),
        (["(U//FOUO)", "(S//NF)"], "SECRET//NOFORN"),
        (["(U//FOUO)", "(U//LES)"], "UNCLASSIFIED//LES"),
        (["(U//SBU-NF)", "(S)"], "SECRET//NOFORN"),
        (["(//GBR S)", "(S//NF)"], "SECRET//FGI GBR//NOFORN"),
        (["(//GBR S)", "(//FGI C)", "(S//NF)"], "SECRET//FGI//NOFORN"),
        (["(S//NF//XD)", "(S//NF//ND)"], "SECRET//NOFORN//NODIS"),
        (["(TS//SI-G ABCD//OC/NF)", "(TS//SI-G EFGH/TK//OC/NF)"], "TOP SECRET//SI-G ABCD EFGH/TK//ORCON/NOFORN"),
    ],
)
def test_rollup(portions: list[str], banner: str) -> None:
    assert rollup([parse_portion(p) for p in portions]).banner == banner


def test_unmarked_beside_relido_allows_relido() -> None:
    result = rollup([parse_portion("(S//RELIDO)"), parse_portion("(S)")])
    assert (result.release, result.alternatives) == ("NOFORN", ("RELIDO",))


def test_nothing_to_roll_up() -> None:
    assert rollup([]).banner is None
    assert rollup([parse_portion("(SL)")]).classification is None
