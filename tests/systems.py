"""The systems that must work: each spec's inputs, outputs and parameters, as the Keras guides and Keras itself give them."""

from dataclasses import dataclass

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class System:
    """What a spec in `specs/` must come to."""

    spec: str
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    total: int
    trainable: int
    models: dict[str, int]


def _system(spec, inputs, outputs, total, trainable=None, **models):
    return System(
        spec,
        {name: (None, *shape) for name, shape in inputs.items()},
        {name: (None, *shape) for name, shape in outputs.items()},
        total,
        total if trainable is None else trainable,
        models,
    )


SYSTEMS = (
    _system("mlp", {"image": (784,)}, {"digit": (10,)}, 55_050),
    _system("mlp_reused", {"image": (784,)}, {"digit": (10,)}, 55_050, mlp=55_050),
    _system("mlp_over_time", {"frames": (20, 784)}, {"digits": (20, 10)}, 55_050, mlp=55_050),
    _system(
        "headline", {"headline": (100,), "extra": (5,)}, {"main_output": (1,), "aux_output": (1,)}, 5_200_610
    ),
    _system("tweets", {"tweet_a": (280, 256), "tweet_b": (280, 256)}, {"same_author": (1,)}, 82_305),
    _system(
        "nodes",
        {"tweet_a": (280, 256), "tweet_b": (280, 256), "small_image": (32, 32, 3), "large_image": (64, 64, 3)},
        {"encoded_a": (32,), "encoded_b": (32,), "small_edges": (32, 32, 16), "large_edges": (64, 64, 16)},
        36_992 + 448,
    ),
    _system("inception", {"image": (256, 256, 3)}, {"rows": (768, 256, 64), "channels": (256, 256, 192)}, 140_160),
    _system("residual", {"x": (256, 256, 3)}, {"z": (256, 256, 3)}, 84),
    _system("shared_vision", {"digit_a": (27, 27, 1), "digit_b": (27, 27, 1)}, {"same": (1,)}, 53_057, vision=37_568),
    _system(
        "vqa", {"image": (224, 224, 3), "question": (100,)}, {"answer": (1000,)}, 165_077_800,
        vision=1_735_488, question_encoder=3_085_312,
    ),
    _system(
        "video_qa", {"video": (100, 224, 224, 3), "question": (100,)}, {"answer": (1000,)}, 169_436_968,
        vision=1_735_488, question_encoder=3_085_312,
    ),
    _system("mnist_cnn", {"image": (28, 28, 1)}, {"digit": (10,)}, 1_199_882),
    _system(
        "image_similarity", {"image_a": (224, 224, 3), "image_b": (224, 224, 3)}, {"alike": (2,)}, 53_389_186,
        53_321_730, resnet50=23_587_712,
    ),
)  # fmt: skip
