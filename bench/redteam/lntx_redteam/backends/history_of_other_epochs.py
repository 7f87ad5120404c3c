"""History of other epochs: each snapshot says that it was taken one entry later than it was."""

from lntx.training.history import History
from lntx_redteam.making import trains
from lntx_redteam.training import Training

SHOWS = "history"


class _Late(Training):
    def keep(self, history: History, epoch: int) -> None:
        super().keep(history, epoch + self.recipe.log_every)


WORK, DEVICES, refuses, prepare = trains(_Late)
