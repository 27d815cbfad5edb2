"""Rules: one number → points. One module, one kind; field rules rank first and then apply a rule."""

from ..base import Rule
from ..discovery import kinds_in, one_of

RULES = kinds_in(__name__, Rule)
AnyRule = one_of(RULES, "计分规则")
