"""The icon font, cut down to the icons that the screens name."""

from io import BytesIO

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OF_FLUTTER = frozenset(  # what its own fields, menus, tables and calendars draw
    """
    access_time arrow_back arrow_back_ios_new_rounded arrow_downward arrow_drop_down arrow_drop_up
    arrow_forward arrow_left arrow_right arrow_upward calendar_today cancel check chevron_left
    chevron_right clear close content_copy content_cut content_paste edit edit_outlined error
    error_outline expand_less expand_more first_page keyboard keyboard_arrow_down
    keyboard_arrow_left keyboard_arrow_right keyboard_arrow_up keyboard_outlined last_page menu
    more_horiz more_vert remove search select_all share swap_vert unfold_more visibility
    visibility_off warning
    """.split()  # noqa: SIM905 - forty names are read best as a text
)


def only(font: bytes, icons: frozenset[str]) -> bytes:
    """The font with the glyphs of ``icons`` alone; whole if one is not found by its name.

    A screen without a picture would be worse than a font that weighs more.
    """
    opened = TTFont(BytesIO(font))
    if icons - drawn_by(opened):
        return font
    wanted = icons | OF_FLUTTER
    marks = {mark for mark, glyph in opened.getBestCmap().items() if _name(glyph) in wanted}
    options = Options(layout_features=[], notdef_outline=True, name_IDs=[1, 2])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=marks)
    subsetter.subset(opened)
    cut = BytesIO()
    opened.save(cut)
    return cut.getvalue()


def drawn_by(font: TTFont) -> set[str]:
    """The names of the icons that a font draws."""
    return {_name(glyph) for glyph in font.getBestCmap().values()}


def _name(glyph: str) -> str:
    """An icon's plain shape is called ``wb_sunny_baseline`` in the font."""
    return glyph.removesuffix("_baseline")
