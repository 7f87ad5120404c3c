"""What is found of a backend: in one case of the grid, and of the devices that it can't run on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lntx.record import Agreement
from lntx.storage.values import decoded, encoded
from lntx.training.linear.parity.grid import Case


@dataclass(frozen=True, slots=True)
class Place:
    """A backend and a device."""

    backend: str
    device: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One backend on one case of the grid: its agreement, or the reason why there is none."""

    place: Place
    case: Case
    agreement: Agreement | None = None
    refusal: str | None = None
    failure: str | None = None

    @property
    def ok(self) -> bool | None:
        """Whether the weights agreed; None for a refusal, which is no pass and no fault."""
        return None if self.refusal else bool(self.agreement and self.agreement.ok)

    @property
    def reason(self) -> str | None:
        """Why there is no agreement."""
        return self.refusal or self.failure


def outcome(finding: Finding) -> dict[str, Any]:
    """Write what came of a case as JSON types."""
    held = finding.agreement
    return {"agreement": held and encoded(held), "refusal": finding.refusal, "failure": finding.failure}


def of_outcome(place: Place, case: Case, outcome: Mapping[str, Any]) -> Finding:
    """Read what `outcome` wrote."""
    held = outcome["agreement"] and decoded(Agreement, outcome["agreement"], "agreement")
    return Finding(place, case, held, outcome["refusal"], outcome["failure"])
