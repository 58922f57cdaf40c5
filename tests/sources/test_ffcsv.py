import io
import zipfile

import numpy as np
import pytest

from tests.sources.simulators.genesis import zip_of
from zwk_data.sources import ffcsv
from zwk_data.sources.errors import NotData, ParseError, TooLarge, Truncated
from zwk_data.sources.ffcsv import NOTHING, STATUS

HEADER = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label"
)
LINE = "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;2024-12-31;KREISE;Kreise;01051;Musterkreis;{};Anzahl;BEVSTD;Bevölkerungsstand"


def flat(*values, header=HEADER, decimal=",", end="\n"):
    text = end.join([header, *(LINE.format(value) for value in values), ""])
    return ffcsv.read(iter([io.BytesIO(text.encode("utf-8-sig"))]), decimal)


def test_numbers_and_markers_of_a_german_answer():
    table = flat("12", "3,5", "-", ".", "...", "/", "x", "(7)", "-4", "")
    words = ["ok", "ok", None, "secret", "later", "not_available", "not_available", "unreliable", "ok", "missing"]
    assert [NOTHING if word is None else STATUS[word] for word in words] == table.status.tolist()
    assert np.array_equal(table.value, [12, 3.5, *[np.nan] * 5, 7, -4, np.nan], equal_nan=True)


def test_an_english_answer_has_decimal_points():
    assert flat("3.5", decimal=".").value.tolist() == [3.5]


@pytest.mark.parametrize(
    ("value", "decimal"), [("3.5", ","), ("1.234", ","), ("3,5", "."), ("zwölf", ","), ("1e3", ",")]
)
def test_a_cell_that_is_neither_number_nor_marker_is_refused(value, decimal):
    with pytest.raises(ParseError, match="neither a number"):
        flat(value, decimal=decimal)


def test_the_quality_column_marks_numbers_only():
    text = f"{HEADER};value_q\n" + "".join(
        f"{LINE.format(value)};{sign}\n"
        for value, sign in (("1", "p"), ("2", "e"), ("3", "()"), ("4", ""), (".", "p"), ("5", "r"))
    )
    table = ffcsv.read(iter([io.BytesIO(text.encode())]))
    assert [ffcsv.STATUSES[status] for status in table.status] == [
        "provisional",
        "estimated",
        "unreliable",
        "ok",
        "secret",
        "ok",
    ]


def test_an_unknown_quality_sign_is_refused():
    with pytest.raises(ParseError, match="quality"):
        ffcsv.read(iter([io.BytesIO(f"{HEADER};value_q\n{LINE.format(1)};?\n".encode())]))


def test_files_read_together_share_their_words():
    parts = [f"{HEADER}\n{LINE.format(n).replace('01051', key)}\n".encode() for n, key in ((1, "02000"), (2, "01051"))]
    table = ffcsv.read(iter([io.BytesIO(part) for part in parts]))
    [(_, place)] = table.slots
    assert [place.words[index] for index in place.index] == ["02000", "01051"]


def test_lines_may_end_as_on_windows():
    assert flat("12", end="\r\n").value.tolist() == [12]


def test_a_line_that_is_cut_is_refused():
    text = f"{HEADER}\n{LINE.format(1)}\n12411;Fortschreibung\n"
    with pytest.raises(ParseError, match="not a flat CSV"):
        ffcsv.read(iter([io.BytesIO(text.encode())]))


@pytest.mark.parametrize(
    "name", ["time", "value", "value_unit", "value_variable_code", "1_variable_code", "1_variable_attribute_code"]
)
def test_a_missing_or_renamed_column_is_refused(name):
    with pytest.raises(ParseError):
        flat("1", header=";".join("anders" if one == name else one for one in HEADER.split(";")))


def test_a_column_that_comes_twice_is_refused():
    with pytest.raises(ParseError, match="twice"):
        ffcsv.columns(f"{HEADER};value")


# --- the zip ---------------------------------------------------------------------------------------------------------

GOOD = zip_of(f"{HEADER}\n{LINE.format(1)}\n".encode("utf-8-sig"))


def test_a_good_zip_passes_whatever_its_member_is_called():
    ffcsv.verify(GOOD)
    ffcsv.verify(zip_of(f"{HEADER}\n{LINE.format(1)}\n".encode(), "../../etc/passwd"))


def test_a_zip_cut_anywhere_is_refused():
    for length in range(len(GOOD)):
        with pytest.raises((Truncated, NotData)):
            ffcsv.verify(GOOD[:length])


def test_a_damaged_byte_in_the_packed_data_is_refused():
    for at in range(40, 160, 5):
        with pytest.raises((Truncated, NotData, TooLarge)):
            ffcsv.verify(GOOD[:at] + bytes([GOOD[at] ^ 0xFF]) + GOOD[at + 1 :])


def test_a_file_that_ends_within_a_line_is_refused():
    with pytest.raises(Truncated):
        ffcsv.verify(zip_of(f"{HEADER}\n{LINE.format(1)[:40]}".encode()))


def test_two_members_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", HEADER)
        archive.writestr("b.csv", HEADER)
    with pytest.raises(NotData):
        ffcsv.verify(buffer.getvalue())


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(TooLarge):
        ffcsv.verify(zip_of(HEADER.encode() + b"\n" + b"0" * (64 << 20)))
