"""What `mappings/vault.toml` may say: how a vault is to be understood."""

from dataclasses import dataclass, field
from typing import Literal

from exporter.findings import Rules, Wish

AreaSource = Literal["map", "properties", "folders", "tags"]
Dialect = Literal["", "obsidian", "foam", "docs", "dendron", "logseq"]
ORDER = ("sort_rank", "weight", "nav_order", "sidebar_position", "order", "longform")


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
class Implied:
    """Which links follow from others; kinds are named as [relations] says them, or by one of its words."""

    write: bool = False  # true: what follows is written, marked as implied; SKOS says what is symmetric anyway
    inverse: dict[str, str] = field(default_factory=dict)  # a kind: the one that leads back, and the other way round
    symmetric: tuple[str, ...] = ("related",)  # kinds that hold both ways
    transitive: tuple[str, ...] = ()  # kinds that lead on: a to b and b to c, so a to c


@dataclass(frozen=True)
class ReadOptions:
    """How a vault becomes a knowledge map; mappings/vault.toml explains each entry."""

    map: str = ""  # name or path of the map note; "" finds it, "-" says that there is none
    map_tags: tuple[str, ...] = ("index", "moc")
    language: str = (
        ""  # BCP 47; "" takes the map's property `lang`, else what letters and small words of titles say, else "en"
    )
    area_headings: tuple[str, ...] = (
        "Core Areas", "Areas", "Main Areas",
        "Bereiche", "Kernbereiche", "Hauptbereiche",
        "Domaines", "Domaines principaux",
        "Áreas", "Áreas principales",
        "Aree", "Aree principali",
        "Áreas principais",
        "Gebieden", "Kerngebieden",
        "Obszary", "Główne obszary",
        "Области", "Основные области",
        "Області",
        "领域", "核心领域",
        "分野", "主な分野",
        "영역", "주요 영역",
    )  # fmt: skip
    path_headings: tuple[str, ...] = (
        "Learning Path", "Learning Paths", "Reading Order", "Study Plan",
        "Lernpfad", "Lernpfade", "Lernweg", "Lesereihenfolge",
        "Parcours d'apprentissage", "Parcours", "Ordre de lecture",
        "Ruta de aprendizaje", "Rutas de aprendizaje", "Orden de lectura",
        "Percorso di apprendimento", "Percorsi di apprendimento", "Ordine di lettura",
        "Trilha de aprendizagem", "Percurso de aprendizagem", "Ordem de leitura",
        "Leerpad", "Leerpaden", "Leesvolgorde",
        "Ścieżka nauki", "Plan nauki", "Kolejność czytania",
        "План обучения", "Порядок чтения",
        "План навчання", "Порядок читання",
        "学习路径", "学习路线", "阅读顺序",
        "学習パス", "学習の順番", "読む順番",
        "학습 경로", "학습 순서", "읽는 순서",
    )  # fmt: skip
    topics_by_area_headings: tuple[str, ...] = (
        "Key Topics by Area", "Topics by Area",
        "Themen nach Bereich", "Themen nach Bereichen",
        "Sujets par domaine",
        "Temas por área",
        "Argomenti per area",
        "Tópicos por área",
        "Onderwerpen per gebied",
        "Tematy według obszarów",
        "Темы по областям",
        "Теми за областями",
        "按领域分类的主题", "各领域主题",
        "分野別トピック",
        "영역별 주제",
    )  # fmt: skip
    topic_headings: tuple[str, ...] = (
        "Additional Topics", "Other Topics", "Topics",
        "Weitere Themen", "Andere Themen", "Themen",
        "Autres sujets", "Sujets",
        "Otros temas", "Temas",
        "Altri argomenti", "Argomenti",
        "Outros tópicos", "Tópicos",
        "Andere onderwerpen", "Onderwerpen",
        "Inne tematy", "Tematy",
        "Другие темы", "Темы",
        "Інші теми", "Теми",
        "其他主题", "主题",
        "その他のトピック", "トピック",
        "기타 주제", "주제",
    )  # fmt: skip
    area_names: dict[str, str] = field(default_factory=dict)  # heading of the map: the area it means
    areas_from: tuple[AreaSource, ...] = ("map", "properties", "folders")  # with a map
    areas_without_map: tuple[AreaSource, ...] = ("properties", "folders")
    relations: dict[str, str] = field(  # property or inline field: kind of link
        default_factory=lambda: {
            "area": "in_area",
            "areas": "in_area",
            "up": "broader",
            "parent": "broader",
            "parents": "broader",
            "broader": "broader",
            "part-of": "broader",
            "down": "narrower",
            "child": "narrower",
            "children": "narrower",
            "narrower": "narrower",
            "contains": "narrower",
            "has-part": "narrower",
            "requires": "requires",
            "prerequisite": "requires",
            "prerequisites": "requires",
            "depends-on": "requires",
            "related": "related",
            "related-to": "related",
            "relates-to": "related",
            "see-also": "related",
        }
    )
    requires_headings: tuple[str, ...] = (
        "Prerequisites", "Prerequisite", "Required knowledge",
        "Voraussetzungen", "Vorwissen",
        "Prérequis",
        "Prerrequisitos", "Requisitos previos",
        "Prerequisiti",
        "Pré-requisitos",
        "Vereiste kennis", "Voorkennis",
        "Wymagana wiedza", "Wymagania wstępne",
        "Пререквизиты", "Что нужно знать",
        "Передумови",
        "先修知识", "前置知识", "先决条件",
        "前提知識",
        "선수 지식",
    )  # fmt: skip
    related_headings: tuple[str, ...] = (
        "Related", "Related notes", "Related topics", "Related concepts", "See also",
        "Verwandt", "Verwandte Themen", "Verwandte Notizen", "Siehe auch",
        "Voir aussi", "Notes liées", "Sujets liés",
        "Ver también", "Véase también", "Notas relacionadas", "Temas relacionados",
        "Vedi anche", "Note correlate", "Argomenti correlati",
        "Ver também", "Veja também", "Tópicos relacionados",
        "Zie ook", "Gerelateerd", "Verwante onderwerpen",
        "Zobacz też", "Zobacz także", "Powiązane",
        "См. также", "Смотрите также", "Связанные заметки",
        "Див. також", "Пов'язані нотатки",
        "参见", "另请参阅", "相关", "相关笔记", "相关主题",
        "関連", "関連項目", "関連ノート",
        "관련", "관련 노트", "같이 보기",
    )  # fmt: skip
    implied: Implied = field(default_factory=Implied)
    path_from: Literal["map", "requires"] = "map"  # "requires": where the map has no path, one of all that is required
    order: tuple[str, ...] = ORDER  # properties that order notes the map does not; (): none does
    exclude: tuple[str, ...] = ()  # starts of paths or "/regular expressions/": these notes are no topics
    all_notes: bool = False  # true: daily notes, templates, drawings and their like are topics, too
    publish: Publish = field(default_factory=Publish)
    dialect: Dialect = ""  # the program by whose rules the notes are read; "": the one whose settings lie in the vault
    follow_links: bool = True  # links to folders outside the vault
    largest_note: float = 32.0  # MB; larger notes are left out, with a finding
    any_folder: bool = False  # true: read a folder that is hardly a vault, such as the whole disk
    findings: dict[str, Wish | dict[str, Wish]] = field(default_factory=dict)  # a code, or a folder's codes: the level

    def check(self) -> None:
        """Refuse codes that no finding has.

        Raises:
            OptionError: there is one.
        """
        Rules(self.findings)
