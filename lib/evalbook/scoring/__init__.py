"""Walks the graph of names once and returns one frozen Evaluation."""
