"""The four criteria as words about a trace; they stand in `zoo.core.criteria`, which data can reach as well."""

from zoo.core.criteria import CRITERIA, HIGHEST, LOWEST, NAMES, Marks, Scores

__all__ = ["CRITERIA", "HIGHEST", "LOWEST", "NAMES", "Marks", "Scores"]
