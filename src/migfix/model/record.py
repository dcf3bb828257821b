"""`@record`: a frozen, slotted, keyword-only dataclass whose class costs almost nothing to make.

The standard decorator compiles six functions for each class when its module is imported; over a hundred classes that
was a third of a whole `migfix check`. Here the fields are the standard library's, so that `replace`, `fields` and type
checkers see a dataclass; `__init__` is compiled when the first object is made, and the rest is shared by all classes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

C = TypeVar("C")
_MISSING = dataclasses.MISSING
_GETTERS: dict[type, Callable[[Any], Any]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def record(cls: type[C]) -> type[C]:
    """As `@dataclass(frozen=True, slots=True, kw_only=True)`; there is no `__post_init__`."""
    made = dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)
    names = [f.name for f in dataclasses.fields(made)]  # type: ignore[arg-type]
    inherited = {s for base in cls.__mro__[1:] for s in getattr(base, "__slots__", ())}
    members = {k: v for k, v in made.__dict__.items() if k not in names and k not in ("__dict__", "__weakref__")}
    members |= _SHARED
    members["__slots__"] = tuple(n for n in names if n not in inherited)
    members["__qualname__"] = cls.__qualname__
    metaclass: Any = type(cls)
    return cast(type[C], metaclass(cls.__name__, cls.__bases__, members))


def _first_init(self: Any, **given: Any) -> None:
    """Compile the class's own `__init__`, put it in place of this one, and call it."""
    cls = type(self)
    cls.__init__ = _init_of(cls)
    cls.__init__(self, **given)


def _init_of(cls: type) -> Any:
    parameters: list[str] = []
    lines: list[str] = []
    scope: dict[str, Any] = {"_MISSING": _MISSING}
    for field in dataclasses.fields(cls):
        name = field.name
        scope[f"_set_{name}"] = getattr(cls, name).__set__
        if field.default_factory is not _MISSING:
            scope[f"_make_{name}"] = field.default_factory
            parameters.append(f"{name}=_MISSING")
            lines.append(f" _set_{name}(self, _make_{name}() if {name} is _MISSING else {name})")
            continue
        if field.default is not _MISSING:
            scope[f"_default_{name}"] = field.default
        parameters.append(name if field.default is _MISSING else f"{name}=_default_{name}")
        lines.append(f" _set_{name}(self, {name})")
    star = ", *, " if parameters else ""
    exec(f"def __init__(self{star}{', '.join(parameters)}):\n" + ("\n".join(lines) or " pass"), scope)
    return scope["__init__"]


def _compared(self: Any) -> Any:
    """What makes two objects equal: the fields that compare, as a tuple."""
    cls = type(self)
    getter = _GETTERS.get(cls)
    if getter is None:
        names = [f.name for f in dataclasses.fields(cls) if f.compare]
        getter = attrgetter(*names) if names else lambda _: ()
        _GETTERS[cls] = getter
    return getter(self)


def _eq(self: Any, other: object) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _compared(self) == _compared(other)


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _repr(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: Any, name: str, value: object = None) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, f.name) for f in dataclasses.fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_SHARED: dict[str, Any] = {
    "__init__": _first_init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
