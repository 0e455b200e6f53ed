"""Trying again: at most five times, with longer and longer pauses, and only where that can help."""

import time
from collections.abc import Callable
from dataclasses import dataclass

NOBODY, UNKNOWN, SOME = "nobody", "unknown", "some"


class NotSent(Exception):
    """A message did not go out, or not to all.

    Attributes:
        sentence: Why, for people; it repeats nothing that a server said, which could hold the secret.
        again: Whether another try may help.
        wait: Seconds after which the server asked to be tried again.
        reached: Who has it: `nobody`, `unknown` where the answer was lost, `some` where others were refused.
    """

    def __init__(self, sentence: str, *, again: bool = False, wait: float = 0.0, reached: str = NOBODY) -> None:
        super().__init__(sentence)
        self.sentence, self.again, self.wait, self.reached = sentence, again, wait, reached


@dataclass(frozen=True)
class Patience:
    """How long a delivery waits.

    Attributes:
        timeout: Seconds without a word from the server after which a try has failed.
        pauses: Seconds between two tries; one try more than there are pauses.
        longest: The most seconds that a server can make us wait between two tries.
        sleep: What waits.
    """

    timeout: float = 15.0
    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    longest: float = 60.0
    sleep: Callable[[float], None] = time.sleep


def send_patiently(send: Callable[[], None], patience: Patience) -> None:
    """Call `send` until it returns, or until another try does not help.

    Raises:
        NotSent: What the last try said; `reached` is `unknown` as soon as one try may have arrived.
    """
    lost = False
    for pause in (*patience.pauses, None):
        try:
            return send()
        except NotSent as trouble:
            lost = lost or trouble.reached == UNKNOWN
            if pause is not None and trouble.again:
                patience.sleep(min(max(pause, trouble.wait), patience.longest))
                continue
            tried = f" It was tried {len(patience.pauses) + 1} times." if trouble.again else ""
            reached = UNKNOWN if lost and trouble.reached == NOBODY else trouble.reached
            raise NotSent(trouble.sentence + tried, reached=reached) from None
    return None
