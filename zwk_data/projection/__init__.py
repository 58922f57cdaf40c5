"""The cohort-component projection: pure functions over arrays and tables, without files and without a page."""
