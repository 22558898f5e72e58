//! The style sheet of a report: the theme's inks as variables, light on paper and wherever dark is not asked for.

use crate::catalog::Category;
use crate::export::svg::variable;
use crate::scene::list::Ink;
use crate::theme::Theme;
use std::fmt::Write;

/// Every ink that a drawing, a chart or the page may use.
fn inks() -> Vec<Ink> {
    let mut inks = vec![
        Ink::Window,
        Ink::Panel,
        Ink::Raise,
        Ink::Line,
        Ink::Canvas,
        Ink::Grid,
        Ink::Card,
        Ink::CardSelected,
        Ink::Edge,
        Ink::Text,
        Ink::Muted,
        Ink::Faint,
        Ink::Accent,
        Ink::Ok,
        Ink::Warn,
        Ink::Bad,
        Ink::OkFill,
        Ink::WarnFill,
        Ink::BadFill,
        Ink::Track,
        Ink::TileClient,
        Ink::TileStore,
        Ink::TileUnknown,
        Ink::OnTile,
        Ink::Link,
        Ink::Flow,
        Ink::Region,
        Ink::Vpc,
        Ink::Zone,
        Ink::Paper,
        Ink::PaperEdge,
        Ink::Guide,
    ];
    let tiles = [Category::Traffic, Category::Compute, Category::Data, Category::Messaging, Category::Own];
    inks.extend(tiles.map(Ink::Tile));
    inks.extend((0..12).map(Ink::Series));
    inks
}

/// The inks of a theme as variables.
fn variables(theme: Theme) -> String {
    let mut text = String::new();
    for ink in inks() {
        let [r, g, b] = theme.color(ink);
        write!(text, "{}:#{r:02x}{g:02x}{b:02x};", variable(ink)).expect("a String takes everything");
    }
    text
}

/// All rules.
pub fn sheet() -> String {
    let (light, dark) = (variables(Theme::Light), variables(Theme::Dark));
    format!(
        ":root{{color-scheme:light;{light}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n{RULES}"
    )
}

const RULES: &str = "\
*{box-sizing:border-box}
body{margin:0;background:var(--window);color:var(--text);font:15px/1.5 'Loadscape Sans',Inter,'Noto Sans KR',system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 28px 48px;background:var(--panel)}
h1,h2{font-weight:600}
h1{font-size:28px;line-height:1.2;margin:0 0 4px}
h2{font-size:18px;margin:36px 0 8px;padding-top:12px;border-top:1px solid var(--line)}
p{margin:6px 0;max-width:46em}
.quiet{color:var(--muted)}
figure{margin:16px 0}
figcaption{color:var(--muted);font-size:13px;margin-top:4px}
figure svg{display:block;width:100%;height:auto}
.diagram svg{background:var(--canvas);border:1px solid var(--line);border-radius:10px;max-height:82vh}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:12px}
.charts figure{margin:0;border:1px solid var(--line);border-radius:10px;overflow:hidden;background:var(--panel)}
dl{display:flex;flex-wrap:wrap;gap:10px;margin:14px 0}
dl div{border:1px solid var(--line);border-radius:8px;padding:8px 14px;background:var(--raise)}
dt{color:var(--muted);font-size:12.5px}
dd{margin:0;font-size:18px;font-weight:600;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto;margin:10px 0}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;color:var(--muted);padding-bottom:4px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--line)}
thead th{color:var(--muted);font-weight:600}
tbody th{font-weight:600}
tfoot th,tfoot td{font-weight:600;border-bottom:0;border-top:2px solid var(--line)}
.figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.ok,.warn,.bad{white-space:nowrap}
.ok{color:var(--ok);font-weight:600}
.warn{color:var(--warn);font-weight:600}
.bad{color:var(--bad);font-weight:600}
ul{padding-left:20px;margin:6px 0;max-width:52em}
@page{margin:14mm}
@media print{
body,main{background:none;font-size:10pt}
main{max-width:none;padding:0}
.diagram svg,.charts figure,dl div{background:none}
.diagram svg{max-height:150mm}
.charts{grid-template-columns:1fr 1fr}
h2{break-after:avoid}
figure,tr,dl,.short{break-inside:avoid}
.wide{overflow:visible}
caption,thead,tbody tr:first-child,tbody tr:nth-last-child(2){break-after:avoid}
thead{display:table-header-group}
tfoot{display:table-row-group;break-before:avoid}
table{font-size:8.5pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inks_have_names_of_their_own_and_no_colour_stands_in_the_rules() {
        let mut names: Vec<String> = inks().into_iter().map(variable).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(!RULES.contains('#'));
        for used in RULES.split("var(").skip(1) {
            let name = used.split(')').next().unwrap();
            assert!(names.iter().any(|known| known == name), "{name} is no ink");
        }
    }
}
