#!/bin/sh
# Opens what Loadscape writes for Mermaid in Mermaid itself: parsed and drawn by the library from npm, in a headless
# Chromium. Run by hand, as it needs a network; README.md has the record. Usage: tests/consumers/mermaid.sh [VERSION]
set -eu
cd "$(dirname "$0")/../.."
version=${1:-11}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund "mermaid@$version" >/dev/null)
cp "$work/node_modules/mermaid/dist/mermaid.min.js" "$work/mermaid.js"
grep -m1 '"version"' "$work/node_modules/mermaid/package.json"
failed=0
for file in tests/golden/*.mmd; do
    name=$(basename "$file")
    {
        echo '<!doctype html><meta charset="utf-8"><div id="out"></div><script src="mermaid.js"></script><script>'
        printf 'const text = '
        node -e 'process.stdout.write(JSON.stringify(require("fs").readFileSync(process.argv[1], "utf8")).replace(/</g, "\\u003c"))' "$file"
        echo ';'
        cat <<'SCRIPT'
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
(async () => {
    let told;
    try {
        const kind = (await mermaid.parse(text)).diagramType;
        const { svg } = await mermaid.render("drawn", text);
        document.getElementById("out").innerHTML = svg;
        const boxes = document.querySelectorAll(".node, .architecture-service").length;
        const lines = document.querySelectorAll(".flowchart-link, path.edge").length;
        told = `ok ${kind}: ${boxes} boxes, ${lines} lines`;
    } catch (error) {
        told = "FAILED " + error;
    }
    document.title = told;
})();
</script>
SCRIPT
    } > "$work/page.html"
    chromium --headless --no-sandbox --disable-gpu --allow-file-access-from-files --virtual-time-budget=20000 \
        --dump-dom "file://$work/page.html" > "$work/dom.html" 2>/dev/null || true
    told=$(sed -n 's:.*<title>\(.*\)</title>.*:\1:p' "$work/dom.html" | head -1)
    echo "$name: ${told:-FAILED: nothing was drawn}"
    case "$told" in ok*) ;; *) failed=1 ;; esac
    if [ -n "${PICTURES:-}" ]; then
        chromium --headless --no-sandbox --disable-gpu --virtual-time-budget=20000 --window-size=1400,900 \
            --screenshot="$PICTURES/$name.png" "file://$work/page.html" 2>/dev/null || true
    fi
done
exit $failed
