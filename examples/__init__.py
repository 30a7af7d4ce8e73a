"""Programs that do something worth doing, on real input: no network, no key. Start one with `python -m examples.NAME`."""
