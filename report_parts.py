"""Small parts that more than one report is made of: cells, tables, escaping.

Reads:  nothing
Writes: nothing
"""


def cell(metric: dict | None, percent: bool = True, interval: bool = True) -> str:
    """A value with its interval and n; a dash for a statistic over nothing."""
    if not metric or metric["value"] is None:
        return "–"
    scale = 100 if percent else 1
    value = f"{scale * metric['value']:.1f}"
    if interval and metric.get("low") is not None:
        value += f" [{scale * metric['low']:.1f}, {scale * metric['high']:.1f}]"
    return value


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def escape(text: str | None) -> str:
    """Text for one table cell or code span: line breaks shown, pipes and back quotes kept from breaking it."""
    return (text or "").replace("\n", "⏎").replace("|", "¦").replace("`", "ˋ")


def number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
