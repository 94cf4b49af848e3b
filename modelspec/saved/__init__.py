"""Saved models as parts of a spec: a `.keras` file or a run directory -> a document in the language. No TensorFlow.

    saved, problems = read_saved(path, place)

`path` is a file or folder that can be opened as it is; `place` is the value of `saved:` in the spec, where every problem
is reported and where everything in the document is. `saved` is None if there is an error, and otherwise has

- `document`: a whole spec (`modelspec`, `name`, `inputs`, `shared`, `models`, `layers`, `outputs`; of a run directory also
  `train` and `data`), which the stages after this one read as any other;
- `trainable`: whether the model as a whole was frozen when it was saved;
- `names`: Keras's names of layers that a spec cannot have or that were taken, and what to refer to them by instead;
- `weights`, `kind`, `groups`, `fingerprint`: what `runtime.saved.load_saved` needs to put the trained weights into the
  layers that were built from the document.

The names of layers are Keras's. Names that the language refuses are changed (`naming.py`), each layer that is used in
several places is one layer of `shared`, and inner models are `models`.
"""

from modelspec.saved.limits import SavedLimits
from modelspec.saved.read import SavedModel, read_saved

__all__ = ["SavedLimits", "SavedModel", "read_saved"]
