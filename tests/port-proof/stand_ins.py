# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for what a charm imports and this machine does not have.

A charm's handler files import other layers, interface libraries and packages from its wheelhouse. Only what they do with
charms.reactive counts here, so everything that cannot be found is imported as an object that answers every question
with another such object, is a base of nothing when inherited from, and as a decorator gives back what it decorates.
"""

import importlib.abc
import importlib.machinery
import sys
import types


class StandIn:
    """Something of which only the dotted name is known."""

    def __init__(self, name, seen):
        self.__dict__.update(stand_in_name=name, stand_in_seen=seen)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return StandIn(f"{self.stand_in_name}.{name}", self.stand_in_seen)

    def __setattr__(self, name, value):
        self.__dict__[name] = value

    def __call__(self, *arguments, **_):
        if len(arguments) == 1 and isinstance(arguments[0], (types.FunctionType, type)):
            self.stand_in_seen(self.stand_in_name, arguments[0])
            return arguments[0]
        return StandIn(f"{self.stand_in_name}()", self.stand_in_seen)

    def __getitem__(self, key):
        return StandIn(f"{self.stand_in_name}[{key!r}]", self.stand_in_seen)

    def __setitem__(self, key, value):
        pass

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def __contains__(self, item):
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __str__(self):
        return f"<{self.stand_in_name}>"

    __repr__ = __fspath__ = __str__

    def __mro_entries__(self, bases):
        return ()

    def operate(self, *_):
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __mod__ = __or__ = operate
    __ror__ = __and__ = operate


class StandInLoader(importlib.abc.Loader):
    def __init__(self, seen):
        self.seen = seen

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__path__ = []
        module.__getattr__ = lambda name: self.find_attribute(spec.name, name)
        return module

    def find_attribute(self, module, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return StandIn(f"{module}.{name}", self.seen)

    def exec_module(self, module):
        pass


class StandInFinder(importlib.abc.MetaPathFinder):
    """The last finder: what comes to it was not found. What the charm itself imports is stood in for, and what the parts of
    charmhelpers that are for one kind of charm import; any other library that tries whether one is there sees what is true."""

    def __init__(self, root, seen):
        self.root = str(root)
        self.loader = StandInLoader(seen)
        self.names = []

    def find_spec(self, name, path=None, target=None):
        if not self.is_asked_by_charm():
            return None
        self.names.append(name)
        return importlib.machinery.ModuleSpec(name, self.loader, is_package=True)

    def is_asked_by_charm(self):
        frame = sys._getframe(2)
        while frame is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        asker = frame.f_code.co_filename if frame is not None else ""
        return asker.startswith(self.root) or "/charmhelpers/contrib/" in asker
