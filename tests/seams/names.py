"""Each name of the package that tests use within texts, once. Whoever moves one changes its row here, and nothing else.

`test_seams.py` holds each row to the package, and refuses such a name in a text anywhere else in the tests.
"""

from tests.seams.seam import Seam

# What programs call.
CHECK_TEXT = Seam("modelspec.pipeline.check_text", "function")
FIND_SPECS = Seam("modelspec.cli.options.paths.find_specs", "function")
LOCKED = Seam("modelspec.runs.lock.locked", "function")
MAIN = Seam("modelspec.cli.app.main", "function")
BUILD_MODEL = Seam("modelspec.runtime.build.model.build_model", "function")
OP_NAMES = Seam("modelspec.catalogue.ops.op_names", "function")
PARSE = Seam("modelspec.source.parse", "function")
POSITION = Seam("modelspec.runs.checkpoints.snapshot.Position", "class")
READ_SAVED = Seam("modelspec.saved.read_saved", "function")
SPEC_ERROR = Seam("modelspec.diagnostics.SpecError", "class")
SHOWN_HELP = Seam("modelspec.cli.startup.help.shown_help", "function")
START_SOON = Seam("modelspec.cli.startup.start_soon", "function")
START_KERAS = Seam("modelspec.runtime.start.start_keras", "function")
VALUES_OF = Seam("modelspec.runtime.state.variables.values_of", "function")
WRITE_BYTES = Seam("modelspec.files.writing.write_bytes", "function")

# What programs import to see what comes with it, or before they fork.
KINDS_TABLE = Seam("modelspec.catalogue.kinds", "module")
CLI_PROGRESS = Seam("modelspec.cli.progress", "module")
CLI_TRAIN = Seam("modelspec.cli.commands.train", "module")
DATA = Seam("modelspec.data", "module")
OPS_TABLE = Seam("modelspec.catalogue.ops", "module")
RUNTIME_TRAIN = Seam("modelspec.runtime.train.train", "module")
SOURCES_OF_A_SPEC = Seam("modelspec.language.sections.sources", "module")

# What a program must not import, or only when a spec needs it: a module that is gone would not be imported either.
APPLICATIONS = Seam("modelspec.catalogue.applications.application", "module")
CONVOLUTION = Seam("modelspec.catalogue.layers.convolution.convolution", "module")
CORE = Seam("modelspec.catalogue.layers.core.core", "module")
LOSSES = Seam("modelspec.catalogue.losses.loss", "module")
LOSSES_CLASSES = Seam("modelspec.catalogue.losses.classes", "module")
LOSSES_CROSSENTROPY = Seam("modelspec.catalogue.losses.crossentropy", "module")
LOSSES_ERRORS = Seam("modelspec.catalogue.losses.errors", "module")
METRICS_ERRORS = Seam("modelspec.catalogue.metrics.errors", "module")
OPTIMIZERS = Seam("modelspec.catalogue.optimizers.optimizer", "module")
OPTIMIZERS_ADAM = Seam("modelspec.catalogue.optimizers.adam", "module")
OPTIMIZERS_GRADIENT = Seam("modelspec.catalogue.optimizers.gradient", "module")
RULES_OF_CODES = Seam("modelspec.diagnostics.rules", "module")
SPEC_STAGES = Seam("modelspec.language.sections.stages", "module")
EXPAND = Seam("modelspec.expansion.expand", "module")
SAVED_READ = Seam("modelspec.saved.read", "module")

# What tests put something else in the place of, in the process that runs them.
CHECKS = Seam("modelspec.checks.CHECKS", "constant", replaced=True)
CLOSEST = Seam("modelspec.source.words.closest", "function", replaced=True)
CLOSEST_ARGUMENT = Seam("modelspec.language.refusals.closest", "function", replaced=True)
FIND_SPEC = Seam("modelspec.runtime.train.callbacks.find_spec", "function", replaced=True)
MAX_ARRAY_BYTES = Seam("modelspec.data.sources.npz_file.MAX_ARRAY_BYTES", "constant", replaced=True)
SORT_DIAGNOSTICS = Seam("modelspec.pipeline.sort_diagnostics", "function", replaced=True)
START = Seam("modelspec.cli.process.starting.start", "function", replaced=True)
WINDOW_BYTES = Seam("modelspec.runtime.backend.tensorflow.feeding.WINDOW_BYTES", "constant", replaced=True)

