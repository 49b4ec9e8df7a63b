"""The record of acts as a page and as a file."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies import house_style
from agencies.audit import last_line
from agencies.middleware import HouseRequest
from agencies.models.status import is_demonstration
from agencies.permissions import Act, allowed_to
from reports.audit_forms import AuditForm
from reports.audit_pages import told
from reports.submission_views import NO_BAR
from reports.views import xlsx
from reports.workbook.audit import Acts, write_acts

SHOWN = 25
MOST_LINES = 20_000  # in one file; days narrow the rest


@allowed_to(Act.AUDIT)
def record_of_acts(request: HouseRequest) -> HttpResponse:
    """Show who did what when and from where, newest first; as a page or an Excel file."""
    form = AuditForm(request.GET)
    if request.GET.get("format") == "xlsx" and form.is_valid():
        return as_file(request, form)
    page = Paginator(form.lines(), SHOWN).get_page(request.GET.get("page"))
    others = request.GET.copy()
    for name in ("page", "format"):
        others.pop(name, None)
    context = {
        **NO_BAR,
        "form": form,
        "page": page,
        "lines": told(list(page)),
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2),
        "others": others.urlencode(),
        "last": last_line(),
        "most": MOST_LINES,
    }
    status = 200 if form.is_valid() else 400
    return render(request, "reports/audit.html", context, status=status)


def as_file(request: HouseRequest, form: AuditForm) -> HttpResponse:
    """Send the lines that are asked for; the sending is a line itself, of the next file."""
    lines, now = form.lines(), timezone.now()
    number = lines.count()
    found = ngettext("%(number)s line", "%(number)s lines", number)
    conditions = [form.said() or _("All acts"), found % {"number": house_style.count(number)}]
    if number > MOST_LINES:
        said = _("only the newest %(most)s are in this file")
        conditions.append(said % {"most": house_style.count(MOST_LINES)})
    acts = Acts(
        rows=told(list(lines[:MOST_LINES])),
        asked=["; ".join(conditions), _("As of %(moment)s") % {"moment": house_style.moment(now)}],
        at=now,
        demonstration=is_demonstration(),
    )
    name = f"nhat-ky-{timezone.localdate()}.xlsx"
    return xlsx(request, write_acts(acts), name)
