"""What holds for every template: no style or script inside, all that is named exists."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.frontend.frontend_pages import TEMPLATES, contexts, environment, render

ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
LONGEST_LINE = 160
"""Characters."""

SOURCE = {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in ALL}


class Markup(HTMLParser):
    """Collects what a strict content security policy or a screen reader would trip over."""

    def __init__(self) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.forbidden += [f"{tag} {name}" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.forbidden.append(f"<{tag}>")
        self.forbidden += [
            f"{name}={value}" for name, value in given.items() if (value or "").startswith("javascript:")
        ]
        self.references += [value for name in ("src", "href") if (value := given.get(name) or "").startswith("http")]
        if given.get("id"):
            self.ids.append(str(given["id"]))


def parsed(name: str) -> Markup:
    markup = Markup()
    markup.feed(render(name))
    return markup


@pytest.mark.parametrize("name", ALL)
def test_a_template_compiles(name: str) -> None:
    environment().get_template(name)


@pytest.mark.parametrize("name", ALL)
def test_a_line_of_a_template_fits_a_screen(name: str) -> None:
    assert [number for number, line in enumerate(SOURCE[name].splitlines(), 1) if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize("name", ALL)
def test_a_template_has_no_style_attribute_no_handler_and_no_inline_script(name: str) -> None:
    source = re.sub(r"{#.*?#}", "", SOURCE[name], flags=re.S)
    assert not re.search(r"""\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|\shx-on|<style|<script(?![^>]*\ssrc=)""", source)


@pytest.mark.parametrize("name", sorted(contexts()))
def test_a_rendered_page_passes_the_content_security_policy_and_names_each_id_once(name: str) -> None:
    markup = parsed(name)
    assert markup.forbidden == []
    assert markup.references == []
    assert len(markup.ids) == len(set(markup.ids))


@pytest.mark.parametrize("name", sorted(contexts()))
def test_a_rendered_page_prints_no_python_value_and_no_format_rest(name: str) -> None:
    text = re.sub(r"<script.*?</script>|<pre.*?</pre>", "", render(name), flags=re.S)
    visible = re.sub(r"<[^>]+>", " ", text)
    assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|Decimal\(|%%|%\(|\{\{|\}\}", visible)


COMPONENTS = [name for name in ALL if name.startswith("components/")]


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_stands_in_a_file_of_its_own(name: str) -> None:
    tree = environment().parse(SOURCE[name])
    assert sum(isinstance(node, nodes.Macro) for node in tree.body) == 1


def test_every_address_in_the_styles_exists() -> None:
    for sheet in (TEMPLATES / "static" / "css").glob("*.css"):
        for address in re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / address).is_file(), f"{sheet.name}: {address}"


def test_every_vendored_file_keeps_its_licence_beside_it() -> None:
    vendored = [*(TEMPLATES / "static" / "js" / "vendor").iterdir(), TEMPLATES / "static" / "fonts"]
    for folder in [*vendored, Path(__file__).parents[1] / "browser" / "vendor"]:
        names = {path.name for path in folder.iterdir()}
        assert any("LICENSE" in name or name == "OFL.txt" for name in names), folder


def test_every_vendored_script_is_named_in_the_table_and_loaded_by_a_page() -> None:
    table = (TEMPLATES / "static" / "README.md").read_text(encoding="utf-8")
    pages = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    for folder in (TEMPLATES / "static" / "js" / "vendor").iterdir():
        assert f"`js/vendor/{folder.name}/`" in table
    for script in (TEMPLATES / "static" / "js").rglob("*.js"):
        assert f"static('{script.relative_to(TEMPLATES / 'static')}')" in pages, script