# What programs put something else in the place of. A name that a module imported is replaced there, not where it is from.
CHECK_FILE = Seam("modelspec.pipeline.check_file", "function", replaced=True)
ANSWERED = Seam("modelspec.cli.startup.answered", "function", replaced=True)
BINS_WAITING = Seam("modelspec.data.lessons.bins._WAITING", "constant", replaced=True)
ROWS_AT_ONCE = Seam("modelspec.runtime.learning.learn._ROWS", "constant", replaced=True)
COMPUTED_AT_ONCE = Seam("modelspec.runtime.learning.learn._COMPUTED", "constant", replaced=True)
LEARNING_COURSE = Seam("modelspec.runtime.learning.learn._Course.take", "method", replaced=True)
COMMAND_TRAIN = Seam("modelspec.cli.commands.train._train", "function", replaced=True)
LOAD_SPEC = Seam("modelspec.cli.specs.load_spec", "function", replaced=True)
WRITE = Seam("modelspec.files.writing._write", "function", replaced=True)
WRITE_WHOLE = Seam("modelspec.files.writing._write_whole", "function", replaced=True)
LOAD_ROWS = Seam("modelspec.data.network_rows.opened", "function", replaced=True)
MAKE_LAYER = Seam("modelspec.runtime.build.calling.to_keras", "function", replaced=True)
BUILD_TO_TRAIN = Seam("modelspec.runtime.train.train.build_model", "function", replaced=True)
WRITE_END = Seam("modelspec.runtime.train.train.write_json", "function", replaced=True)
TRAINING = Seam("modelspec.runtime.train.train.Training", "class", replaced=True)
TRACKING_END = Seam("modelspec.runtime.tracking.tracking.Tracking.end", "method", replaced=True)
SAVE_START = Seam("modelspec.runs.directory.save_start", "function", replaced=True)
RESTORE = Seam("modelspec.runtime.state.capture.assign", "function", replaced=True)
RESTORE_CALLBACKS = Seam("modelspec.runtime.state.capture.restore_callbacks", "function", replaced=True)
EVALUATION_CALL = Seam("modelspec.runtime.evaluate.evaluation.Evaluation.__call__", "method", replaced=True)
STEPS_CALL = Seam("modelspec.runtime.backend.tensorflow.steps.CompiledSteps.__call__", "method", replaced=True)
TOOK = Seam("modelspec.runtime.backend.pace.Pace.took", "method", replaced=True)
LOAD_LAST = Seam("modelspec.runtime.train.training.load_weights", "function", replaced=True)
REPLACE_FILE = Seam("modelspec.runtime.train.chief.replace_file", "function", replaced=True)
TRAINING_INIT = Seam("modelspec.runtime.train.training.Training.__init__", "method", replaced=True)
TRAINING_CLOSE = Seam("modelspec.runtime.train.training.Training.close", "method", replaced=True)
TRAINING_SAVE = Seam("modelspec.runtime.train.training.Training.save", "method", replaced=True)
TRAINING_SAVE_MODEL = Seam("modelspec.runtime.train.training.Training.save_model", "method", replaced=True)
TRAINING_EPOCH_DONE = Seam("modelspec.runtime.train.training.Training.epoch_done", "method", replaced=True)
TRAINING_STEPS_DONE = Seam("modelspec.runtime.train.training.Training.steps_done", "method", replaced=True)
TELL_END_OF_STAGE = Seam("modelspec.runtime.train.training.Training.tell_end_of_stage", "method", replaced=True)

STAGES = tuple(
    Seam(f"modelspec.pipeline.{name}", "function", replaced=True)
    for name in ("parse", "compose", "expand", "read_spec", "resolve", "infer", "check_network")
)
"""The pipeline's stages."""
