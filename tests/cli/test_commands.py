"""The command line: Chinese help, instructions for every wrong call, exit codes, light start-up."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evalbook.cli import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project folder as working directory."""
    monkeypatch.chdir(ROOT)
    return ROOT


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project of its own: parameters, figures and notebooks of the county trial."""
    for folder in ("params", "data/county_trial", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (["rn"], 2, "最接近的名称是“run”"),
        (["run", "zhejiang_city", "2023", "--finl"], 2, "最接近的名称是“--final”"),
        (["run"], 2, "请写明办法和考核期"),
        (["run", "zhejiang_city", "2023", "--all"], 2, "--all 不与具体的办法"),
        (["run", "zhejiang_city", "2023", "--jobs", "0"], 2, "--jobs 应为不小于1的整数"),
        (["run", "zhejiang_city", "2023", "--jobs", "x"], 2, "的值“x”不对"),
        (["check", "zhejiang_ctiy", "2023"], 2, "最接近的名称是“zhejiang_city”"),
        (["check", "zhejiang_city", "2031"], 2, "已有：2022、2023"),
        (["check", "zhejiang_city", "23"], 2, "可用写法"),
        (["check", "zhejiang_city"], 2, "缺少参数：考核期"),
        (["explain", "zhejiang_city", "2023", "宁渡市"], 2, "最接近的名称是“宁波市”"),
        (["explain", "anyang", "2021Q1", "示例"], 2, "请写全"),
        (["explain", "zhejiang_city", "2023", "宁波市", "trade_incremnt"], 2, "最接近的名称是“trade_increment”"),
        (["new", "period", "zhejiang_city", "2024"], 2, "缺少参数：--from"),
        ([], 2, "缺少参数"),
    ],
    ids=lambda value: "-".join(value) or "nothing" if isinstance(value, list) else None,
)
def test_wrong_call_is_an_instruction(inside: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, hint: str) -> None:
    """A misspelt or incomplete call ends with its exit code and says in Chinese what to type, without a traceback."""
    actual = main(arguments)
    text = capsys.readouterr().err
    assert actual == code
    assert hint in text
    assert "Traceback" not in text


def test_help_is_chinese(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--help speaks Chinese throughout."""
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    text = capsys.readouterr().out
    assert end.value.code == 0
    assert "用法：" in text
    assert not any(word in text for word in ("usage", "options:", "positional", "show this help"))


def test_list_names_every_period(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """list prints each scheme and period with its state; --json the same for programs."""
    assert main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    pairs = {(r["scheme"], r["period"]) for r in rows}
    assert {("zhejiang_city", "2023"), ("county_trial", "2019")} <= pairs


def test_check_tells_notes_and_what_blocks_a_final_run(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """check ends with 0 on the shipped data and lists what a final run would still need."""
    assert main(["check", "zhejiang_city", "2023"]) == 0
    text = capsys.readouterr().out
    assert "参数和数据没有错误" in text
    assert "定稿前还须处理" in text


def test_explain_says_what_does_not_apply(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A department without a target for exports has 不适用 there, without a unit of measure."""
    assert main(["explain", "county_opening", "2024", "示例县直部门03", "veto"]) == 0
    text = capsys.readouterr().out
    assert "外贸出口任务 2024年 不适用（模拟）" in text
    assert "抽查值 49.99" in text


def test_check_counts_targets_where_nothing_is_scored(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A scheme without marks has targets for indicators: the county's opinion sets six."""
    assert main(["check", "county_opening", "2024Q1"]) == 0
    assert "考核对象29个，指标6项，" in capsys.readouterr().out


def test_check_lists_all_faults_at_once(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three planted faults in one file come out together, each with its row, and the exit code is 1."""
    values = copy / "data/county_trial/2019/values.csv"
    lines = values.read_text(encoding="utf-8-sig").splitlines()
    lines[1] = lines[1].replace(",3015,", ",约3015,")
    lines[2] = lines[2].replace("大祥区", "大样区").replace("430503", "430599")
    lines[4] = lines[4].replace("fdi_actual,2018", "fdi_actul,2018")
    values.write_text("\r\n".join(lines), encoding="utf-8-sig", newline="")
    assert main(["check", "county_trial", "2019", "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert {2, 3, 5} <= {f["row"] for f in faults}
    assert all(f["remedy"] and f["file"] for f in faults)


def test_the_beginning_of_a_name_is_enough(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where one name alone begins so, 宁波 is 宁波市."""
    assert main(["explain", "zhejiang_city", "2023", "宁波"]) == 0
    assert "宁波市（330200）" in capsys.readouterr().out


def test_explain_shows_the_chain(inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """explain prints figures, place, points, file row and who verified: 12779.3278 − 12671.3 = 108.0278, place 6, 4 points."""
    assert main(["explain", "zhejiang_city", "2023", "宁波市", "trade_increment"]) == 0
    text = capsys.readouterr().out
    assert "12779.3278 − 上期（2022年） 12671.3 ＝ 108.0278亿元" in text
    assert "排第6名" in text
    assert "4／6分" in text
    assert "values.csv 第" in text
    assert "核定值" in text


def test_lint_finds_a_planted_fault_with_its_line(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt key in an edition is refused with file, line and the nearest key."""
    edition = copy / "params/county_trial/2018.yaml"
    text = edition.read_text(encoding="utf-8").replace("rule: {thirds: [10, 6, 2]}", "rule: {thirds: [10, 6, 2], tie: dense}", 1)
    edition.write_text(text, encoding="utf-8")
    line = next(n for n, t in enumerate(text.splitlines(), 1) if "tie: dense" in t)
    assert main(["lint", "county_trial"]) == 1
    shown = capsys.readouterr()
    assert f"2018.yaml 第{line}行" in shown.out + shown.err
    assert "最接近的名称是“ties”" in shown.out + shown.err


def test_schema_and_reference_are_current(copy: Path) -> None:
    """The committed JSON Schemas and docs/kinds.md are what the classes say now."""
    (copy / "docs").mkdir()
    assert main(["schema"]) == 0
    for name in ("params/scheme.schema.json", "params/period.schema.json", "docs/kinds.md"):
        expected = (ROOT / name).read_text(encoding="utf-8")
        actual = (copy / name).read_text(encoding="utf-8")
        assert actual == expected


def test_outside_a_project_says_where_to_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Called anywhere else, the command names what a project folder holds."""
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 2
    assert "都不是考核工作簿" in capsys.readouterr().err


def test_start_up_imports_nothing_heavy() -> None:
    """--help loads neither numpy, pandas, pydantic, matplotlib, papermill nor nbconvert."""
    script = (
        "import sys; from evalbook.cli import main\n"
        "try:\n main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted(sys.modules), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, encoding="utf-8")
    loaded = set(eval(result.stderr.strip().splitlines()[-1]))  # noqa: S307 - our own list
    assert not loaded & {"numpy", "pandas", "pydantic", "matplotlib", "papermill", "nbconvert", "yaml"}
