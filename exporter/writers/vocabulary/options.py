"""What mappings/skos.toml says to the pages: all that it says of the vocabulary, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass

from exporter.errors import OptionError
from exporter.rdf.terms import web_iri
from exporter.views.skos.options import Options as SkosOptions


@dataclass(frozen=True)
class Options(SkosOptions):
    """The vocabulary's options, and the place of the folder."""

    site: str = ""  # address of the folder, where the base leads there by a redirect; "": the base itself

    def check(self) -> None:
        """Refuse an address that no page can lie below.

        Raises:
            OptionError: with the option's name.
        """
        super().check()
        is_address = web_iri(self.site) == self.site and self.site.endswith("/") and not {"?", "#"} & {*self.site}
        if self.site and not is_address:
            raise OptionError("site", f"'site' must be an http(s) address that ends with '/', not {self.site!r}")

    @property
    def document(self) -> str:
        """The address that is asked for the base itself: without the "#", which no browser sends; it ends with "/"."""
        return self.base.rstrip("#").rstrip("/") + "/"

    @property
    def place(self) -> str:
        """The address of the folder."""
        return self.site or self.document
