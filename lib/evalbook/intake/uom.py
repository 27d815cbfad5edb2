"""Units of measure (计量单位): exact conversion inside a family, refusal across families. Never between currencies."""

from __future__ import annotations

from functools import cache

from ..errors import nearest
from ..exact import Exact, exact

#: Family → uom → how many of the family's first one it is worth.
FAMILIES: dict[str, dict[str, str]] = {
    "人民币": {"元": "1", "千元": "1000", "万元": "10000", "百万元": "1000000", "亿元": "100000000"},
    "美元": {"美元": "1", "千美元": "1000", "万美元": "10000", "百万美元": "1000000", "亿美元": "100000000"},
    "比率": {"%": "1", "‰": "1/10"},
    "百分点": {"个百分点": "1", "百分点": "1"},
    "件数": {"件": "1", "个": "1", "项": "1", "条": "1", "家": "1", "起": "1", "场": "1", "批": "1", "万件": "10000"},
    "人数": {"人": "1", "万人": "10000"},
    "人次": {"人次": "1", "万人次": "10000"},
    "面积": {"平方米": "1", "万平方米": "10000", "亩": "2000/3", "公顷": "10000", "平方公里": "1000000"},
    "重量": {"吨": "1", "万吨": "10000"},
    "能耗": {"吨标准煤": "1", "万吨标准煤": "10000"},
}
_SPELLED = {"％": "%", "人民币元": "元", "人民币万元": "万元", "人民币亿元": "亿元", "万美金": "万美元", "亿美金": "亿美元"}
_FAMILY = {uom: family for family, members in FAMILIES.items() for uom in members}


def spelled(text: str) -> str:
    """The usual spelling of a uom (``％`` → ``%``)."""
    return _SPELLED.get(text, text)


def is_known(uom: str) -> bool:
    """Whether a uom belongs to a family."""
    return uom in _FAMILY


def family(uom: str) -> str:
    """The family of a uom; one that is in none is a family of its own."""
    return _FAMILY.get(uom, uom)


@cache
def needs_saying(uom: str) -> bool:
    """Whether a figure without uom could mean different amounts: its family has members of different size."""
    return len({exact(worth) for worth in FAMILIES.get(family(uom), {}).values()}) > 1 and family(uom) != "件数"


@cache
def factor(given: str, wanted: str) -> Exact | None:
    """What a number in ``given`` is multiplied by to stand in ``wanted``; None where that cannot be.

    >>> factor("亿元", "万元"), factor("‰", "%"), factor("件", "个"), factor("美元", "元"), factor("%", "个百分点")
    (mpq(10000,1), mpq(1,10), mpq(1,1), None, None)
    """
    if given == wanted:
        return exact(1)
    if given not in _FAMILY or _FAMILY.get(wanted) != _FAMILY[given]:
        return None
    members = FAMILIES[_FAMILY[given]]
    return exact(members[given]) / exact(members[wanted])


def question(given: str, wanted: str) -> str:
    """What to do about a uom that cannot be converted."""
    if {family(given), family(wanted)} == {"比率", "百分点"}:
        return "“%”是比率，“个百分点”是两个比率之差，不能互换；请核对指标口径"
    if {family(given), family(wanted)} == {"人民币", "美元"}:
        return f"不同币种不换算；请按“{wanted}”重新填报"
    if not is_known(given):
        return f"{nearest(given, [wanted, *_FAMILY])}；请按“{wanted}”填报"
    return f"两者不能换算；请按“{wanted}”填报"
