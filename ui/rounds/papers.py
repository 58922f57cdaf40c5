"""Files of meetings, made on the click: papers and calendar files. None of this calls Streamlit."""

from collections.abc import Sequence
from datetime import date

from zwk_data.documents.model import Document
from zwk_data.exhibits import Context
from zwk_data.language import Language
from zwk_data.rounds.model import Decision, Meeting, Remark, Shown


def invitation(one: Meeting, context: Context, since: Sequence[str]) -> Document:
    """Return the invitation with its Tischvorlage."""
    from zwk_data.rounds.papers import table_paper

    return table_paper(one, context, date.today(), since)


def minutes(
    one: Meeting, decisions: Sequence[Decision], remarks: Sequence[Remark], shown: Sequence[Shown], language: Language
) -> Document:  # fmt: skip
    """Return the minutes of a meeting."""
    from zwk_data.rounds import papers

    return papers.minutes(one, decisions, remarks, shown, language, date.today())


def of_meeting(one: Meeting, language: Language) -> bytes:
    """Return a meeting as a calendar file."""
    from zwk_data.rounds.dates import meeting_calendar

    return meeting_calendar(one, language)


def of_decisions(decisions: Sequence[Decision], language: Language) -> bytes:
    """Return due dates and resubmissions as a calendar file."""
    from zwk_data.rounds.dates import due_calendar

    return due_calendar(decisions, language)
