"""What every widget asks of the app: styles of the theme and signs of the locale."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.style import Style

from .style import ASCII, Glyphs, styles_for

if TYPE_CHECKING:
    from textual.widget import Widget


class LookMixin:
    """Styles and signs for a widget."""

    _looks: tuple[str, dict[str, Style]] | None = None

    @property
    def looks(self) -> dict[str, Style]:
        """The style table for the theme in use."""
        theme = cast("Widget", self).app.current_theme
        if self._looks is None or self._looks[0] != theme.name:
            self._looks = (theme.name, styles_for(theme))
        return self._looks[1]

    @property
    def glyphs(self) -> Glyphs:
        """Signs that the terminal can show."""
        made = getattr(cast("Widget", self).app, "glyphs", ASCII)
        assert isinstance(made, Glyphs)
        return made
