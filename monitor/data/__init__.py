"""The files in data/: snapshots of records, results of searches, the log of changes."""

from monitor.data import changelog, snapshot
from monitor.data.change import KINDS, MAJOR, MEMBERSHIP, MINOR, NOTABLE, RANKS, Change
from monitor.data.reader import read_data, study_files, unlike_written
from monitor.data.shapes import is_plain
from monitor.data.snapshot import Check, Data, dump, normalise, study_path
from monitor.data.transaction import finish, replace_all

__all__ = [
    "KINDS",
    "MAJOR",
    "MEMBERSHIP",
    "MINOR",
    "NOTABLE",
    "RANKS",
    "Change",
    "Check",
    "Data",
    "changelog",
    "dump",
    "finish",
    "is_plain",
    "normalise",
    "read_data",
    "replace_all",
    "snapshot",
    "study_files",
    "study_path",
    "unlike_written",
]
