"""Tests of the store, each in a real SQLite file and in a database of a real PostgreSQL server."""
