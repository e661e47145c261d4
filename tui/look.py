"""What every widget asks of the app: styles of the theme and signs of the locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style

from .style import ASCII, Glyphs, styles_for

if TYPE_CHECKING:
    from textual.app import App


class LookMixin:
    """Styles and signs for a widget."""

    if TYPE_CHECKING:

        @property
        def app(self) -> App[object]:
            """The app."""

    _looks: tuple[str, dict[str, Style]] | None = None

    @property
    def looks(self) -> dict[str, Style]:
        """The style table for the theme in use."""
        theme = self.app.current_theme
        if self._looks is None or self._looks[0] != theme.name:
            self._looks = (theme.name, styles_for(theme))
        return self._looks[1]

    @property
    def glyphs(self) -> Glyphs:
        """Signs that the terminal can show."""
        made = getattr(self.app, "glyphs", ASCII)
        assert isinstance(made, Glyphs)
        return made
