"""One attachment, for whoever may see a case that refers to it. `?size=small`: the preview of a picture."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from web.request import current_work
from web.uploads import send_attachment

pages = Blueprint("attachments", __name__, url_prefix="/attachments")


@pages.get("/<attachment_id>")
def show(attachment_id: str) -> ResponseReturnValue:
    """The file."""
    small = request.args.get("size") == "small"
    return send_attachment(current_work().attachments.see(attachment_id, small=small))
