"""Programs that do something worth doing on real input, with no network and no key: `python -m examples.NAME`."""
