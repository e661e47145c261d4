"""One module a screen of the review client."""
