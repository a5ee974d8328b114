"""Patterns for ``like``."""


def anywhere(text: str) -> str:
    r"""What finds the text as it stands, wherever it stands.

    >>> print(anywhere("100%_a"))
    %100\%\_a%
    """
    literal = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{literal}%"
