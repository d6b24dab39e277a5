"""``evals alerts preview``: what a message says, and nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from service.cli.context import AsJson, ConfigPath, find_config, open_keeper, print_json, screen

if TYPE_CHECKING:
    from evals.report.notice import Notice
    from service.alerting.alert import Alert

_ASCII: Final = str.maketrans({"\u258c": "|", "\u00b7": "-", "\u201c": '"', "\u201d": '"'})


def preview(
    alert_id: Annotated[
        int | None, typer.Argument(metavar="[ALERT]", min=1, help="Its number.")
    ] = None,
    *,
    example: Annotated[
        str | None,
        typer.Option(
            help="An invented message instead: regressed, suspected, still-open, acknowledged, "
            "silenced, resolved, pin-broken, not-measured, missed-check, budget, "
            "delivery-failing, digest or test."
        ),
    ] = None,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Show what people are told of an alert, without telling them.

    --json prints the payload for Slack, which its Block Kit Builder takes.
    """
    from evals.errors import ConfigError
    from evals.report.notice.links import linked
    from evals.report.slack import payload

    if (alert_id is None) == (example is None):
        raise ConfigError(
            "an alert or an example is shown, and one of them alone",
            fix="Write `evals alerts preview 17`, or `evals alerts preview --example regressed`.",
        )
    config, _ = find_config(config_path)
    found = _example(example) if alert_id is None else _told(alert_id)
    buttons = any(one.signing_secret_env for one in config.alerts.channels.values())
    buttons = buttons or (example is not None and not config.alerts.channels)
    notice = linked(found, config.alerts.public_url, buttons=buttons)
    message = payload(notice, buttons=buttons)
    if as_json:
        print_json(message)
    else:
        _print(notice, [one["text"]["text"] for one in _buttons(message)])


def _example(name: str | None) -> Notice:
    from evals.config import unknown_name
    from evals.report.notice.examples import NAMES, example

    if name not in NAMES:
        raise unknown_name("example", str(name), NAMES)
    return example(name)


def _told(alert_id: int) -> Notice:
    """Return the newest message about an alert; what it would be, where nobody is to be told."""
    from service.db.session import reading
    from service.store import alerts, notifications

    with reading(open_keeper().engine) as session:
        alert = alerts.get(session, alert_id)
        messages = notifications.of_alert(session, alert_id)
        return messages[-1].notice if messages else _untold(alert)


def _untold(alert: Alert) -> Notice:
    from dataclasses import replace

    from evals.condition import ConditionKind
    from evals.report.notice import NoticeKind
    from evals.report.notice.of_alert import of_alert
    from evals.report.notice.of_condition import notice_of_condition

    condition = alert.condition
    found = alert.notice or notice_of_condition(
        condition.kind,
        condition.words,
        severity=alert.severity,
        at=alert.observed_at,
        endpoint=condition.endpoint,
        suite=condition.suite,
        channel=condition.name if condition.kind is ConditionKind.DELIVERY_FAILING else "",
    )
    return of_alert(
        replace(found, severity=alert.severity),
        kind=NoticeKind.OPENED,
        alert_id=str(alert.id),
        at=alert.observed_at,
        opened_at=alert.opened_at,
    )


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    actions = [block for block in message["blocks"] if block["type"] == "actions"]
    return [element for block in actions for element in block["elements"]]


def _print(notice: Notice, buttons: list[str]) -> None:
    from evals.report.notice.terminal import notice_lines
    from evals.report.text import to_ascii

    console = screen()
    lines = notice_lines(notice, width=console.width, buttons=buttons)
    if console.encoding.lower().startswith("utf"):
        for one in lines:
            console.print(one, crop=False, soft_wrap=True)
    else:
        typer.echo(to_ascii("\n".join(one.plain.translate(_ASCII) for one in lines)))
    for link in notice.links:
        typer.echo(f"{link.words}: {link.url}")
