"""Quotas and limits of memory are found at every level of nested control groups, in version 1, version 2 and both at once."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.machines import V1, V2, planted

from lntx.host import control_groups


def test_the_tightest_of_nested_quotas_counts(tmp_path):
    root = planted(
        tmp_path,
        V2,
        {
            "proc/self/cgroup": "0::/pod/app\n",
            "sys/fs/cgroup/cpu.max": "max 100000\n",
            "sys/fs/cgroup/pod/cpu.max": "150000 100000\n",
            "sys/fs/cgroup/pod/app/cpu.max": "400000 100000\n",
        },
    )
    assert [quota.cpus for quota in control_groups.quotas(root)] == [4.0, 1.5]
    found = control_groups.tightest(root)
    assert (found.cpus, found.folder, found.period_s) == (1.5, root / "sys/fs/cgroup/pod", 0.1)


def test_version_1_has_a_tree_for_each_controller(tmp_path):
    root = planted(
        tmp_path,
        V1,
        {
            "proc/self/cgroup": "4:memory:/job\n3:cpu,cpuacct:/job/step\n0::/\n",
            "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "50000\n",
            "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpu/job/step/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu/job/step/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
            "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "1000\n",
            "sys/fs/cgroup/memory/job/memory.usage_in_bytes": "900\n",
            "sys/fs/cgroup/memory/job/memory.stat": "cache 800\ntotal_inactive_file 700\n",
        },
    )
    assert [(quota.cpus, quota.folder.name) for quota in control_groups.quotas(root)] == [(0.5, "job")]
    assert [(one.most, one.used) for one in control_groups.memory(root)] == [(1000, 200)]


def test_both_versions_may_be_there_at_once(tmp_path):
    root = planted(
        tmp_path,
        V1,
        {
            "proc/self/cgroup": "1:cpu:/\n0::/slice\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/unified/slice/cpu.max": "200000 100000\n",
        },
    )
    assert sorted(quota.cpus for quota in control_groups.quotas(root)) == [2.0, 3.0]


@pytest.mark.parametrize("place", ["/", "/../..", "/docker/abc", "/docker/abc/def", "/elsewhere"])
def test_in_a_container_the_mount_s_top_is_its_own_group(tmp_path, place):
    mount = V2.replace(" / /sys/fs/cgroup ", " /docker/abc /sys/fs/cgroup ")
    files = {"proc/self/cgroup": f"0::{place}\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}
    assert control_groups.tightest(planted(tmp_path, mount, files)).cpus == 0.5


def test_a_folder_s_blanks_are_read(tmp_path):
    mount = V2.replace("/sys/fs/cgroup", "/sys/fs/my\\040groups")
    files = {"proc/self/cgroup": "0::/\n", "sys/fs/my groups/cpu.max": "50000 100000\n"}
    assert control_groups.tightest(planted(tmp_path, mount, files)).cpus == 0.5


def test_how_often_a_quota_was_used_up_is_read(tmp_path):
    files = {"cpu.stat": "usage_usec 1\nnr_periods 40\nnr_throttled 10\n"}
    root = planted(tmp_path, V2, files)
    assert control_groups.throttling(root) == control_groups.Throttling(40, 10)
    assert control_groups.throttling(root / "nowhere") is None


def test_where_there_are_no_groups_there_is_no_limit(tmp_path):
    assert control_groups.tightest(tmp_path) is None
    assert list(control_groups.memory(tmp_path)) == []


words = st.sampled_from(
    ["", "max", "0", "-1", "100000", "max 0", "1 0", "1e9", "\udcff", "nan", "9" * 400, "50000 100000"]
)


@given(cgroup=words, mounts=st.sampled_from([V2, V1, "", "a - b", V2 * 2, V2[:40]]), most=words, period=words)
def test_whatever_stands_there_a_quota_is_a_number_of_processors_or_none(
    tmp_path_factory, cgroup, mounts, most, period
):
    files = {
        "proc/self/cgroup": f"0::/{cgroup}\n1:cpu:{cgroup}",
        "sys/fs/cgroup/cpu.max": most,
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": most,
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": period,
        "sys/fs/cgroup/memory.max": most,
        "sys/fs/cgroup/memory.current": period,
    }
    root = planted(tmp_path_factory.mktemp("root"), mounts, files)
    found = control_groups.tightest(root)
    assert found is None or 0 < found.cpus < math.inf
    assert all(one.used >= 0 for one in control_groups.memory(root))
