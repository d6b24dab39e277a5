"""The few distributions that the checks need, beside those of SciPy, which load too slowly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import evals.stats
from evals.stats.distributions import (
    beta_density,
    hypergeometric_mass,
    normal_quantile,
    normal_tail,
    t_quantile,
    t_tail,
)


@pytest.mark.parametrize("tail", [1e-300, 1e-12, 0.003, 0.05, 0.5, 0.9])
def test_tails_and_quantiles_are_those_of_scipy(tail: float) -> None:
    z = normal_quantile(tail)
    assert z == pytest.approx(stats.norm.isf(tail), rel=1e-12)
    assert normal_tail(z) == pytest.approx(stats.norm.sf(z), rel=1e-12, abs=0)
    for df in (1.0, 20.0, 61.5):
        assert t_quantile(tail, df) == pytest.approx(stats.t.isf(tail, df), rel=1e-9, abs=1e-12)
        assert t_tail(z, df) == pytest.approx(stats.t.sf(z, df), rel=1e-12, abs=0)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (12.0, 0.5), (1.0, 1.0)])
def test_the_beta_density_is_that_of_scipy(a: float, b: float) -> None:
    x = np.linspace(0.001, 0.999, 99)
    assert beta_density(x, a, b) == pytest.approx(stats.beta.pdf(x, a, b), rel=1e-12)


def test_the_hypergeometric_mass_is_that_of_scipy(rng: np.random.Generator) -> None:
    total = rng.integers(1, 120, (200, 1))
    marked, drawn = rng.integers(0, total + 1), rng.integers(0, total + 1)
    found = np.arange(121)
    mass = hypergeometric_mass(found, drawn=drawn, marked=marked, total=total)
    assert mass == pytest.approx(stats.hypergeom.pmf(found, total, marked, drawn), abs=1e-12)
    assert mass.sum(axis=1) == pytest.approx(1.0)


def test_no_check_loads_all_of_scipy_s_statistics() -> None:
    modules = [f"evals.stats.{path.stem}" for path in Path(*evals.stats.__path__).glob("[a-z]*.py")]
    program = f"import sys, {', '.join(modules)}; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
