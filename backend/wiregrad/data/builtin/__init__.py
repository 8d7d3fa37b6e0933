"""One file per built-in dataset; `wiregrad.data.catalogue` finds them."""
