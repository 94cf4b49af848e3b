"""Layers that look up the number of a word or an integer in a vocabulary. No TensorFlow here.

A layer without a vocabulary learns one from the training rows; until then its output may have an axis of unknown size.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Gt, Le
from pydantic import Strict, model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Lack, Layer
from modelspec.catalogue.layers.preprocessing.categories import Salt, one_hot_shape, refuse_deep, refuse_sparse
from modelspec.catalogue.layers.rules import refuse_text, refuse_untaken
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import MAX_DIM, Bool, Count, Float, PositiveInt, Text

Int64 = Annotated[int, Strict(), Ge(-(2**63)), Le(2**63 - 1)]
MaxTokens = Annotated[int, Strict(), Gt(1), Le(MAX_DIM)]
OutputMode = Literal["int", "one_hot", "multi_hot", "count", "tf_idf", "binary", "tf-idf"]
_OLD_MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


@dataclass(frozen=True)
class Vocabulary:
    """The words of a lookup layer and the special tokens before them, as Keras counts them."""

    words: tuple[Any, ...] | None
    mode: str
    mask_token: Any = None
    oov_token: Any = None
    num_oov_indices: int = 1
    max_tokens: int | None = None
    pad_to_max_tokens: bool = False

    @property
    def masks(self) -> tuple[Any, ...]:
        """The mask token, where Keras puts it first."""
        return (self.mask_token,) if self.mask_token is not None and self.mode == "int" else ()

    @property
    def special(self) -> int:
        """How many tokens Keras puts before the words, and accepts there: counted and never made, there can be millions."""
        return len(self.masks) + self.num_oov_indices

    @property
    def tokens(self) -> tuple[Any, ...]:
        """The words without special tokens."""
        words, masks = self.words or (), len(self.masks)
        given = len(words) >= self.special and words[:masks] == self.masks
        given = given and all(word == self.oov_token for word in words[masks : self.special])
        return words[self.special :] if given else words

    @property
    def depth(self) -> int | None:
        """The number of tokens, special ones included; None before `adapt`."""
        if self.pad_to_max_tokens:
            return self.max_tokens
        return None if self.words is None else self.special + len(self.tokens)

    @property
    def open_sizes(self) -> tuple[int, int | None] | None:
        """The fewest and most tokens that a layer may come to have whose last axis is as long as its vocabulary."""
        return None if self.mode == "int" or self.depth is not None else (self.special + 1, self.max_tokens)

    @property
    def indices(self) -> int | None:
        """How many different numbers words become; None before the layer knows them."""
        return None if self.mode != "int" or self.words is None else self.special + len(self.tokens)

    @property
    def most_words(self) -> int | None:
        """How many words have room beside the special tokens; None: any number."""
        return None if self.max_tokens is None else max(0, self.max_tokens - self.special)

    def hindrance(self) -> str | None:
        """There is room for words."""
        room = self.most_words is None or self.most_words > 0
        return (
            None
            if room
            else f"has no room for a word: `max_tokens` is {self.max_tokens}, and {self.special} are special"
        )

    def provisional(self, size: int, text: bool) -> dict[str, Any]:
        """A vocabulary of `size` tokens, special ones included, or of as many as it may have; empty where no word has room."""
        number = max(1, size - self.special)
        number = number if self.most_words is None else min(number, self.most_words)
        if not number:
            return {}
        taken = {self.mask_token, self.oov_token}
        numbers = (item for item in range(number + len(taken)))
        words = [word for item in numbers if (word := f"word {item}" if text else item) not in taken][:number]
        return {"vocabulary": tuple(words), **({"idf_weights": (1.0,) * number} if self.mode == "tf_idf" else {})}

    def check(self, invert: bool, idf_weights: tuple[float, ...] | None) -> None:
        """Refuse what Keras refuses of these arguments."""
        if self.pad_to_max_tokens and self.max_tokens is None:
            refuse_arguments("`pad_to_max_tokens: true` needs `max_tokens`", argument="pad_to_max_tokens")
        if idf_weights is not None and self.mode != "tf_idf":
            refuse_arguments("`idf_weights` is only for `output_mode: tf_idf`", argument="idf_weights")
        if self.words is None:
            return
        if not self.words:
            refuse_arguments("cannot set an empty vocabulary", argument="vocabulary")
        if self.mode == "tf_idf" and idf_weights is None:
            refuse_arguments("with `output_mode: tf_idf`, a vocabulary needs `idf_weights`", argument="vocabulary")
        if idf_weights is not None and len(idf_weights) != len(self.words):
            refuse_arguments(
                f"`idf_weights` has {len(idf_weights)} numbers for a vocabulary of {len(self.words)}",
                argument="idf_weights",
            )
        self._check_tokens(invert)

    def _check_tokens(self, invert: bool) -> None:
        tokens = self.tokens
        if not tokens:
            refuse_arguments("the vocabulary has only special tokens", argument="vocabulary")
        if len(set(tokens)) != len(tokens):
            seen: set[Any] = set()
            repeated = next(token for token in tokens if token in seen or seen.add(token))  # type: ignore[func-returns-value]
            refuse_arguments(f"the vocabulary has a repeated term: {repeated!r}", argument="vocabulary")
        if self.mask_token is not None and self.mask_token in tokens:
            message = f"the mask token {self.mask_token!r} may only be at the start of the vocabulary"
            refuse_arguments(message, argument="vocabulary")
        if invert and self.oov_token is not None and self.oov_token in tokens:
            message = f"the OOV token {self.oov_token!r} may only be at the start of the vocabulary"
            refuse_arguments(message, argument="vocabulary")
        size = self.special + len(tokens)
        if self.max_tokens is not None and size > self.max_tokens:
            message = f"the vocabulary has {size} tokens, including special ones; `max_tokens` is {self.max_tokens}"
            refuse_arguments(message, argument="vocabulary")


def _lack(table: Vocabulary, words: str) -> Lack | None:
    """The vocabulary that a layer would learn, with weights of its words where it counts by them."""
    if table.words is not None:
        return None
    weights = ", idf_weights: [1.0, 1.0]" if table.mode == "tf_idf" else ""
    return Lack("`vocabulary`", f"give it: `vocabulary: {words}{weights}`, in the order of the indices that it gives")


def _check_modes(layer: IntegerLookup | StringLookup | TextVectorization, mode: str) -> None:
    if layer.sparse and mode == "int":
        refuse_arguments("`sparse: true` needs an `output_mode` other than int", argument="sparse")


def _encoded(shape: Shape, mode: str, depth: int | None) -> Tensor:
    if mode == "int":
        return Tensor(shape, "int64")
    return Tensor(one_hot_shape(shape, depth) if mode == "one_hot" else (*shape[:-1], depth), "float32")


def _need_text(layer: Layer, inputs: Tensor) -> None:
    if inputs.dtype != "string":
        name = type(layer).__name__
        raise Refusal(
            "MS405",
            f"{name} needs strings; received dtype {inputs.dtype}",
            help="declare the input with `dtype: string`, or use IntegerLookup for integers",
        )


class _Lookup(Layer):
    """The rule of the two lookup layers."""

    words_are_text: ClassVar[bool]
    untaken: ClassVar[tuple[str, ...]] = ("activity_regularizer", "autocast")
    learns = "words"

    @property
    def mode(self) -> str:
        """The output mode without its old names."""
        mode: str = getattr(self, "output_mode")  # noqa: B009
        return _OLD_MODES.get(mode, mode)

    @property
    def inverted(self) -> bool:
        """Whether numbers are turned into words."""
        return bool(getattr(self, "invert"))  # noqa: B009

    @property
    @abstractmethod
    def table(self) -> Vocabulary:
        """The vocabulary as Keras counts it."""

    def lacks(self) -> Lack | None:
        """The vocabulary."""
        return _lack(self.table, "[red, green]" if self.words_are_text else "[10, 20]")

    def hindrance(self) -> str | None:
        """There are words to learn, and room for them."""
        return "turns numbers back into words, and these do not tell which" if self.inverted else self.table.hindrance()

    def gives_indices(self) -> int | None:
        """The numbers of its words and special tokens."""
        return None if self.inverted else self.table.indices

    def open_sizes(self) -> tuple[int, int | None] | None:
        """The sizes of its vocabulary."""
        return self.table.open_sizes

    def provisional(self, size: int) -> dict[str, Any]:
        """A vocabulary."""
        return self.table.provisional(size, self.words_are_text)

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...), or with a last axis of tokens: one-hot added, otherwise in place of the last axis."""
        if self.words_are_text and not self.inverted:
            _need_text(self, inputs)
        else:
            refuse_text(self, inputs)
        refuse_sparse(self, inputs, self.mode)
        if self.mode not in ("int", "one_hot"):
            refuse_deep(self, inputs, self.mode)
        return _encoded(inputs.shape, self.mode, self.table.depth)

    def leaves_size_open(self) -> str | None:
        """One-hot rows and counts are as long as the vocabulary, which is not given."""
        return open_vocabulary(self, self.table)

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """As `infer`, with the dtypes that Keras computes rather than promises."""
        output = self.infer(inputs)
        refuse_unadapted(self, self.table)
        if self.mode == "int":
            return output._replace(dtype="string" if self.words_are_text and self.inverted else "int64")
        return output._replace(dtype="float32" if self.mode == "tf_idf" else "int64")


