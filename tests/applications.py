"""The networks of `specs/applications/`, as `keras.applications` makes them with `weights=None`: numbers that Keras gave."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Application:
    """One of `keras.applications`; the spec has its name in lower case. `renamed`: how many layers Keras calls otherwise."""

    name: str
    size: int
    total: int
    trainable: int
    layers: dict[str, int]
    renamed: int

    @property
    def spec(self) -> str:
        """The name of the spec's file, without its ending."""
        return self.name.lower()


def _application(name, size, total, trainable, renamed, **layers):
    return Application(name, size, total, trainable, {"InputLayer": 1, "Dense": 1, **layers}, renamed)


APPLICATIONS = (
    _application("ResNet50", 224, 25_636_712, 25_583_592, 0, Conv2D=53, BatchNormalization=53, Activation=49, Add=16,
                 ZeroPadding2D=2, MaxPooling2D=1, GlobalAveragePooling2D=1),
    _application("ResNet50V2", 224, 25_613_800, 25_568_360, 3, Conv2D=53, BatchNormalization=49, Activation=49, Add=16,
                 ZeroPadding2D=18, MaxPooling2D=4, GlobalAveragePooling2D=1),
    _application("VGG16", 224, 138_357_544, 138_357_544, 0, Conv2D=13, MaxPooling2D=5, Flatten=1, Dense=3),
    _application("InceptionV3", 299, 23_851_784, 23_817_352, 308, Conv2D=94, BatchNormalization=94, Activation=94,
                 Concatenate=15, AveragePooling2D=9, MaxPooling2D=4, GlobalAveragePooling2D=1),
    _application("Xception", 299, 22_910_480, 22_855_952, 56, Conv2D=6, SeparableConv2D=34, BatchNormalization=40,
                 Activation=35, Add=12, MaxPooling2D=4, GlobalAveragePooling2D=1),
    _application("MobileNetV2", 224, 3_538_984, 3_504_872, 0, Conv2D=35, DepthwiseConv2D=17, BatchNormalization=52,
                 ReLU=35, Add=10, ZeroPadding2D=4, GlobalAveragePooling2D=1),
    _application("DenseNet121", 224, 8_062_504, 7_978_856, 0, Conv2D=120, BatchNormalization=121, Activation=121,
                 Concatenate=58, AveragePooling2D=3, MaxPooling2D=1, ZeroPadding2D=2, GlobalAveragePooling2D=1),
    _application("EfficientNetB0", 224, 5_330_571, 5_288_548, 0, Conv2D=65, DepthwiseConv2D=16, BatchNormalization=49,
                 Activation=33, Multiply=16, Add=9, Dropout=10, GlobalAveragePooling2D=17, Reshape=16, ZeroPadding2D=5,
                 Rescaling=1, Normalization=1),
)  # fmt: skip
