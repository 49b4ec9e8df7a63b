"""A Word template, which may come from outside: what it may be, and how it is filled.

It may hold placeholders, conditions and loops over what the report gives, and nothing else: no
call, no arithmetic, no attribute of Python, no part that leads out of the file.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from agencies.content import kind_of
from agencies.models import EvidenceKind

MAX_UNPACKED = 20 * 1024 * 1024  # bytes; a template with a picture has a few hundred kilobytes
MAX_TEXT = 4 * 1024 * 1024  # of one part that is searched for placeholders
FILTERS = ("join", "length", "lower", "upper")
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If),
    *(nodes.Name, nodes.Getattr, nodes.Const, nodes.Filter),
    *(nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.CondExpr),
)
LOOP = {"first", "last", "index"}  # what may be asked of a loop
# Fields of Word that look at the document alone. Others fetch other files or ask the computer.
FIELDS = ("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "TOC", "PAGEREF", "REF", "SEQ", "STYLEREF")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class BadTemplate(Exception):
    """A template cannot be filled; the message says why, in the reader's language."""


def shipped_or_own() -> bytes:
    """Return the office's own template (WORD_TEMPLATE), else the shipped one.

    Raises:
        BadTemplate: the office's own cannot be read.
    """
    return read_template(Path(settings.WORD_TEMPLATE))