def open_vocabulary(layer: Layer, table: Vocabulary) -> str | None:
    """What to do about a last axis that is as long as a vocabulary which is not given."""
    if table.mode == "int" or table.depth is not None:
        return None
    name = type(layer).__name__
    return (
        f"give {name} its `vocabulary`: with `output_mode: {table.mode}` its last axis has one position for each word"
    )


def refuse_unadapted(layer: Layer, table: Vocabulary) -> None:
    """Refuse a layer in a Pipeline that has no vocabulary but needs its size."""
    if table.mode != "int" and table.words is None and (table.mode == "tf_idf" or not table.pad_to_max_tokens):
        raise Refusal(
            "MS408",
            f"{type(layer).__name__} in a Pipeline needs its vocabulary where `output_mode` is {table.mode}",
            help="give `vocabulary`",
        )


class IntegerLookup(_Lookup):
    """Turns integers into indices of a vocabulary.
    https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup/"""

    takes_ragged: ClassVar[bool] = True
    words_are_text = False
    max_tokens: MaxTokens | None = None
    num_oov_indices: Count = 1
    mask_token: Int64 | None = None
    oov_token: Int64 | None = -1
    vocabulary: tuple[Int64, ...] | None = None
    vocabulary_dtype: Literal["int64"] = "int64"
    idf_weights: tuple[Float, ...] | None = None
    invert: Bool = False
    output_mode: OutputMode = "int"
    sparse: Bool = False
    pad_to_max_tokens: Bool = False
    oov_method: Literal["floormod", "farmhash"] = "floormod"
    salt: Salt | None = None

    @model_validator(mode="after")
    def _fitting(self) -> IntegerLookup:
        if self.salt is not None and self.oov_method != "farmhash":
            refuse_arguments("`salt` can only be used with `oov_method: farmhash`", argument="salt")
        _check_lookup(self)
        return self

    @property
    def table(self) -> Vocabulary:
        """The vocabulary as Keras counts it."""
        return _table(self)


