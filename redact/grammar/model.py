"""What a marking is made of: tokens as written, the marking they add up to, its parse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from redact.grammar.tables import controls, countries, country_key, levels


@dataclass(frozen=True, slots=True)
class Token:
    """One item of a marking as it was read.

    Attributes:
        kind: ``level``, ``nation`` (foreign level), ``joint``, ``sci``, ``sap``, ``aea``, ``fgi``, ``rel``,
            ``display``, ``eyes``, ``accm``, ``cui``, ``declass``, ``unknown``, or ``control``.
        ident: the level, control or category it stands for.
        args: list members: country codes, compartments, programs, numbers.
        text: its characters as written (folded).
        damage: edit cost of reading it so; 0 for a listed form.
        note: ``superseded``, ``abbreviated``, ``long``, ``fgi-slashes`` or empty.
        group: number of the ``//`` group it stood in.
        owner: owner of a foreign level.
    """

    kind: str
    ident: str
    args: tuple[str, ...] = ()
    text: str = ""
    damage: float = 0.0
    note: str = ""
    group: int = 0
    owner: str = ""


@dataclass(frozen=True, slots=True)
class MarkingError:
    """A violation: kebab-case id, message, and the paragraph it rests on."""

    id: str
    message: str
    authority: str

    def to_dict(self) -> dict[str, str]:
        """The error as the contract's JSON object."""
        return {"id": self.id, "message": self.message, "authority": self.authority}


@dataclass(slots=True)
class Marking:
    """The meaning of a marking, free of spelling and order."""

    scheme: str = "US"
    level: str = ""
    owner: str = ""
    joint: tuple[str, ...] = ()
    sci: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    programs: tuple[str, ...] = ()
    multiple: bool = False
    hvsaco: bool = False
    aea: dict[str, tuple[bool, tuple[int, ...]]] = field(default_factory=dict)
    fgi: tuple[str, ...] | None = None
    rel_to: tuple[str, ...] | None = None
    display_only: tuple[str, ...] | None = None
    eyes: tuple[str, ...] | None = None
    ids: set[str] = field(default_factory=set)
    accm: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    declass: tuple[str, ...] = ()
    unknown: tuple[tuple[float, str], ...] = ()

    @property
    def classification(self) -> str | None:
        """The contract's level, null for CUI."""
        row = levels().get(self.level)
        return (row.classification or None) if row else None

    @property
    def letter(self) -> str:
        """``TS``, ``S``, ``C``, ``R`` or ``U``."""
        return {"TOP SECRET": "TS", "SECRET": "S", "CONFIDENTIAL": "C", "RESTRICTED": "R"}.get(
            self.classification or "", "U"
        )

    @property
    def waived(self) -> bool:
        return "WAIVED" in self.ids

    def present(self) -> set[str]:
        """Ids of everything in the marking, as ``controls.csv`` names them."""
        found = set(self.ids) | set(self.aea)
        for control, compartments in self.sci.items():
            found.add(control)
            found.update(f"{control}-{name}" for name in compartments if f"{control}-{name}" in controls())
        if any(cnwdi for cnwdi, _ in self.aea.values()):
            found.add("CNWDI")
        if any(sigmas for _, sigmas in self.aea.values()):
            found.add("SIGMA")
        if self.programs or self.multiple:
            found.add("SAR")
        for name, value in (
            ("HVSACO", self.hvsaco),
            ("FGI", self.fgi is not None),
            ("REL TO", self.rel_to is not None),
            ("DISPLAY ONLY", self.display_only is not None),
            ("EYES", self.eyes is not None),
            ("ACCM", self.accm),
        ):
            if value:
                found.add(name)
        return found


AEA_TYPES = ("RD", "FRD", "DOD UCNI", "DOE UCNI", "TFNI", "ATOMAL")


def _sci_item(control: str, compartments: dict[str, tuple[str, ...]]) -> str:
    return control + "".join(
        f"-{name}" + "".join(f" {sub}" for sub in sorted(subs)) for name, subs in sorted(compartments.items())
    )


def _sci_key(control: str) -> tuple[int, str]:
    row = controls().get(control)
    # unlisted systems sort among the listed ones by their letters (CAPCO sec. H.4: ascending order)
    if row:
        return (row.order, control)
    before = [c.order for c in controls().values() if c.category == "SCI" and c.order < 350 and c.control_id < control]
    return (max(before, default=300), control)


