"""What to do with lntx: `nox -s bench` measures and reports, `nox -s tests lint types` checks.

Every session makes an environment of its own with pip, from the versions pinned in constraints.txt, and keeps it.
"""

import os
import re
import shutil
from itertools import pairwise
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["tests", "lint", "types"]
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"

PINNED = ("-c", "constraints.txt")
RESULTS = "results"
GATED = (  # short enough for every commit: each way to train, at small sizes, where overheads show
    "bench/test_tutorial.py",
    "bench/test_samples.py",
    "--lntx-profile=gate",
    *(f"--lntx-backend={name}" for name in ("eager", "manual", "numpy", "fused", "composed")),
)
# Tests have a process for each core: more threads than that would wait for each other by spinning, which doubles the time.
SIDE_BY_SIDE = ("--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal")
ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
SCHEMAS = {  # what each kind of file that CI reads is held against, by where it lies; as pages show them, too
    ".github/workflows/*.yml": "vendor.github-workflows",
    ".github/actions/*/action.yml": "vendor.github-actions",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    ".github/dependabot.yml": "vendor.dependabot",
    ".github/ISSUE_TEMPLATE/[!c]*.yml": "vendor.github-issue-forms",
    ".github/ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
    "CITATION.cff": "vendor.citation-file-format",
}
PAGES = ("README.md", "docs/ci.md", "docs/machines.md")
RECIPE = re.compile(r"```yaml\n# (\S+\.yml)\n(.*?)```", re.DOTALL)  # a block whose first line is the path of its file
DIST = "dist"
TRIED = "def test_sum(benchmark):\n    assert benchmark(sum, [1, 2]) == 3\n"
TRIALS = (  # of an installed lntx
    ("lntx", "--version"),
    ("lntx", "doctor", "--seconds", "2"),
    ("python", "-m", "pytest", "-q", "--benchmark-json=runs.json", "test_sum.py"),
    ("lntx", "report", "runs.json", "-o", "page"),
    ("lntx", "schema", "gate"),
)
TRAININGS = (
    ("lntx", "train", "--backend", "manual", "--epochs", "20", "--save", "model.safetensors"),
    ("lntx", "predict", "model.safetensors", "1", "1", "1"),
    ("lntx", "verify", "--backend", "numpy"),
    ("lntx", "bench", "--profile", "smoke", "--backend", "numpy", "--suite", "tutorial", "-o", "results"),
    (
        "python",
        "-c",
        "from lntx.sklearn import LNTXRegressor; print(LNTXRegressor().fit([[0.0], [1.0]], [0.0, 1.0]).coef_)",
    ),
)
MENDABLE = 14  # lntx doctor found something that would spoil measurements
WRONG_WEIGHTS = 12  # the study is whole, and its report names the backend that disagrees


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, but for those of whole gates and studies; arguments go to pytest, which then leaves nothing out."""
    _test(session, *(session.posargs or ("-m", "not end_to_end")))


@nox.session(name="end-to-end")
def end_to_end(session: nox.Session) -> None:
    """Run the tests of whole gates and studies (ten minutes); arguments go to pytest."""
    _test(session, "-m", "end_to_end", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, that the rooms import one way, and the workflows: ours, and those that pages show."""
    session.install(*PINNED, *_group("lint"))  # reads the source alone
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    shown = Path(session.create_tmp()) / "recipes"
    shutil.rmtree(shown, ignore_errors=True)
    _write_recipes(shown)
    for place in (Path(), shown):
        for files, schema in SCHEMAS.items():
            if found := sorted(map(str, place.glob(files))):
                session.run("check-jsonschema", "--default-filetype", "yaml", "--builtin-schema", schema, *found)
    session.run("zizmor", "--offline", "--no-progress", ".github", str(shown / ".github"))


@nox.session
def docs(session: nox.Session) -> None:
    """Make the pages in results/docs, the notebooks run, and look at them in a browser; arguments go to sphinx-build."""
    install(session, "docs")
    made, kept = Path(RESULTS) / "docs", Path(session.create_tmp()) / "doctrees"
    shutil.rmtree(made, ignore_errors=True)
    options = ("--fresh-env", "--fail-on-warning", "--keep-going", "--conf-dir", "docs", "--doctree-dir", str(kept))
    session.run("sphinx-build", *options, *session.posargs, ".", str(made))
    looked_at = ("tests/test_documentation.py", "tests/test_tutorial.py")
    session.run("pytest", "-m", "end_to_end", *looked_at, env={"LNTX_DOCS": str(made.resolve())})
    session.log(f"the pages begin at {made.resolve() / 'index.html'}")


