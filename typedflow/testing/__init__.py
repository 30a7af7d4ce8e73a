"""What tests of workflows need."""

from typedflow.testing.virtual_time import VirtualTimeLoop, run_virtual, virtual_time

__all__ = ["VirtualTimeLoop", "run_virtual", "virtual_time"]
