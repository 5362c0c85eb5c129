"""All programs, all scenarios, several at a time; what is recorded is not recorded again."""

import json
import os
import queue
import subprocess
import threading
import time

from .programs import Fault
from .progress import Progress
from .recording import Actor, Recording, normalised
from .scenarios import PLAIN_SCENARIOS, Scenario, plain_scenarios, probe_scenarios
from .session import Lane

SAVE_EVERY = 20
START_LIMIT = 60
# A scanner connects a hundred times and says the same: its first connections are kept.
MOST_CONNECTIONS = 3


class Campaign:
    """The recording of many programs."""

    def __init__(self, arguments, trees, stage):
        self.arguments = arguments
        self.trees = trees
        self.stage = stage
        self.lock = threading.Lock()
        self.silent = {}
        self.faults = []
        self.variations = [] if arguments.plain_only else self.catalogue()
        self.order = [scenario.name for scenario in PLAIN_SCENARIOS] + [f"probe.{name}" for name in self.variations]

    def catalogue(self):
        """The ids of all reply variations, in the catalogue's order."""
        command = [self.arguments.argot, "sink", "--list-variations", "--json"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            return [entry["id"] for entry in json.loads(result.stdout)]
        except (ValueError, KeyError, TypeError) as error:
            raise Fault(f"\"{' '.join(command)}\" printed no list of variations ({error}): {result.stderr}") from error

    def record(self, programs):
        """Records `programs`; returns how many runs brought no conversation."""
        for program in programs:
            missing = set(program.packages) - self.trees.installed(program.tree)
            if missing:
                raise Fault(f"{program.name}: {' '.join(sorted(missing))} not installed in {program.tree}")
        self.stage.raise_curtain({program.tree for program in programs})
        jobs = max(1, self.arguments.jobs)
        self.lanes = queue.SimpleQueue()
        for number in range(jobs):
            self.lanes.put(Lane(self.arguments.argot, self.stage, number))
        works = [Work(self, program) for program in programs]
        # First what tells which variations a program can be asked, then those.
        for phase in (Work.plain, Work.probes):
            tasks = [task for work in works for task in phase(work)]
            self.perform(tasks, jobs)
        for name, scenarios in sorted(self.silent.items()):
            print(f"{name}: no conversation in {len(scenarios)} runs: {' '.join(scenarios[:8])}")
        return sum(map(len, self.silent.values()))

    def perform(self, tasks, jobs):
        """Performs the tasks, `jobs` at a time."""
        if not tasks:
            return
        self.progress = Progress(sum(len(scenarios) for _, scenarios in tasks))
        pending = queue.SimpleQueue()
        # The long ones first, so that the end is not one of them alone.
        for task in sorted(tasks, key=lambda task: -len(task[1]) * task[0].program.limit):
            pending.put(task)
        threads = [threading.Thread(target=self.labour, args=(pending,), daemon=True) for _ in range(jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.faults:
            raise self.faults[0]

    def labour(self, pending):
        lane = self.lanes.get()
        try:
            while True:
                try:
                    work, scenarios = pending.get_nowait()
                except queue.Empty:
                    return
                work.perform(lane, scenarios)
        except Exception as fault:
            with self.lock:
                self.faults.append(fault)
        finally:
            self.lanes.put(lane)


class Work:
    """What is to do for one program."""

    def __init__(self, campaign, program):
        self.campaign = campaign
        self.program = program
        source = f"{program.packages[0]} {campaign.trees.version(program)}"
        self.actor = Actor(program.name, program.label, source, family=program.family)
        self.lock = threading.Lock()
        os.makedirs(campaign.arguments.recordings, exist_ok=True)
        path = os.path.join(campaign.arguments.recordings, f"{program.name}.jsonl")
        if campaign.arguments.again and os.path.exists(path):
            os.unlink(path)
        self.recording = Recording(path)
        self.unsaved = 0

    def split(self, scenarios):
        missing = [scenario for scenario in scenarios if not self.recording.has(scenario)]
        # A daemon is started once and used by one run at a time.
        size = max(1, len(missing)) if self.program.is_daemon else 8
        return [(self, missing[start:start + size]) for start in range(0, len(missing), size)]

    def plain(self):
        return self.split(plain_scenarios(self.program))

    def probes(self):
        verbs = self.recording.verbs()
        return self.split(probe_scenarios(self.program, self.campaign.variations, verbs))

    def perform(self, lane, scenarios):
        """Plays the scenarios, one after another."""
        rest = Scenario("daemon", "")
        try:
            if self.program.is_daemon:
                lane.verb(self.program, "start", rest, START_LIMIT)
            for scenario in scenarios:
                self.play(lane, scenario)
        finally:
            if self.program.is_daemon:
                lane.verb(self.program, "stop", rest, START_LIMIT)
            self.save()

    def play(self, lane, scenario):
        transcripts, output = [], ""
        # A second try, since the machine may have been busy.
        for attempt in range(2):
            transcripts, output = lane.run(self.program, scenario)
            if transcripts:
                break
            time.sleep(0.5 * attempt)
        entries = [
            normalised(transcript, self.actor, scenario, number)
            for number, transcript in enumerate(transcripts[:MOST_CONNECTIONS], 1)]
        name = f"{self.program.name} {scenario.name}"
        self.campaign.progress.step(name, ok=bool(entries))
        if not entries:
            with self.campaign.lock:
                self.campaign.silent.setdefault(self.program.name, []).append(scenario.name)
            if self.campaign.arguments.verbose:
                self.campaign.progress.say(f"{name}: {output[-400:]}")
            return
        with self.lock:
            self.recording.add(scenario, entries)
            self.unsaved += 1
            if self.unsaved >= SAVE_EVERY:
                self.recording.save(self.campaign.order)
                self.unsaved = 0

    def save(self):
        with self.lock:
            if self.recording.conversations:
                self.recording.save(self.campaign.order)