@nox.session
def audit(session: nox.Session) -> None:
    """Ask PyPI whether any pinned version has a known vulnerability; arguments go to pip-audit."""
    session.install(*PINNED, *_group("audit"))
    session.run(
        "pip-audit", "--requirement", "constraints.txt", "--no-deps", "--disable-pip", "--strict", *session.posargs
    )


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of lntx/, strictly."""
    install(session, "types")
    session.run("mypy")


@nox.session
def base(session: nox.Session) -> None:
    """Install lntx alone, without any extra, and test that the gate, compare and report work there; arguments go to pytest."""
    install(session, "base", extra="")
    session.run("pytest", "tests/test_without_torch.py", *session.posargs)


@nox.session
def dist(session: nox.Session) -> None:
    """Build and check the packages, and try them in empty environments (--train: with torch; --tag v1.2.3: held to a tag)."""
    shutil.rmtree(DIST, ignore_errors=True)
    session.install(*PINNED, *_group("dist"))
    session.run("python", "-m", "build", "--no-isolation", "--outdir", DIST)
    files = sorted(map(str, Path(DIST).iterdir()))
    session.run("twine", "check", "--strict", *files)
    wheel, sdist = (next(Path(DIST).glob(pattern)).resolve() for pattern in ("*.whl", "*.tar.gz"))
    if "--tag" in session.posargs:
        tag = session.posargs[session.posargs.index("--tag") + 1]
        if wheel.name.split("-")[1] != tag.removeprefix("v"):
            session.error(
                f"{wheel.name} is not what the tag {tag} names; change the version in lntx/__init__.py, or the tag"
            )
    _try(session, "base", str(wheel), TRIALS)
    _try(session, "sdist", str(sdist), TRIALS[:1])
    if "--train" in session.posargs:
        _try(session, "train", f"lntx[sklearn] @ {wheel.as_uri()}", (*TRIALS, *TRAININGS))


@nox.session
def schemas(session: nox.Session) -> None:
    """Write the JSON Schemas of the files that lntx writes to docs/schemas/, anew from the code."""
    install(session, "base", extra="")
    session.run("lntx", "schema", "--out", "docs/schemas")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure every backend and the loops (six to eight minutes on 2 cores), then report; arguments go to lntx bench."""
    install(session, "bench")
    session.run(
        "lntx", "bench", "--profile", "regular", "--out", RESULTS, *session.posargs, success_codes=[0, WRONG_WEIGHTS]
    )
    _report(session, _folder(session.posargs), "--quiet")  # what was found has been said


@nox.session
def gate(session: nox.Session) -> None:
    """Judge this commit by the one before, over a part of the suites; arguments (BASE HEAD, options) go to lntx gate."""
    install(session, "bench")
    asked = list(session.posargs) or ["HEAD~1"]
    session.run("lntx", "gate", *asked, *([] if "--" in asked else ["--", *GATED]))


@nox.session
def peers(session: nox.Session) -> None:
    """Test the peers, hold lntx to its targets against them (about ten minutes), then report; arguments go to lntx-peers."""
    install(session, "peers")
    session.install(*PINNED, "--no-build-isolation", "-e", "bench/peers")
    session.run("pytest", "-c", "bench/peers/pyproject.toml", "bench/peers/tests")
    session.run("lntx-peers", "--out", f"{RESULTS}/peers", *session.posargs, success_codes=[0, WRONG_WEIGHTS])
    _report(session, _folder(session.posargs, f"{RESULTS}/peers"))


@nox.session
def redteam(session: nox.Session) -> None:
    """Test the red team, then let its wrong backends try to be believed; arguments go to lntx-redteam (--quick: a minute)."""
    install(session, "redteam")
    session.install(*PINNED, "--no-build-isolation", "-e", "bench/redteam")
    session.run("pytest", "-c", "bench/redteam/pyproject.toml", *SIDE_BY_SIDE, "bench/redteam/tests", env=ALONE)
    session.run("lntx-redteam", *session.posargs)


