"""The networks of `keras.applications`, whole and from inside; a module is imported when a network of it is first used.

The lists are explicit so that a reader sees them whole. Must not know who uses them.
"""

_FAMILIES: dict[str, tuple[str, ...]] = {
    "application": (
        "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "DenseNet121",
        "DenseNet169", "DenseNet201", "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3",
        "EfficientNetB4", "EfficientNetB5", "EfficientNetB6", "EfficientNetB7", "EfficientNetV2B0",
        "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M",
        "EfficientNetV2S", "InceptionResNetV2", "InceptionV3", "ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2",
        "ResNet50", "ResNet50V2", "VGG16", "VGG19", "Xception",
    ),
    "mobile": (
        "MobileNet", "MobileNetV2", "MobileNetV3Large", "MobileNetV3Small", "NASNetLarge", "NASNetMobile",
    ),
}  # fmt: skip

APPLICATIONS: dict[str, str] = dict(
    sorted(
        (name, f"modelspec.catalogue.applications.{family}") for family, names in _FAMILIES.items() for name in names
    )
)
"""The module of each network's class, by the network's name."""
