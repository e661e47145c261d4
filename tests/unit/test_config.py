"""Settings: where they are found, which goes before which, and what is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from redact.config import SETTINGS, as_json, check_rules, load, resolve, severity_of, show
from redact.config_file import parse
from redact.errors import UsageError


def test_flag_goes_before_environment_before_file_before_default(tmp_path: Path) -> None:
    (tmp_path / "redact.toml").write_text('fail_on = "warning"\nshow = "warning"\nmode = "publication"\n')
    config = load(tmp_path, {"REDACT_FAIL_ON": "note", "REDACT_SHOW": "error"}, {"fail_on": "never", "select": ()})
    told = {key: (config[key], config.origin(key)) for key in ("fail_on", "show", "mode", "color", "select")}
    assert told == {
        "fail_on": ("never", "flag --fail-on"),
        "show": ("error", "environment REDACT_SHOW"),
        "mode": ("publication", "redact.toml:3"),
        "color": ("auto", "default"),
        "select": ((), "default"),
    }


def test_the_nearest_file_upwards_holds_alone(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.redact]\nfail-on = "note"\n')
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert load(deep, {})["fail_on"] == "note"
    (tmp_path / "a" / "redact.toml").write_text('show = "error"\n')
    config = load(deep, {})
    assert (config["fail_on"], config["show"]) == ("error", "error")
    assert load(deep, {}, isolated=True)["show"] == "note"
    assert load(deep, {"REDACT_CONFIG": str(tmp_path / "pyproject.toml")})["fail_on"] == "note"


def test_paths_start_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "redact.toml").write_text('rules = ["house"]\nbaseline = "known.jsonl"\n')
    (tmp_path / "sub").mkdir()
    config = load(tmp_path / "sub", {})
    assert config["rules"] == (str(tmp_path / "house"),)
    assert config["baseline"] == str(tmp_path / "known.jsonl")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('fail_onn = "error"', "redact.toml:1: unknown key 'fail_onn': did you mean 'fail_on'?"),
        (
            "\nfail-on = 'eror'",
            "redact.toml:2: fail_on: 'eror': one of error, warning, note, never: did you mean 'error'?",
        ),
        ("jobs = 0", "redact.toml:1: jobs: 0: a whole number from 1 is needed"),
        ("jobs = true", "redact.toml:1: jobs: True: a whole number from 1 is needed"),
        ("statistics = 1", "redact.toml:1: statistics: 1: true or false is needed"),
        ("select = 'x'", "redact.toml:1: select: 'x': a list of texts is needed"),
        ("[profile]\nx = 'loud'", "redact.toml:2: profile: x = 'loud': one of note, warning, error, off"),
        ("[tui]\nkeymp = {}", "redact.toml:2: unknown key 'tui.keymp': did you mean 'keymap'?"),
        ("[[ignore]]\npath = 'x'", "redact.toml:1: ignore 1: reason: say in words why these findings do not count"),
        ("[[ignore]]\nreason = 'x'", "redact.toml:1: ignore 1: a path or rules are needed"),
        ("[[ignore]]\npath='x'\nreason='y'\nuntil='soon'", "redact.toml:1: ignore 1: until: a day is needed"),
        ("x = ", "redact.toml: not valid TOML"),
        ("x = " + "[" * 5000, "redact.toml: not valid TOML"),
    ],
)
def test_what_is_wrong_is_refused_by_file_and_line(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "redact.toml")
    assert str(caught.value).startswith(sentence)


def test_all_faults_are_told_together() -> None:
    with pytest.raises(UsageError) as caught:
        parse('shw = "note"\nmode = "x"\n[[ignore]]\npath = 3\n', "redact.toml")
    assert len(str(caught.value).splitlines()) == 4


def test_ignores_carry_reason_day_and_place() -> None:
    text = '[[tool.redact.ignore]]\npath = "lima/*"\nrules = ["declass-oadr"]\nreason = "known"\nuntil = 2027-01-01\n'
    (ignore,) = parse(text, "pyproject.toml").ignores
    assert (ignore.path, ignore.rules, ignore.reason, ignore.until) == (
        "lima/*",
        ("declass-oadr",),
        "known",
        date(2027, 1, 1),
    )
    assert ignore.source == "pyproject.toml: ignore 1"


def test_ignore_may_be_a_list_of_rules() -> None:
    assert parse('ignore = ["a", "b"]', "redact.toml").values == {"ignore": ("a", "b")}


def test_environment_values_are_checked_and_slips_are_named() -> None:
    with pytest.raises(UsageError, match="environment REDACT_SHOW: 'loud': one of error, warning, note"):
        resolve(None, {"REDACT_SHOW": "loud"})
    config = resolve(
        None, {"REDACT_SELECT": "a, b", "REDACT_STATISTICS": "yes", "REDACT_JOBS": "3", "REDACT_FAILON": "x"}
    )
    assert (config["select"], config["statistics"], config["jobs"]) == (("a", "b"), True, 3)
    assert config.warnings == ("environment: REDACT_FAILON is no setting: did you mean REDACT_FAIL_ON?",)


def test_a_wrong_flag_value_is_refused() -> None:
    with pytest.raises(UsageError, match="--evidence: 'maskd': one of full, masked, none: did you mean 'masked'"):
        resolve(None, {}, {"evidence": "maskd"})


def test_show_names_the_origin_of_every_value() -> None:
    file = parse(
        'show = "error"\n[profile]\ndeclass-oadr = "off"\n[tui.keymap]\n"finding.confirm" = "c"\n', "redact.toml"
    )
    text = show(resolve(file, {"REDACT_FAIL_ON": "note"}, {"mode": "publication"}))
    lines = {line.split(" = ")[0].strip(): line.rsplit("  # ", 1)[1] for line in text.splitlines()[1:]}
    assert set(SETTINGS) < set(lines)
    assert lines["show"] == "redact.toml:1"
    assert lines["fail_on"] == "environment REDACT_FAIL_ON"
    assert lines["mode"] == "flag --mode"
    assert lines["color"] == "default"
    assert lines["profile.declass-oadr"] == lines["tui.keymap.finding.confirm"] == "redact.toml"
    told = json.loads(as_json(resolve(file)))
    assert told["settings"]["show"] == {"value": "error", "origin": "redact.toml:1"}


def test_rules_that_are_named_must_exist() -> None:
    file = parse(
        'select = ["banner-*"]\n[profile]\ndeclas-oadr = "off"\n[[ignore]]\nrules = ["zzz"]\nreason = "x"\n', "r.toml"
    )
    with pytest.raises(UsageError) as caught:
        check_rules(resolve(file), ["declass-oadr", "banner-missing"])
    assert str(caught.value).splitlines() == [
        "r.toml: profile: no such rule: declas-oadr: did you mean declass-oadr?",
        "r.toml: ignore 1: no such rule: zzz; list them with: redact rules list",
    ]


def test_profile_sets_severity_or_switches_off() -> None:
    profile = {"declass-*": "note", "declass-oadr": "off"}
    assert severity_of(profile, "declass-oadr", "error") is None
    assert severity_of(profile, "declass-mr", "error") == "note"
    assert severity_of(profile, "banner-missing", "error") == "error"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml"):
        load(tmp_path, {}, path=tmp_path / "none.toml")
    (tmp_path / "redact.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8 text"):
        load(tmp_path, {})
