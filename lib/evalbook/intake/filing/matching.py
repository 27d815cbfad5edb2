"""Finds the unit that a returned table speaks of: by code, then by name, spelled as people spell. Nothing is matched silently.

One reading is accepted and noted (blanks, full width, traditional characters, a left-out 市/县/区); more than one, another suffix
(上城县 for 上城区) or a mere likeness is a question with suggestions, never an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from ..roster import Roster
from ..text import half_width, key, trimmed, turned_around

#: Traditional and variant characters of names, each beside its only simplified form. What has two (乾, 後, 裡, 嶽) is not here.
_PAIRS = (
    "臺台灣湾區区縣县鎮镇鄉乡廣广東东門门龍龙陽阳陰阴蘭兰蘇苏雲云黃黄慶庆義义興兴豐丰寧宁萬万漢汉濱滨嶺岭島岛橋桥樓楼溫温濟济滄沧澤泽瀘泸潛潜盧卢廬庐"
    "蘆芦薊蓟藍蓝華华葉叶處处衛卫國国開开發发經经業业園园團团場场實实驗验臨临麗丽紹绍縉缙銅铜銀银鐵铁錦锦長长張张鄧邓鄭郑鄲郸陝陕隴陇陸陆隨随雙双雞鸡電电"
    "靈灵順顺馬马駐驻鳳凤鶴鹤鷹鹰鹽盐麥麦齊齐貴贵賀贺賓宾贛赣趙赵輝辉遼辽達达遷迁運运邊边連连進进遠远鄰邻錫锡鍾钟锺钟垻坝壩坝塢坞墾垦壽寿夾夹奧奥婁娄孫孙"
    "寶宝將将尋寻專专岡冈崗岗峽峡嶗崂榮荣楊杨樂乐樺桦樅枞欽钦歷历歸归沖冲涼凉淶涞渦涡渾浑湯汤溝沟滎荥滿满漁渔漣涟漵溆潤润潯浔澗涧澠渑濰潍瀏浏瀾澜灃沣灘滩"
    "無无爐炉獅狮獨独瑪玛環环瓊琼畢毕當当盤盘碭砀磯矶祿禄禮礼積积竇窦節节紅红納纳組组絳绛維维綿绵綏绥績绩織织羅罗聖圣聞闻聯联肅肃膠胶舊旧莊庄蒼苍蓮莲蔣蒋"
    "蕩荡蕪芜蕭萧薩萨蘄蕲觀观許许詔诏謝谢譚谭貝贝貢贡費费資资賢贤賽赛車车輪轮農农郵邮鄖郧鉛铅鋼钢錢钱閩闽閬阆閣阁關关階阶際际離离韓韩頭头額额風风飛飞館馆"
    "騰腾魚鱼魯鲁鷄鸡嶧峄嵐岚彌弥徑径應应懷怀揚扬撫抚擴扩曆历會会條条極极構构檢检歐欧氹凼決决灤滦烏乌營营獻献產产甌瓯畝亩監监砲炮硯砚紀纪緬缅總总"
)
_SIMPLE = {ord(old): new for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}
#: Endings of names that people leave out, the longest first.
_SUFFIXES = ("自治县", "自治州", "自治旗", "街道办事处", "街道", "地区", "新区", "市", "县", "区", "旗", "州", "盟", "镇", "乡")
_LIKE, _MOST_NAMED = 60, 3


def fold(name: str) -> str:
    """A name without blanks, half width, in simplified characters.

    >>> fold("臺州 市") == fold("台州市"), fold("乾安县")
    (True, '乾安县')
    """
    return key(name).translate(_SIMPLE)


def bare(name: str) -> tuple[str, str]:
    """A folded name apart from its ending; a name of one character keeps it.

    >>> bare("杭州市"), bare("杭州"), bare("滑县"), bare("韩家店镇")
    (('杭州', '市'), ('杭州', ''), ('滑县', ''), ('韩家店', '镇'))
    """
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)], suffix
    return name, ""


@dataclass(frozen=True)
class Match:
    """What a code and a name in a table mean: a row of the roster, or a question; ``note`` says how it was found."""

    unit: int | None
    note: str = ""
    question: str = ""
    remedy: str = ""
    renamed: str = ""


@dataclass
class UnitMatcher:
    """Matches codes and names with the units of one roster."""

    roster: Roster
    _known: dict[tuple[str, str], Match] = field(default_factory=dict)

    def match(self, code: str, name: str) -> Match:
        """The unit of a row; code and name must agree where both are there."""
        which = code, name
        if which not in self._known:
            self._known[which] = self._match(half_width(trimmed(code)), name)
        return self._known[which]

    def _match(self, code: str, name: str) -> Match:
        if turned_around(name):
            return Match(None, question="名称中有改变文字方向的不可见字符", remedy="请重新录入名称")
        by_name = self._by_name(name) if trimmed(name) else None
        if not code:
            return by_name or Match(None, question="没有写考核对象", remedy="请填写单位代码或名称")
        unit = self.roster.rows.get(code)
        if unit is None:
            short = code.isdigit() and len(code) in (5, 8, 11)
            full = next((known for known in self.roster.codes if known == f"0{code}"), "") if short else ""
            if by_name is not None and by_name.unit is not None:
                remedy = f"按名称“{trimmed(name)}”应为“{self.roster.codes[by_name.unit]}”"
            elif short:
                remedy = f"可能丢了开头的0{f'（是否为“{full}”）' if full else ''}；请把该列设为文本后填写全码"
            else:
                remedy = self._suggest(code, self.roster.codes)
            return Match(None, question=f"单位代码“{code}”不在名单中", remedy=remedy)
        if by_name is None or by_name.unit == unit:
            return by_name or Match(unit)
        own = self.roster.labels[unit]
        other = (
            f"“{trimmed(name)}”的代码是“{self.roster.codes[by_name.unit]}”" if by_name.unit is not None else f"“{trimmed(name)}”不在名单中"
        )
        return Match(None, question=f"代码“{code}”是“{own}”，{other}", remedy="请核对代码和名称，改正其一；确为别称的，写进名单的别名列")

    def _by_name(self, name: str) -> Match:
        roster, shown = self.roster, trimmed(name)
        unit = roster.names.get(key(name))
        if unit is not None:
            label = roster.labels[unit]
            if key(name) in roster.renamed:
                return Match(unit, renamed=f"“{shown}”是“{label}”的别名，{roster.renamed[key(name)]}")
            if key(name) in roster.aliases:
                return Match(unit, note=f"“{shown}”是“{label}”的别名")
            return Match(unit, note="" if name == label else f"“{label}”的名称有空格、不可见或全角字符，已认定")
        folded = fold(name)
        same = self._folded.get(folded, [])
        if len(same) == 1:
            return Match(same[0], note=f"“{shown}”按“{roster.labels[same[0]]}”认定（繁简或异体）")
        stem, suffix = bare(folded)
        alike = self._bare.get(stem, [])
        if len(alike) == 1 and not suffix:
            return Match(alike[0], note=f"“{shown}”按“{roster.labels[alike[0]]}”认定（名称省略了末字）")
        if alike:
            names = "、".join(f"“{roster.labels[one]}”" for one in alike)
            if len(alike) > 1:
                return Match(None, question=f"“{shown}”可能是{names}", remedy="请写全称，或填写单位代码")
            return Match(
                None, question=f"“{shown}”不在名单中，名单里是{names}", remedy="是改名还是另一单位？确为同一对象的，请写进名单的别名列"
            )
        return Match(None, question=f"“{shown}”不在名单中", remedy=self._suggest(shown, roster.labels))

    @cached_property
    def _folded(self) -> dict[str, list[int]]:
        return self._index(fold)

    @cached_property
    def _bare(self) -> dict[str, list[int]]:
        return self._index(lambda name: bare(fold(name))[0])

    def _index(self, of: Callable[[str], str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for unit, label in enumerate(self.roster.labels):
            found.setdefault(of(label), []).append(unit)
        return found

    def _suggest(self, text: str, known: Sequence[str]) -> str:
        """The nearest names, as a question."""
        near = process.extract(text, known, scorer=fuzz.WRatio, limit=_MOST_NAMED, score_cutoff=_LIKE)
        if not near:
            return "请与名单核对；名单没有的对象不能填报"
        return f"是否为{'、'.join(f'“{name}”' for name, _, _ in near)}；请改正，确为别称的写进名单的别名列"
