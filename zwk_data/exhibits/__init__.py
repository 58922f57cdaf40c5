"""Exhibits: complete things to show, made from an address and one generation of the data."""

from zwk_data.exhibits import comparison_table, field_figures, key_figures, map_change, map_values, ranking, small_multiples, time_series
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.registry import KINDS, Context, make

__all__ = [
    "KINDS", "Address", "AddressError", "Column", "Context", "Exhibit", "Marks", "Note", "SourceLine", "field_figures", "key_figures", "make",
    "comparison_table", "ranking", "small_multiples", "time_series",
]  # fmt: skip
