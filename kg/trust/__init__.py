"""Whether a graph can be trusted: every mention read again, the shapes kept, and what one build changed."""

from kg.trust.diff import Change, diff, sides
from kg.trust.reread import CHECKS, Finding
from kg.trust.validate import Violation, validate
from kg.trust.verify import Verification, verify

__all__ = ["CHECKS", "Change", "Finding", "Verification", "Violation", "diff", "sides", "validate", "verify"]
