"""A corpus as columns: the same decisions as on a page, on arrays, by the compiled kernels."""
