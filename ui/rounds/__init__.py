"""The page Managementrunde, part by part."""
