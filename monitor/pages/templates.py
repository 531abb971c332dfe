"""Renders Jinja templates to HTML. Only here: jinja2."""

import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.bccache import Bucket
from markupsafe import Markup

from monitor.problems import Problem, Refused
from monitor.tree import is_input

FOLDER = "templates/"


class _Loader(FileSystemLoader):
    """Reads templates from a folder, and names them alike whichever tree that belongs to."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, _, is_current = super().get_source(environment, template)
        return source, f"{FOLDER}{template}", is_current


class _Compiled(BytecodeCache):
    """What templates were compiled to: most are the same when `serve` reads its tree again."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}  # by name and content

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self.codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class _Environment(Environment):
    """Gives templates their common values as a plain dict: none is added after the first page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


class Templates:
    """The templates of a folder, with values and filters that all of them may use."""

    def __init__(self, folder: Path, values: dict[str, Any], filters: dict[str, Any]) -> None:
        self.environment = _Environment(
            loader=_Loader(folder, followlinks=True),
            bytecode_cache=_COMPILED,
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # a build reads each template once
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(values)
        self.environment.filters.update(filters)

    def problems(self) -> list[Problem]:
        """Compile every template; return what is wrong with each."""
        problems: list[Problem] = []
        for name in self.environment.list_templates(filter_func=_is_page):
            try:
                with self._problems_named(name):
                    self.environment.get_template(name)
            except Refused as refused:
                problems += [p for p in refused.causes if isinstance(p, Problem)]
        return problems

    def page(self, name: str, values: Mapping[str, Any]) -> str:
        """Render a page. Raises Refused where a template is at fault."""
        with self._problems_named(name):
            return self.environment.get_template(name).render(values)

    def macro(self, template: str, name: str, *arguments: Any) -> Markup:
        """Render a macro, without white space around it. Raises Refused as `page` does."""
        with self._problems_named(template):
            module = self.environment.get_template(template).module
            try:
                html = getattr(module, name)(*arguments)
            except Exception:  # raised again, with lines of the template
                self.environment.handle_exception()
        return Markup(html.strip())  # noqa: S704  # Jinja has escaped it

    @contextmanager
    def _problems_named(self, name: str) -> Iterator[None]:
        """Turn an error of a template into a Problem with its file and line."""
        try:
            yield
        except TemplateSyntaxError as error:
            raise Refused(_problem(error.name or name, error.lineno, str(error.message))) from error
        except TemplateNotFound as error:
            message = f"there is no template {error.name}"
            raise Refused(_problem(*self._line(error, name), message)) from error
        except UndefinedError as error:
            raise Refused(_problem(*self._line(error, name), str(error.message))) from error

    @staticmethod
    def _line(error: Exception, name: str) -> tuple[str, int]:
        """Return the template and line where an error was raised."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if f.filename.startswith(FOLDER)]
        return (own[-1].filename, own[-1].lineno or 0) if own else (name, 0)


def _is_page(name: str) -> bool:
    return name.endswith(".html") and all(map(is_input, name.split("/")))


def _problem(place: str, line: int, message: str) -> Problem:
    return Problem(f"{FOLDER}{Path(place).name}", line, message)
