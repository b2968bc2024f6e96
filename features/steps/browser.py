"""A browser without JavaScript for one person: pages, their forms with every hidden field, and the buttons in them.

A form sends what a browser would send: the fields as the page gave them, changed only where somebody filled them in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from lxml import html
from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

Value = str | bool | Sequence[str]

PASSIVE = {"submit", "button", "reset", "image", "file"}


def words(element: Any) -> str:
    """Return an element's text with its white space folded."""
    return " ".join("".join(element.itertext()).split())


class Browser:
    """The browser of one person. A page that needs a login leads through the login form and back, as in life."""

    def __init__(self, client: FlaskClient, login: str, password: str, settle: Callable[[], object]) -> None:
        self.client = client
        self.login = login
        self._password = password
        self._settle = settle

    def open(self, path: str) -> Page:
        page = self.read(path)
        if page.path != "/login":
            return page
        form = page.form("登录").fill({"login": self.login, "password": self._password})
        page = form.press("登录")
        assert page.path != "/login", page.text
        return page

    def read(self, path: str) -> Page:
        """Open a page without logging in for it."""
        return Page(self, self.client.get(path, follow_redirects=True))

    def send(self, path: str, fields: Mapping[str, Any], referrer: str = "/") -> Page:
        """Post a form. Whatever it set in motion has come to rest when the next page is looked at."""
        page = self.send_only(path, fields, referrer)
        self._settle()
        return page

    def send_only(self, path: str, fields: Mapping[str, Any], referrer: str = "/") -> Page:
        """Post a form and leave the jobs waiting."""
        headers = {"Referer": f"http://localhost{referrer}"}
        return Page(self, self.client.post(path, data=fields, headers=headers, follow_redirects=True))


class Page:
    """A page as it was shown."""

    def __init__(self, browser: Browser, response: TestResponse) -> None:
        self.browser = browser
        self.status = response.status_code
        self.path = response.request.path
        self.root = html.document_fromstring(response.text)

    @property
    def text(self) -> str:
        return words(self.root.find(".//main"))

    @property
    def heading(self) -> str:
        return words(self.root.find(".//main//h1"))

    @property
    def reader(self) -> str:
        """The name of the person who is logged in."""
        (name,) = self.find("//header//span[@class='who']")
        return words(name)

    def find(self, xpath: str, **names: str) -> list[Any]:
        found: list[Any] = self.root.xpath(xpath, **names)
        return found

    def form(self, button: str) -> Form:
        """Return the form that has this button."""
        found = [form for form in self.root.forms if any(words(b) == button for b in form.iter("button"))]
        assert found, f"no form with the button {button} on {self.path}: {self.text}"
        return Form(self, found[0])

    def has_button(self, label: str) -> bool:
        return any(words(button) == label for button in self.root.iter("button"))

    def follow(self, label: str) -> Page:
        """Follow the link of this text."""
        return self.browser.open(self.link(label))

    def link(self, label: str) -> str:
        found = [link.get("href") for link in self.root.iter("a") if words(link) == label]
        assert found, f"no link {label} on {self.path}: {self.text}"
        return str(found[0])

    def fact(self, label: str) -> Any:
        """Return the element beside a label in a list of facts."""
        found = self.find("//dl/dt[normalize-space()=$label]/following-sibling::dd[1]", label=label)
        assert found, f"nothing is said of {label} on {self.path}: {self.text}"
        return found[0]

    def messages_at(self, field: str) -> list[str]:
        """Return what is said at a field: by the form's own fields, or in the editor of changes."""
        places = self.find(
            "//*[@id=$errors or @id=$findings]/div | //ul[@data-problems=$field]/li",
            errors=f"f-{field}-errors",
            findings=f"f-{field}-findings",
            field=field,
        )
        return [words(place) for place in places]


