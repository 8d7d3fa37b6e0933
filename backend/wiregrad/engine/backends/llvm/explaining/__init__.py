"""What a native program is made of, where its time goes, and which of its kernels is wrong."""
