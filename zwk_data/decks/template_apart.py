"""A template somebody uploads, tried in a process of its own with limits, because it is foreign.

Only one that was found usable there is opened where slides are made.
"""

import sys
from collections.abc import Mapping
from typing import Any

from zwk_data.language import GERMAN, Language
from zwk_data.render.pptx.reading import MOST_BYTES, NotAPresentation, check_package
from zwk_data.render.pptx.template import NotATemplate, checked_template
from zwk_data.sources.uploads import Refused, in_own_process, refusing, serve

WORDS = ("damaged", "too_slow")  # of ``uploads``; everything else is the German reason itself


def check_template(raw: bytes, language: Language = GERMAN) -> None:
    """Try a template in a process of its own, bounded in memory and time.

    Raises:
        NotATemplate: it cannot serve, or took more than a template needs; the message is in the reader's language.
    """
    try:
        check_package(raw)
        in_own_process("zwk_data.decks.template_apart", raw)
    except NotAPresentation as error:
        raise NotATemplate(error.reason(language)) from error
    except Refused as error:
        known = NotAPresentation("too_large" if error.word == "too_slow" else error.word).reason(language)
        raise NotATemplate(known if error.word in WORDS else language.text(error.word)) from error


def _told(raw: bytes) -> Mapping[str, Any]:
    with refusing():
        try:
            checked_template(raw)
        except NotATemplate as error:
            raise Refused(str(error)) from error
    return {"usable": True}


if __name__ == "__main__":
    serve(_told, MOST_BYTES)
    sys.exit()
