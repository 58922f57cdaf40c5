"""One real address for every kind of chart."""

ADDRESSES = {
    "line": "time_series?ags=15001,DG&indicator=old_age_ratio_20_65",
    "dots": "ranking?ags=15001,12073,05758,DG&indicator=old_age_ratio_20_65",
    "multiples": "small_multiples?ags=15001,12073,05758,DG&indicator=old_age_ratio_20_65",
    "pyramid": "age_pyramid?ags=15001&compare=DG",
    "bars": "age_groups?ags=15001",
    "balance": "balance?ags=15001",
    "diverging": "migration_by_age?ags=15001",
    "map": "choropleth?ags=15001&day=2024-12-31&indicator=old_age_ratio_20_65&scope=kreis-DG",
    "stacked": "outlook_certainty?ags=15001&scenario=continue&group=80plus",
    "timeline": "plan_timeline?ags=13071107",
    "tiles": "key_figures?ags=15001",
    "table": "plan_entries?ags=13071107",
}
