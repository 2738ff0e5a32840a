"""Small source files as the one file that browsers fetch; pure.

Scripts import each other, and stylesheets too, as browsers understand it themselves:
what is not collected (development, the tests) works as it is. Collected, a script
carries the modules that it imports, and a stylesheet the ones it imports.
"""

import posixpath
import re
from collections.abc import Callable

Read = Callable[[str], str]
"""The text of a file, by its name among the static files."""

_IMPORT = re.compile(
    r"""^import\s+(?P<names>\{[^}]*\}|\*\s+as\s+\w+)\s+from\s+"(?P<path>\.[^"]+)";$""",
    re.MULTILINE,
)
_EXPORT = re.compile(
    r"^export\s+(?=(?:async\s+)?(?:function\*?|class|const)\s+(?P<name>\w+))",
    re.MULTILINE,
)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|\bimport\(.*", re.MULTILINE)
_STYLE_IMPORT = re.compile(r"""^@import\s+"(?P<path>[^"]+)";$""", re.MULTILINE)


class BundlingError(ValueError):
    """A file uses a form of import or export that is not understood here."""


def bundled_style(name: str, read: Read) -> str:
    """The stylesheet with those that it imports in their places."""

    def replaced(found: re.Match[str]) -> str:
        return bundled_style(_beside(name, found["path"]), read).rstrip()

    return _STYLE_IMPORT.sub(replaced, read(name))


def bundled_script(name: str, read: Read) -> str:
    """The script after the modules that it needs, each in a scope of its own.

    Raises:
        BundlingError: naming the file and the line that is not understood.
    """
    modules: dict[str, str] = {}
    body, _ = _module(name, read, modules)
    return "".join(modules.values()) + body


def _module(name: str, read: Read, modules: dict[str, str]) -> tuple[str, list[str]]:
    """A module's code without imports and exports, and the names that it exports."""

    def replaced(found: re.Match[str]) -> str:
        path = _beside(name, found["path"])
        if path not in modules:
            modules[path] = ""  # modules in a circle would come too late: see below
            body, exported = _module(path, read, modules)
            del modules[path]  # after the modules that it needs itself
            modules[path] = _scope(path, body, exported)
        if not modules[path]:
            msg = f"{name} and {path} import each other"
            raise BundlingError(msg)
        names = found["names"]
        left = re.sub(r"\s+as\s+", ": " if names.startswith("{") else " ", names)
        return f"const {left.removeprefix('* ')} = {_variable(path)};"

    source = _IMPORT.sub(replaced, read(name))
    exported = [found["name"] for found in _EXPORT.finditer(source)]
    code = _EXPORT.sub("", source)
    if left_over := _LEFT_OVER.search(code):
        msg = f"{name}: can't bundle {left_over[0]!r}"
        raise BundlingError(msg)
    return code, exported


def _scope(path: str, body: str, exported: list[str]) -> str:
    names = ", ".join(exported)
    return f"const {_variable(path)} = (() => {{\n{body}return {{ {names} }};\n}})();\n"


def _variable(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))


def _beside(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
