"""One file per format that can be imported; `wiregrad.data.importing` finds them."""
