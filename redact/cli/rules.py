"""`redact rules list|test|coverage` and `redact explain`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from redact.cli.common import rule_option, selected
from redact.errors import UsageError

_CONTEXT = {"max_content_width": 80}


@click.group("rules", context_settings=_CONTEXT)
def rules_command() -> None:
    """List and test the rules; tell what they cover.

    \b
    Examples:  redact rules list
               redact rules test my-rules/
               redact rules coverage release/
    Exit status:  0; 1 where an example fails; 2 for an unknown rule
                  or a broken rule file.
    """


@rules_command.command("list", context_settings=_CONTEXT)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@click.option("--kind", help="Only rules of this kind of span, or `condition`.")
@rule_option
def list_rules(format_: str, kind: str | None, rules: tuple[str, ...]) -> int:
    """List every rule with its kind, severity and title.

    \b
    Example:  redact rules list --format json
    Exit status:  0, or 2 for a broken rule file.
    """
    from redact.api import load_rulebook
    from redact.rulebook import cards

    shown = [card for card in cards(load_rulebook(rules)).values() if kind in (None, card.kind)]
    if format_ == "json":
        click.echo(json.dumps([asdict(card) for card in shown], ensure_ascii=False, indent=1))
        return 0
    width = max((len(card.id) for card in shown), default=0)
    for card in shown:
        click.echo(f"{card.id:<{width}}  {card.kind:<13} {card.severity:<8} {card.title}")
    return 0


@rules_command.command("test", context_settings=_CONTEXT, short_help="Run every rule's own examples.")
@click.argument("path", required=False)
@click.option("-v", "--verbose", is_flag=True, help="Print the examples that hold, too.")
def test_rules(path: str | None, verbose: bool) -> int:
    """Run every rule's own examples; with PATH, those of an institution's rule files.

    An example that fails is shown with what was expected, what was got, and a caret where the two first differ. One
    that carries known = "why" is expected to fail: it is listed, does not count, and is named once it holds.

    \b
    Example:  redact rules test my-rules/
    Exit status:  0; 1 where an example fails; 2 for a broken rule file.
    """
    from redact.api import load_rulebook
    from redact.display import safe
    from redact.rule_tests import render, run_examples
    from redact.sources import read_rule_files

    rulebook = load_rulebook((path,) if path else ())
    only = None
    if path:
        own = {name for name, _ in read_rule_files((path,))}
        only = frozenset(rule.id for rule in rulebook.by_id.values() if rule.source in own)
    outcomes = list(run_examples(rulebook, only))
    for item in outcomes:
        if item.passed and item.known:
            click.echo(safe(f"{item.name}: listed as a known gap, yet it holds; take `known` out: {item.known}"))
        elif not item.passed:
            click.echo(render(item), nl=False)
        elif verbose:
            click.echo(safe(f"{item.name}: ok"))
    gaps = sum(not item.passed and bool(item.known) for item in outcomes)
    failed = sum(item.failed for item in outcomes)
    told = f"{_count(gaps, 'known gap')}, " if gaps else ""
    rules = _count(len({item.rule for item in outcomes}), "rule")
    click.echo(f"{rules}, {_count(len(outcomes), 'example')}, {told}{failed} failed.")
    return 1 if failed else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@rules_command.command("coverage", context_settings=_CONTEXT, short_help="Say which rules fired, which never.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@rule_option
def coverage(paths: tuple[str, ...], format_: str, rules: tuple[str, ...]) -> int:
    """Say which rules fired how often, which never, and which lines look like markings that no rule read.

    \b
    Example:  redact rules coverage release/
    Exit status:  0, or 2 where a path or rule file cannot be used.
    """
    from redact.api import load_rulebook, read_documents
    from redact.coverage import cover, render
    from redact.pipeline import Engine

    engine = Engine(load_rulebook(rules))
    selection = selected(paths)
    covered = cover(engine, read_documents(selection))
    click.echo(json.dumps(covered.to_dict(), ensure_ascii=False, indent=1) if format_ == "json" else render(covered))
    return 2 if selection.faults else 0


@click.command("explain", context_settings=_CONTEXT)
@click.argument("rule", metavar="[RULE]", required=False)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@rule_option
def explain_command(rule: str | None, format_: str, rules: tuple[str, ...]) -> int:
    """Explain one rule: what it finds, why it matters, its authority, examples that hit and that do not.

    Without RULE, list the rules by what they are about.

    \b
    Example:  redact explain banner-line
    Exit status:  0, or 2 for an unknown rule.
    """
    from redact.api import load_rulebook
    from redact.display import safe
    from redact.rulebook import cards
    from redact.ruledocs import page
    from redact.suggest import nearest

    known: dict[str, Any] = cards(load_rulebook(rules))
    if rule is None:
        if format_ == "json":
            click.echo(json.dumps([asdict(card) for card in known.values()], ensure_ascii=False, indent=1))
            return 0
        for kind in sorted({card.kind for card in known.values()}):
            click.echo(kind)
            for card in known.values():
                if card.kind == kind:
                    click.echo(safe(f"  {card.id:<30} {card.title}"))
        return 0
    if rule not in known:
        near = ", ".join(nearest(rule, known))
        raise UsageError(f"no such rule: {rule}" + (f"; did you mean {near}?" if near else "; see: redact rules list"))
    click.echo(
        json.dumps(asdict(known[rule]), ensure_ascii=False, indent=1) if format_ == "json" else page(known[rule]),
        nl=False,
    )
    if format_ == "json":
        click.echo()
    return 0
