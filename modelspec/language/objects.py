"""`Name` or `Name: arguments` -> an entry of the catalogue: one reader for layers, losses, optimizers and the rest.

Dispatches on the name itself, so that every error has its place. Must not know any single class.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from modelspec.catalogue.kinds import KINDS, find, names
from modelspec.catalogue.types import Nested
from modelspec.diagnostics import Diagnostic, Path
from modelspec.diagnostics.failure import guarded
from modelspec.language.arguments import first_argument, nested_fields
from modelspec.language.meant import mending
from modelspec.language.meant.misplaced import Pairs, misplaced, tell
from modelspec.language.meant.unknown_names import NEAR, unknown_name
from modelspec.language.meant.written import lone_value, of_type_key, owner_of
from modelspec.language.refusals import refusals, without_a_first
from modelspec.language.spec import SharedName
from modelspec.language.visible import Visible
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source import Limits, Mapping, Place, Scalar, Sequence
from modelspec.source.words import describe, guess, listing, visible
from modelspec.source.yaml.flow import short_yaml


class Reader:
    """Reads objects; collects what is wrong. `visible` are the names that can be called, with their keys."""

    def __init__(
        self,
        problems: list[Diagnostic],
        visible: Visible | None = None,
        limits: Limits | None = None,
        plugins: Plugins = NO_PLUGINS,
        used: set[str] | None = None,
        mended: list[Diagnostic] | None = None,
    ) -> None:
        self.problems = problems
        self.mended = [] if mended is None else mended
        """Those of the problems that leave the rest of the spec known."""
        self.visible = Visible() if visible is None else visible
        self.limits = limits or Limits()
        self.plugins = plugins
        self.used = set() if used is None else used
        """The packages whose objects were named."""

    def seeing(self, visible: Visible) -> Reader:
        """A reader of the same problems that sees other names."""
        return Reader(self.problems, visible, self.limits, self.plugins, self.used, self.mended)

    def object(self, kind: str, place: Place, example: str | None = None) -> Any:
        """The entry (or, for kinds of plain names, the text) that stands at `place`; None if it was refused."""
        name_place = self.name_of(kind, place, example)
        if name_place is None:
            return None
        name, named, arguments = name_place
        made = None
        with guarded(f"reading the {kind} {visible(name)}", self.problems, named):
            made = self.named(kind, name, named, arguments)
        return made

    def name_of(self, kind: str, place: Place, example: str | None = None) -> tuple[str, Place, Place | None] | None:
        """The object's name, the place of the name, and the place of its arguments if it has any."""
        node = place.node
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value, place, None
        if isinstance(node, Mapping) and len(node.entries) == 1:
            name, arguments = next(place.entries())
            return name, arguments._replace(node=Scalar(name, arguments.key_span)), arguments
        meant = of_type_key(kind, place) if isinstance(node, Mapping) else None
        if meant is not None:
            message = f"expected {_article(kind)}: a name with its arguments under it; received a mapping that contains the name"
            right = meant if isinstance(place.path[-1], int) or ":" not in meant else f"{{{meant}}}"
            self.problems.append(place.problem("MS203", message, f"write `{right}`"))
            return None
        example = example or _EXAMPLES.get(kind, "Name: {argument: value}")
        if isinstance(node, Mapping) and node.entries:
            found = f"a mapping of {len(node.entries)} keys"
            help = f"write one name with its arguments under it, such as `{example}`"
        else:
            found, help = describe(node), f"write a name, or a name and its arguments such as `{example}`"
        self.problems.append(place.problem("MS203", f"expected {_article(kind)}; received {found}", help))
        return None

    def named(self, kind: str, name: str, named: Place, arguments: Place | None) -> Any:
        """The entry of that name and those arguments."""
        table = KINDS[kind]
        given = arguments is not None and not _nothing(arguments)
        if name in table.choices and not (given and name in table.classes):
            if given and arguments is not None:
                message = f"the {kind} {name} takes no arguments"
                self.problems.append(arguments.problem("MS203", message, f"write `{name}` alone"))
                return None
            return name
        found = find(kind, name)
        if found is None:
            begun = len(self.problems)
            own = self.of_plugin(kind, name, named, arguments if given else None)
            refused_by_name = len(self.problems) > begun and not self.plugins.means(kind, name)
            return self._meant(kind, name, named, arguments) if own is None and refused_by_name else own
        made = self.entry(found, named, arguments if given else None)
        return made.called(name) if made is not None and not given and name in table.identifiers else made

    def _meant(self, kind: str, name: str, named: Place, arguments: Place | None) -> Any:
        """The object that other libraries call so: known, though its name was refused just now."""
        from modelspec.language.meant.other_names import other_name, without_width  # few name what is not there

        found = other_name(kind, name)
        if found is None or found[0] is None or found[0] not in names(kind):
            return None
        refusal = self.problems[-1]
        made = self.named(kind, found[0], named, without_width(name, arguments))
        if made is not None:
            self.mended.append(refusal)
        return made

    def of_plugin(self, kind: str, name: str, named: Place, arguments: Place | None) -> Any:
        """The entry of a user's own class, or the registered name of an activation; Keras's names come first."""
        means = self.plugins.means(kind, name)
        if not means and kind == "layer" and name in self.visible:
            value = lone_value(arguments)[1]
            message = f"unknown layer '{visible(name)}': it is defined here, so call it"
            help = f"write `call: {name}`" + (f" and `from: {value}`" if value is not None else "")
            self.problems.append(named.problem("MS206", message, help))
            return None
        if len(means) > 1:
            message = f"'{visible(name)}' is the end of several names: {listing(means)}"
            self.problems.append(named.problem("MS645", message, "write the whole name"))
        elif not means and self.plugins.complete:
            self.problems.append(unknown_name(kind, name, named, arguments, len(self.problems), self.plugins))
        if len(means) != 1:
            return None
        self.used.add(self.plugins.owner(means[0]).package)
        if kind != "activation":
            return self.entry(self.plugins.find(kind, means[0]), named, arguments)
        if arguments is not None:
            message = f"the activation {means[0]} takes no arguments"
            self.problems.append(arguments.problem("MS203", message, f"write `{means[0]}` alone"))
            return None
        return means[0]

    def entry(self, entry: type[BaseModel], named: Place, arguments: Place | None, first: str | None = None) -> Any:
        """An entry of a known class; `first` overrides which argument a value without a name is for."""
        values: dict[str, Any] = {}
        refused: set[Path] = set()
        unknown: set[str] = set()
        begun = len(self.problems)
        place = arguments if arguments is not None else named._replace(node=Mapping({}, named.span))
        if arguments is not None and not isinstance(arguments.node, Mapping):
            first = first or first_argument(entry)
            if first is None:
                self.problems.append(without_a_first(entry, arguments))
                return None
            pairs = [(first, arguments)]
        else:
            pairs = list(place.entries())
        nested = nested_fields(entry)
        meant = misplaced(entry, nested, pairs)
        strange = [pair for objects in meant.values() for pair in objects]
        pairs = [pair for pair in pairs if pair not in strange]
        for field, objects in meant.items():
            self.problems.append(tell(owner_of(entry), field, nested[field], objects, pairs))
            kind = nested[field].kind
            read = [
                self.named(kind, name, below._replace(node=Scalar(name, below.key_span)), below)
                for name, below in objects
            ]
            values[field] = tuple(read) if nested[field].many else read[0]
            if None in read:
                refused.add(place.path)
        for name, value in pairs:
            if name in nested and not _plain_value(entry, name, value):
                read = self.nested(nested[name], value)
                if read is None:
                    refused.add(value.document.written(value.path).path)
                    unknown.add(name)
                values[name] = read
            else:
                values[name] = value.value
        try:
            made = entry.model_validate(values)
        except ValidationError as error:
            if arguments is not None and not isinstance(arguments.node, Mapping):
                place = arguments
            self._refuse(error, entry, place, named, refused, first, meant)
            return None if meant else self._mended(entry, values, error, place, named, unknown, begun)
        if meant or (refused and not self._may_mend(entry, unknown)):
            return None
        return self._known(made, unknown, begun) if refused else self.located(made, place)

    def located(self, entry: Any, place: Place) -> Any:
        """The same; one that reads an array of a file has looked at the file."""
        if type(entry).__name__ != "npz":
            return entry
        from modelspec.language.sections.array_files import find_array  # few specs name such files

        return find_array(entry, place, self.problems)

    def _refuse(
        self,
        error: ValidationError,
        entry: type[BaseModel],
        place: Place,
        named: Place,
        refused: set[Path],
        first: str | None = None,
        meant: MappingABC[str, Pairs] = MappingProxyType({}),
    ) -> None:
        told = tuple(refusals(error, entry, place, named, first, len(self.problems), meant))
        # What does not go into the argument that it is meant for is reported once, with the help for that.
        better = {problem.span for problem in told if problem.code == "MS208"} if meant and not refused else ()
        self.problems[:] = [problem for problem in self.problems if not meant or problem.span not in better]
        # An argument that was refused stands as None here: what this breaks is no problem of its own.
        self.problems.extend(
            problem for problem in told if not refused or (problem.code != "MS208" and problem.path not in refused)
        )

    def object_or_unknown(self, kind: str, place: Place) -> Any:
        """As `object`; one that is refused is UNKNOWN, and leaves the rest of the spec known."""
        begun = len(self.problems)
        made = self.object(kind, place)
        if made is not None:
            return made
        self.mended.extend(self.problems[begun:])
        return mending.UNKNOWN

    def _may_mend(self, entry: type[BaseModel], unknown: set[str]) -> bool:
        nested = nested_fields(entry)
        return bool(unknown) and all(nested[name].kind in mending.MEND for name in unknown)

    def _known(self, made: BaseModel, unknown: set[str], begun: int) -> BaseModel:
        """An object whose problems, all since `begun`, leave the rest known."""
        self.mended.extend(self.problems[begun:])
        return mending.with_unknown(made, unknown) if unknown else made

    def _mended(
        self,
        entry: type[BaseModel],
        values: dict[str, Any],
        error: ValidationError,
        place: Place,
        named: Place,
        unknown: set[str],
        begun: int,
    ) -> BaseModel | None:
        """The object as far as it is known, where only names of arguments are wrong; None where more is."""
        if (unknown and not self._may_mend(entry, unknown)) or entry.__module__.startswith(_APPLICATIONS):
            return None
        quiet = Reader([], self.visible, self.limits, self.plugins, self.used)
        nested = nested_fields(entry)

        def read(name: str, below: Place) -> Any:
            known = name in nested and not _plain_value(entry, name, below)
            return quiet.nested(nested[name], below) if known else below.value

        made, later = mending.mended(entry, values, error, place, read)
        if later is not None:
            self._refuse(later, entry, place, named, set())
        elif made is None and not unknown:
            made = mending.without_its_combination(entry, values, error)
        return None if made is None else self._known(made, unknown, begun)

    def nested(self, nested: Nested, place: Place) -> Any:
        """An argument that is itself an object, or a list of them; None if any was refused."""
        if not nested.many and not (nested.listed and isinstance(place.node, Sequence)):
            return self.layer_or_object(nested.kind, place, nested.example)
        if not isinstance(place.node, Sequence):
            message = f"expected a list, each item {_article(nested.kind)}; received {describe(place.node)}"
            alone = isinstance(place.node, Mapping) and len(place.node.entries) == 1
            right = (short_yaml(place.node) if alone else None) or f"{{{nested.example or _EXAMPLES[nested.kind]}}}"
            self.problems.append(place.problem("MS203", message, f"write a list, such as `[{right}]`"))
            return None
        read = [self.layer_or_object(nested.kind, item, nested.example) for item in place.items()]
        return None if any(item is None for item in read) else tuple(read)

    def layer_or_object(self, kind: str, place: Place, example: str | None = None) -> Any:
        """As `object`, but a layer may also be the name of a shared layer or nested model."""
        node = place.node
        if kind == "layer" and isinstance(node, Scalar) and isinstance(node.value, str):
            key = self.visible.get(node.value)
            if key is not None:
                return SharedName(key, place)
            near = None if find(kind, node.value) or self.plugins.means(kind, node.value) else self._near(node.value)
            if near is not None:
                self.problems.append(place.problem("MS206", f"unknown layer '{visible(node.value)}'", near))
                return None
        return self.object(kind, place, example)

    def _near(self, name: str) -> str | None:
        """The shared layer or model that a name is nearly, where no layer of Keras is nearer."""
        return None if name[:1].isupper() else guess(name, self.visible, len(self.problems), NEAR)