class Form:
    """A form on a page."""

    def __init__(self, page: Page, element: Any) -> None:
        self.page = page
        self._element = element
        self._forged: dict[str, Value] = {}
        self._dropped: set[str] = set()
        self._files: list[tuple[str, tuple[IO[bytes], str]]] = []

    def fill(self, values: Mapping[str, Value]) -> Form:
        """Fill fields in; a field or an option that the page does not offer is a fault."""
        for name, value in values.items():
            controls = self._controls(name)
            assert controls, f"no field {name} on {self.page.path}"
            _fill(controls, value)
        return self

    def forge(self, values: Mapping[str, Value]) -> Form:
        """Add or replace what no control of the page could send: what an old page or a program may."""
        self._forged |= values
        return self

    def attach(self, name: str, content: IO[bytes], filename: str) -> Form:
        """Choose a file in a field of the page."""
        assert self._controls(name), f"no field {name} on {self.page.path}"
        self._files.append((name, (content, filename)))
        return self

    def drop(self, *names: str) -> Form:
        """Leave fields out, as a page that does not have them yet."""
        self._dropped |= set(names)
        return self

    def value(self, name: str) -> Value:
        """Return what a field holds: a text, or the list of what is ticked."""
        sent = [value for key, value in self._fields() if key == name]
        controls = self._controls(name)
        assert controls, f"no field {name} on {self.page.path}"
        return sent if controls[0].get("type") == "checkbox" else "".join(sent)

    def press(self, label: str) -> Page:
        """Send the form by the button of this text."""
        return self._press(next(b for b in self._element.iter("button") if words(b) == label))

    def press_value(self, name: str, value: str) -> Page:
        """Send the form by the button with this name and value."""
        found = [b for b in self._element.iter("button") if (b.get("name"), b.get("value")) == (name, value)]
        assert found, f"no button {name}={value} on {self.page.path}"
        return self._press(found[0])

    def payload(self, button: Any = None) -> tuple[str, MultiDict[str, Any]]:
        """Return where the form goes and what it sends."""
        fields = [(name, value) for name, value in self._fields() if name not in self._dropped | set(self._forged)]
        fields += [
            (name, each)
            for name, value in self._forged.items()
            for each in ([value] if isinstance(value, str) else list(value))  # type: ignore[arg-type]
        ]
        if button is not None and button.get("name"):
            fields.append((button.get("name"), button.get("value", "")))
        action = (button.get("formaction") if button is not None else None) or self._element.get("action")
        return action, MultiDict([*fields, *self._files])

    def _press(self, button: Any) -> Page:
        action, fields = self.payload(button)
        return self.page.browser.send(action, fields, referrer=self.page.path)

    def _controls(self, name: str) -> list[Any]:
        return [control for control in self._enabled() if control.get("name") == name]

    def _enabled(self) -> Iterator[Any]:
        return iter(
            self._element.xpath(
                ".//*[self::input or self::select or self::textarea][@name][not(@disabled)]"
                "[not(ancestor::fieldset[@disabled])][not(ancestor::template)]"
            )
        )

    def _fields(self) -> list[tuple[str, str]]:
        return [(control.get("name"), value) for control in self._enabled() for value in _sent(control)]


def _sent(control: Any) -> list[str]:
    """Return the values that a control sends."""
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        return [control.value or ""]
    kind = control.get("type", "text")
    if kind in PASSIVE or (kind in {"radio", "checkbox"} and control.get("checked") is None):
        return []
    return [control.get("value", "on" if kind == "checkbox" else "")]


def _fill(controls: list[Any], value: Value) -> None:
    kind = controls[0].get("type", controls[0].tag)
    if kind in {"radio", "checkbox"}:
        _tick(controls, {value} if isinstance(value, str) else value)
    elif kind == "select":
        controls[0].value = value  # refuses what is no option
    elif kind == "textarea":
        controls[0].text = value
    else:
        assert kind != "hidden", f"{controls[0].get('name')} cannot be typed into"
        controls[0].set("value", value)


def _tick(controls: list[Any], wanted: Any) -> None:
    if isinstance(wanted, bool):
        wanted = {control.get("value", "on") for control in controls} if wanted else set()
    offered = {control.get("value", "on") for control in controls}
    assert set(wanted) <= offered, f"{controls[0].get('name')} offers {sorted(offered)}, not {sorted(wanted)}"
    for control in controls:
        control.attrib.pop("checked", None)
        if control.get("value", "on") in wanted:
            control.set("checked", "checked")
