"""Exhibits: complete things to show, made from an address and one generation of the data."""

from zwk_data.exhibits import time_series
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.registry import KINDS, Context, make

__all__ = [
    "KINDS", "Address", "AddressError", "Column", "Context", "Exhibit", "Marks", "Note", "SourceLine", "make",
    "time_series",
]  # fmt: skip
