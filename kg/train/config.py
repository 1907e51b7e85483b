"""The configuration of a training, from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from kg.errors import KGError

__all__ = ["Config", "configs", "read_config"]


@dataclass(frozen=True, slots=True)
class Config:
    """Every number that a training depends on beside its data.

    ``*_penalty`` is the weight of the squared weights in the objective, ``*_iterations`` the limit of L-BFGS,
    ``*_minimum`` the number of times that a feature must occur, ``*_vectors`` the standard deviation that numbers of an
    encoder's vectors are brought to. ``roles_networks`` are averaged; of an encoder's layers ``encoder_layers`` are
    kept, 0 for no encoder.
    """

    seed: int = 0
    chain_penalty: float = 20.0
    chain_iterations: int = 100
    chain_minimum: int = 3
    chain_smallest: float = 0.01
    look_folds: int = 4
    look_penalty: float = 1.0
    look_iterations: int = 300
    kinds_penalty: float = 5.0
    kinds_iterations: int = 120
    kinds_minimum: int = 2
    kinds_vectors: float = 0.1
    aliases_penalty: float = 1.0
    aliases_iterations: int = 200
    aliases_minimum: int = 2
    aliases_smallest: float = 0.01
    words_minimum: int = 12
    words_limit: int = 24000
    words_dimensions: int = 100
    phrases_minimum: int = 2
    roles_networks: int = 1
    encoder_layers: int = 0
    encoder_heads: int = 12


def configs() -> Path:
    """The folder of the configurations that ship."""
    return Path(__file__).parent / "configs"


def read_config(path: str | Path) -> Config:
    """A configuration from a file; the name of one that ships will do.

    :raises KGError: if there is none, or it holds what no training knows
    """
    file = Path(path)
    shipped = configs() / f"{path}.toml"
    if not file.is_file() and shipped.is_file():
        file = shipped
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        known = ", ".join(sorted(p.stem for p in configs().glob("*.toml")))
        raise KGError("no configuration there", where=str(path), hint=f"give a TOML file or one of: {known}") from error
    except ValueError as error:
        raise KGError(f"not readable as TOML ({error})", where=str(file)) from error
    flat: dict[str, object] = {}
    for key, value in rows.items():
        flat |= {f"{key}_{inner}": v for inner, v in value.items()} if isinstance(value, dict) else {key: value}
    types = {f.name: type(f.default) for f in fields(Config)}
    for key, value in flat.items():
        if key not in types:
            raise KGError(
                f"no setting “{key.replace('_', '.', 1)}”", where=str(file), hint="see kg.train.config.Config"
            )
        if not isinstance(value, int if types[key] is int else (int, float)) or isinstance(value, bool):
            raise KGError(f"“{key.replace('_', '.', 1)}” is no number of the right kind", where=str(file))
    return Config(**flat)  # type: ignore[arg-type]
