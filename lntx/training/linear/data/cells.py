"""What stands in a cell, where it isn't a plain number: gaps, signs of a currency, grouped digits, dates."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Literal

# What spreadsheets write for a value that can't be computed: Excel and Google Sheets, then German, French, Italian, Spanish,
# Portuguese, Dutch, Danish and Norwegian, Swedish, Finnish, Polish, Czech, Hungarian, Turkish, Russian.
_ERRORS = """
#n/a #na #div/0! #value! #ref! #num! #name? #null! #spill! #calc! #field! #getting_data #blocked! #connect! #busy! #unknown!
#external! #python! #timeout! #error! #nv #wert! #bezug! #zahl! #überlauf! #kalk! #feld! #valeur! #nombre! #nom? #nul!
#propagation! #calcul! #champ! #n/d #valore! #rif! #nome? #nullo! #valor! #nombre? #nulo! #¡valor! #¡ref! #¡num! #¡nulo!
#¡div/0! #¿nombre? #¡desbordamiento! #¡calc! #núm! #n/b #waarde! #verw! #getal! #naam? #leeg! #deel/0! #i/t #værdi! #verdi!
#reference! #navn? #saknas! #värdefel! #referens! #ogiltigt! #namn? #division/0! #skärning! #puuttuu! #puuttuu #arvo!
#viittaus! #luku! #nimi? #jako/0! #tyhjä! #n/d! #arg! #adr! #liczba! #nazwa? #dziel/0! #zero! #není_k_dispozici #hodnota!
#odkaz! #číslo! #název? #dělení_nulou! #hiányzik #érték! #hiv! #szám! #név? #zéróosztó! #nulla! #yok #değer! #başv! #sayı!
#sayi! #ad? #boş! #sayı/0! #sayi/0! #н/д #знач! #ссылка! #число! #имя? #пусто! #дел/0!
"""  # noqa: RUF001  (Russian letters)
ERRORS = frozenset(_ERRORS.split())
"""Errors of spreadsheets, in lower case."""

GAPS = ERRORS | frozenset({
    "", "-", "--", "\u2013", "\u2014", "?", ".", "..", "...", "*", "#", "na", "n/a", "n.a.", "n.a", "nan", "-nan", "null", "none",
    "nil", "nat", "<na>", "(null)", "(blank)", "missing", "#n/a n/a", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan",
})  # fmt: skip
"""What people write where there is no value, in lower case."""

_FLAGS = (
    {"true": 1.0, "false": 0.0},
    {"yes": 1.0, "no": 0.0},
    {"y": 1.0, "n": 0.0},
    {"t": 1.0, "f": 0.0},
    {"on": 1.0, "off": 0.0},
)
_SIGNS = "[$€£¥₹₽₩₺₪฿₫₴₦]"
_CODES = r"(?:EUR|USD|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|R\$|kr\.?|zł|Kč|Ft|Fr\.)"
_UNIT = re.compile(
    rf"(?P<before>%|{_SIGNS}|[A-Z]{{1,3}}\$|{_CODES})?\s*(?P<sign>[+-]?)\s*(?P<inner>{_SIGNS})?\s*"
    rf"(?P<core>[0-9.,][0-9.,\s'\u2019_eE+-]*?)\s*(?P<after>%|{_SIGNS}|{_CODES})?\s*(?P<minus>-?)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-zä]*\.?"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[ap]m)?(?:\s*(?:z|utc|[+-]\d{2}:?\d{2}))?"
_DATE = re.compile(
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})|\d{{1,2}}[/-]\d{{4}}|\d{{4}}[/-]\d{{1,2}}|\d{{4}}-w\d{{2}}(?:-\d)?"
    rf"|\d{{1,2}}[-. ]*{_MONTH}[-, ]*\d{{2,4}}|{_MONTH}[-. ]*\d{{1,2}},?[- ]+\d{{2,4}}|{_MONTH}[- ]*\d{{2,4}})(?:[t ,]+{_TIME})?"
)
_SPAN = re.compile(
    rf"-?(?:\d+ days?,?(?: [+-]?{_TIME})?|{_TIME}|\d+:\d{{2}}:\d{{2}}(?:[.,]\d+)?|p(?:\d+[ymwd])*(?:t(?:\d+(?:\.\d+)?[hms])+)?"
    r"|\d+(?:\.\d+)?\s*(?:ns|us|µs|ms|s|secs?|mins?|h|hrs?|hours?|days?|weeks?|months?|years?))"
)
_SUM = re.compile(r"(grand |sub-?)?totals?|sum|gesamt(summe)?|summe|somme|totale?s?|suma|total général")
_MEAN = re.compile(r"average|mean|avg|median|mittelwert|durchschnitt|moyenne|promedio|media")
_SIMPLE = re.compile(r"-?([0-9]+)(?:([.,])([0-9]+))?")
_NOT_ZERO = re.compile(r"[^eE]*[1-9]")
_WHOLE = 2.0**53  # whole numbers below are floats of their own
_LONGEST = 400  # characters of a number: float64 ends at 1e308
Sense = Literal["point", "comma", "either", "neutral"]


@cache
def _grammar(decimal: str, thousands: str | None) -> re.Pattern[str]:
    """Return what a number looks like with one decimal point, and one character, or any that is left, between thousands."""
    left = ",. \u00a0\u202f'\u2019_".replace(decimal, "")
    group = {None: f"[{re.escape(left)}]", "'": "['\u2019]", " ": "[ \u00a0\u202f]"}.get(
        thousands, re.escape(thousands or "")
    )
    fraction = r"(?:\.[0-9]*)?" if decimal == "." else "(?:,[0-9]+)?"
    lakh = rf"|[1-9][0-9]?(?:,[0-9][0-9])+,[0-9]{{3}}{fraction}" if decimal == "." and thousands in (None, ",") else ""
    bare = rf"(?:[0-9]+{fraction}" + (r"|\.[0-9]+)" if decimal == "." else ")") + r"(?:[eE][+-]?[0-9]+)?"
    return re.compile(rf"[1-9][0-9]{{0,2}}(?P<group>{group})[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*{fraction}{lakh}|{bare}")


def gap(value: str) -> bool:
    """Return whether a text means that there is no value."""
    return value.strip().lower() in GAPS


def bare(text: str) -> tuple[str, str] | None:
    """Part a cell into its number, as written but for its sign in front, and its unit (a currency, % or nothing); None for words.

    A minus may also stand behind, or be a pair of parentheses, as accountants write.
    """
    if len(text) <= _LONGEST and _SIMPLE.fullmatch(text):  # nearly all cells of a large table
        return text, ""
    text = text.strip().replace("\u2212", "-")
    if len(text) > _LONGEST:
        return None
    negative = text.startswith("(") and text.endswith(")")
    found = _UNIT.fullmatch(text[1:-1].strip() if negative else text)
    if found is None:
        return None
    units = [found[name] for name in ("before", "inner", "after") if found[name]]
    minuses = negative + (found["sign"] == "-") + (found["minus"] == "-")
    if len(units) > 1 or minuses > 1 or (found["sign"] == "+" and minuses):
        return None
    return "-" * minuses + found["core"], units[0] if units else ""


def sense(core: str) -> Sense | None:
    """Return which decimal point a bare number shows: one of them, either, neither of them (neutral); None for no number."""
    if found := _SIMPLE.fullmatch(core):
        whole, mark, fraction = found.groups()
        if mark is None:
            return "neutral"
        if len(fraction) == 3 and len(whole) <= 3 and whole[0] != "0":  # noqa: PLR2004  (a group of thousands)
            return "either"
        return "point" if mark == "." else "comma"
    digits = core.removeprefix("-")
    point, comma = (_grammar(decimal, None).fullmatch(digits) for decimal in ".,")
    if point and comma:
        return "either" if "," in digits or "." in digits else "neutral"
    return "point" if point else "comma" if comma else None


def plain(core: str, decimal: str, thousands: str | None = None) -> str | None:
    """Write a bare number as Python does; None where it is none with this decimal point."""
    digits = core.removeprefix("-")
    if not (found := _grammar(decimal, thousands).fullmatch(digits)):
        return None
    if found["group"] or "," in digits.replace(decimal, ""):
        digits = "".join(sign for sign in digits if sign.isdigit() or sign == decimal)
    return "-" * core.startswith("-") + digits.replace(decimal, ".")


def lost(plain: str, value: float) -> int | Decimal | None:
    """Return what a number, as `plain` writes it, is in truth, where float64 made another whole number of it, or 0; else None.

    With a point or an exponent, digits may say no more than which float is meant, as programs write floats: then none is lost.
    """
    if not value and _NOT_ZERO.match(plain):
        return Decimal(plain)
    if not _WHOLE <= abs(value) < math.inf:
        return None
    meant = Decimal(plain)
    if meant != meant.to_integral_value() or int(meant) == int(value):
        return None
    places = len(meant.as_tuple().digits) - 1
    if not plain.removeprefix("-").isdigit() and meant in (Decimal(repr(value)), Decimal(f"{value:.{places}e}")):
        return None
    return int(meant)


def numeric(text: str) -> bool:
    """Return whether a cell is a number, in whatever way it is written."""
    parts = bare(text)
    return parts is not None and sense(parts[0]) is not None


def flags(texts: Sequence[str]) -> dict[str, float] | None:
    """Return what each word stands for, where all are yes and no, true and false or the like, of one kind."""
    pairs = list(_FLAGS)
    for text in texts:
        pairs = [pair for pair in pairs if text.strip().lower() in pair]
        if not pairs:
            return None
    return pairs[0]


def told(texts: Iterable[str]) -> str | None:
    """Return what texts hold, where they are dates or time spans throughout; None for all else."""
    lowered = [text.strip().lower() for text in texts]
    kinds: tuple[tuple[str, Callable[[str], Any]], ...] = (("M", _DATE.fullmatch), ("m", _SPAN.fullmatch))
    return next((kind for kind, fits in kinds if lowered and all(map(fits, lowered))), None)


def total(row: Sequence[str], above: Iterable[Sequence[str]], known: Sequence[Collection[str]] = ()) -> str:
    """Return the word with which a row begins, where that says that it is a total of those above; else nothing.

    It is none where it stands above as well, nor an average where other words do: then it may be a category. Nor is it one of the
    categories that are known of its column.
    """
    place = next((i for i, text in enumerate(row) if text.strip()), 0)
    label = row[place].strip().rstrip(": ") if row else ""
    kind = next((kind for kind in (_SUM, _MEAN) if kind.fullmatch(label.lower())), None)
    if kind is None or (place < len(known) and " ".join(row[place].split()) in known[place]):
        return ""
    others = [other[place].strip() for other in above if place < len(other)]
    words = [other for other in others if not gap(other) and not numeric(other)]
    again = label.lower() in {other.rstrip(": ").lower() for other in others} or (kind is _MEAN and words)
    return "" if again else label
