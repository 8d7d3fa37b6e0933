"""Datasets: named columns with one first axis, built in or imported; their splits and batches."""
