"""docs/data.md: its specs validate, and its commands show what the page says."""

import json
import random
import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy
import polars
import pytest
from PIL import Image

from modelspec.pipeline import check_text

PAGE = (Path(__file__).parent.parent / "docs" / "data.md").read_text(encoding="utf-8")
FILE, RUN = r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", r"<!-- run -->\n```console\n\$ modelspec (.*?)\n(.*?)```"


def weather(days):
    """A table as people have it: cells are empty or NA, and the target is a word."""
    draw = random.Random(7)
    for day in range(days):
        temperature, humidity, wind = draw.gauss(15, 8), draw.uniform(0, 100), draw.uniform(0, 20)
        word = "snow" if temperature < 8 and humidity > 40 else "rain" if humidity > 60 else "sun"
        cells = (
            "" if draw.random() < 0.1 else f"{temperature:.1f}",
            "NA" if draw.random() < 0.1 else f"{humidity:.0f}",
        )
        yield f"{day},{','.join(cells)},{wind:.1f},{word}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the page's files, and the tables that it speaks of."""
    path = tmp_path_factory.mktemp("data")
    for name, text in re.findall(FILE, PAGE, re.DOTALL):
        (path / name).write_text(text)
    (path / "weather.csv").write_text("day,temperature,humidity,wind,weather\n" + "".join(weather(300)))
    (path / "tomorrow.csv").write_text("day,temperature,humidity,wind\ntuesday,12,88,3\nwednesday,,10,1\n")
    (path / "people-1.csv").write_text("name;height;weight\nAda;1,71;70,5\nBo;unknown;81\n")
    (path / "people-2.csv").write_text("name;height;weight\nCy;1,8;77,25\n")
    (path / "more.csv").write_text("height\n1,65\n")
    visits = [
        {"user": {"age": 20 + row}, "clicks": [row, 1, 0], "bought": "yes" if row % 3 else "no"} for row in range(9)
    ]
    (path / "visits.jsonl").write_text("".join(json.dumps(visit) + "\n" for visit in visits) + '{"bought": "no"}\n')
    for part in range(2):
        polars.DataFrame(visits).write_parquet(path / f"visits-{part}.parquet")
    numpy.save(path / "images.npy", numpy.ones((12, 8, 8), "float32"))
    numpy.save(path / "labels.npy", numpy.arange(12) % 3)
    (path / "flats.csv").write_text("size,year,town,text,rent\n" + "".join(flats(200)))
    towns = ["Ulm", "Bonn", "Trier"]
    for name, start in (("trips.db", 0), ("june.db", 50)):
        with closing(sqlite3.connect(path / name)) as connection, connection:
            connection.execute(
                "CREATE TABLE trips (id INTEGER PRIMARY KEY, year INT, distance REAL, town TEXT, minutes INT)"
            )
            trips = [(row, 2025, row / 2 or None, towns[row % 3], 20 + row) for row in range(start, start + 30)]
            connection.executemany("INSERT INTO trips VALUES (?, ?, ?, ?, ?)", trips)
    for number in range(24):
        shape = ("circles", "crosses")[number % 2]
        (path / "shapes" / shape).mkdir(parents=True, exist_ok=True)
        pixels = numpy.full((20, 20), 250 - 120 * (number % 2) - number, dtype=numpy.uint8)
        Image.fromarray(pixels).save(path / "shapes" / shape / f"{number}.png")
    return path


def flats(number):
    """Numbers, words and texts."""
    draw = random.Random(3)
    for _ in range(number):
        size, year, town = (
            draw.uniform(20, 150),
            draw.randint(1900, 2020),
            draw.choice(["Bonn", "Trier", "Trier", "Ulm"]),
        )
        text = " ".join(
            draw.choices(["Sunny", "quiet,", "new", "old", "balcony!", "near the park"], [6, 5, 4, 3, 2, 1], k=3)
        )
        yield f'{size:.0f},{year},{town},"{text}",{size / 10:.2f}\n'


def without_numbers(text):
    """Probabilities are the seed's on one kind of machine."""
    return re.sub(r"-?\d+(\.\d+)?(e-\d+)?", "#", text)


def test_the_commands_show_what_the_page_says(cli, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "120")
    for command, shown in re.findall(RUN, PAGE, re.DOTALL):
        done = cli(*shlex.split(command))
        assert done.code == 0, done.err
        if shown:
            assert without_numbers(done.out) == without_numbers(shown), command


@pytest.mark.parametrize(
    "text", [text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "modelspec: 1" in text]
)
def test_every_spec_of_the_page_validates(text):
    assert check_text(text, "spec.yaml").diagnostics == ()
