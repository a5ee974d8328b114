"""Draw PeerGrid's icon, two homes under one sun, in every form that a device asks for.

uv run deploy/icons.py
"""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parents[1] / "src/peergrid/dashboard/site/page"
SIZE = 512  # of the drawing below; what a mask leaves is a circle of 4/5 of it (W3C manifest)
FINER = 4  # drawn larger first, so that edges come out smooth
CORNER = 112
NEIGHBOURS, SUN, WALL = "#0B7568", "#F7B23B", "#F6F2E9"
SUN_AT, SUN_RADIUS = (256, 176), 56
RAYS = [  # from, to
    *(((256, 68), (256, 96)), ((148, 176), (176, 176)), ((336, 176), (364, 176))),
    *(((180, 100), (200, 120)), ((332, 100), (312, 120))),
]
RAY_WIDTH = 18
HOMES = [
    [(112, 324), (180, 260), (248, 324), (248, 400), (112, 400)],
    [(264, 324), (332, 260), (400, 324), (400, 400), (264, 400)],
]
PNGS = {  # name: pixels, and whether the device rounds the corners itself
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "maskable-192.png": (192, True),
    "maskable-512.png": (512, True),
    "apple-touch-icon.png": (180, True),
}

type Point = tuple[int, int]


def as_svg() -> str:
    (x, y), r = SUN_AT, SUN_RADIUS
    homes = "".join(
        f'<path fill="{WALL}" d="M{" L".join(f"{a} {b}" for a, b in home)}Z"/>' for home in HOMES
    )
    rays = "".join(f"M{a} {b}L{c} {d}" for (a, b), (c, d) in RAYS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        f'<rect width="{SIZE}" height="{SIZE}" rx="{CORNER}" fill="{NEIGHBOURS}"/>'
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{SUN}"/>'
        f'<path stroke="{SUN}" stroke-width="{RAY_WIDTH}" stroke-linecap="round" d="{rays}"/>'
        f"{homes}</svg>\n"
    )


def as_picture(*, is_full: bool) -> Image.Image:
    def finer(point: Point) -> Point:
        return point[0] * FINER, point[1] * FINER

    picture = Image.new("RGBA", (SIZE * FINER, SIZE * FINER))
    pen = ImageDraw.Draw(picture)
    corner = 0 if is_full else CORNER * FINER
    pen.rounded_rectangle((0, 0, *picture.size), corner, fill=NEIGHBOURS)
    pen.circle(finer(SUN_AT), SUN_RADIUS * FINER, fill=SUN)
    for ends in RAYS:
        pen.line([finer(end) for end in ends], fill=SUN, width=RAY_WIDTH * FINER)
        for end in ends:
            pen.circle(finer(end), RAY_WIDTH * FINER // 2, fill=SUN)
    for home in HOMES:
        pen.polygon([finer(point) for point in home], fill=WALL)
    return picture


def main() -> None:
    (FOLDER / "icon.svg").write_text(as_svg())
    for name, (pixels, is_full) in PNGS.items():
        drawn = as_picture(is_full=is_full).resize((pixels, pixels), Image.Resampling.LANCZOS)
        drawn = drawn.convert("RGB") if is_full else drawn
        drawn.quantize(64).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
