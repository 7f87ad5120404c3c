"""Every kind of array that people have is taken for its values, or refused in one line that names the argument."""

import datetime as dt
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from support.refusals import refused

import lntx
from lntx.training.linear.data.conversion import numbers

WHOLE = np.array([[3, 1], [4, 1], [5, 9], [2, 6], [5, 3]])  # every dtype holds them
HALVES = WHOLE + np.array([0.5, 0.25])
LONG = WHOLE + 2**24 + 1  # float32 holds few of them
FLAGS = WHOLE > 3
RECORDS = np.zeros(5, [("gap", "i1"), ("a", "f4", 2), ("more", "i1")])
RECORDS["a"] = HALVES
TARGETS = HALVES[:, 0] + 1
MIXED = np.column_stack([WHOLE[:, 0], HALVES[:, 1]])


def unaligned(values):
    return np.frombuffer(b"\0" + values.tobytes(), np.uint8)[1:].view(values.dtype).reshape(values.shape)


def mapped(values, folder):
    np.save(folder / "X.npy", values)
    return np.load(folder / "X.npy", mmap_mode="r")


def quietly(make):
    """Make a tensor of a kind that torch warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make()


def negated(values):
    return torch.complex(torch.zeros(values.shape), -torch.from_numpy(values).float()).conj().imag


TAKEN = {  # name: (what is given, the values that it stands for, the dtype that holds them)
    "float32": (HALVES.astype("f4"), HALVES, "float32"),
    "float64": (HALVES, HALVES, "float64"),
    "float16": (HALVES.astype("f2"), HALVES, "float32"),
    "longdouble": (HALVES.astype("g"), HALVES, "float64"),
    "big-endian float32": (HALVES.astype(">f4"), HALVES, "float32"),
    "big-endian float64": (HALVES.astype(">f8"), HALVES, "float64"),
    "big-endian integers": (LONG.astype(">i8"), LONG, "float64"),
    "int8": (-WHOLE.astype("i1"), -WHOLE, "float32"),
    "the smallest int8": (np.full((5, 2), -128, "i1"), np.full((5, 2), -128), "float32"),
    "uint8": (WHOLE.astype("u1"), WHOLE, "float32"),
    "int64": (WHOLE, WHOLE, "float32"),
    "int64 of many digits": (LONG, LONG, "float64"),
    "times in seconds": (1_700_000_000 + WHOLE, 1_700_000_000 + WHOLE, "float64"),
    "times in whole nanoseconds": ((1_700_000_000 + WHOLE) * 10**9, (1_700_000_000 + WHOLE) * 1e9, "float64"),
    "uint64": (WHOLE.astype("u8") << np.uint64(40), WHOLE * 2.0**40, "float32"),
    "bool": (FLAGS, FLAGS, "float32"),
    "backwards": (HALVES[::-1], HALVES[::-1], "float64"),
    "backwards along the features": (HALVES[:, ::-1], HALVES[:, ::-1], "float64"),
    "every other row": (np.repeat(HALVES, 2, axis=0)[::2], HALVES, "float64"),
    "Fortran order": (np.asfortranarray(HALVES), HALVES, "float64"),
    "broadcast": (np.broadcast_to(HALVES[0], (5, 2)), HALVES[[0] * 5], "float64"),
    "a field of records": (RECORDS["a"], HALVES, "float32"),
    "unaligned": (unaligned(HALVES), HALVES, "float64"),
    "a matrix": (np.asmatrix(HALVES), HALVES, "float64"),
    "masked, with nothing masked": (np.ma.array(HALVES), HALVES, "float64"),
    "lists": (HALVES.tolist(), HALVES, "float64"),
    "lists of whole numbers": (WHOLE.tolist(), WHOLE, "float32"),
    "tuples of long numbers": (tuple(map(tuple, LONG.tolist())), LONG, "float64"),
    "a list of arrays": ([*HALVES], HALVES, "float64"),
    "objects": (HALVES.astype(object), HALVES, "float64"),
    "whole objects": (WHOLE.astype(object), WHOLE, "float32"),
    "long objects": (LONG.astype(object), LONG, "float64"),
    "Decimals": ([[Decimal(f"{x}") for x in row] for row in HALVES.tolist()], HALVES, "float64"),
    "Fractions": ([[Fraction(x) for x in row] for row in HALVES.tolist()], HALVES, "float64"),
    "bools and numbers": ([[True, 2.5]] * 5, [[1, 2.5]] * 5, "float64"),
    "a tensor": (torch.from_numpy(HALVES), HALVES, "float64"),
    "a tensor of float32": (torch.from_numpy(HALVES).float(), HALVES, "float32"),
    "a tensor of bfloat16": (torch.from_numpy(HALVES).bfloat16(), HALVES, "float32"),
    "a tensor of half": (torch.from_numpy(HALVES).half(), HALVES, "float32"),
    "a tensor of float8": (torch.from_numpy(WHOLE).to(torch.float8_e4m3fn), WHOLE, "float32"),
    "a tensor of int64": (torch.from_numpy(LONG), LONG, "float64"),
    "a tensor of bool": (torch.from_numpy(FLAGS), FLAGS, "float32"),
    "a tensor that requires its gradient": (torch.from_numpy(HALVES).requires_grad_(), HALVES, "float64"),
    "a parameter": (torch.nn.Parameter(torch.from_numpy(HALVES)), HALVES, "float64"),
    "a tensor with a negative bit": (negated(HALVES), HALVES, "float32"),
    "a tensor transposed": (torch.from_numpy(HALVES.T.copy()).T, HALVES, "float64"),
    "a tensor expanded": (torch.from_numpy(HALVES[0]).expand(5, 2), HALVES[[0] * 5], "float64"),
    "a frame": (pd.DataFrame(HALVES, columns=["a", "b"]), HALVES, "float64"),
    "a frame of float32": (pd.DataFrame(HALVES.astype("f4")), HALVES, "float32"),
    "a frame of several dtypes": (pd.DataFrame({"a": WHOLE[:, 0], "b": HALVES[:, 1]}), MIXED, "float64"),
    "a frame of bools": (pd.DataFrame(FLAGS), FLAGS, "float32"),
    "a frame of nullable integers": (pd.DataFrame(WHOLE).astype("Int64"), WHOLE, "float32"),
    "a frame of long nullable integers": (pd.DataFrame(LONG).astype("Int64"), LONG, "float64"),
    "a frame of nullable unsigned integers": (pd.DataFrame(WHOLE).astype("UInt8"), WHOLE, "float32"),
    "a frame of nullable floats": (pd.DataFrame(HALVES).astype("Float64"), HALVES, "float64"),
    "a frame of nullable bools": (pd.DataFrame(FLAGS).astype("boolean"), FLAGS, "float32"),
    "a frame of Arrow's floats": (pd.DataFrame(HALVES).astype("float64[pyarrow]"), HALVES, "float64"),
    "a frame of Arrow's integers": (pd.DataFrame(LONG).astype("int64[pyarrow]"), LONG, "float64"),
    "a sparse frame": (pd.DataFrame(HALVES).astype(pd.SparseDtype("float64")), HALVES, "float64"),
    "a frame of Decimals": (pd.DataFrame([[Decimal("1.5"), Decimal(2)]] * 5), [[1.5, 2]] * 5, "float64"),
}  # fmt: skip

REFUSED = {  # name: (what is given, what the line says)
    "None": (None, "None"),
    "text": ([["a", "b"]] * 5, "text"),
    "numbers as text": ([["1", "2"]] * 5, "text"),
    "text among numbers": (np.array([[1, "b"]] * 5, object), "'b' at row 0"),
    "bytes": (np.full((5, 2), b"1"), "bytes"),
    "a string": ("12", "text"),
    "complex": (HALVES + 1j, "complex"),
    "complex without an imaginary part": (HALVES.astype(complex), "complex"),
    "complex lists": ((HALVES + 1j).tolist(), "complex"),
    "complex objects": ((HALVES + 1j).astype(object), "not a number"),
    "a complex tensor": (torch.from_numpy(HALVES + 1j), "complex"),
    "a conjugate": (torch.from_numpy(HALVES + 1j).conj(), "complex"),
    "dates": (WHOLE.astype("M8[D]"), "dates"),
    "times": (WHOLE.astype("M8[ns]"), "dates"),
    "no date": (np.full((5, 2), np.datetime64("NaT")), "dates"),
    "time spans": (WHOLE.astype("m8[s]"), "time spans"),
    "Python's dates": ([[dt.date(2026, 1, 1)] * 2] * 5, "not a number"),
    "time spans among objects": (np.array([[np.timedelta64(3, "s"), 1]] * 5, object), "not a number"),
    "records": (np.zeros(5, [("a", "f4"), ("b", "f4")]), "records"),
    "raw bytes": (np.zeros((5, 2), "V4"), "raw bytes"),
    "a gap": ([[1.0, None]] * 5, "None at row 0, column 1"),
    "pandas' gap": (np.array([[1, pd.NA]] * 5, object), "row 0, column 1"),
    "ragged lists": ([[1], [1, 2], [3], [4], [5]], "not an array of numbers"),
    "a generator": ((row for row in HALVES), "generator"),
    "a dict": ({"a": [1, 2]}, "not an array of numbers"),
    "a set": ({1, 2}, "not an array of numbers"),
    "a function": (len, "not an array of numbers"),
    "a number": (3.0, "must be"),
    "three dimensions": (np.ones((5, 2, 2)), "must be"),
    "masked": (np.ma.array(HALVES, mask=WHOLE > 5), "2 masked values"),
    "one masked": (np.ma.array(HALVES, mask=WHOLE == 9), "1 masked value;"),
    "rows of which some are masked": ([np.ma.array([1.0, 2.0], mask=[0, 1])] * 5, "5 masked values"),
    "objects within objects": (np.array([[np.array(1.0), 2]] * 5, object), "not a number"),
    "NaN": (np.full((5, 2), np.nan), "nan at row 0, column 0"),
    "infinity": (np.full((5, 2), -np.inf), "-inf at row 0, column 0"),
    "NaN in half": (np.full((5, 2), np.nan, "f2"), "nan at row 0"),
    "Decimal's NaN": ([[Decimal("NaN")] * 2] * 5, "nan at row 0"),
    "Decimal's signalling NaN": ([[Decimal("sNaN")] * 2] * 5, "row 0"),
    "beyond float64": ([[10**400, 1]] * 5, "row 0"),
    "a Fraction beyond float64": ([[Fraction(10**400), 1]] * 5, "row 0"),
    "a longdouble beyond float64": (np.full((5, 2), np.finfo("g").max), "inf at row 0"),
    "whole numbers of too many digits": (WHOLE + 2**53, "more digits than float64"),
    "unsigned numbers of too many digits": (np.full((5, 2), 2**64 - 1, "u8"), "more digits than float64"),
    "objects of too many digits": (np.full((5, 2), 2**70 + 1, object), "more digits than float64"),
    "times to the nanosecond": (1_700_000_000_123_456_789 + WHOLE, "more digits than float64"),
    "a tensor of too many digits": (torch.from_numpy(WHOLE + 2**53), "more digits than float64"),
    "a sparse tensor": (torch.from_numpy(HALVES).to_sparse(), "sparse"),
    "a tensor in a layout of its own": (torch.ones(5, 2).to_mkldnn(), "sparse"),
    "a meta tensor": (torch.ones(5, 2, device="meta"), "meta"),
    "a quantised tensor": (quietly(lambda: torch.quantize_per_tensor(torch.ones(5, 2), 0.1, 0, torch.qint8)), "quantised"),
    "a nested tensor": (quietly(lambda: torch.nested.nested_tensor([torch.ones(2)] * 5, layout=torch.jagged)), "nested"),
    "SciPy's sparse matrix": (scipy.sparse.csr_matrix(HALVES), "toarray()"),
    "SciPy's sparse array": (scipy.sparse.coo_array(HALVES), "toarray()"),
    "a frame with text": (pd.DataFrame({"a": [1.0] * 5, "b": ["x"] * 5}), "column 'b'"),
    "a frame with dates": (pd.DataFrame({"a": pd.date_range("2026", periods=5)}), "column 'a' holds dates"),
    "a frame with zoned dates": (pd.DataFrame({"a": pd.date_range("2026", periods=5, tz="UTC")}), "column 'a' holds dates"),
    "a frame with time spans": (pd.DataFrame({"a": pd.to_timedelta([1] * 5, "s")}), "column 'a' holds time spans"),
    "a frame with periods": (pd.DataFrame({"a": pd.period_range("2026", periods=5)}), "column 'a' holds dates"),
    "a frame with intervals": (pd.DataFrame({"a": pd.interval_range(0, 5)}), "column 'a' holds intervals"),
    "a frame with categories": (pd.DataFrame({"a": pd.Categorical([1, 2, 1, 2, 1])}), "column 'a' holds categories"),
    "a frame with complex numbers": (pd.DataFrame({"a": [1j] * 5}), "column 'a' holds complex"),
    "a frame with a gap": (pd.DataFrame({"a": pd.array([1, 2, None, 4, 5], "Int64")}), "column 'a' holds a gap at row 2"),
    "a frame with a float's gap": (pd.DataFrame({"a": [1, 2, None, 4, 5]}), "nan at row 2"),
    "a frame with long numbers": (pd.DataFrame({"a": WHOLE[:, 0] + 2**53}), "more digits than float64"),
    "a frame without columns": (pd.DataFrame(index=range(5)), "X is|Y is"),
}  # fmt: skip

PYTHONS = st.integers() | st.decimals() | st.fractions() | st.floats() | st.booleans()
plain = pytest.mark.parametrize("case", TAKEN)


def representable(value):
    """Whether a float holds a whole number exactly, and comes near enough to another."""
    try:
        return float(value) == value or not isinstance(value, int)
    except (OverflowError, ValueError):
        return False


@plain
def test_inputs_of_every_kind_are_taken_for_their_values(case):
    given, values, dtype = TAKEN[case]
    problem = lntx.Problem(given, np.ones(5, np.float32))
    assert problem.X.tolist() == np.asarray(values, float).tolist()
    assert problem.dtype == str(problem.X.dtype) == str(problem.Y.dtype) == dtype
    assert problem.X.dtype.isnative
    assert type(problem.X) is np.ndarray


@plain
def test_targets_of_every_kind_are_taken_for_their_values(case):
    given, values, dtype = TAKEN[case]
    problem = lntx.Problem(np.ones((5, 3), np.float32), given)
    assert problem.Y.tolist() == np.asarray(values, float).tolist()
    assert str(problem.X.dtype) == str(problem.Y.dtype) == dtype


@plain
@pytest.mark.parametrize("backend", ["manual", "numpy", "fused", "composed"])
def test_however_inputs_are_stored_their_training_is_the_same(case, backend):
    given, values, dtype = TAKEN[case]
    size = float(np.abs(np.asarray(values, float)).max())
    recipe = lntx.Recipe(lr=0.1 / size**2, epochs=3, batch_size=2)
    fit, wanted = (
        lntx.train(lntx.Problem(X, TARGETS.astype(dtype)), recipe, backend)
        for X in (given, np.array(values, dtype, order="C"))
    )
    assert fit.weights.dtype == getattr(torch, dtype)
    assert torch.allclose(fit.weights, wanted.weights, rtol=1e-5, atol=0)


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("argument", ["X", "Y", "weights", "bias"])
def test_what_holds_no_numbers_is_refused_in_a_line_that_names_it(case, argument):
    given, says = REFUSED[case]
    parts = {"X": np.ones((5, 3)), "Y": np.ones((5, 2))} | {argument: given}
    if argument in ("weights", "bias"):
        if given is None:
            return  # they aren't known
        says = ""
    refused(argument, lambda: lntx.Problem(**parts), says)


def test_native_floats_stay_where_they_lie_however_they_are_given(tmp_path):
    for values in (HALVES, HALVES.astype("f4"), np.asfortranarray(HALVES), HALVES[:, :1], HALVES[::2]):
        assert np.shares_memory(lntx.Problem(values, np.ones(len(values), values.dtype)).X, values)
    fixed = HALVES.copy()
    fixed.flags.writeable = False
    assert np.shares_memory(lntx.Problem(fixed, TARGETS).X, fixed)
    file = mapped(HALVES, tmp_path)
    assert lntx.Problem(file, TARGETS).X is file
    assert lntx.Problem(file, TARGETS).mapped
    assert lntx.Problem(file, TARGETS).head(2).mapped


def test_a_file_that_had_to_be_converted_is_no_longer_one(tmp_path):
    for dtype in (">f8", "i8", "f2"):
        problem = lntx.Problem(mapped(WHOLE.astype(dtype), tmp_path), TARGETS)
        assert not problem.mapped
        assert problem.X.tolist() == WHOLE.tolist()


def test_a_file_is_never_read_whole_because_its_targets_are_wider(tmp_path):
    file = mapped(HALVES.astype("f4"), tmp_path)
    refused("Y", lambda: lntx.Problem(file, TARGETS + 0.1), "save Y as float32, or X as float64")
    exact = lntx.Problem(file, TARGETS)  # float32 holds these
    assert exact.X is file
    assert exact.Y.dtype == np.float32
    assert exact.Y[:, 0].tolist() == TARGETS.tolist()


@pytest.mark.parametrize(("first", "second"), [("i8", "f8"), ("f4", "f8"), ("f8", "f4"), ("f8", "?"), ("f2", "f8")])
def test_x_and_y_take_the_wider_dtype_of_the_two(first, second):
    problem = lntx.Problem(WHOLE.astype(first), (WHOLE[:, 0] + 0.1).astype(second))
    assert (str(problem.X.dtype), str(problem.Y.dtype)) == ("float64", "float64")
    assert problem.Y[:, 0].tolist() == (WHOLE[:, 0] + 0.1).astype(second).tolist()


def test_the_smallest_and_the_largest_whole_numbers_are_taken_for_what_they_are():
    assert numbers("X", np.array([-(2**63), 2**62])).tolist() == [-(2.0**63), 2.0**62]
    assert numbers("X", np.array([2**63], "u8")).tolist() == [2.0**63]


@given(
    arrays.arrays(
        arrays.integer_dtypes(endianness="?")
        | arrays.unsigned_integer_dtypes(endianness="?")
        | arrays.boolean_dtypes(),
        arrays.array_shapes(min_dims=1, max_dims=3),
    )
)
def test_whole_numbers_are_held_exactly_or_refused(values):
    exact = all(int(float(value)) == value for value in values.flat)
    try:
        taken = numbers("X", values)
    except lntx.InputError:
        assert not exact
    else:
        assert exact
        narrow = all(int(np.float32(int(value))) == value for value in values.flat)
        assert [int(value) for value in taken.flat] == values.ravel().tolist()
        assert taken.dtype == (np.float32 if narrow else np.float64)


@given(st.lists(st.lists(PYTHONS, min_size=2, max_size=2), min_size=1))
def test_pythons_own_numbers_become_the_nearest_or_are_refused(rows):
    try:
        taken = numbers("X", rows)
    except lntx.InputError:
        assert not all(representable(value) for row in rows for value in row)
        return
    assert np.array_equal(taken, [[float(value) for value in row] for row in rows], equal_nan=True)
