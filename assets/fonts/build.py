# usage: build.py <pretendard package dir> <out dir>
import sys, os
from fontTools.ttLib import TTFont
from fontTools import subset
src, out = sys.argv[1:3]
U = set()
for a, b in [(0x20,0x7e),(0xa0,0xff),(0x100,0x17f),(0x2010,0x2027),(0x202f,0x203f),(0x2044,0x2044),
             (0x2070,0x209f),(0x20a0,0x20bf),(0x370,0x3ff),(0x2190,0x21ff),(0x2200,0x22ff),
             (0x2460,0x2473),(0x25a0,0x25ff),(0x3000,0x3015),(0x3131,0x318e)]:
    U |= set(range(a, b + 1))
U |= {ord(c) for c in "✓✔✗✕✖✘⚠⚡★☆⏸⏵⏹⏭⏮⏩⏪ⓘ☰⌘⏎⌫⌃⌥⚙€₩™℃№Ω℮"}
# KS X 1001: the 2,350 syllables are rows B0..C8 of EUC-KR
KS = set()
for hi in range(0xb0, 0xc9):
    for lo in range(0xa1, 0xff):
        try: KS.add(ord(bytes((hi, lo)).decode("euc_kr")))
        except UnicodeDecodeError: pass
KS = {c for c in KS if 0xac00 <= c <= 0xd7a3}
assert len(KS) == 2350
U |= KS
# ... plus every syllable that is open or ends in one of these finals, so that a syllable
# still being typed (or a rare one such as 쓩) is not drawn as an empty box
FINALS = {0, 1, 4, 8, 16, 17, 19, 20, 21}  # none ㄱ ㄴ ㄹ ㅁ ㅂ ㅅ ㅆ ㅇ
U |= {c for c in range(0xac00, 0xd7a4) if (c - 0xac00) % 28 in FINALS}
FAMILY, PS = "Loadscape Sans", "LoadscapeSans"
for w in ("Regular", "SemiBold"):
    f = TTFont(f"{src}/dist/public/static/alternative/Pretendard-{w}.ttf")
    # bake tnum into the digits
    g = f["GSUB"].table; m = {}
    for r in g.FeatureList.FeatureRecord:
        if r.FeatureTag == "tnum":
            for i in r.Feature.LookupListIndex:
                for s in g.LookupList.Lookup[i].SubTable:
                    m.update(getattr(s, "ExtSubTable", s).mapping)
    for t in f["cmap"].tables:
        if t.isUnicode() and hasattr(t, "cmap"):
            for c in range(0x30, 0x3a):
                if c in t.cmap: t.cmap[c] = m.get(t.cmap[c], t.cmap[c])
    o = subset.Options()
    o.layout_features = ["kern"]; o.hinting = False; o.glyph_names = False
    o.name_IDs = [0, 5, 9, 13, 14]; o.name_languages = [0x409]; o.notdef_outline = True
    o.drop_tables += ["GSUB", "GDEF", "DSIG", "GlyphOrder"]
    s = subset.Subsetter(o); s.populate(unicodes=U); s.subset(f)
    n = f["name"]
    ribbi = w in ("Regular", "Bold")
    put = lambda i, v: n.setName(v, i, 3, 1, 0x409)
    put(0, "Copyright (c) 2021, 2023 Kil Hyung-jin (https://github.com/orioncactus/pretendard). Modified version.")
    put(1, FAMILY if ribbi else f"{FAMILY} {w}"); put(2, w if ribbi else "Regular")
    put(3, f"1.309;{PS}-{w}"); put(4, f"{FAMILY} {w}"); put(6, f"{PS}-{w}")
    put(5, "Version 1.309; subset for Loadscape"); put(16, FAMILY); put(17, w)
    p = f"{out}/{PS}-{w}.ttf"; f.save(p)
    print(p, os.path.getsize(p), len(f.getGlyphOrder()))
