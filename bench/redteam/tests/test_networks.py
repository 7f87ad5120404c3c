import pytest

from lntx_redteam import networks
from lntx_redteam.networks import faults, honest
from lntx_redteam.networks.drawing import KINDS, OPTIMIZERS, drawn
from lntx_redteam.networks.faults import ARCHITECTURES, FAULTS, Planted
from lntx_redteam.networks.honest import Result


def test_every_kind_and_optimizer_is_drawn_and_the_same_again():
    some = [drawn(seed) for seed in range(200)]
    assert {network.kind for network in some} == set(KINDS)
    assert {network.optimizer for network in some} == set(OPTIMIZERS)
    one, two = (drawn(7).start()[0].state_dict() for _ in range(2))
    assert all(value.equal(two[name]) for name, value in one.items())


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_of_each_kind_has_honest_ways_that_agree(kind):
    network = next(network for network in map(drawn, range(200)) if network.kind == kind)
    loop = honest.loop_of(network)
    found = {name: loop.verify(name, steps=10) for name, way in loop.ways.items() if not way.derived}
    assert all(one.ok for one in found.values()), {name: one.note for name, one in found.items()}


def test_the_faults_are_found_in_one_network():
    loop = faults.loop_of("perceptron", "AdamW")
    assert loop.verify("right", steps=10).ok
    missed = [fault for fault in FAULTS if loop.verify(fault, steps=10).ok]
    assert not missed


def test_the_tables_count_and_name_what_came_out_otherwise():
    rejected = Result("ReLU", "Adam", "functional", 3, "rejected", 2.5, "after step 1")
    planted = [
        Planted(fault, ARCHITECTURES[0], "Adam", share) for fault, share in (("right", 0.5), ("lr 0.1 % off", 1e4))
    ]
    counted = networks.Counted((rejected, Result("ReLU", "Adam", "eager", 3, "agreed", 0.2)), tuple(planted), 1e-8)
    lines = networks.table(counted)
    assert "| all |  | 2 | 1 | 0 | 0 | 0 | 1 | 2.5 |" in lines
    assert "- rejected: functional, ReLU, Adam, seed 3: after step 1" in lines
    assert any("10,000" in line for line in lines)
    assert counted.failures == ["functional (ReLU, Adam, seed 3)"]
    missed = networks.Counted((), (Planted("lr 0.1 % off", ARCHITECTURES[0], "Adam", 0.3),))
    assert missed.failures == ["lr 0.1 % off (perceptron, Adam)"]
    assert "**missed: 0.3**" in "".join(networks.table(missed))
