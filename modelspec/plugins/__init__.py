"""A user's own layers, losses and metrics, known by a stub: a small file that says what they are called and what they take.

No package is imported here, and TensorFlow neither: `modelspec.runtime.plugins` writes stubs and makes the objects.
"""

from modelspec.plugins.plugins import NO_PLUGINS, Plugins

__all__ = ["NO_PLUGINS", "Plugins"]
