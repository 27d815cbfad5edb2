"""疑点核对: which of the figures look odd, by which thresholds. Declared by the edition under ``checks``, for one period in its file.

Each block is one check with its thresholds; every one has a default, which the report prints. ``severity`` says what a hit is: a
``finding`` (问题记录) blocks a final run until it is settled or exempted, a ``question`` (疑点) is to be asked and blocks nothing.
Thresholds on shares and robust z are compared in binary floats: they raise questions and never touch points.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..exact import Exact, exact, plain
from ..kinds.base import ExactNumber, Flag, Model, Name, Text, Whole


class Doubt(Model):
    """One check; ``off`` leaves it out."""

    title: ClassVar[str] = ""
    severity: Literal["finding", "question"] = "question"
    off: Flag = False

    def sentence(self) -> str:
        """What is looked for, with the thresholds in it."""
        raise NotImplementedError


class Jump(Doubt):
    """与上期相比的跳变: the ratio to last period lies far from those of the group: robust z = 0.6745·(x − median) ÷ MAD on logarithms.

    Only a change of at least ``change`` counts, in a group of at least ``fewest`` units.
    """

    title: ClassVar[str] = "与上期相比跳变"
    z: ExactNumber = exact(5)
    change: ExactNumber = exact("0.3")
    fewest: Whole = 8

    def sentence(self) -> str:
        return f"较上期的变动与同组相比，稳健z值达到{plain(self.z)}且变动达到{_percent(self.change)}（同组不少于{self.fewest}个）"


class Peers(Doubt):
    """与同组相比的离群: the value itself, as the logarithm, ``times`` as large or small as the median, and not so last period: a unit of
    measure that was mistaken.
    """

    title: ClassVar[str] = "与同组相比离群"
    z: ExactNumber = exact(6)
    times: ExactNumber = exact(50)
    fewest: Whole = 8

    def sentence(self) -> str:
        return f"数值是同组中位数的{plain(self.times)}倍或其倒数，稳健z值达到{plain(self.z)}，且上期不是这样（同组不少于{self.fewest}个）"


class Break(Doubt):
    """口径断裂: figures of most units move by about the same large factor, or the edition declares a break (``breaks`` of the column)."""

    title: ClassVar[str] = "口径断裂"
    times: ExactNumber = exact(3)
    fewest: Whole = 5

    def sentence(self) -> str:
        return f"全部对象较上期的中位变动达到{plain(self.times)}倍（或其倒数），或办法声明了口径变化（对象不少于{self.fewest}个）"


class Cumulative(Doubt):
    """累计数下降: a column declared ``cumulative`` is lower than before in the same year."""

    title: ClassVar[str] = "累计数下降"
    severity: Literal["finding", "question"] = "finding"

    def sentence(self) -> str:
        return "声明为累计的数据，同一年度内后一期小于前一期"


class Parts(Doubt):
    """分项超过总项: a column declared ``part_of`` another is larger than it."""

    title: ClassVar[str] = "分项与总项"
    severity: Literal["finding", "question"] = "finding"

    def sentence(self) -> str:
        return "分项大于所属的总项，或声明应相等的分项之和不等于总项"


class Targets(Doubt):
    """任务与完成: completion of ``most`` times the target, or a share of the units that hit their targets to the digit."""

    title: ClassVar[str] = "完成数与任务数"
    most: ExactNumber = exact(3)
    exactly: ExactNumber = exact("0.5")
    fewest: Whole = 6

    def sentence(self) -> str:
        return f"完成数达到任务数的{plain(self.most)}倍；或{_percent(self.exactly)}以上的对象恰好等于任务数（对象不少于{self.fewest}个）"


class SameProject(Doubt):
    """重复项目: two items with other numbers whose names are alike and whose amounts agree (``amount`` of the table).

    Without an amount only names that are equal but for blanks and punctuation count. Numbers in the names must agree.
    """

    title: ClassVar[str] = "疑似同一项目"
    similarity: Whole = 90
    within: ExactNumber = exact("0.05")

    def sentence(self) -> str:
        return f"编号不同的项目，名称相似度达到{self.similarity}（满分100）且金额相差不超过{_percent(self.within)}；没有金额的，名称相同"


class Idle(Doubt):
    """开而未动: a project reported as started (``started`` of the table) of which nothing was invested (``invested``) since.

    In lists that are filed again and again: started, and no more invested over the last filings.
    """

    title: ClassVar[str] = "开工后没有投资"
    days: Whole = 60
    filings: Whole = 3

    def sentence(self) -> str:
        return f"报告开工满{self.days}天没有完成投资；逐期报送的清单，开工后连续{self.filings}期累计投资没有增加"


class RoundNumbers(Doubt):
    """整数占比: a unit too many of whose long figures have at most two digits that are not zero."""

    title: ClassVar[str] = "整数过多"
    share: ExactNumber = exact("0.6")
    digits: Whole = 4
    fewest: Whole = 6

    def sentence(self) -> str:
        return f"一个对象{self.digits}位以上的填报数中，{_percent(self.share)}以上只有两位有效数字（不少于{self.fewest}个数）"


class Sources(Doubt):
    """来源矛盾: another source (旁证数据) says something else of the figure used."""

    title: ClassVar[str] = "来源矛盾"
    severity: Literal["finding", "question"] = "finding"
    within: ExactNumber = exact("0.005")

    def sentence(self) -> str:
        return f"旁证数据与所用数据（或相互之间）相差超过{_percent(self.within)}"


class Sum(Model):
    """分项合计: ``parts`` add up to ``whole``, by at most ``tolerance`` in its unit of measure."""

    whole: Name
    parts: Annotated[list[Name], Field(min_length=2)]
    clause: Text = ""
    tolerance: ExactNumber = exact(0)

    @model_validator(mode="after")
    def _apart(self) -> Sum:
        if self.whole in self.parts or len(set(self.parts)) != len(self.parts):
            raise PydanticCustomError("sum_parts", "sums 的分项不能重复，也不能是总项自己")
        return self


class Doubts(Model):
    """The checks of a scheme; a block that is left out has its defaults."""

    jump: Jump = Jump()
    peers: Peers = Peers()
    calibre_break: Break = Break()
    cumulative: Cumulative = Cumulative()
    parts: Parts = Parts()
    targets: Targets = Targets()
    same_project: SameProject = SameProject()
    idle: Idle = Idle()
    round_numbers: RoundNumbers = RoundNumbers()
    sources: Sources = Sources()
    sums: list[Sum] = Field(default_factory=list)

    def over(self, other: Doubts | None) -> Doubts:
        """These checks with what a period sets otherwise, threshold by threshold."""
        if other is None:
            return self
        changed = {}
        for name in other.model_fields_set:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(theirs, Doubt):
                theirs = mine.model_copy(update={field: getattr(theirs, field) for field in theirs.model_fields_set})
            changed[name] = theirs
        return self.model_copy(update=changed)

    def listed(self) -> dict[str, Doubt]:
        """Key of the YAML → check."""
        return {name: value for name in type(self).model_fields if isinstance(value := getattr(self, name), Doubt)}


def _percent(share: Exact) -> str:
    return f"{plain(share * 100)}%"
