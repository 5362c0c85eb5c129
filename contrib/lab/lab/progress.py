"""A line that tells how far the work is."""

import sys
import threading
import time


class Progress:
    """Prints a bar to a terminal, else a line now and then."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.failed = 0
        self.start = time.monotonic()
        self.shown = 0.0
        self.lock = threading.Lock()
        self.is_terminal = sys.stderr.isatty()

    def step(self, text, ok=True):
        """One more is done; `text` names it."""
        with self.lock:
            self.done += 1
            self.failed += not ok
            now = time.monotonic()
            if now - self.shown < (0.2 if self.is_terminal else 10) and self.done < self.total:
                return
            self.shown = now
            spent = now - self.start
            left = spent / self.done * (self.total - self.done)
            width = 30 * self.done // max(1, self.total)
            line = f"[{'#' * width}{'.' * (30 - width)}] {self.done}/{self.total}, {self.failed} without result, " \
                f"{clock(left)} left  {text}"
            if self.is_terminal:
                print(f"\r{line:<110.110}", end="\n" if self.done == self.total else "", file=sys.stderr, flush=True)
            else:
                print(line, file=sys.stderr, flush=True)

    def say(self, text):
        """A line of its own."""
        with self.lock:
            print(f"\r{text:<110}" if self.is_terminal else text, file=sys.stderr, flush=True)


def clock(seconds):
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