def read_template(path: Path) -> bytes:
    """Return the content of a template's file.

    Raises:
        BadTemplate: it cannot be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError):  # the latter for a name that no system takes
        told = _("The template “%(path)s” cannot be read: no such file, or not yours.")
        raise BadTemplate(told % {"path": path}) from None


def fill(template: bytes, values: Mapping[str, Any]) -> Any:
    """Return the template as a document with its placeholders filled.

    Raises:
        BadTemplate: it is no Word document, or what it asks for cannot be given.
    """
    _check_package(template)
    filled = _Filled(BytesIO(template))
    try:
        filled.init_docx()
        _check_parts(filled.docx)
        filled.render(dict(values), _Placeholders(values), autoescape=True)
    except TemplateSyntaxError as error:
        raise BadTemplate(_misspelt(error)) from None
    except TemplateError as error:
        told = _("A placeholder of the template cannot be filled: %(error)s")
        raise BadTemplate(told % {"error": error.message or ""}) from None
    except (OpcError, etree.XMLSyntaxError, ValueError, KeyError, AttributeError) as error:
        raise BadTemplate(_not_word()) from error
    return filled.docx


def _not_word() -> str:
    return _("The template is not a Word document (.docx), or it is damaged.")


def _check_package(template: bytes) -> None:
    """Refuse what is no .docx, holds macros, or would unpack to far more than a template has."""
    try:
        if kind_of(ContentFile(template)) != EvidenceKind.DOCX:
            raise BadTemplate(_not_word())
    except ValidationError as error:
        raise BadTemplate(_("The template: %(reason)s") % {"reason": error.messages[0]}) from None
    try:
        with ZipFile(BytesIO(template)) as package:
            sizes = {info.filename: info.file_size for info in package.infolist()}
            if sum(sizes.values()) <= MAX_UNPACKED and package.testzip() is None:
                return
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        raise BadTemplate(_not_word()) from None
    told = _("The template unpacks to more than %(size)s MB, or is damaged; it is left unread.")
    raise BadTemplate(told % {"size": MAX_UNPACKED // 1024 // 1024})


def _check_parts(document: Any) -> None:
    """Refuse what leads out of the file when it is opened, and text without end."""
    package = document.part.package
    for rels in (package.rels, *(part.rels for part in package.parts)):
        for rel in rels.values():
            if rel.is_external and rel.reltype != RELATIONSHIP_TYPE.HYPERLINK:
                told = _("The template refers to a file outside of itself (%(target)s).")
                raise BadTemplate(told % {"target": rel.target_ref})
    for part in package.parts:
        if str(part.partname).endswith(".xml"):
            _check_fields(etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False)))
    if len(etree.tostring(document.element.body)) > MAX_TEXT:
        told = _("The text of the template is longer than %(size)s MB.")
        raise BadTemplate(told % {"size": MAX_TEXT // 1024 // 1024})


def _check_fields(root: Any) -> None:
    """Refuse fields that fetch something when the report is opened or printed."""
    for said in (*_simple_fields(root), *_complex_fields(root)):
        name = said.split()[0].upper() if said.split() else ""
        if name not in (*FIELDS, "HYPERLINK"):
            told = _(
                "The template has a field of Word that fetches something from elsewhere or cannot "
                "be read (“%(field)s”); allowed are %(names)s."
            )
            raise BadTemplate(told % {"field": said.strip()[:80], "names": ", ".join(FIELDS)})


def _simple_fields(root: Any) -> list[str]:
    return [field.get(f"{W}instr", "") for field in root.iter(f"{W}fldSimple")]


def _complex_fields(root: Any) -> list[str]:
    """Return the instructions of fields that are written in runs; a field may hold another."""
    found: list[list[str]] = []
    for element in root.iter(f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}instrText":
            found = found or [[]]
            found[-1].append(element.text or "")
        elif element.get(f"{W}fldCharType") == "begin":
            found.append([])
    return ["".join(parts) for parts in found]


def _misspelt(error: TemplateSyntaxError) -> str:
    """Say which placeholder cannot be read, by the text of its line of the document."""
    told = _("A placeholder of the template is not written correctly near “%(text)s” (%(error)s).")
    text = _text_of_line(error.source or "", error.lineno)
    return told % {"text": text, "error": (error.message or "").rstrip(".")}


def _text_of_line(source: str, number: int) -> str:
    """Return what a line of a part says, without its elements; a paragraph is a line."""
    lines = source.splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    return "".join(part.partition(">")[2] for part in f">{line}".split("<")).strip()[:120]


class _Filled(DocxTemplate):
    """A template that refuses to come out torn."""

    def fix_tables(self, xml: str) -> Any:
        """Refuse a loop or condition that begins in one row or cell and ends in another."""
        try:
            etree.fromstring(xml)
        except etree.XMLSyntaxError:
            told = _(
                "A condition or loop of the template begins in one paragraph, row or cell and ends "
                "in another; write %(paragraph)s for paragraphs and %(row)s for rows."
            )
            tags = {"paragraph": "{%p … %}", "row": "{%tr … %}"}
            raise BadTemplate(told % tags) from None
        return super().fix_tables(xml)


class _Unknown(StrictUndefined):
    """What a placeholder gives that nobody knows: one message with the ones that exist."""

    def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> Any:
        known = self._undefined_obj if isinstance(self._undefined_obj, Mapping) else {}
        raise BadTemplate(_unknown([str(self._undefined_name)], known))

    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = (
        _fail_with_undefined_error
    )
    __html__ = _fail_with_undefined_error


def _unknown(names: list[str], known: Mapping[str, Any]) -> str:
    told = _("The template asks for %(names)s, which the report does not have here.")
    said = told % {"names": ", ".join(f"“{name}”" for name in names)}
    if known:
        said += " " + _("Allowed: %(names)s.") % {"names": ", ".join(sorted(known))}
    return said


def _printed(value: Any) -> Any:
    """Return what a placeholder prints; a list and a yes or no are for loops and conditions."""
    if isinstance(value, bool | list | Mapping):
        told = _(
            "A placeholder of the template would print a list, a row or a yes-or-no; lists are "
            "walked by %(loop)s, and yes-or-no is asked by %(condition)s."
        )
        tags = {"loop": "{% for … in … %}", "condition": "{% if … %}"}
        raise BadTemplate(told % tags)
    return value


class _Placeholders(ImmutableSandboxedEnvironment):
    """The language of a template: values of the report, conditions, loops, a few filters."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(undefined=_Unknown, autoescape=True, finalize=_printed)
        self.known, self.text = known, ""
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Template:
        """Keep the text, so that a message can quote it."""
        self.text = str(source)
        return super().from_string(source, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what a row of the report or a loop has under a name, nothing of Python."""
        if isinstance(obj, Undefined):
            str(obj)  # says which name nobody knows, rather than one inside it
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if attribute in LOOP and hasattr(obj, "last"):
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        """Refuse whatever is no placeholder, condition or loop, and names that nobody knows."""
        for node in source.find_all(nodes.Node):
            if not isinstance(node, ALLOWED):
                told = _(
                    "The template may hold placeholders, conditions and loops; near “%(text)s” "
                    "stands something else (%(what)s)."
                )
                text = _text_of_line(self.text, node.lineno)
                raise BadTemplate(told % {"text": text, "what": type(node).__name__})
        for loop in source.find_all(nodes.For):
            _check_loop(loop)
        if strange := sorted(find_undeclared_variables(source) - set(self.known)):
            raise BadTemplate(_unknown(strange, self.known))
        return super()._generate(source, *args, **kwargs)


def _check_loop(loop: nodes.For) -> None:
    """Refuse a loop inside another one that does not walk a list of the outer one's rows.

    Loops over the whole report inside each other would grow beyond all bounds.
    """
    for inner in loop.find_all(nodes.For):
        if not isinstance(inner.iter, nodes.Getattr):
            told = _("A loop of the template inside another one must walk a list of that one.")
            raise BadTemplate(told)
