"""What a slide carries in its notes: where its figures come from, how they are made, and the line it remembers by."""

from typing import Any

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.pptx.memory import line
from zwk_data.render.pptx.writing import fill
from zwk_data.render.tabular import credits


def write_notes(slide: Any, exhibit: Exhibit, language: Language, headline: str) -> None:
    """Write the notes of an exhibit's slide, in place of those that are there.

    ``headline`` in own words, empty where the exhibit's sentence is the headline.
    """
    text = language.text
    loads = ", ".join(f"{source.dataset} ({source.vintage})" for source in exhibit.sources)
    lines = [f"{name}: {said}" for name, said in credits(exhibit, language)]
    lines.append(f"{text('Datenstand')}: {loads}")
    if headline:
        lines.append(text("Überschrift in eigenen Worten; die Aussage der Daten lautet: {sentence}",
                          sentence=exhibit.sentence))  # fmt: skip
    remembered = line(exhibit, language, headline, _texts(slide))
    lines.append(f"{text('Gedächtnis der Folie (bitte nicht ändern)')}: {remembered}")
    frame = slide.notes_slide.notes_text_frame
    frame.clear()
    fill(frame, lines, language)


def _texts(slide: Any) -> list[str]:
    """Return what we wrote on a slide; ``decks.check`` tells from it what somebody changed by hand."""
    shapes = [shape for shape in slide.shapes if shape.name.startswith("zwk:") and shape.has_text_frame]
    return [" ".join(part.text for part in shape.text_frame.paragraphs) for shape in shapes]
