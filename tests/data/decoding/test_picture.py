"""Bytes of a picture become numbers in the shape of an input."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from modelspec.data.decoding.picture import NoPicture, picture
from modelspec.language.sections.decoding import Decode

DRAW = np.random.default_rng(3)


def encoded(values, form="PNG", **options):
    stream = io.BytesIO()
    (values if isinstance(values, Image.Image) else Image.fromarray(values)).save(stream, form, **options)
    return stream.getvalue()


def taken(data, shape, **how):
    return picture(data, shape, Decode(**how))[0]


def noise(*shape):
    return DRAW.integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(("form", "options"), [("PNG", {}), ("WEBP", {"lossless": True}), ("BMP", {})])
def test_a_picture_of_the_wanted_size_is_its_numbers(form, options):
    values = noise(5, 7, 3)
    found, what = picture(encoded(values, form, **options), (5, 7, 3), Decode())
    assert np.array_equal(found, values)
    assert what == f"{form} 7x5 RGB"


def test_a_jpeg_is_what_pillow_decodes():
    data = encoded(noise(16, 16, 3), "JPEG")
    assert np.array_equal(taken(data, (16, 16, 3)), np.asarray(Image.open(io.BytesIO(data))))


def test_of_a_gif_the_first_frame_is_taken():
    frames = [Image.new("L", (4, 3), value) for value in (50, 90)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    assert (taken(stream.getvalue(), (3, 4, 1)) == 50).all()


def test_of_sixteen_bits_the_upper_eight_are_taken():
    values = np.array([[0, 255, 256, 65535]], dtype=np.uint16)
    assert taken(encoded(values), (1, 4)).tolist() == [[0, 0, 1, 255]]


def test_grey_becomes_colour_and_back_as_the_shape_says():
    grey = noise(3, 4)
    assert np.array_equal(taken(encoded(grey), (3, 4, 3)), np.stack([grey] * 3, axis=-1))
    assert np.array_equal(taken(encoded(np.stack([grey] * 3, axis=-1)), (3, 4, 1))[..., 0], grey)
    assert (taken(encoded(grey), (3, 4, 4))[..., 3] == 255).all()


def test_opacity_is_left_out_as_keras_does():
    values = noise(3, 4, 4)
    assert np.array_equal(taken(encoded(values), (3, 4, 3)), values[..., :3])


def test_a_photo_is_turned_as_its_exif_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    values = noise(4, 6)
    assert np.array_equal(taken(encoded(values, exif=exif), (6, 4)), np.rot90(values, -1))


def keras_resized(values, size, **how):
    import keras

    resized = keras.ops.image.resize(values[None].astype("float32"), size, **how)
    return np.clip(np.asarray(resized)[0], 0, 255)


@pytest.mark.parametrize(("interpolation", "bound"), [("nearest", 0), ("bilinear", 0.501), ("bicubic", 0.7)])
@pytest.mark.parametrize("size", [(5, 9), (40, 61), (16, 3)])
def test_resizing_is_that_of_keras_but_for_rounding(size, interpolation, bound):
    values = noise(17, 23, 3)
    found = taken(encoded(values), (*size, 3), interpolation=interpolation)
    assert np.abs(found - keras_resized(values, size, interpolation=interpolation)).max() <= bound


@pytest.mark.parametrize("how", ["crop_to_aspect_ratio", "pad_to_aspect_ratio"])
@pytest.mark.parametrize(("have", "size"), [((17, 23), (5, 9)), ((100, 70), (33, 90)), ((64, 300), (50, 20))])
def test_pictures_are_cropped_and_padded_as_keras_does(have, size, how):
    values = noise(*have, 3)
    found = taken(encoded(values), (*size, 3), **{how: True})
    assert np.abs(found - keras_resized(values, size, **{how: True})).max() <= 0.501


def bomb(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [12_000, 50_000])
@pytest.mark.filterwarnings("ignore:Image size")
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    with pytest.raises(NoPicture, match="pixels"):
        taken(bomb(side, side), (4, 4, 1))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_half_a_picture_is_none(form):
    data = encoded(noise(64, 64, 3), form)
    with pytest.raises(NoPicture, match=r"damaged or cut off|no picture"):
        taken(data[: len(data) // 2], (64, 64, 3))


def test_what_is_no_picture_is_told():
    with pytest.raises(NoPicture, match="no picture of a kind that is read"):
        taken(b"hello", (4, 4))
