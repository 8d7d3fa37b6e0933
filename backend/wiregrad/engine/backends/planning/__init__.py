"""Decisions that backends share: what is computed together, in which order, and in whose memory."""
