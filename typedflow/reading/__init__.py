"""Reads live workflow classes, functions and models into the plain facts that the wiring rules judge."""
