"""What `mappings/vault.toml` may say: how a vault is to be understood."""

from dataclasses import dataclass, field
from typing import Literal

AreaSource = Literal["map", "properties", "folders", "tags"]


@dataclass(frozen=True)
class Publish:
    """What of the vault is published. A rule is "Folder/", '/regular expression/', "#tag", "key: value" or "[[Area]]"."""

    hide: tuple[str, ...] = ()  # notes that fit one of these rules are as if they were not there
    only: tuple[str, ...] = ()  # so are those that fit none of these, but the map; (): all are published
    marks: tuple[str, ...] = ("publish: false", "private: true", "draft: true", "#private")  # what notes say themselves
    sections: tuple[str, ...] = ()  # headings: what stands below them is hidden
    callouts: tuple[str, ...] = ("private",)  # kinds that are hidden: "> [!private]"
    properties: tuple[str, ...] = ()  # that are never written, fields among them
    only_now: tuple[str, ...] = field(default=(), metadata={"key": False})  # as `only`, and beside it: --only of a run


@dataclass(frozen=True)
class ReadOptions:
    """How a vault becomes a knowledge map; mappings/vault.toml explains each entry."""

    map: str = ""  # name or path of the map note; "" finds it, "-" says that there is none
    map_tags: tuple[str, ...] = ("index", "moc")
    language: str = ""  # BCP 47; "" takes the map's property `lang`, else what the titles' letters say, else "en"
    area_headings: tuple[str, ...] = ("Core Areas", "Areas")
    path_headings: tuple[str, ...] = ("Learning Path", "Learning Paths")
    topics_by_area_headings: tuple[str, ...] = ("Key Topics by Area", "Topics by Area")
    topic_headings: tuple[str, ...] = ("Additional Topics", "Other Topics", "Topics")
    area_names: dict[str, str] = field(default_factory=dict)  # heading of the map: the area it means
    areas_from: tuple[AreaSource, ...] = ("map", "properties")  # with a map
    areas_without_map: tuple[AreaSource, ...] = ("properties", "folders")
    relations: dict[str, str] = field(  # property or inline field: kind of link
        default_factory=lambda: {
            "area": "in_area",
            "areas": "in_area",
            "up": "broader",
            "parent": "broader",
            "broader": "broader",
            "requires": "requires",
            "prerequisites": "requires",
            "related": "related",
            "see-also": "related",
        }
    )
    exclude: tuple[str, ...] = ()  # starts of paths or "/regular expressions/": these notes are no topics
    all_notes: bool = False  # true: daily notes, templates, drawings and their like are topics, too
    publish: Publish = field(default_factory=Publish)
    follow_links: bool = True  # links to folders outside the vault
    largest_note: float = 32.0  # MB; larger notes are left out, with a finding
    any_folder: bool = False  # true: read a folder that is hardly a vault, such as the whole disk
