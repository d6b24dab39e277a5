"""``evals token``: who may use the API, and how far."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import AsJson, open_keeper, print_json, print_table
from service.scopes import Scope  # noqa: TC001 - Typer reads annotations at run time

if TYPE_CHECKING:
    from datetime import datetime

    from service.store.tokens import Token

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Tokens of the API: shown once, kept as a hash.",
)

_SPAN = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def span_of(text: str) -> timedelta:
    """Return the span that a person wrote.

    Raises:
        BadParameter: It is no span, or none at all.

    >>> span_of("90d")
    datetime.timedelta(days=90)
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise typer.BadParameter(f"{text!r} is no span of time; write 12h, 90d or 52w")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who will hold it; kept with what they do.")],
    *,
    scope: Annotated[
        Scope,
        typer.Option(help="read; run also starts and cancels runs; admin also changes things."),
    ],
    expires: Annotated[
        str | None, typer.Option(help="After 12h, 90d or 52w; never if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and show it, this once."""
    import secrets

    from service.db.session import writing
    from service.store import tokens

    if not name.strip() or not name.isprintable():
        raise typer.BadParameter("a name is printable and not blank")
    text = tokens.SIGN + secrets.token_urlsafe(tokens.SECRET_BYTES)
    now = _now()
    keeper = open_keeper()
    with writing(keeper.engine) as session:
        made = tokens.create(
            session,
            name=name,
            text=text,
            scope=scope,
            now=now,
            expires_at=now + span_of(expires) if expires else None,
        )
    if as_json:
        print_json({**document(made, now), "token": text})
        return
    typer.echo(text)
    typer.echo("Keep it now: it is not shown again. Clients read it from EVALS_TOKEN.", err=True)


@app.command("list")
def list_tokens(*, as_json: AsJson = False) -> None:
    """List tokens, the newest first; dead ones stay listed."""
    from service.db.session import reading
    from service.store import tokens

    now = _now()
    keeper = open_keeper()
    with reading(keeper.engine) as session:
        found = tokens.every(session)
    if as_json:
        print_json([document(one, now) for one in found])
    elif found:
        _print(found, now)
    else:
        typer.echo("No token yet. Make one: evals token create NAME --scope read")


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The token's name.")]) -> None:
    """End a token at once and for good."""
    from service.db.session import writing
    from service.store import tokens

    keeper = open_keeper()
    with writing(keeper.engine) as session:
        ended = tokens.revoke(session, name, now=_now())
    typer.echo(f"Token {name} ({ended.prefix}...) opens nothing since {_day(ended.revoked_at)}.")


def document(token: Token, now: datetime) -> dict[str, Any]:
    """Return what may be shown of a token as JSON values."""
    return {
        "name": token.name,
        "prefix": token.prefix,
        "scope": token.scope.value,
        "live": token.is_live(now),
        "created_at": _iso(token.created_at),
        "expires_at": _iso(token.expires_at),
        "revoked_at": _iso(token.revoked_at),
        "last_used_at": _iso(token.last_used_at),
    }


def _print(found: tuple[Token, ...], now: datetime) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("name", "token", "scope", "made", "last used", "state"):
        table.add_column(heading, no_wrap=heading != "name", overflow="fold")
    for one in found:
        table.add_row(
            Text(one.name),
            f"{one.prefix}...",
            one.scope.value,
            _day(one.created_at),
            _day(one.last_used_at),
            _state(one, now),
        )
    print_table(table)


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return f"revoked {_day(token.revoked_at)}"
    if token.expires_at is None:
        return "live"
    return f"{'live until' if token.is_live(now) else 'expired'} {_day(token.expires_at)}"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)  # noqa: TID251 - a command line may read the clock
