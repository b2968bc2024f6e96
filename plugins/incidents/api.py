"""The door of incidents for other plugins and for pages: referrals that are open, and what became of an incident."""

from plugins.incidents.course import ClockCourse, Course, ReferralCourse, Segment, clock_of, course_of
from plugins.incidents.referral_list import OpenReferral, ReferralFilter, referrals

__all__ = [
    "ClockCourse",
    "Course",
    "OpenReferral",
    "ReferralCourse",
    "ReferralFilter",
    "Segment",
    "clock_of",
    "course_of",
    "referrals",
]
