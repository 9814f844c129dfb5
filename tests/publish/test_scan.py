"""What the last look finds, and what it lets through."""

import io
import zipfile

import pytest

from toolkit.errors import LeakError
from toolkit.publish import live
from toolkit.publish.scan import found_in, scan

PAGE = "<!DOCTYPE html><html lang='en-GB'><body>{}</body></html>"


def kinds(text: str, name: str = "10_trends.html") -> list[str]:
    return list(found_in(name, text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<p>H801200001001</p>", "UPN"),
        ('{"value": "h801200001001"}', "UPN"),
        ("Y990200001009", "UPN"),
        ("U80120000100A", "UPN"),
        ("NHS number 943 476 5919", "NHS"),
        ("943-476-5919", "NHS"),
        ('{"nhs_number": 9434765919}', "NHS"),
        ("ULN 1234567890", "ULN"),
        ("<td>BS8 1TH</td>", "postcode"),
        ("<td>SW1A&nbsp;1AA</td>", "postcode"),
        ("lives at m1 1ae now", "postcode"),
        ("N10AB", "postcode"),
        ("ann.o'neil@example.gov.uk", "e-mail"),
        ("File /home/ann/area", "folder"),
        ("/Users/ann/x.csv", "folder"),
        (r"C:\Users\ann\x.csv", "folder"),
        (r'{"path": "C:\\Users\\ann"}', "folder"),
        (r"\\server\share\send", "folder"),
        (r'{"path": "\\\\server\\share"}', "folder"),
        ("file:///etc/passwd", "folder"),
    ],
)
def test_personal_things_are_found_in_the_form_they_have_in_a_file(text, kind):
    assert any(kind in found for found in kinds(text))


@pytest.mark.parametrize(
    "text",
    [
        "<script>1</script>",
        "<img src=x onerror=1>",
        "<svg onload=1></svg>",
        "<a href=' java\nscript:1'>x</a>",
        "<a href='https://example.org'>x</a>",
        "<a href='https://example.org' href='#top'>x</a>",
        "<img src='//example.org/x.png'>",
        "<link rel=stylesheet href=x.css>",
        "<iframe></iframe>",
        "<form></form>",
        "<base href='/'>",
        "<meta http-equiv=refresh content='0;url=x'>",
        "<style>@import 'x.css'</style>",
        "<style>p { background: url(http://example.org/x) }</style>",
        "<p style='background: url(x.png)'>x</p>",
        "<svg><a xlink:href='http://example.org'>x</a></svg>",
        "<svg><foreignObject></foreignObject></svg>",
        "<a href='../../etc/passwd'>x</a>",
        "<a href='../index.html'>x</a>",
        "<a href='//host/x.html'>x</a>",
        "<a href='a/b/x.html'>x</a>",
        "<style/>@import 'x.css'</style>",
        "<title/><a href='https://example.org'>x</a>",
        "<svg><style><img src=x></style></svg>",
        "<!-- nobody sees this -->",
        "<!--><a href='https://example.org'>x</a><p>-->",
        "<title><!--</title><a href='https://example.org'>x</a><p>-->",
        "<?x <a href='https://example.org'>?>",
        "<svg><![CDATA[<a href='https://example.org'>]]></svg>",
    ],
)
def test_what_would_run_or_ask_the_network_is_found(text):
    assert kinds(PAGE.format(text))


@pytest.mark.parametrize("tag", live.HARMLESS.split())
def test_a_tag_that_is_mostly_harmless_is_read_where_it_is_not(tag):
    harms = [f'{name}="https://example.org"' for name in live.ADDRESSES]
    harms += ['onload="1"', 'class="javascript:1"', 'fill="url(x.png)"', 'style="color:url(x)"']
    for harm in harms:
        assert kinds(PAGE.format(f'<{tag} id="a" {harm} class="b">')), harm
        assert kinds(PAGE.format(f'<p title="<{tag} id="a"/>"><{tag} {harm}/>')), harm
        assert kinds(PAGE.format(f'<p id="a">x &amp; y</p></{tag}><b>z</b><{tag} {harm}>')), harm
    assert kinds(PAGE.format(f'<{tag} class="a" d="M1,2L3"></{tag}>')) == []


@pytest.mark.parametrize(
    "text",
    [
        "<p>1,234,567,890 pounds, £1234567890, 1234567890 people, 9434765919</p>",
        "<p>BS8, SW1A, Section 251, 2022/23, 2022-23, A12 3 of 10, P8 4AM</p>",
        "<p>E10000001 and E92000001, run 0123456789abcdef</p>",
        "<p>Statistics at www.gov.uk/government/statistics (https://www.gov.uk)</p>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; onerror= is text here</p>",
        "<a href='#top'>x</a> <a href='index.html'>y</a> <a href='10_trends.html#v1'>z</a>",
        "<a href='kent/index.html'>Kent</a>",
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>"
        "<path d='M1,2L10 20H5V9Z' fill='url(#a)'/></svg>",
        "<img alt='x' src='data:image/png;base64,AAAA'>",
        "<p>Either/or, he/home/away, C: drive</p>",
        "<style>p { color: #E1A1AA } @media print { p { color: red } }</style>",
    ],
)
def test_what_reports_are_full_of_raises_no_alarm(text):
    assert kinds(PAGE.format(text)) == []


def test_a_upn_whose_check_letter_is_wrong_is_no_upn():
    assert kinds("B801200001001") == []


def test_the_message_names_the_file_and_the_kind_and_never_the_value():
    with pytest.raises(LeakError) as caught:
        scan({"index.html": b"<p>ok</p>", "findings.json": b'"BS8 1TH"'})
    assert "findings.json" in caught.value.message
    assert "postcode" in caught.value.message
    assert "BS8" not in caught.value.message


@pytest.mark.parametrize(
    "form",
    ["O'Hara-Zoë", "O&#x27;Hara-Zoë", "O%27Hara-Zo%C3%AB", "TydIYXJhLVpvw6s=", r"O'Hara-Zo\u00eb"],
)
def test_a_planted_value_is_found_in_every_form(form):
    with pytest.raises(LeakError):
        scan({"x.json": form.encode()}, canaries=["O'Hara-Zoë"])


def test_the_parts_of_a_workbook_are_looked_into():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/sharedStrings.xml", "<t>H801200001001</t>")
    with pytest.raises(LeakError, match=r"plan\.xlsx/xl/sharedStrings\.xml"):
        scan({"plan.xlsx": packed.getvalue()})
