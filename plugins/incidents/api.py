"""The door of incidents for other plugins: report one, look at lists, and at what became of one."""

from plugins.incidents.course import ClockCourse, Course, ReferralCourse, Segment, clock_of, course_of
from plugins.incidents.incident_list import IncidentFilter, IncidentLine, incident_of, incidents
from plugins.incidents.items import SENSITIVE, is_sensitive
from plugins.incidents.published import Published, PublishedFilter, published
from plugins.incidents.referral_list import OpenReferral, ReferralFilter, referrals
from plugins.incidents.reporters import Reporter, looks, may_look, reporter_of, reveal_reporter
from plugins.incidents.reporting import Report, Reported, of_receipt, report
from plugins.incidents.requests import AnswerKind, RequestKind, answer, ask
from plugins.incidents.successors import lies_in
from plugins.incidents.supplements import supplement_by_reporter

__all__ = [
    "SENSITIVE",
    "AnswerKind",
    "ClockCourse",
    "Course",
    "IncidentFilter",
    "IncidentLine",
    "OpenReferral",
    "Published",
    "PublishedFilter",
    "ReferralCourse",
    "ReferralFilter",
    "Report",
    "Reported",
    "Reporter",
    "RequestKind",
    "Segment",
    "answer",
    "ask",
    "clock_of",
    "course_of",
    "incident_of",
    "incidents",
    "is_sensitive",
    "lies_in",
    "looks",
    "may_look",
    "of_receipt",
    "published",
    "referrals",
    "report",
    "reporter_of",
    "reveal_reporter",
    "supplement_by_reporter",
]
