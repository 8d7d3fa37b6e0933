"""Runs from the server's side: their queue, their processes, their logs and those who follow them."""