@nox.session(name="gate-selftest")
def gate_selftest(session: nox.Session) -> None:
    """Test the self-test, then hold the gate to its promises (--quick shows that it works); arguments go to lntx-selftest."""
    install(session, "selftest")
    session.install(*PINNED, "--no-build-isolation", "-e", "bench/selftest")
    session.run("pytest", "-c", "bench/selftest/pyproject.toml", "bench/selftest/tests")
    session.run("lntx-selftest", *session.posargs)


@nox.session
def foreign(session: nox.Session) -> None:
    """Run the gate on other projects' own suites, which takes hours; arguments go to lntx-foreign (--only NAME: one of them)."""
    install(session, "foreign")
    session.install(*PINNED, "--no-build-isolation", "-e", "bench/foreign")
    session.run("pytest", "-c", "bench/foreign/pyproject.toml", "bench/foreign/tests")
    session.run("lntx-foreign", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Kill lntx, fill its disk, feed it hostile files, for hours; arguments go to lntx-faults (--quick: a minute)."""
    install(session, "faults")
    session.install(*PINNED, "--no-build-isolation", "-e", "bench/faults")
    session.run("pytest", "-c", "bench/faults/pyproject.toml", "bench/faults/tests")
    session.run("lntx-faults", *session.posargs)


@nox.session
def machines(session: nox.Session) -> None:
    """Try what lntx promises past one machine (about fifteen minutes); arguments go to lntx-machines (--quick: half a minute)."""
    install(session, "machines")
    session.install(*PINNED, "--no-build-isolation", "-e", "bench/machines")
    session.run("pytest", "-c", "bench/machines/pyproject.toml", "bench/machines/tests")
    session.run("lntx-machines", *session.posargs)


@nox.session
def report(session: nox.Session) -> None:
    """Render the results again; arguments go to lntx report."""
    install(session, "bench")
    if session.posargs:
        session.run("lntx", "report", *session.posargs)
    else:
        _report(session, RESULTS)


def _try(session: nox.Session, name: str, what: str, commands: tuple[tuple[str, ...], ...]) -> None:
    """Install something into an empty environment, and run commands there, in an empty folder."""
    folder, constraints = Path(session.create_tmp()).resolve() / name, str(Path("constraints.txt").resolve())
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "work").mkdir(parents=True)
    session.run("python", "-m", "venv", str(folder / "env"))
    places = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    session.run(str(places / "python"), "-m", "pip", "install", "--quiet", "-c", constraints, what, external=True)
    (folder / "work" / "test_sum.py").write_text(TRIED, encoding="utf-8")
    with session.chdir(folder / "work"):
        for program, *arguments in commands:
            found = [0, MENDABLE] if arguments[:1] == ["doctor"] else [0]
            session.run(str(places / program), *arguments, external=True, success_codes=found, env={"PYTHONPATH": ""})


def _test(session: nox.Session, *arguments: str) -> None:
    install(session, "tests")
    session.run("pytest", *SIDE_BY_SIDE, *arguments, env=ALONE)


def install(session: nox.Session, group: str, extra: str = "[train]") -> None:
    """Install lntx as it lies here with what a session needs besides, the build tool included, all as pinned."""
    session.install(*PINNED, "hatchling", "editables", *_group(group))
    session.install(*PINNED, "--no-build-isolation", "-e", f".{extra}")


def _group(name: str) -> tuple[str, ...]:
    return nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), name)


def _write_recipes(folder: Path) -> None:
    """Write the files that pages show for others to copy, each to its own path in a folder."""
    for page in PAGES:
        for name, text in RECIPE.findall(Path(page).read_text(encoding="utf-8")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def _report(session: nox.Session, folder: str, *options: str) -> None:
    page = Path(folder) / "report"
    session.run("lntx", "report", folder, "--out", str(page), *options)
    session.log(f"the report lies in {page.resolve()}")


def _folder(arguments: list[str], folder: str = RESULTS) -> str:
    """Find where a command was told to write to; the last of several counts, as there."""
    for option, value in pairwise([*arguments, ""]):
        if option in {"-o", "--out"}:
            folder = value
        elif option.startswith("--out="):
            folder = option.removeprefix("--out=")
    return folder
