"""Exhibits: complete things to show, made from an address and one generation of the data."""

from zwk_data.exhibits import (
    age_groups,
    age_pyramid,
    balance,
    births_deaths,
    cohorts,
    comparison_table,
    data_status,
    effects,
    evidence,
    field_figures,
    in_out_migration,
    key_figures,
    map_change,
    map_values,
    method_catalogue,
    method_profile,
    migration_by_age,
    outlook,
    plan_board,
    plan_concepts,
    plan_dates,
    plan_health,
    plan_links,
    plan_options,
    plan_outline,
    plan_recommendations,
    plan_stages,
    plan_swot,
    plan_targets,
    plan_timeline,
    population_line,
    ranking,
    small_multiples,
    time_series,
)
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.registry import KINDS, Context, make

__all__ = [
    "KINDS", "Address", "AddressError", "Column", "Context", "Exhibit", "Marks", "Note", "SourceLine", "make",
    "age_groups", "age_pyramid", "balance", "births_deaths", "cohorts", "comparison_table", "data_status", "effects",
    "evidence", "field_figures", "in_out_migration", "key_figures", "map_change", "map_values", "method_catalogue",
    "method_profile", "migration_by_age", "outlook", "plan_board", "plan_concepts", "plan_dates", "plan_health",
    "plan_links", "plan_options", "plan_outline", "plan_recommendations", "plan_stages", "plan_swot", "plan_targets",
    "plan_timeline", "population_line", "ranking", "small_multiples", "time_series",
]  # fmt: skip
