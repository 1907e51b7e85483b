"""Paper -> Extraction: a pure function of one paper, as a spaCy pipeline with one component a module.

>>> nlp = load()
>>> doc = nlp("We fine-tune with Low-Rank Adaptation (LoRA).")
>>> [(span.text, span.label_, span.kb_id_) for span in doc.spans["kg"]]
[('Low-Rank Adaptation', 'Method', 'lora'), ('LoRA', 'Method', 'lora')]
"""

from kg.extract.extractor import Extractor
from kg.extract.pipeline import COMPONENTS, DEFAULT_PROFILE, ENCODED, PROFILES, extract, load, record, version

__all__ = [
    "COMPONENTS",
    "DEFAULT_PROFILE",
    "ENCODED",
    "PROFILES",
    "Extractor",
    "extract",
    "load",
    "record",
    "version",
]
