"""Rule pages: Markdown made from the catalogue, never written by hand.

`python -m redact.ruledocs` writes docs/rules/, `--check` says whether the pages there are current.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from redact.rulebook import RuleCard, cards

FOLDER = Path("docs/rules")
_SOURCE_OF_EXAMPLES = (
    "Written for this rule after the forms of released records; stamps and labels stand as they are printed there."
)


def page(card: RuleCard) -> str:
    """One rule as a page: what it finds, why it matters, authority, validity, examples, advice."""
    lines = [f"# {card.id}", "", f"{card.title}.", ""]
    kind = "condition" if card.kind == "condition" else f"marking of kind `{card.kind}`"
    facts = f"{kind} · severity {card.severity} · confidence {card.confidence} · {card.status} since {card.since}"
    lines += [facts, "", "## Why it matters", "", card.rationale, "", "## Authority", ""]
    lines += [f"- {item}" for item in card.authority]
    lines += ["", "## Valid", "", card.validity, ""]
    if card.silent_when:
        lines += ["## Keeps silent", "", *(f"- {item}" for item in card.silent_when), ""]
    lines += ["## Examples", "", _SOURCE_OF_EXAMPLES, ""]
    lines += ["### Hit", "", *_block(card.hits), "### No hit", "", *_block(card.misses)]
    lines += ["## Known false alarms and gaps", ""]
    lines += [*(f"- {item}" for item in card.known), ""] if card.known else ["None known.", ""]
    lines += ["## What to do", "", card.advice, ""]
    return "\n".join(lines)


def _block(examples: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for example in examples:
        lines += [f"    {line}".rstrip() for line in example.rstrip("\n").split("\n")]
        lines += [""]
        if example is not examples[-1]:
            lines += ["or", ""]
    return lines


def index(catalogue: Mapping[str, RuleCard]) -> str:
    """The list of all rules, by kind."""
    lines = ["# Rules", "", "Made from the rule files by `python -m redact.ruledocs`; do not edit.", ""]
    kinds = dict.fromkeys(card.kind for card in catalogue.values())
    for kind in sorted(kinds, key=lambda k: (k != "condition", k)):
        title = "Conditions: what a good document meets" if kind == "condition" else f"Markings: {kind}"
        lines += [f"## {title}", "", "| rule | severity | what |", "|---|---|---|"]
        for card in catalogue.values():
            if card.kind == kind:
                lines.append(f"| [{card.id}]({card.id}.md) | {card.severity} | {card.title} |")
        lines.append("")
    return "\n".join(lines)


def pages(catalogue: Mapping[str, RuleCard]) -> dict[str, str]:
    """Every page by file name."""
    return {"README.md": index(catalogue)} | {f"{card.id}.md": page(card) for card in catalogue.values()}


def stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Names of pages that are missing, superfluous or out of date."""
    present = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in {*present, *wanted} if present.get(name) != wanted.get(name))


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` tell which are stale (exit status 1)."""
    wanted = pages(cards())
    if "--check" in arguments:
        names = stale(FOLDER, wanted)
        for name in names:
            sys.stderr.write(f"{FOLDER / name} is stale; run: python -m redact.ruledocs\n")
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale(FOLDER, wanted):
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], "utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
