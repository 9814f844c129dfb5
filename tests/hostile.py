"""Texts that would do harm in a page, a spreadsheet, a template or a path, were they not texts."""

from __future__ import annotations

# What a browser might run or ask for.
IN_PAGES = [
    "</script><script>window.__pwn=1</script>",
    "<img src=x onerror=window.__pwn=1>",
    "<svg onload=window.__pwn=1>",
    "<svg><animate onbegin=window.__pwn=1 attributeName=x dur=1s>",
    "<details open ontoggle=alert(1)>",
    "<iframe srcdoc='<script>parent.__pwn=1</script>'></iframe>",
    "javascript:window.__pwn=1",
    "[click](javascript:window.__pwn=1)",
    "![x](http://example.invalid/x.png)",
    "[a](http://example.invalid)",
    '" onmouseover="window.__pwn=1" x="',
    "' autofocus onfocus='window.__pwn=1",
    "</title><script>window.__pwn=1</script>",
    "</style><script>window.__pwn=1</script>",
    "</desc></svg><script>window.__pwn=1</script>",
    "<!--<img src=--><img src=x onerror=window.__pwn=1//>",
    "]]><script>window.__pwn=1</script>",
    "{{7*7}}{% raw %}${7*7}",
    "<base href=http://example.invalid/>",
    "<meta http-equiv=refresh content='0;url=http://example.invalid'>",
    "<style>@import 'http://example.invalid/x.css'</style>",
    "&lt;script&gt;window.__pwn=1&lt;/script&gt;",
]

# The same on its way through every kind of view, and what other programs might take amiss.
IN_VIEWS = [
    "</script><script>window.__pwn=1</script>",
    "<img src=x onerror=window.__pwn=1>",
    "<svg onload=window.__pwn=1>",
    "</svg><script>window.__pwn=1</script>",
    "</title><script>window.__pwn=1</script>",
    "</style><script>window.__pwn=1</script>",
    '"><script>window.__pwn=1</script>',
    "' onmouseover='window.__pwn=1",
    "javascript:window.__pwn=1",
    "[a](javascript:window.__pwn=1)",
    "{{7*7}}",
    "${7*7}",
    "{% raw %}",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[x]]>",
    "&lt;script&gt;",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org")',
    "\t=1+1",
    "＝1+1",
    "../../etc/passwd",
    "nul\x00byte",
    "bell\x07escape\x1b[31m",
    "!!python/object/apply:os.system",
    "a" * 300,
    "datum.x; alert(1)",
    "url(http://example.org/x)",
]

# What a path, a file system or a device might make of a name.
IN_PATHS = ["..", "../../etc", "/etc/passwd", "CON", "a\\b", "~root", "$(touch x)", "`touch x`"]
ALL = list(dict.fromkeys([*IN_PAGES, *IN_VIEWS, *IN_PATHS, "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1",
                          "-1+1", "\r=1+1"]))  # fmt: skip
