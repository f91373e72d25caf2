"""Apache Jena from Maven, fetched once into the user's cache folder."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from maven import fetched

POM = Path(__file__).with_name("pom.xml")


def command(require: Callable[[bool, str], None]) -> list[str]:
    """How a class of Jena is run; its name and arguments follow."""
    java = shutil.which("java")
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr if java else ""
    version = re.search(r'version "(\d+)', said)
    require(bool(version and int(version[1]) >= 17), "Java 17 or newer, for Apache Jena")
    return [
        str(java),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        f"{fetched(POM, 'jena', 'Apache Jena', require)}/*",
    ]  # quick to start
