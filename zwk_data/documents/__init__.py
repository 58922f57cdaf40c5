"""Documents and slides as plain values, and the functions that put them together from exhibits and plans."""
