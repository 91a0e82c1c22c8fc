"""The kernels in C: their source, and the library compiled from it where the package was built with a compiler."""
