"""Every fault of a source by name: how it is made, and what it may end in.

Two ends are allowed: ``right`` (the figures of a good answer, accepted) and ``old`` (the load in force untouched, with
a reason in German). What a provider's content can do wrong is written in its simulator; what can happen to bytes on
their way is here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from tests.sources.simulator import (
    Fault,
    Reply,
    cut_chunks,
    cut_close,
    cut_gzip,
    cut_length,
    drip,
    drip_chunk_size,
    drip_headers,
    hang_up,
    html,
    redirect,
    send,
    silent,
    status,
)

RIGHT, OLD = "right", "old"
FOREVER = 40  # answers; more than any provider asks for in one dataset of a simulator, times the tries


@dataclass(frozen=True)
class Transport:
    """A fault of the way: ``fault`` hits the first ``times`` answers with figures; ``ends`` are allowed."""

    label_de: str
    fault: Fault
    times: int
    ends: tuple[str, ...]
    slow: bool = False  # waits for a real limit of time


def _bomb(handler: BaseHTTPRequestHandler, good: Reply) -> None:
    send(handler, good, gzip.compress(b" " * (96 << 20)), Content_Encoding="gzip")


def _too_long(handler: BaseHTTPRequestHandler, good: Reply) -> None:
    send(handler, good, b" " * (40 << 20))


def _foreign_encoding(handler: BaseHTTPRequestHandler, good: Reply) -> None:
    send(handler, good, good.body, Content_Encoding="br")


def _empty(handler: BaseHTTPRequestHandler, good: Reply) -> None:
    send(handler, good, b"")


def _json_error(handler: BaseHTTPRequestHandler, good: Reply) -> None:
    send(handler, Reply(json.dumps({"error": {"code": 500, "message": "internal"}}).encode(), "application/json"))


TRANSPORT: dict[str, Transport] = {
    "429_seconds": Transport("429, Retry-After in Sekunden", status(429, Retry_After="3"), 2, (RIGHT,)),
    "429_date": Transport(
        "429, Retry-After als Datum", status(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), 2, (RIGHT,)
    ),
    "429_forever": Transport("429 ohne Ende", status(429, Retry_After="100000"), FOREVER, (OLD,)),
    "500_once": Transport("500, einmal", status(500), 1, (RIGHT,)),
    "500_forever": Transport("500 ohne Ende", status(500), FOREVER, (OLD,)),
    "502": Transport("502, einmal", status(502), 1, (RIGHT,)),
    "503_retry_after": Transport("503 mit Retry-After", status(503, Retry_After="1"), 1, (RIGHT,)),
    "503_html": Transport("503 mit Wartungsseite ohne Ende", html(503), FOREVER, (OLD,)),
    "504": Transport("504, einmal", status(504), 1, (RIGHT,)),
    "hang_up_once": Transport("Verbindung wortlos getrennt, einmal", hang_up, 1, (RIGHT,)),
    "hang_up_forever": Transport("Verbindung wortlos getrennt, immer", hang_up, FOREVER, (OLD,)),
    "silent": Transport("Kopfzeilen, dann Schweigen", silent(3), FOREVER, (OLD,), slow=True),
    "drip": Transport("ein Byte nach dem anderen", drip(4), FOREVER, (OLD,), slow=True),
    "drip_headers": Transport("Kopfzeilen Byte für Byte", drip_headers(4), FOREVER, (OLD,), slow=True),
    "drip_chunk_size": Transport("Länge eines Stücks Byte für Byte", drip_chunk_size(4), FOREVER, (OLD,), slow=True),
    "cut_length": Transport("abgeschnitten (Länge angekündigt)", cut_length(), FOREVER, (OLD,)),
    "cut_chunked": Transport("abgeschnitten (Stücke)", cut_chunks(), FOREVER, (OLD,)),
    "cut_close": Transport("abgeschnitten (Verbindungsende)", cut_close(), FOREVER, (OLD,)),
    "cut_gzip": Transport("abgeschnitten (gzip)", cut_gzip(), FOREVER, (OLD,)),
    "cut_length_once": Transport("abgeschnitten, einmal (Länge)", cut_length(), 1, (RIGHT,)),
    "cut_chunked_once": Transport("abgeschnitten, einmal (Stücke)", cut_chunks(), 1, (RIGHT,)),
    "cut_gzip_once": Transport("abgeschnitten, einmal (gzip)", cut_gzip(), 1, (RIGHT,)),
    "whole_gzip": Transport("als gzip gesendet, ganz", cut_gzip(1.0), FOREVER, (RIGHT,)),
    "whole_chunked": Transport("ohne Länge gesendet, ganz", cut_close(1.0), FOREVER, (RIGHT,)),
    "html_200": Transport("Internetseite mit Status 200", html(), FOREVER, (OLD,)),
    "json_error_200": Transport("fremde Fehlermeldung mit Status 200", _json_error, FOREVER, (OLD,)),
    "empty_200": Transport("leere Antwort mit Status 200", _empty, FOREVER, (OLD,)),
    "404": Transport("404", status(404), FOREVER, (OLD,)),
    "404_html": Transport("404 mit Internetseite", html(404), FOREVER, (OLD,)),
    "410": Transport("410 (Schnittstelle entfernt)", status(410), FOREVER, (OLD,)),
    "401": Transport("401", status(401), FOREVER, (OLD,)),
    "403": Transport("403 (Zugriffsschutz)", html(403), FOREVER, (OLD,)),
    "redirect_foreign": Transport(
        "Umleitung zu fremder Adresse", redirect("http://stranger.invalid/data"), FOREVER, (OLD,)
    ),
    "redirect_loop": Transport("Umleitung im Kreis", redirect("?"), FOREVER, (OLD,)),
    "gzip_bomb": Transport("gzip-Bombe (96 MB aus 0,1 MB)", _bomb, FOREVER, (OLD,)),
    "too_long": Transport("Antwort über der Obergrenze", _too_long, FOREVER, (OLD,)),
    "foreign_encoding": Transport("nicht verlangte Kodierung", _foreign_encoding, FOREVER, (OLD,)),
}

# Content faults of the simulators: label and the ends that are allowed.
CONTENT: dict[str, tuple[str, tuple[str, ...]]] = {
    "error_in_200": ("Fehlermeldung der Quelle mit Status 200", (OLD,)),
    "asynchronous": ("wird aufbereitet, dann fertig", (RIGHT,)),
    "async_never_ready": ("wird aufbereitet, nie fertig", (OLD,)),
    "too_big": ("Anfrage zu groß, in Teilen möglich", (RIGHT, OLD)),
    "moved": ("Schnittstelle verlegt", (OLD,)),
    "empty": ("gültige Antwort ohne Werte", (OLD,)),
    "flags": ("alle Zeichen der Quelle für fehlende Werte", (RIGHT,)),
    "renamed_column": ("Spalte umbenannt", (OLD,)),
    "added_column": ("Spalte hinzugekommen", (RIGHT, OLD)),
    "dropped_column": ("Spalte weggefallen", (OLD,)),
    "reordered_columns": ("Spalten vertauscht", (RIGHT,)),
    "duplicate_identical": ("Zeilen doppelt, gleich", (RIGHT,)),
    "duplicate_contradicting": ("Zeilen doppelt, verschieden", (OLD,)),
    "negative": ("negative Zahlen", (OLD,)),
    "thousandfold": ("tausendfache Werte", (OLD,)),
    "unit_changed": ("andere Einheit", (OLD, RIGHT)),
    "unknown_place": ("unbekannter Gebietsschlüssel mit Werten", (OLD,)),
    "dissolved_place": ("aufgelöster Schlüssel ohne Werte", (RIGHT,)),
    "lost_date": ("bisheriger Stichtag fehlt", (OLD,)),
    "lost_places": ("Orte fehlen", (OLD,)),
    "encoding_latin1": ("andere Zeichenkodierung (latin-1)", (RIGHT, OLD)),
    "encoding_utf8_bom": ("Byte-Reihenfolge-Marke am Anfang", (RIGHT, OLD)),
    "mojibake": ("verdorbene Umlaute", (RIGHT, OLD)),
    "decimal_point_for_comma": ("anderes Dezimalzeichen", (RIGHT, OLD)),
    "leading_zero_lost": ("führende Null der Schlüssel verloren", (RIGHT, OLD)),
    "zip_bomb": ("Zip-Bombe", (OLD,)),
    "zip_slip": ("Zip mit Pfad nach außen", (RIGHT, OLD)),
    "nested_zip": ("Zip im Zip", (OLD,)),
}
# Where neither a mutation nor an impossibility is declared for these, the reason is this one.
ONLY_ZIP = {"zip_bomb": "kein Zip", "zip_slip": "kein Zip", "nested_zip": "kein Zip"}
MUTATED = Callable[[bytes], bytes]
