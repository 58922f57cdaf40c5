"""The history of the tables, run by ``zwk_data.store.migrate`` only."""
