"""Apache Jena from Maven, fetched once into the user's cache folder."""

from collections.abc import Callable
from pathlib import Path

from maven import fetched, java

POM = Path(__file__).with_name("pom.xml")


def command(require: Callable[[bool, str], None]) -> list[str]:
    """How a class of Jena is run; its name and arguments follow."""
    program = java(17)
    require(program is not None, "Java 17 or newer, for Apache Jena")
    return [
        str(program),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        f"{fetched(POM, 'jena', 'Apache Jena', require)}/*",
    ]  # quick to start
