"""Plans out and in again: as a workbook, as CSV, as JSON, and as status sheets for the offices that do the work."""