def groups(mark: Marking, portion: bool) -> list[list[str]]:
    """Items of every category in register order, in banner or portion form."""

    def form(name: str) -> str:
        row = controls()[name]
        return row.portion if portion else row.banner

    def named(category: str) -> list[str]:
        found = [controls()[name] for name in mark.ids if controls()[name].category == category]
        return [form(c.control_id) for c in sorted(found, key=lambda c: c.order)]

    sci = [
        _sci_item(form(name) if name in controls() else name, mark.sci[name]) for name in sorted(mark.sci, key=_sci_key)
    ]
    sap = []
    if mark.multiple:
        sap.append("SAR-MULTIPLE PROGRAMS")
    elif mark.programs:
        sap.append("SAR-" + "/".join(sorted(mark.programs)))
    sap += (["HVSACO"] if mark.hvsaco else []) + named("SAP")
    aea = []
    for name in AEA_TYPES:
        if name in mark.aea:
            cnwdi, sigmas = mark.aea[name]
            aea.append(form(name) + ("-CNWDI" if cnwdi else ""))
            if sigmas:
                aea[-1] += f"-{form('SIGMA')} " + " ".join(str(n) for n in sorted(sigmas))
    fgi = [] if mark.fgi is None else [" ".join(("FGI", *sorted(mark.fgi, key=lambda c: (len(c) != 3, c))))]
    special = {
        "REL TO": None if mark.rel_to is None else "REL TO " + ", ".join(sorted(mark.rel_to, key=country_key)),
        "DISPLAY ONLY": None
        if mark.display_only is None
        else "DISPLAY ONLY " + ", ".join(sorted(mark.display_only, key=country_key)),
        "EYES": None if mark.eyes is None else "/".join(sorted(mark.eyes, key=country_key)) + " EYES ONLY",
    }
    if mark.rel_to == ():
        special["REL TO"] = "REL"
    elif portion and mark.rel_to and not any(code in countries() for code in mark.rel_to):
        # a country spelled out after a bare REL keeps the form it was written in
        special["REL TO"] = "REL " + ", ".join(mark.rel_to)
    ordered = [(controls()[name].order, text) for name, text in special.items() if text]
    wanted = ("DISSEM", "CUI-LDC")
    ordered += [(controls()[n].order, form(n)) for n in mark.ids if controls()[n].category in wanted]
    dissem = [text for _, text in sorted(ordered)]
    nonic = ([f"ACCM-{'/'.join(mark.accm)}"] if mark.accm else []) + named("NON-IC")
    table = [sci, sap, aea, fgi, dissem, nonic, named("CAPTION"), list(mark.declass)]
    if mark.scheme == "CUI":
        table.insert(0, sorted(mark.categories, key=lambda c: (not c.startswith("SP-"), c)))
    ranked: list[tuple[float, list[str]]] = [(float(rank), items) for rank, items in enumerate(table) if items]
    for rank, text in mark.unknown:
        for position, items in ranked:
            if position == rank:
                items.append(text)
                break
        else:
            ranked.append((rank, [text]))
    return [items for _, items in sorted(ranked, key=lambda pair: pair[0])]


def head(mark: Marking, portion: bool) -> str:
    """The level with its owner, in banner or portion form."""
    row = levels()[mark.level]
    written = row.portion if portion else row.banner
    if mark.scheme == "JOINT":
        return f"//JOINT {written} " + " ".join(sorted(mark.joint, key=lambda c: (len(c) != 3, c)))
    if mark.scheme == "FGI":
        return f"//{written}" if row.scheme == "nato" else f"//{mark.owner} {written}"
    return written


def render(mark: Marking, portion: bool) -> str:
    """The canonical text, with its spaces (a portion's value drops them)."""
    first = head(mark, portion)
    rest = groups(mark, portion)
    if portion and mark.level in ("SBU", "LES") and mark.ids == {"NOFORN"}:
        return f"{first}//NF"
    return "//".join([first, *("/".join(items) for items in rest)])


