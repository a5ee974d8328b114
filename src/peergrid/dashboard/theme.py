"""The colours and sizes of PeerGrid: amber for the sun, teal for neighbours, blue for the grid."""

import flet as ft

# Roles, not colours: the browser picks the light or the dark one.
SUN = ft.Colors.PRIMARY_FIXED_DIM
SUN_SOFT = ft.Colors.PRIMARY_CONTAINER
SUN_SOFTER = ft.Colors.PRIMARY_FIXED
SUN_INK = ft.Colors.ON_PRIMARY_CONTAINER
NEIGHBOURS = ft.Colors.SECONDARY
GRID = ft.Colors.TERTIARY
INK = ft.Colors.ON_SURFACE
QUIET = ft.Colors.ON_SURFACE_VARIANT
PAPER = ft.Colors.SURFACE
CARD = ft.Colors.SURFACE_CONTAINER_LOWEST
LINE = ft.Colors.OUTLINE_VARIANT
TROUBLE = ft.Colors.ERROR
TROUBLE_SOFT = ft.Colors.ERROR_CONTAINER
TROUBLE_INK = ft.Colors.ON_ERROR_CONTAINER

WIDE_PX = 840  # from here on the rail replaces the bar
NAME_PX = 55  # the longest name of a room, beneath its picture on the bar
CONTENT_PX = 1120
RADIUS = 20
GAP = 14
NORMAL_PERCENT = 100


def _theme(scheme: ft.ColorScheme, percent: int) -> ft.Theme:
    """What says no size of its own (buttons, fields, bars) grows with the text, too."""

    def grown(size: int) -> ft.TextStyle:
        return ft.TextStyle(size=size * percent / NORMAL_PERCENT)

    sizes = ft.TextTheme(
        body_large=grown(16),
        body_medium=grown(14),
        label_large=grown(14),
        label_medium=grown(12),
        title_medium=grown(16),
    )
    return ft.Theme(
        text_theme=None if percent == NORMAL_PERCENT else sizes,
        color_scheme=scheme,
        font_family="Roboto",
        scaffold_bgcolor=scheme.surface,
        visual_density=ft.VisualDensity.STANDARD,
        navigation_bar_theme=ft.NavigationBarTheme(label_text_style=_beneath(percent)),
    )


def _beneath(percent: int) -> ft.TextStyle:
    """Of a room's name on a phone's bar: six of them stand side by side on 360 px."""
    return ft.TextStyle(size=11 * percent / NORMAL_PERCENT, letter_spacing=0)


def light_theme(percent: int = NORMAL_PERCENT) -> ft.Theme:
    return _theme(
        ft.ColorScheme(
            primary="#8F5300",
            on_primary="#FFFFFF",
            primary_container="#FFE2AD",
            on_primary_container="#452900",
            primary_fixed="#FFCF7A",
            primary_fixed_dim="#F2A31B",
            secondary="#0B7568",
            on_secondary="#FFFFFF",
            secondary_container="#CDEEE7",
            on_secondary_container="#00352E",
            tertiary="#3F5FA8",
            on_tertiary="#FFFFFF",
            tertiary_container="#DDE6FB",
            on_tertiary_container="#142A5C",
            error="#B3261E",
            on_error="#FFFFFF",
            error_container="#FBE0DD",
            on_error_container="#5C1410",
            surface="#F6F2E9",
            on_surface="#1D2125",
            on_surface_variant="#5A6068",
            surface_container_lowest="#FFFFFF",
            surface_container_low="#FBF9F4",
            surface_container="#FBF9F4",
            surface_container_high="#F1ECE0",
            surface_container_highest="#EAE4D6",
            outline="#7C7F84",
            outline_variant="#E5DFD1",
        ),
        percent,
    )


def dark_theme(percent: int = NORMAL_PERCENT) -> ft.Theme:
    return _theme(
        ft.ColorScheme(
            primary="#FFC057",
            on_primary="#3A2400",
            primary_container="#4B3513",
            on_primary_container="#FFE2AD",
            primary_fixed="#6A4A16",
            primary_fixed_dim="#F7B23B",
            secondary="#57D2BF",
            on_secondary="#003730",
            secondary_container="#12443D",
            on_secondary_container="#CDEEE7",
            tertiary="#93B4FF",
            on_tertiary="#0E2559",
            tertiary_container="#26375F",
            on_tertiary_container="#DDE6FB",
            error="#FFB4AB",
            on_error="#690005",
            error_container="#5B2320",
            on_error_container="#FFDAD5",
            surface="#0F1317",
            on_surface="#E9EBEE",
            on_surface_variant="#A9B1BA",
            surface_container_lowest="#191F25",
            surface_container_low="#151A1F",
            surface_container="#151A1F",
            surface_container_high="#20272E",
            surface_container_highest="#2A323A",
            outline="#87909A",
            outline_variant="#2B333B",
        ),
        percent,
    )
