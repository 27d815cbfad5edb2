"""Lint of the outcomes and of the rulings on them: what they name exists, money has a payer, groups have their ranking."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Fault, nearest
from ..exact import plain
from ..kinds.outcomes.base import Outcome
from ..kinds.outcomes.ladder import Ladder
from ..kinds.outcomes.payment import CENTS, YUAN
from ..kinds.outcomes.percentage import Percentage
from ..kinds.outcomes.quota import Quota
from ..kinds.outcomes.shortlist import Shortlist
from .definition import Scheme, conditions_in


def lint_outcomes(scheme: Scheme, broken: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Faults of the outcomes, of the conditions that read them, and of the rulings; nothing is said of ``broken`` blocks."""
    for name, variants in scheme.outcomes.items():
        for model in variants:
            for check in (_ranking, _quota, _shortlist, _money, _percentage):
                yield from check(scheme, name, model)
        yield from _groups(scheme, name)
    yield from _listed(scheme)
    yield from _rulings(scheme, broken)


def _ranking(scheme: Scheme, name: str, model: Outcome) -> Iterator[Fault]:
    """What goes by places names a ranking."""
    by = getattr(model, "by", None)
    if isinstance(by, str) and by not in scheme.rankings and scheme.section_of(by):
        yield scheme.source.fault(
            "outcome.ranking", f"“{name}”按“{by}”取名次，但它不是排序", ("outcomes", name, "by"), remedy=nearest(by, scheme.rankings)
        )


def _quota(scheme: Scheme, name: str, model: Outcome) -> Iterator[Fault]:
    """A quota is somebody, and fits the roster, or a group of it."""
    roster, at = scheme.meta.roster, ("outcomes", name, "quota")
    if not isinstance(model, Quota):
        return
    if model.quota == 0:
        yield scheme.source.fault("outcome.quota", f"“{name}”的名额应大于0", at, remedy="请核对名额")
    grouped = model.by in scheme.rankings and scheme.rankings[model.by].main.within is not None
    if roster is not None and model.quota > roster - grouped:
        where = "任何一个分组可能有的对象" if grouped else "参评对象"
        yield scheme.source.fault("outcome.quota", f"“{name}”的名额{model.quota}多于{where}（共{roster}个）", at, remedy="请核对名额")


def _shortlist(scheme: Scheme, name: str, model: Outcome) -> Iterator[Fault]:
    """A shortlist is the longer list of a quota."""
    quotas = [n for n, v in scheme.outcomes.items() if isinstance(v.main, Quota)]
    at = ("outcomes", name)
    if isinstance(model, Shortlist) and model.shortlist not in quotas and scheme.section_of(model.shortlist):
        remedy = nearest(model.shortlist, quotas)
        yield scheme.source.fault("outcome.shortlist", f"“{name}”对应的“{model.shortlist}”不是名额", (*at, "shortlist"), remedy=remedy)
    if isinstance(model, Shortlist) and model.margin < 0:
        message, value = f"“{name}”的差额比例不能为负", plain(model.margin)
        yield scheme.source.fault("outcome.margin", message, (*at, "margin"), value=value, remedy="应为0或正数，如 0.5")


def _money(scheme: Scheme, name: str, model: Outcome) -> Iterator[Fault]:
    """Money is written in a unit of money, to the cent at most, and somebody pays it."""
    amounts = model.amounts()
    if not amounts and not isinstance(model, Percentage):
        return
    uom = model.uom or "元"
    if uom not in YUAN:
        yield scheme.source.fault(
            "money.uom", f"“{name}”的金额单位无法识别", ("outcomes", name, "uom"), value=uom, remedy=f"应为{'、'.join(YUAN)}"
        )
        return
    if not model.payer:
        yield scheme.source.fault("money.payer", f"“{name}”没有写明由谁支付", ("outcomes", name), remedy="请写明 payer，如 payer: 县财政")
    for amount in amounts:
        if (amount * YUAN[uom] * 10**CENTS).denominator != 1:
            yield scheme.source.fault(
                "money.cents", f"“{name}”的金额不足一分", ("outcomes", name), value=plain(amount), remedy="金额最多写到分"
            )


def _percentage(scheme: Scheme, name: str, model: Outcome) -> Iterator[Fault]:
    """A percentage is taken of money."""
    if not isinstance(model, Percentage) or model.of.kind != "column":
        return
    spec = scheme.tables.get(model.of.table or "units")
    quantity = spec.columns.get(model.of.local.name) if spec else None
    if quantity is not None and quantity.uom not in YUAN:
        yield scheme.source.fault(
            "percentage.uom",
            f"“{name}”按“{quantity.label}”的比例计算，但它的计量单位不是金额",
            ("outcomes", name, "of"),
            value=quantity.uom,
            remedy=f"该列的 uom 应为{'、'.join(YUAN)}",
        )


def _groups(scheme: Scheme, name: str) -> Iterator[Fault]:
    """Seats or amounts that differ by group need a ranking within these groups: else the places of all would be counted."""
    variants = scheme.outcomes[name]
    by = getattr(variants.main, "by", None)
    ranking = scheme.rankings.get(by) if isinstance(by, str) else None
    if ranking is None or len({repr(getattr(m, m.name())) for m in variants}) < 2:
        return
    within = ranking.main.within
    for attribute in dict.fromkeys(choice.attribute for choices, _ in variants.models for choice in choices):
        if within is None or within.name != attribute:
            yield scheme.source.fault(
                "outcome.groups",
                f"“{name}”按“{attribute}”分别设定，但排序“{by}”不是在各“{attribute}”内排名",
                ("outcomes", name),
                remedy=f"请使用 within: ${attribute} 的排序",
            )


def _listed(scheme: Scheme) -> Iterator[Fault]:
    """``listed`` names an outcome that lists; a grade is compared by its word."""
    for (section, name), model in scheme.blocks():
        for _, condition in conditions_in(model):
            other = condition.listed
            if other is None or not scheme.section_of(other.name):
                continue
            target = scheme.outcomes.get(other.name)
            if target is None or isinstance(target.main, Ladder):
                lists = [n for n, v in scheme.outcomes.items() if not isinstance(v.main, Ladder)]
                remedy = f'等次请写 {{eq: [{other.name}, "…"]}}' if target else nearest(other.name, lists)
                yield scheme.source.fault("outcome.listed", f"“{name}”的 listed 所指“{other.name}”不是名单", (section, name), remedy=remedy)


def _rulings(scheme: Scheme, broken: frozenset[str]) -> Iterator[Fault]:
    """Rulings decide what an outcome leaves open."""
    for name in scheme.settings.rulings:
        at = ("rulings", name)
        if name not in scheme.outcomes and name not in broken:
            message = f"裁定指向不存在的结果运用“{name}”"
            yield scheme.settings_source.fault("ruling.unknown", message, at, remedy=nearest(name, scheme.outcomes))
        elif name in scheme.outcomes and not scheme.outcomes[name].main.ruled:
            message = f"“{scheme.label(name)}”不由裁定确定，缺少的是数据"
            yield scheme.settings_source.fault("ruling.not_here", message, at, remedy="请补报数据，并删去该裁定")