@dataclass(frozen=True, slots=True)
class Parse:
    """The parse of one banner or portion mark; ``to_dict`` gives the contract's JSON object."""

    text: str
    canonical: str | None = None
    valid: bool = False
    type: str | None = None
    classification: str | None = None
    sci: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...] = ()
    programs: tuple[str, ...] = ()
    multiple: bool = False
    hvsaco: bool = False
    waived: bool = False
    aea_type: str | None = None
    cnwdi: bool = False
    sigmas: tuple[int, ...] = ()
    fgi: tuple[str, ...] = ()
    joint: tuple[str, ...] = ()
    dissem: tuple[str, ...] = ()
    rel_to: tuple[str, ...] = ()
    display_only: tuple[str, ...] = ()
    other_dissem: tuple[str, ...] = ()
    accm: tuple[str, ...] = ()
    errors: tuple[MarkingError, ...] = ()
    marking: Marking | None = field(default=None, compare=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON object, keys in its order; an absent part is null or empty."""
        sap = bool(self.programs or self.multiple or self.hvsaco or self.waived)
        return {
            "text": self.text,
            "canonical": self.canonical,
            "valid": self.valid,
            "type": self.type,
            "classification": self.classification,
            "sci": [{"control": name, "compartments": {k: list(v) for k, v in comps}} for name, comps in self.sci],
            "sap": {
                "programs": list(self.programs),
                "multiple": self.multiple,
                "hvsaco": self.hvsaco,
                "waived": self.waived,
            }
            if sap
            else None,
            "aea": {"type": self.aea_type, "cnwdi": self.cnwdi, "sigmas": list(self.sigmas)} if self.aea_type else None,
            "fgi": list(self.fgi),
            "joint": list(self.joint),
            "dissem": list(self.dissem),
            "rel_to": list(self.rel_to),
            "display_only": list(self.display_only),
            "other_dissem": list(self.other_dissem),
            "accm": list(self.accm),
            "errors": [error.to_dict() for error in self.errors],
        }


def to_parse(text: str, mark: Marking, portion: bool, errors: tuple[MarkingError, ...]) -> Parse:
    """The parse of a marking that was understood."""
    canonical = render(mark, portion)
    table = controls()
    nonic = {name for name in mark.ids if table[name].category in ("NON-IC", "CAPTION", "SAP")}
    dissem = [name for name in mark.ids if table[name].category in ("DISSEM", "CUI-LDC") and name != "WAIVED"]
    if mark.eyes is not None:
        dissem.append("EYES")
    aea_types = [name for name in AEA_TYPES if name in mark.aea]
    main = aea_types[0] if aea_types else None
    codes = [f"{'/'.join(sorted(mark.eyes, key=country_key))} EYES ONLY"] if mark.eyes else []
    ordered = sorted(dissem, key=lambda name: table[name].order)
    return Parse(
        text=text,
        canonical=canonical.replace(" ", "") if portion else canonical,
        valid=not errors,
        type=mark.scheme,
        classification=mark.classification,
        sci=tuple(
            (name, tuple((k, tuple(sorted(v))) for k, v in sorted(mark.sci[name].items())))
            for name in sorted(mark.sci, key=_sci_key)
        ),
        programs=tuple(sorted(mark.programs)),
        multiple=mark.multiple,
        hvsaco=mark.hvsaco,
        waived=mark.waived,
        aea_type=main,
        cnwdi=any(cnwdi for cnwdi, _ in mark.aea.values()),
        sigmas=tuple(sorted({n for _, numbers in mark.aea.values() for n in numbers})),
        fgi=(mark.owner,) if mark.scheme == "FGI" else tuple(sorted(mark.fgi or (), key=lambda c: (len(c) != 3, c))),
        joint=tuple(sorted(mark.joint, key=lambda c: (len(c) != 3, c))),
        dissem=tuple(codes[0] if name == "EYES" and codes else name for name in ordered),
        rel_to=tuple(sorted(mark.rel_to or (), key=country_key)),
        display_only=tuple(sorted(mark.display_only or (), key=country_key)),
        other_dissem=(
            *sorted(mark.categories, key=lambda c: (not c.startswith("SP-"), c)),
            *sorted(nonic, key=lambda name: table[name].order),
            *aea_types[1:],
        ),
        accm=mark.accm,
        errors=errors,
        marking=mark,
    )
