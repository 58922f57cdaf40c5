"""The tables. Times are UTC as text of 27 characters, bodies canonical JSON: the same bytes on both engines."""

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

KIND, NAME, STAMP, DIGEST = 40, 200, 27, 64  # lengths: kinds; ids, actors, requests, scopes; times; hashes


class Base(DeclarativeBase):
    """All tables of the store."""


class RecordRow(Base):
    """The current state of a record. The unit of work compares ``version`` in every UPDATE and DELETE."""

    __tablename__ = "record"
    __table_args__ = (Index("record_by_scope", "kind", "scope"),)
    kind: Mapped[str] = mapped_column(String(KIND), primary_key=True)
    id: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    scope: Mapped[str] = mapped_column(String(NAME))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(String(STAMP))
    updated_at: Mapped[str] = mapped_column(String(STAMP))
    actor: Mapped[str] = mapped_column(String(NAME))
    # Not counted up by SQLAlchemy: a record that was removed and made again goes on where its audit ended.
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class AuditRow(Base):
    """One change. Append-only by triggers; ``hash`` covers all other columns, ``prev_hash`` the row before."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("kind", "record_id", "version", name="audit_version_once"),
        UniqueConstraint("request_id", name="audit_request_once"),
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(KIND))
    record_id: Mapped[str] = mapped_column(String(NAME))
    version: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(KIND))
    at_utc: Mapped[str] = mapped_column(String(STAMP))
    actor: Mapped[str] = mapped_column(String(NAME))
    request_id: Mapped[str] = mapped_column(String(NAME))
    scope: Mapped[str] = mapped_column(String(NAME))
    before: Mapped[str | None] = mapped_column(String(DIGEST))
    after: Mapped[str | None] = mapped_column(String(DIGEST))
    prev_hash: Mapped[str] = mapped_column(String(DIGEST))
    hash: Mapped[str] = mapped_column(String(DIGEST))


class RevisionRow(Base):
    """The text of one version. Apart from the audit, so that a text can be erased and the chain still holds.

    ``salt`` goes with the text: from the digest that stays, not even a short text can be guessed.
    """

    __tablename__ = "revision"
    kind: Mapped[str] = mapped_column(String(KIND), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(DIGEST))
    body: Mapped[str] = mapped_column(Text)


class DraftRow(Base):
    """Unfinished input: overwritten freely, not part of the audit, gone with the save."""

    __tablename__ = "draft"
    actor: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    form: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    kind: Mapped[str] = mapped_column(String(KIND), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    version_seen: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[str] = mapped_column(String(STAMP))
