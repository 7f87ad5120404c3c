import pytest
from hypothesis import given
from hypothesis import strategies as st

from lntx.judge.quantities import said_seconds, said_size, seconds, size


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.5 ms", 2.5e-3),
        ("300us", 3e-4),
        ("7 µs", 7e-6),
        ("7 μs", 7e-6),
        ("1e3 ns", 1e-6),
        (" 2 s ", 2),
        ("1 min", 60),
    ],
)
def test_a_time_is_read(text, value):
    assert seconds(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "value"), [("20 MiB", 20 * 2**20), ("1.5kB", 1500), ("512 B", 512), ("2 GB", 2e9), ("1 GiB", 2**30)]
)
def test_a_size_is_read(text, value):
    assert size(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "ms", "2.5", "2,5 ms", "-1 ms", "0 ms", "1 MiB", "1 hour", "1 m s", "1e999 s", "inf s", 2.5, None, "1 MS"],
)
def test_what_is_no_time_is_told_how_to_write_one(text):
    with pytest.raises(ValueError, match=r'write it as "2\.5 ms"') as caught:
        seconds(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "20", "20 mib", "20 ms", "0 B", "20 Mb", 20])
def test_what_is_no_size_is_told_how_to_write_one(text):
    with pytest.raises(ValueError, match='write it as "20 MiB"'):
        size(text)


@given(st.floats(1e-9, 1e4))
def test_a_time_that_is_said_can_be_read(value):
    assert seconds(said_seconds(value, 6).replace(",", "")) == pytest.approx(value, rel=1e-4)


@given(st.integers(1, 2**50))
def test_a_size_that_is_said_can_be_read(value):
    assert size(said_size(value, 6).replace(",", "")) == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize(
    ("value", "said"), [(2.5e-3, "2.5 ms"), (0.9996, "1 s"), (1.2345e-6, "1.23 µs"), (4321, "4,321 s")]
)
def test_times_have_the_unit_that_suits_them(value, said):
    assert said_seconds(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0 B"), (1023, "1,023 B"), (1023.9 * 1024, "1 MiB"), (5 * 2**19, "2.5 MiB")]
)
def test_sizes_have_the_unit_that_suits_them(value, said):
    assert said_size(value) == said
