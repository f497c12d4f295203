"""Whether a matrix is a covariance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats

TOLERANCE: Final = 1e-10
LARGEST: Final = 1e150
"""Of an estimate or its error: its square is a number still."""


def checked_covariance(covariance: ArrayLike, p: int) -> Floats:
    """A covariance matrix made exactly symmetric, refused where it is not one to 1e-10."""
    matrix = np.asarray(covariance, dtype=np.float64)
    if matrix.shape != (p, p):
        raise StatisticsError("covariance_shape", expected=(p, p), found=matrix.shape)
    if not (np.abs(matrix) <= LARGEST**2).all():
        row, column = np.argwhere(~(np.abs(matrix) <= LARGEST**2))[0]
        raise StatisticsError("covariance_missing", at=(int(row), int(column)))
    scale = max(1.0, float(np.abs(matrix).max()))
    difference = np.abs(matrix - matrix.T)
    if difference.max() > TOLERANCE * scale:
        row, column = np.unravel_index(int(difference.argmax()), matrix.shape)
        raise StatisticsError(
            "covariance_asymmetric",
            at=(int(row), int(column)),
            found=(float(matrix[row, column]), float(matrix[column, row])),
        )
    matrix = (matrix + matrix.T) / 2
    if _semidefinite(matrix, TOLERANCE * scale):
        return matrix
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -TOLERANCE * scale:
        heaviest = np.abs(vectors[:, 0]).argsort()[::-1][:2].tolist()
        raise StatisticsError("covariance_not_semidefinite", eigenvalue=float(values[0]), at=tuple(sorted(heaviest)))
    return matrix


def _semidefinite(matrix: Floats, tolerance: float) -> bool:
    """Whether no eigenvalue lies below −tolerance, told by Cholesky in a tenth of the time that eigenvalues take."""
    try:
        np.linalg.cholesky(matrix + np.diag(np.full(len(matrix), tolerance)))
    except np.linalg.LinAlgError:
        return False
    return True
