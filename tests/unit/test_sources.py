"""What a PATH argument names, and bytes turned into text."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from redact import sources
from redact.errors import UsageError
from redact.sources import Input, decode, read, read_rule_files, select


def docs(*paths: Path | str) -> list[str]:
    return [item.doc for item in select([str(path) for path in paths]).inputs]


class TestSelect:
    def test_a_folder_is_searched_and_sorted_and_other_formats_are_counted(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a.txt", "sub/c.cable", "d.pdf", "e.xyz", ".hidden.txt", ".git/f.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text("SECRET")
        found = select([str(tmp_path)])
        assert [Path(item.doc).name for item in found.inputs] == ["a.txt", "b.txt", "c.cable"]
        assert {Path(path).name: reason for path, reason in found.skipped} == {
            "d.pdf": ".pdf files are not read yet", "e.xyz": "not a document format",
        }  # fmt: skip

    def test_a_file_is_taken_once_however_often_it_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("x")
        os.symlink(tmp_path / "a.txt", tmp_path / "link.txt")
        assert len(docs(tmp_path, tmp_path / "a.txt", tmp_path / "*.txt", tmp_path / "link.txt")) == 1

    def test_a_named_file_is_tried_whatever_its_suffix(self, tmp_path: Path) -> None:
        (tmp_path / "a.xyz").write_text("SECRET")
        assert len(docs(tmp_path / "a.xyz")) == 1

    def test_faults_name_the_argument_and_the_others_are_kept(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("x")
        (tmp_path / "none").mkdir()
        found = select([str(tmp_path / "a.txt"), "no/such.txt", "no/*.txt", str(tmp_path / "none")])
        assert len(found.inputs) == 1
        assert [fault.partition(": ")[2] for fault in found.faults] == [
            "no such file or folder", "no file matches", "the folder holds no document",
        ]  # fmt: skip

    def test_a_file_with_glob_signs_in_its_name_is_that_file(self, tmp_path: Path) -> None:
        (tmp_path / "a[1].txt").write_text("x")
        assert len(docs(tmp_path / "a[1].txt")) == 1


class TestDecode:
    @pytest.mark.parametrize(
        ("data", "text", "encoding"),
        [
            (b"caf\xc3\xa9\r\n", "café\r\n", "utf-8"),
            (b"\xef\xbb\xbfSECRET", "SECRET", "utf-8"),
            ("\ufeffSECRET".encode("utf-16-le"), "SECRET", "utf-16"),
            ("\ufeffSECRET".encode("utf-32-be"), "SECRET", "utf-32"),
            (b"na\xefve \x96 \x93x\x94", "naïve – “x”", "windows-1252"),
            (b"page\x0cpage\x1a", "page\x0cpage\x1a", "utf-8"),
        ],
    )
    def test_text(self, data: bytes, text: str, encoding: str) -> None:
        loaded = decode("d", data)
        assert (loaded.text, loaded.encoding, loaded.unreadable) == (text, encoding, None)
        assert loaded.sha256 == hashlib.sha256(data).hexdigest()

    @pytest.mark.parametrize(
        ("data", "suffix", "reason"),
        [
            (b"", "", "empty"),
            (b" \n\t\n", "", "no text"),
            (b"SECRET\0\0", ".txt", "NUL"),
            (b"%PDF-1.7 ...", ".txt", "PDF"),
            (b"PK anything", ".docx", ".docx"),
            (b"\xff\xfeS\0E", "", "not valid"),
            (bytes([1, 2, 3, 255, 254, 200, 5, 6]) * 50, "", "binary"),
        ],
    )
    def test_no_text_gives_a_reason_and_a_digest(self, data: bytes, suffix: str, reason: str) -> None:
        loaded = decode("d", data, suffix)
        assert loaded.text is None
        assert reason in str(loaded.unreadable)
        assert loaded.sha256 == hashlib.sha256(data).hexdigest()


class TestRead:
    def test_a_file_that_went_away_gives_a_reason(self, tmp_path: Path) -> None:
        loaded = read(Input("gone", tmp_path / "gone.txt", named=True))
        assert loaded.text is None
        assert "No such file" in str(loaded.unreadable)

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
    def test_no_permission_gives_a_reason(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_text("x")
        path.chmod(0)
        assert "permission" in str(read(Input("a", path)).unreadable)

    def test_a_folder_is_no_document(self, tmp_path: Path) -> None:
        assert read(Input("d", tmp_path)).unreadable == "it is a folder"

    def test_too_little_memory_is_a_reason(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(path: Path) -> bytes:
            raise MemoryError

        monkeypatch.setattr(sources, "_bytes_of", fail)
        assert "memory" in str(read(Input("d", tmp_path / "a.txt")).unreadable)


class TestRuleFiles:
    def test_files_and_folders(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "b.toml").write_text("schema = 1")
        (tmp_path / "a.toml").write_text("schema = 1")
        assert [Path(name).name for name, _ in read_rule_files([str(tmp_path)])] == ["a.toml", "b.toml"]

    def test_faults(self, tmp_path: Path) -> None:
        (tmp_path / "none").mkdir()
        (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\xff")
        for path, reason in (
            (tmp_path / "x", "no such"),
            (tmp_path / "none", "no rule file"),
            (tmp_path / "bad.toml", "cannot"),
        ):
            with pytest.raises(UsageError, match=reason):
                read_rule_files([str(path)])


def test_a_folder_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("SECRET")
    chosen = select([str(tmp_path), str(tmp_path)])
    assert [str(item.path) for item in chosen.inputs] == [str(tmp_path / "a.txt")]
    assert not chosen.faults
