"""Editions and periods: the regulation as data. Loading, choice by evaluated year, lint, JSON Schema."""
