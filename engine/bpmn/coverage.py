"""What of BPMN runs, is rewritten or is refused: the table in README.md, made from what the code lets through.

python -m engine.bpmn.coverage     prints it
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.dialect import EVENT_DEFINITIONS, EVENT_SUBPROCESS_START, INNER_START, NODES

RUNS, REWRITTEN, REFUSED = "runs", "rewritten", "refused"

ACTIVITIES = (
    "task",
    "manualTask",
    "userTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "receiveTask",
    "sendTask",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "callActivity",
    "subChoreography",
)
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
KINDS = (
    "",
    "message",
    "timer",
    "error",
    "escalation",
    "cancel",
    "compensate",
    "conditional",
    "link",
    "signal",
    "terminate",
)
"""The event definitions of BPMN 2.0.2; \"\" is a none event."""

CATCHES = frozenset({"", "message", "timer", "conditional", "signal"})
POSITIONS = {
    "startEvent": CATCHES,
    INNER_START: frozenset({""}),
    EVENT_SUBPROCESS_START: (CATCHES - {""}) | {"error", "escalation", "compensate"},
    "intermediateCatchEvent": (CATCHES - {""}) | {"link"},
    "intermediateThrowEvent": frozenset({"", "message", "escalation", "compensate", "link", "signal"}),
    "boundaryEvent": (CATCHES - {""}) | {"error", "escalation", "cancel", "compensate"},
    "endEvent": frozenset({"", "message", "error", "escalation", "cancel", "compensate", "signal", "terminate"}),
}
"""Where an event stands → what the standard lets it be (table 10.93)."""

NOTES = {
    "task": "passes by itself",
    "manualTask": "passes by itself: the engine knows nothing of it",
    "serviceTask": "parks until a job has run its handler",
    "scriptTask": "FEEL",
    "businessRuleTask": "DMN, all hit policies",
    "subProcess": "embedded, any depth; event subprocess",
    "transaction": "with cancel end and boundary event",
    "adHocSubProcess": "what no flow leads to begins; `completionCondition`, `ordering`",
    "callActivity": "key or FEEL; bundle first, else the newest deployed, pinned when it begins; own variables",
    "inclusiveGateway": "joins when no other token can come",
    "eventBasedGateway": "exclusive",
    "complexGateway": "`activationCondition` over `activationCount` and flow ids; see the decision on its second phase",
    "boundaryEvent error": "also without a code, for any",
    "boundaryEvent timer": "interrupting or not; cycles, cron",
    "boundaryEvent compensate": "an association leads to the activity that undoes",
    "endEvent error": "caught by nobody: the instance ends as failed",
    "intermediateThrowEvent compensate": "of the same scope, latest first",
    "startEvent of an event subprocess compensate": "undoes the subprocess it is in",
    "startEvent timer": "date, duration, cycle, cron; `unit`",
    "startEvent conditional": "without an instance no data changes: use a message",
}
REPETITION = (
    ("multi-instance, a list", RUNS, "parallel or in a row; results in the order of the items"),
    ("multi-instance, loopCardinality", RUNS, "FEEL; `loopCounter` from 1"),
    ("multi-instance, completionCondition", RUNS, "the other instances are taken away"),
    ("multi-instance, behavior None, One, Complex", RUNS, "throws a message, signal or escalation as instances end"),
    ("standard loop", RUNS, "`loopCondition`, `loopMaximum`, `testBefore`"),
    ("startQuantity, completionQuantity", RUNS, "soundness is not proven then"),
)
FLOWS = (
    ("several flows out of an activity or event", RUNS, "they fork, as behind a parallel gateway"),
    ("conditional flows out of an activity", RUNS, "as behind an inclusive gateway"),
    ("a condition on an only flow, or out of an event", REFUSED, "it would hold the token for ever"),
    ("several flows into an activity", RUNS, "each token runs it, as the standard says"),
    ("a pair of link events", REWRITTEN, "one sequence flow in the same scope"),
    ("a cycle at an intermediate timer", REWRITTEN, "its first time; of cron the next one"),
    ("several definitions on one event", RUNS, "any happens, or with `parallelMultiple` all have; all are thrown"),
    ("several definitions on a start event of a process", REFUSED, "draw a start event for each"),
    ("link, cancel, compensation, or a second error among several", REFUSED, "draw an event for each"),
    ("an error among all of several", REFUSED, "it cannot be kept until the others have happened"),
    ("eventDefinitionRef", RUNS, "of a definition beside the processes"),
    ("instantiate at a receive task or event gateway", RUNS, "of a process, by a message or signal"),
    ("an event gateway that waits for all events", REFUSED, "fork to catching events"),
    ("ordering Sequential", RUNS, "of an ad-hoc subprocess: one activity after the other, in the order of the file"),
    ("a fork in a sequential ad-hoc subprocess", REFUSED, "draw the branches as a subprocess"),
    ("cancelRemainingInstances false", RUNS, "nothing more begins, what runs is waited for"),
    ("compensation of a subprocess without a handler", RUNS, "what was done inside, latest first"),
    ("compensation thrown for another scope", REFUSED, "throw it where the activity is, as the standard says"),
    ("compensation that nobody waits for", REFUSED, "`waitForCompletion` false"),
    ("a gateway without a default flow", REFUSED, "the process could stop there"),
)
DATA = (
    ("data stores, groups, text", RUNS, "as drawing"),
    (
        "data objects, properties",
        RUNS,
        "variables of their scope when an association or a loop names them; else a drawing",
    ),
    ("ioSpecification, data inputs and outputs", RUNS, "the activity's own; what an event throws or catches"),
    ("data associations", RUNS, "`transformation` and `assignment` in FEEL; without a source a drawing"),
    ("data associations with a data store", REFUSED, "use a service task"),
    ("data associations at a start event of a process", REFUSED, "use `messageVariable`"),
    ("several sets of inputs or outputs", REFUSED, "make them one"),
    ("correlationKey, correlationProperty", REFUSED, "use the property `correlation`"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One construct of BPMN and what becomes of it."""

    construct: str
    verdict: str
    note: str


def rows() -> Iterator[Row]:
    """Give every construct: the flow nodes, the events by place and kind, then what the tables above say."""
    for name in (*ACTIVITIES, *GATEWAYS):
        yield Row(name, RUNS if name in NODES else REFUSED, NOTES.get(name, ""))
    for position, possible in POSITIONS.items():
        for kind in KINDS:
            if kind in possible:
                key = f"{position} {kind}".strip()
                yield Row(f"{position}: {kind or 'none'}", _verdict(position, kind), NOTES.get(key, ""))
    for construct, verdict, note in (*REPETITION, *FLOWS, *DATA):
        yield Row(construct, verdict, note)


def _verdict(position: str, kind: str) -> str:
    if kind not in EVENT_DEFINITIONS[position]:
        return REFUSED
    return REWRITTEN if kind == "link" else RUNS


def table() -> str:
    """Return the table in Markdown."""
    lines = ["| construct | | how |", "|---|---|---|"]
    lines += [f"| {row.construct} | {row.verdict} | {row.note} |" for row in rows()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