class StringLookup(_Lookup):
    """Turns strings into indices of a vocabulary.
    https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/"""

    words_are_text = True
    max_tokens: MaxTokens | None = None
    num_oov_indices: Count = 1
    mask_token: Text | None = None
    oov_token: Text | None = "[UNK]"
    vocabulary: tuple[Text, ...] | None = None
    idf_weights: tuple[Float, ...] | None = None
    invert: Bool = False
    output_mode: OutputMode = "int"
    pad_to_max_tokens: Bool = False
    sparse: Bool = False
    encoding: Text = "utf-8"
    salt: Salt | None = None

    @model_validator(mode="after")
    def _fitting(self) -> StringLookup:
        _check_lookup(self)
        return self

    @property
    def table(self) -> Vocabulary:
        """The vocabulary as Keras counts it."""
        return _table(self)


def _table(layer: IntegerLookup | StringLookup) -> Vocabulary:
    return Vocabulary(
        words=layer.vocabulary,
        mode=layer.mode,
        mask_token=layer.mask_token,
        oov_token=layer.oov_token,
        num_oov_indices=layer.num_oov_indices,
        max_tokens=layer.max_tokens,
        pad_to_max_tokens=layer.pad_to_max_tokens,
    )


def _check_lookup(layer: IntegerLookup | StringLookup) -> None:
    refuse_untaken(layer)
    if layer.invert and layer.mode != "int":
        refuse_arguments("`invert: true` needs `output_mode: int`", argument="output_mode")
    if layer.invert and layer.oov_token is None:
        refuse_arguments("`invert: true` needs an `oov_token`", argument="oov_token")
    _check_modes(layer, layer.mode)
    layer.table.check(layer.invert, layer.idf_weights)


