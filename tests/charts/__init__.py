"""Tests of `playground.charts`."""
