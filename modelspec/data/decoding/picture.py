"""The bytes of a picture -> its numbers in the height, width and channels of an input, by Pillow. Knows no files.

Unlike Keras, a photo is turned as its EXIF says.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from modelspec.data.decoding.resizing import resized
from modelspec.data.limits import MAX_IMAGE_PIXELS
from modelspec.language.sections.decoding import Decode

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
Box = tuple[int, int, int, int]


class NoPicture(Exception):
    """Why bytes are no picture that can be taken: what is wrong, and what to do."""

    def __init__(self, found: str, help: str) -> None:
        super().__init__(found)
        self.found, self.help = found, help


def picture(data: bytes, shape: tuple[int, ...], how: Decode) -> tuple[Array, str]:
    """The numbers from 0 to 255, of `shape`; and what the picture was: `JPEG 640x480 RGB`. Raises `NoPicture`.

    `shape` is (height, width), or (height, width, channels). A width comes first only in words.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        image: Any = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_IMAGE_PIXELS:
            raise _too_large(f"{image.width:,} x {image.height:,} pixels")
        what = f"{image.format} {image.width}x{image.height} {image.mode}"
        image.load()
        image = _upright(image)
        image = _as_channels(image, shape[2] if len(shape) == 3 else 1)
    except NoPicture:
        raise
    except UnidentifiedImageError:
        kinds = ", ".join(FORMATS)
        raise NoPicture(
            f"it is no picture of a kind that is read ({kinds})", "remove the file, or convert it"
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large("more pixels than any photo") from None
    except Exception as error:  # Pillow raises what its decoders do: OSError, SyntaxError, ValueError, struct.error
        said = str(error) or type(error).__name__
        raise NoPicture(f"it is damaged or cut off ({said[:100]})", "get the file again, or remove it") from None
    return _resized(image, (shape[1], shape[0]), how).reshape(shape), what


def _too_large(found: str) -> NoPicture:
    return NoPicture(f"it has {found}; at most {MAX_IMAGE_PIXELS:,} are decoded", "make it smaller, or remove it")


def _upright(image: Any) -> Any:
    from PIL import ImageOps

    return ImageOps.exif_transpose(image) if image.getexif().get(0x0112, 1) != 1 else image


def _as_channels(image: Any, channels: int) -> Any:
    """Grey, colour, or colour and opacity; of 16 bits, the upper eight."""
    from PIL import Image

    if image.mode.startswith("I"):
        numbers = np.asarray(image).astype(np.int64)
        image = Image.fromarray((np.clip(numbers, 0, 65535) >> 8).astype(np.uint8))
    mode = _MODES[channels]
    if image.mode == "P" and mode == "L":
        image = image.convert("RGBA").convert("RGB")
    return image if image.mode == mode else image.convert(mode)


def _resized(image: Any, size: tuple[int, int], how: Decode) -> Array:
    if how.pad_to_aspect_ratio:
        image = _padded(image, size)
    box: Box = _cropped(image.size, size) if how.crop_to_aspect_ratio else (0, 0, *image.size)
    if (box[2] - box[0], box[3] - box[1]) == size:
        return np.asarray(image if box == (0, 0, *image.size) else image.crop(box))
    cut = image if box == (0, 0, *image.size) else image.crop(box)
    return resized(np.asarray(cut), (size[1], size[0]), how.interpolation)


def _cropped(have: tuple[int, int], want: tuple[int, int]) -> Box:
    """The largest part in the middle with the wanted aspect ratio, as `keras.ops.image.resize` takes it."""
    width, height = have
    tall = min(height, max(int(width * want[1] / want[0]), 1))
    wide = min(width, max(int(height * want[0] / want[1]), 1))
    left, top = int((width - wide) / 2), int((height - tall) / 2)
    return left, top, left + wide, top + tall


def _padded(image: Any, want: tuple[int, int]) -> Any:
    """In the middle of a black picture with about the wanted aspect ratio, as `keras.ops.image.resize` pads."""
    from PIL import Image

    width, height = image.size
    wide, tall = max(width, int(height * want[0] / want[1])), max(height, int(width * want[1] / want[0]))
    left, top = int((wide - width) / 2), int((tall - height) / 2)
    wide, tall = width + 2 * left, height + 2 * top  # Keras pads both sides alike
    if wide * tall > MAX_IMAGE_PIXELS:
        raise _too_large(f"{wide:,} x {tall:,} pixels when it is padded")
    canvas = Image.new(image.mode, (wide, tall))
    canvas.paste(image, (left, top))
    return canvas