class TextVectorization(Layer):
    """Turns sentences into word numbers.
    https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/"""

    learns = "texts"
    max_tokens: MaxTokens | None = None
    standardize: Literal["lower_and_strip_punctuation", "lower", "strip_punctuation"] | None = (
        "lower_and_strip_punctuation"
    )
    split: Literal["whitespace", "character"] | None = "whitespace"
    ngrams: PositiveInt | tuple[PositiveInt, ...] | None = None
    output_mode: OutputMode = "int"
    output_sequence_length: PositiveInt | None = None
    pad_to_max_tokens: Bool = False
    vocabulary: tuple[Text, ...] | None = None
    idf_weights: tuple[Float, ...] | None = None
    sparse: Bool = False
    ragged: Bool = False
    encoding: Text = "utf-8"

    def makes_ragged(self) -> bool:
        """By its argument `ragged`."""
        return self.ragged

    @model_validator(mode="after")
    def _fitting(self) -> TextVectorization:
        if self.mode != "int" and self.output_sequence_length is not None:
            refuse_arguments("`output_sequence_length` needs `output_mode: int`", argument="output_sequence_length")
        if self.mode != "int" and self.ragged:
            refuse_arguments("`ragged: true` needs `output_mode: int`", argument="ragged")
        _check_modes(self, self.mode)
        self.table.check(invert=False, idf_weights=self.idf_weights)
        return self

    @property
    def mode(self) -> str:
        """The output mode without its old names."""
        return _OLD_MODES.get(self.output_mode, self.output_mode)

    @property
    def table(self) -> Vocabulary:
        """The vocabulary as Keras counts it."""
        return Vocabulary(
            self.vocabulary, self.mode, "", "[UNK]", 1, self.max_tokens, pad_to_max_tokens=self.pad_to_max_tokens
        )

    def leaves_size_open(self) -> str | None:
        """Counts are as long as the vocabulary, and sentences as their words."""
        if self.mode == "int" and self.output_sequence_length is None and self.split is not None:
            return "give TextVectorization an `output_sequence_length`: without one the length of a row depends on its text"
        return open_vocabulary(self, self.table)

    def lacks(self) -> Lack | None:
        """The vocabulary."""
        return _lack(self.table, "[good, bad]")

    def hindrance(self) -> str | None:
        """There is room for words."""
        return self.table.hindrance()

    def gives_indices(self) -> int | None:
        """The numbers of its words and special tokens."""
        return self.table.indices

    def open_sizes(self) -> tuple[int, int | None] | None:
        """The sizes of its vocabulary."""
        return self.table.open_sizes

    def provisional(self, size: int) -> dict[str, Any]:
        """A vocabulary."""
        return self.table.provisional(size, text=True)

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch,) or (batch, 1) -> (batch, words), or with a last axis of tokens.

        Keras keeps the axis of size 1 in what it promises for other modes than `int`; so does this rule.
        """
        self._check_sentences(inputs)
        if self.mode == "int":
            return Tensor((inputs.shape[0], self.output_sequence_length), "int64")
        shape = inputs.shape
        if self.split is not None:
            shape = (*shape, None)
        elif inputs.rank == 1:
            shape = (*shape, 1)
        return _encoded(shape, self.mode, self.table.depth)

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """As `infer`, with the shape and dtype that Keras computes rather than promises."""
        self._check_sentences(inputs)
        refuse_unadapted(self, self.table)
        shape = (inputs.shape[0], None) if self.split is not None else inputs.shape
        if self.mode == "int":
            length = self.output_sequence_length
            return Tensor(shape if length is None else (shape[0], length), "int64")
        return _encoded(shape, self.mode, self.table.depth)._replace(
            dtype="float32" if self.mode == "tf_idf" else "int64"
        )

    def _check_sentences(self, inputs: Tensor) -> None:
        _need_text(self, inputs)
        refuse_sparse_words(self, inputs, self.mode)
        if self.split is not None:
            fits, words = inputs.rank == 1 or (inputs.rank == 2 and inputs.shape[-1] in (None, 1)), "(batch, 1)"
        else:
            fits, words = inputs.rank == 2 or self.mode == "one_hot", "(batch, words)"
        if not fits:
            raise Refusal(
                "MS401",
                f"TextVectorization with `split` {self.split or 'null'} needs strings of shape {words}; "
                f"received {shape_text(inputs.shape)}",
                help="declare the input with shape [1]: one string per sample",
            )


def refuse_sparse_words(layer: TextVectorization, inputs: Tensor, mode: str) -> None:
    """`refuse_sparse`, for a text that becomes several words."""
    refuse_sparse(layer, Tensor((inputs.shape[0], None), "string"), mode)