_APPLICATIONS = "modelspec.catalogue.application"
_EXAMPLES: dict[str, str] = {
    "activation": "leaky_relu: {negative_slope: 0.1}",
    "layer": "Dense: {units: 10}",
    "loss": "Huber: {delta: 0.5}",
    "metric": "TopKCategoricalAccuracy: {k: 5}",
    "optimizer": "Adam: {learning_rate: 1e-3}",
    "callback": "EarlyStopping: {patience: 3}",
    "schedule": "ExponentialDecay: {initial_learning_rate: 0.1, decay_steps: 1000, decay_rate: 0.9}",
    "initializer": "RandomNormal: {stddev: 0.05}",
    "regularizer": "L2: 0.01",
    "constraint": "MaxNorm: 3",
}


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


def _nothing(place: Place) -> bool:
    return isinstance(place.node, Scalar) and place.node.value is None


def _plain_value(entry: type[BaseModel], name: str, place: Place) -> bool:
    """Null, and a number where an object may be one (a learning rate), go to pydantic as they are."""
    if not isinstance(place.node, Scalar):
        return False
    value, number = place.node.value, nested_fields(entry)[name].kind == "schedule"
    if value is None:
        return number or may_be_null(entry, name)
    return number and not isinstance(value, str)


def may_be_null(entry: type[BaseModel], name: str) -> bool:
    """Whether null may stand for the object: always for a weight's initializer or the like, which Keras then chooses."""
    field, kind = entry.model_fields[name], nested_fields(entry)[name].kind
    return kind not in ("layer", "optimizer") or (not field.is_required() and field.default is None)
