"""Bundles: one file with all that it imports."""

import pytest

from config.bundling import BundlingError, bundled_script, bundled_style

FILES = {
    "js/page.js": """/* The page. */

import { Box, open } from "./box.js";
import * as deep from "./deep/deep.js";

export const both = [Box, open, deep.depth];
""",
    "js/box.js": """import { depth as how } from "./deep/deep.js";

export class Box {}
export async function open() {
  return how;
}
""",
    "js/deep/deep.js": "export const depth = 3;\n",
    "js/round.js": 'import { a } from "./trip.js";\nexport const b = a;\n',
    "js/trip.js": 'import { b } from "./round.js";\nexport const a = b;\n',
    "js/late.js": 'const late = import("./box.js");\n',
    "css/site.css": '/* Site. */\n@import "a.css";\n@import "b.css";\n',
    "css/a.css": "a { color: red; }\n",
    "css/b.css": "b { color: blue; }\n",
}


def test_a_script_comes_after_the_modules_it_needs_each_once() -> None:
    assert (
        bundled_script("js/page.js", FILES.__getitem__)
        == """const $js_deep_deep = (() => {
const depth = 3;
return { depth };
})();
const $js_box = (() => {
const { depth: how } = $js_deep_deep;

class Box {}
async function open() {
  return how;
}
return { Box, open };
})();
/* The page. */

const { Box, open } = $js_box;
const deep = $js_deep_deep;

const both = [Box, open, deep.depth];
"""
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [("js/round.js", "import each other"), ("js/late.js", "js/late.js: can't bundle")],
)
def test_what_cannot_be_bundled_is_named(name: str, message: str) -> None:
    with pytest.raises(BundlingError, match=message):
        bundled_script(name, FILES.__getitem__)


def test_a_stylesheet_carries_those_that_it_imports() -> None:
    assert (
        bundled_style("css/site.css", FILES.__getitem__)
        == "/* Site. */\na { color: red; }\nb { color: blue; }\n"
    )
