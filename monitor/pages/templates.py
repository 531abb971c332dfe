"""Templates -> HTML. Only here: jinja2.

Templates are compiled to plainer Python than Jinja's own, which takes a third off a page: in a
template `a.b` is an attribute and `a["b"]` an item, never the one for the other, and what is called
is called without being asked first whether it wants to know its context.
"""

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup

from monitor.problems import Problem, Refused


class Engine(Environment):
    """The templates of a folder, with values that all of them may use.

    `earlier` are templates as this code compiled them before; `used` comes to hold those of now.
    """

    def __init__(
        self,
        folder: Path,
        values: dict[str, Any],
        filters: dict[str, Any],
        earlier: Mapping[str, bytes],
    ) -> None:
        kept = _Kept(earlier)
        super().__init__(
            loader=FileSystemLoader(folder),
            bytecode_cache=kept,
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # which would ask for each template's time at each page
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.globals.update(values)
        self.filters.update(filters)
        self.folder = f"{folder}{os.sep}"
        self.plain = plain
        self.used = kept.used
        self._loaded: dict[str, Template] = {}

    def compiled(self) -> list[Problem]:
        """Compile all of them, so that each is compiled once; what is wrong with them."""
        problems: list[Problem] = []
        for name in self.list_templates(["html"]):
            try:
                with self._blaming(name):
                    self.get_template(name)
            except Refused as refused:
                problems += [each for each in refused.found if isinstance(each, Problem)]
        return problems

    def get_template(self, name: Any, *_: Any, **__: Any) -> Template:
        """As Jinja's: for templates of one folder and without globals of their own."""
        loaded = self._loaded.get(name)
        if loaded is None:
            loaded = self._loaded[name] = super().get_template(name)
        return loaded

    def page(self, name: str, values: dict[str, Any]) -> str:
        """A page. Raises Refused where a template is at fault."""
        with self._blaming(name):
            return self.get_template(name).render(values)

    def macro(self, template: str, name: str, *given: Any) -> Markup:
        """What a macro makes, without white space around it. Raises Refused as `page` does."""
        with self._blaming(template):
            made = getattr(self.get_template(template).module, name)(*given)
        return Markup(made.strip())  # noqa: S704  # Jinja has escaped it

    @contextmanager
    def _blaming(self, name: str) -> Iterator[None]:
        try:
            yield
        except TemplateSyntaxError as error:
            problem = _problem(error.name or name, error.lineno, error.message or "")
            raise Refused(problem) from error
        except (TemplateNotFound, UndefinedError, AttributeError, KeyError) as error:
            frames = traceback.extract_tb(error.__traceback__)
            own = [frame for frame in frames if frame.filename.startswith(self.folder)]
            if isinstance(error, (AttributeError, KeyError)) and frames[-1:] != own[-1:]:
                raise  # our own mistake
            place, line = (own[-1].filename, own[-1].lineno or 0) if own else (name, 0)
            raise Refused(_problem(place, line, _told(error))) from error


class _Kept(BytecodeCache):
    """Compiled templates by Jinja's key for their place. Jinja asks if their text is the same."""

    def __init__(self, earlier: Mapping[str, bytes]) -> None:
        self.earlier = earlier
        self.used: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.earlier:
            self.used[bucket.key] = self.earlier[bucket.key]
            bucket.bytecode_from_string(self.earlier[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.used[bucket.key] = bucket.bytecode_to_string()


def plain(value: Any) -> str:
    """Escaped as markupsafe does it, for a page that is put together from texts."""
    if isinstance(value, Markup):
        return value
    text = value if isinstance(value, str) else str(value)
    if text.isalnum():
        return text
    return (
        text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace('"', "&#34;")
    )


def _problem(place: str, line: int, told: str) -> Problem:
    return Problem(f"templates/{Path(place).name}", line, told)


def _told(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name}"
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)


class _Module(Template):
    """A template as others import it."""

    def _get_default_module(self, ctx: Any = None) -> Any:  # noqa: ARG002
        """Made once: no page has globals of its own, which Jinja would compare at each import."""
        return super()._get_default_module()


class _Plainer(CodeGenerator):
    """Writes the Python that a template becomes."""

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escape = environment.plain")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


Engine.template_class = _Module
Engine.code_generator_class = _Plainer
