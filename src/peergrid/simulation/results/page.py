"""A page that stands alone: no network, no script, as legible on a phone as on paper."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --paper: #f6f2e9; --card: #ffffff; --ink: #1d2125;
  --quiet: #5a6068; --line: #d9d2c2; --sun: #f2a31b; --neighbours: #0b7568; --grid: #3f5fa8;
  --trouble: #b3261e; --other: #8a4f9e; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0f1317; --card: #191f25; --ink: #e9ebee; --quiet: #a9b1ba; --line: #36404a;
    --sun: #f7b23b; --neighbours: #57d2bf; --grid: #93b4ff; --trouble: #ffb4ab;
    --other: #d6a6e8; } }
@media print { :root { --paper: #ffffff; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 16px 12px 48px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 8px 0 4px; }
h2 { font-size: 1.1rem; margin: 0 0 4px; }
p { margin: 0 0 8px; }
.quiet, figcaption { color: var(--quiet); font-size: .9rem; }
.warning { border-left: 4px solid var(--trouble); padding: 8px 12px; background: var(--card); }
.tiles { display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  margin: 16px 0; padding: 0; list-style: none; }
.tiles li, section { background: var(--card); border-radius: 14px; padding: 12px; }
.tiles b { display: block; font-size: 1.35rem; line-height: 1.3; }
.plots { columns: 440px; column-gap: 12px; margin-bottom: 12px; }
section { margin: 0 0 12px; break-inside: avoid; }
figure { margin: 0; }
svg { display: block; width: 100%; max-width: 560px; height: auto; margin: 0 auto 4px; }
svg text { font-family: inherit !important; }
.wide { overflow-x: auto; }
.wide + p { margin: 8px 0 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th.number, td.number { text-align: right; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { overflow-x: auto; font-size: .8rem; }
@media (max-width: 600px) { td.meaning, th.meaning { display: none; }
  th, td { padding-right: 8px; } th:last-child, td:last-child { padding-right: 0; } }
"""


def page(title: str, parts: Iterable[str]) -> str:
    """The page of ``parts``, each HTML already; ``title`` is plain text."""
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def plot(title: str, svg: str, caption: str) -> str:
    """A plot with its title above it and what it shows below; ``svg`` is inline already."""
    return (
        f"<section><h2>{escape(title)}</h2><figure>{svg}"
        f"<figcaption>{escape(caption)}</figcaption></figure></section>"
    )


def tiles(told: Iterable[tuple[str, str]]) -> str:
    """The few figures that matter most: (value with its unit, what it is)."""
    items = (f"<li><b>{escape(value)}</b>{escape(title)}</li>" for value, title in told)
    return f'<ul class="tiles">{"".join(items)}</ul>'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], kinds: Sequence[str]) -> str:
    """A table of plain text; ``kinds`` are the columns' classes, such as "number"."""
    head = "".join(
        f'<th scope="col" class="{kind}">{escape(each)}</th>'
        for each, kind in zip(heads, kinds, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{kind}">{escape(each)}</td>' for each, kind in zip(row, kinds, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
