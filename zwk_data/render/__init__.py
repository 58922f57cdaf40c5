"""Media: each module turns an exhibit into one of them and is the only home of its library."""
