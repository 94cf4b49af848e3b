"""MS701 to MS749: what can be wrong with data. Must not know how a source is read."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import TRAINED, Rule

_DIGITS = (
    "modelspec: 1\ninputs: {{{}}}\nlayers:\n  - Dense: {{units: 10, activation: softmax}}\n    name: label\n"
    "outputs: {{label: {{loss: sparse_categorical_crossentropy}}}}\n"
    "data:\n  train: {{dataset: {{name: digits, flatten: true}}}}\n"
)
DATA: tuple[Rule, ...] = (
    Rule(
        "MS701", "data-path-outside", "error",
        "a data path leaves the folder of the spec",
        "A spec may come from someone else. It may read only files below its own folder, below the working folder and "
        "below the folders of `--data-root` and of `data-roots` in pyproject.toml; symbolic links may not lead out of "
        "these. Files named on the command line, with `--set` or `--data`, may be anywhere: the user names them, not "
        "the spec.",
        TRAINED + "data:\n  train: {csv: ../../../private/salaries.csv}\n",
        TRAINED + "data:\n  train: {csv: data/salaries.csv}\n",
    ),
    Rule(
        "MS702", "data-path-remote", "error",
        "a data path names another machine",
        "A spec never makes the program use the network: what a URL holds can change between two runs.",
        TRAINED + "data:\n  train: {csv: https://example.org/train.csv}\n",
        TRAINED + "data:\n  train: {csv: data/train.csv}\n",
    ),
    Rule(
        "MS703", "data-path-unusable", "error",
        "a data path is empty, too long, a loop of links, begins with `~` or `$`, or ends in a space or a dot",
        "Paths are taken literally: `~` and `$HOME` are not expanded, so a spec means the same for everyone. Windows "
        "drops a space or a dot at the end of a name.",
        TRAINED + "data:\n  train: {csv: ~/train.csv}\n",
        TRAINED + "data:\n  train: {csv: data/train.csv}\n",
    ),
    Rule(
        "MS704", "data-file-missing", "error",
        "a data file does not exist",
        "Data paths are relative to the spec, not to the folder in which the command runs.",
        "data:\n  train: {csv: data/tarin.csv}\n",
        "data:\n  train: {csv: data/train.csv}\n",
    ),
    Rule(
        "MS705", "data-not-a-file", "error",
        "a data path is a folder, a pipe or a device",
        "Only a regular file has the same rows each time it is read; reading a pipe could block forever.",
        "data:\n  train: {csv: data}\n",
        "data:\n  train: {csv: data/train.csv}\n",
    ),
    Rule(
        "MS706", "data-unreadable", "error",
        "a data file cannot be opened or read",
        "The operating system refused; the message gives its reason.",
        "chmod 000 data/train.csv\n",
        "chmod 644 data/train.csv\n",
    ),
    Rule(
        "MS707", "data-without-rows", "error",
        "a data file has no rows",
        "Keras silently trains on nothing and reports success.",
        "x,y\n",
        "x,y\n0.5,1\n",
    ),
    Rule(
        "MS708", "data-too-large", "error",
        "data would not fit into memory, or a file claims an absurd size",
        "Rows are held in memory. A small archive can claim to hold any amount of data.",
        TRAINED + "data:\n  train: {synthetic: 1000000000}\n",
        TRAINED + "data:\n  train: {synthetic: 10000}\n",
    ),
    Rule(
        "MS710", "csv-not-utf8", "error",
        "a CSV file is not UTF-8 text",
        "Other encodings cannot be told apart with certainty; a guess would change the data.",
        "a file saved as Latin-1 or UTF-16\n",
        "the same file saved as UTF-8\n",
    ),
    Rule(
        "MS711", "csv-syntax", "error",
        "a row of a CSV file is not CSV",
        "A quote that is not closed swallows all rows after it.",
        'text,label\n"good,1\n',
        'text,label\n"good",1\n',
    ),
    Rule(
        "MS712", "csv-header", "error",
        "a CSV header is empty or names a column twice",
        "Columns are looked up by name; with two of the same name, one of them would silently win.",
        "x,x,y\n1,2,0\n",
        "x_0,x_1,y\n1,2,0\n",
    ),
    Rule(
        "MS713", "csv-ragged-row", "error",
        "a CSV row has more or fewer cells than the header, or is empty",
        "Nobody can know which columns the cells of such a row belong to. A decimal comma causes this too.",
        "x,y\n1,5,0\n",
        "x,y\n1.5,0\n",
    ),
    Rule(
        "MS714", "csv-empty-cell", "error",
        "a cell is empty where a number is needed",
        "What replaces a missing value (0, the mean, no row at all) is a decision about the data, not about reading it.",
        "x,y\n,1\n",
        "x,y\n0.0,1\n",
    ),
    Rule(
        "MS715", "csv-not-a-number", "error",
        "a cell holds text where a number is needed",
        "Inputs and outputs are numbers. An input of strings declares `dtype: string`, and a lookup layer turns the "
        "strings into numbers.",
        "size,label\nlarge,1\n",
        "size,label\n3,1\n",
    ),
    Rule(
        "MS720", "data-column-missing", "error",
        "a source does not have a column or array that an input or output needs",
        "Each input and output takes the column of its own name, unless it names another with `column`.",
        _DIGITS.format("pixels: [64]"),
        _DIGITS.format("pixels: {shape: [64], column: image}"),
    ),
    Rule(
        "MS721", "npz-unreadable", "error",
        "an npz or npy file is damaged, or a file of another kind",
        "An npz file is what numpy.savez writes, several named arrays; an npy file is what numpy.save writes, one array.",
        "numpy.save('train.npz', x)\n",
        "numpy.savez('train.npz', x=x, y=y)\n",
    ),
    Rule(
        "MS722", "npz-not-numbers", "error",
        "an array holds Python objects, dates or records",
        "Reading Python objects means unpickling them, which runs code from the file.",
        "numpy.savez('train.npz', x=numpy.array([[1], [2, 3]], dtype=object))\n",
        "numpy.savez('train.npz', x=numpy.array([[1, 0], [2, 3]]))\n",
    ),
    Rule(
        "MS723", "data-rows-differ", "error",
        "the arrays of a source differ in their number of rows",
        "Row i of every array belongs to the same example.",
        "x (100, 4) and y (99,)\n",
        "x (100, 4) and y (100,)\n",
    ),
    Rule(
        "MS724", "table-unreadable", "error",
        "a Parquet, Arrow or JSON Lines file is damaged, cut off, or of another kind",
        "Half a table trains a model on the half that happens to be there.",
        "train: {parquet: rows.parquet}, of which the last bytes are missing\n",
        "train: {parquet: rows.parquet}, written to its end\n",
    ),
    Rule(
        "MS725", "column-of-two-kinds", "error",
        "a column holds values of two kinds, or lists of different lengths",
        "What one row calls a number and another calls text is no column that a model could take.",
        '{"x": 1, "y": 0}\n{"x": "one", "y": 1}\n',
        '{"x": 1, "y": 0}\n{"x": 2, "y": 1}\n',
    ),
    Rule(
        "MS726", "no-first-spec", "error",
        "`init --from` cannot write a spec for this table",
        "A first spec needs a table, a column to predict whose values are numbers or a few words, and other columns to "
        "learn from.",
        "modelspec init --from weather.csv\n",
        "modelspec init --from weather.csv --target weather\n",
    ),
    Rule(
        "MS727", "database-unreadable", "error",
        "a database cannot be opened or read, or does not understand a query",
        "The message has the database's own reason. It is opened for reading only, and nothing is written beside it; a query "
        "can read the tables of its database and nothing else.",
        "train: {sql: {url: \"sqlite:///rows.db\", query: SELECT x FROM weahter ORDER BY id}}\n",
        "train: {sql: {url: \"sqlite:///rows.db\", query: SELECT x FROM weather ORDER BY id}}\n",
    ),
    Rule(
        "MS728", "image-unreadable", "error",
        "a picture is damaged, cut off, too large, or no picture at all",
        "Half a picture is grey from the middle on, and a model would learn that. A small file can claim to be a picture "
        "of any size, which would fill the memory.",
        "photos/cat/1.jpg, of which the last bytes are missing\n",
        "photos/cat/1.jpg, written to its end\n",
    ),
    Rule(
        "MS729", "image-folder", "error",
        "a folder of pictures does not have a folder for each class",
        "The folder that a picture is in is its label, so that each file must be a picture in a folder of its class, and "
        "there must be two classes at least.",
        "photos/1.jpg\nphotos/2.jpg\n",
        "photos/cat/1.jpg\nphotos/dog/2.jpg\n",
    ),
    Rule(
        "MS730", "data-shape", "error",
        "rows do not have the declared shape",
        "Keras accepts some wrong shapes, such as (32, 4, 1) for an input of shape (4,), and computes something else.",
        _DIGITS.format("image: [49]"),
        _DIGITS.format("image: [64]"),
    ),
    Rule(
        "MS731", "data-dtype", "error",
        "values do not fit the declared dtype",
        "A fraction given to an integer input would be cut off, a number too large would wrap around.",
        _DIGITS.format("image: {shape: [64], dtype: int32}"),
        _DIGITS.format("image: {shape: [64], dtype: float32}"),
    ),
    Rule(
        "MS732", "data-not-finite", "error",
        "a value is NaN or infinite",
        "One NaN makes the loss, and then every weight, NaN; Keras trains on.",
        "x,y\nnan,1\n",
        "x,y\n0.5,1\n",
    ),
    Rule(
        "MS733", "label-out-of-range", "error",
        "a class label is negative, or not below the number of classes",
        "On a GPU such a label gives a NaN loss without an error. Labels start at 0.",
        _DIGITS.format("image: [64]").replace("units: 10", "units: 5"),
        _DIGITS.format("image: [64]"),
    ),
    Rule(
        "MS734", "label-fractional", "error",
        "a class label is not a whole number",
        "Keras cuts the fraction off. To predict a number, use a loss such as mean_squared_error.",
        "label\n0.5\n",
        "label\n1\n",
    ),
    Rule(
        "MS735", "one-hot-sum", "error",
        "a one-hot row does not sum to 1",
        "categorical_crossentropy takes one probability per class; other sums scale the loss of that row.",
        "y_0,y_1,y_2\n1,1,0\n",
        "y_0,y_1,y_2\n0,1,0\n",
    ),
    Rule(
        "MS736", "label-not-binary", "error",
        "a binary label is neither 0 nor 1",
        "binary_crossentropy accepts any number and its loss can then fall below zero.",
        _DIGITS.format("image: [64]").replace("10, activation: softmax", "1, activation: sigmoid").replace(
            "sparse_categorical", "binary"
        ),
        _DIGITS.format("image: [64]"),
    ),
    Rule(
        "MS737", "index-out-of-range", "error",
        "an index is outside the table that looks it up",
        "An Embedding of input_dim n knows the indices 0 to n - 1; on a GPU others give zeros without an error.",
        "Embedding: {input_dim: 100, output_dim: 8}   # data: 100\n",
        "Embedding: {input_dim: 101, output_dim: 8}   # data: 100\n",
    ),
    Rule(
        "MS738", "class-without-rows", "warning",
        "a class never appears in the training rows",
        "A model does not learn a class that it never sees; often the labels are shifted, or the output has too many "
        "units.",
        "label   # for 3 classes\n0\n1\n",
        "label   # for 3 classes\n0\n1\n2\n",
    ),
    Rule(
        "MS739", "same-rows", "warning",
        "validation or test rows are the training rows",
        "Scores on rows that a model was trained on say nothing about other rows.",
        "data:\n  train: {csv: data/all.csv}\n  validation: {csv: data/all.csv}\n",
        "data:\n  train: {csv: data/all.csv}\n  validation: {split: 0.1}\n",
    ),
    Rule(
        "MS740", "dataset-missing", "error",
        "a dataset is not on this machine",
        "Nothing is downloaded: mnist is read from where Keras stores it, or from `path`.",
        "data:\n  train: {dataset: mnist}\n",
        "data:\n  train: {dataset: {name: mnist, path: data/mnist.npz}}\n",
    ),
    Rule(
        "MS741", "split-empty", "error",
        "taking validation or test rows out of the training rows leaves one side without rows",
        "Each part needs a row. Test rows are taken out first, validation rows from what is left.",
        TRAINED + "data:\n  train: {synthetic: 3}\n  validation: {split: 0.9}\n",
        TRAINED + "data:\n  train: {synthetic: 3}\n  validation: {split: 0.34}\n",
    ),
    Rule(
        "MS742", "row-weight", "error",
        "the weight of a row is negative, or no row weighs anything",
        "A weight says how much a row counts in the loss: 0 is not at all, 2 is twice. With a negative one, training would make "
        "the loss of that row as large as it can.",
        "weights: [1.0, -1.0, 2.0]\n",
        "weights: [1.0, 0.0, 2.0]\n",
    ),
    Rule(
        "MS743", "data-roots", "error",
        "the additional data folders cannot be read",
        "`--data-root` names a folder. `data-roots` in `[tool.modelspec]` of the pyproject.toml of this folder, or of "
        "the nearest one above that has such a table, is a list of folders, relative to the folder of that file.",
        '[tool.modelspec]\ndata-roots = "../data"\n',
        '[tool.modelspec]\ndata-roots = ["../data"]\n',
    ),
    Rule(
        "MS744", "label-unknown", "error",
        "a label is none of those that the spec names, or that the training rows have",
        "The classes of an output are the labels that `labels` lists or, without it, the sorted words of the training rows. A "
        "model has nothing to say of another one; often it is a slip of the pen.",
        "weather\nsun\nrain\nrian\n",
        "weather\nsun\nrain\nrain\n",
    ),
    Rule(
        "MS745", "labels-and-units", "error",
        "an output does not tell as many classes apart as it has labels",
        "An output of classes has one unit for each label, or a single one for two labels.",
        _DIGITS.format("image: [64]").replace("crossentropy}", "crossentropy, labels: [even, odd]}"),
        _DIGITS.format("image: [64]").replace("units: 10", "units: 2").replace(
            "crossentropy}", "crossentropy, labels: [even, odd]}"
        ),
    ),
    Rule(
        "MS746", "time-order", "error",
        "rows are divided by time, and a cell of that column is no date whose order is that in time",
        "The latest rows are taken out. Numbers have an order, and so have dates that are written from the year to the day, all "
        "alike: 2026-11-30.",
        "date,y\n30.11.2026,1\n",
        "date,y\n2026-11-30,1\n",
    ),
    Rule(
        "MS747", "constant-column", "warning",
        "a column of an input has the same value in every row to train on",
        "Nothing can be learnt from what never changes; often the wrong column is named, or rows were selected by it.",
        "country,age,y\n1,33,0\n1,51,1\n",
        "country,age,y\n1,33,0\n2,51,1\n",
    ),
    Rule(
        "MS748", "column-is-the-target", "warning",
        "a column of an input is equal to the target in every row to train on",
        "The model would be perfect on these rows and of no use on others, which do not have the column.",
        "amount,price,y\n3,7,7\n4,9,9\n",
        "amount,price,y\n3,7,6\n4,9,9\n",
    ),
    Rule(
        "MS749", "not-a-date", "error",
        "a cell is no date of the format that the input names",
        "`parse: {date: FORMAT}` reads dates as Python's strptime does, and makes days since 1970-01-01 of them.",
        "day   # parse: {date: '%Y-%m-%d'}\n30.11.2026\n",
        "day   # parse: {date: '%Y-%m-%d'}\n2026-11-30\n",
    ),
)  # fmt: skip
