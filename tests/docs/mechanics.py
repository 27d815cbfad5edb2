"""Writes docs/mechanics.md: each rule that offices' schemes use, how it is said in YAML, and the case in which it was worked by hand.

``python tests/docs/mechanics.py``. The YAML is cut out of the case itself, so that what the page shows is what the case proves;
``test_mechanics.py`` fails when the page and the cases differ.
"""

from __future__ import annotations

from pathlib import Path

from evalbook.scheme.source import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
PAGE = ROOT / "docs" / "mechanics.md"

#: Rule in the office's words → (file, case, blocks of it that say the rule). A case without name is the file's only one.
MECHANICS: dict[str, list[tuple[str, str, list[str]]]] = {
    "完成率×分值，有下限": [("percent", "not-below", ["edition.tree.funds", "change"])],
    "完成率×分值，超额最高按120%": [("percent", "over-fulfilment", ["edition.tree.funds", "change"])],
    "完成率×分值，超额不加分（按100%封顶）": [("percent", "capped-at-marks", ["edition.tree.funds"])],
    "达到上年水平得80%分值，每超5%加1分，加分至多为分值的一半": [("slices", "base-eighty", ["edition.tree.x"])],
    "每超10%加1分，每少5%减1分": [("slices", "plus-and-minus", ["edition.tree.x"])],
    "超额每10个百分点一段，依次÷20、÷40、÷60加分，不足对称减分": [("slices", "diminishing", ["edition.tree.x"])],
    "组内极差折算到60—100分": [("relative", "min-max-regions", ["edition.tree.x"])],
    "功效系数（不允许值与满意值之间）": [("efficacy", "textbook", ["edition.tree.assets"])],
    "按名次给固定的分数": [("place_lists", "listed", ["edition.tree.bonus"])],
    "对名次投票，名次折成100、97……64分再平均": [("jining_ballots", "", ["edition.tree.observed"])],
    "第一名得满分，其余按与第一名之比": [("relative", "to-the-best", ["edition.tree.x"])],
    "高于平均水平加分，每低1%减分": [("slices", "above-the-mean", ["edition.tree.x"])],
    "按数值分档": [("value_bands", "grades", ["edition.tree.size"])],
    "分规模定个数，每少1个扣分": [("folds", "shortfall-per-class", ["edition.tree.x"])],
    "分值因对象类型而不同": [("by", "marks", ["edition.tree.x"])],
    "各类对象（或各个对象）有自己的指标": [
        ("by", "children", ["edition.tree.total"]),
        ("mechanics", "own-indicators", ["edition.tree.total"]),
    ],
    "几个评价主体各占权重": [("mechanics", "bodies-with-weights", ["edition.measures.parks", "edition.measures.towns", "edition.tree.x"])],
    "一项指标由几个口径合成（a÷27×50%＋b÷54×50%）": [
        ("mechanics", "investment-2024", ["edition.measures.signed", "edition.measures.amount", "edition.tree.contracts"])
    ],
    "名次进步（进步位次÷上年名次×分值）": [
        ("history", "rank-improvement", ["edition.periods.last_place", "edition.measures.improvement", "edition.tree.progress"])
    ],
    "静态40%＋动态60%": [("targets", "static-and-dynamic", ["edition.measures", "edition.tree"])],
    "百分制以外的加分、扣分，合计封顶": [("extras", "joint-cap", ["edition.tree.bonus", "edition.tree.praise", "edition.tree.blame"])],
    "并列的看某项指标": [("rankings", "then", ["edition.rankings.place", "change"])],
    "某对象没有这项指标（“-”）": [("mechanics", "not-set", ["edition.tree.total", "edition.tree.x"])],
    "两项目标都完成才授奖": [("mechanics", "both-or-nothing", ["edition.outcomes.award"])],
    "按分数线和比例评等次（优秀≤20%）": [("ladder", "thresholds-and-shares", ["edition.outcomes.grade"])],
    "最近n期中k次列末m位": [("history", "k-of-n", ["edition.periods.times", "edition.outcomes.exit"])],
    "按名次奖励、扣减": [("money", "plain", ["edition.outcomes.prize"])],
    "同一项目只计一次": [("folds", "once-across-lists", ["edition.tree.x"])],
    "两个单位共同的项目各计50%": [("folds", "size-tiers", ["edition.tree.x"])],
    "各维度标准化后几何平均": [("mechanics", "human-development", ["edition.tree.hdi"])],
}

HEAD = """# 常用条款怎样写成 YAML

各地办法里常见的条款，左边是条款，下面是写法和算过的例子。写法从 `tests/cases/` 的例子里逐字取出，例子由测试逐次核算，
因此与程序不会不一致。全部口径和规则见 [kinds.md](kinds.md)，怎样从文件写起见 [scheme-authors.md](scheme-authors.md)。

本页由 `python tests/docs/mechanics.py` 写出，不要手改。
"""


def cut(file: str, case: str, path: str) -> str:
    """The lines of a case's file that hold a block, of the case or else of the file's head; KeyError when neither has it."""
    text = (CASES / f"{file}.yaml").read_text("utf-8")
    places = parse_yaml(text, file).places
    steps = tuple(path.split("."))
    found = next((where for where in (("cases", case, *steps), steps) if where in places), None)
    if found is None:
        raise KeyError(f"{file} {case}: {path}")
    lines = text.splitlines()
    start = (places[found][1] or 1) - 1
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
        end += 1
    return "\n".join(line[indent:] for line in lines[start:end]).rstrip()


def told(file: str, case: str) -> str:
    """What a case is about, in its own sentence."""
    data = parse_yaml((CASES / f"{file}.yaml").read_text("utf-8"), file).data
    return str((data["cases"][case] if case else data)["case"])


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for mechanic, examples in MECHANICS.items():
        parts.append(f"## {mechanic}\n")
        for file, case, paths in examples:
            blocks = "\n".join(dict.fromkeys(cut(file, case, path) for path in paths))
            parts.append(f"```yaml\n{blocks}\n```\n\n{told(file, case)}（`tests/cases/{file}.yaml`{f' {case}' if case else ''}）\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8", newline="\n")
