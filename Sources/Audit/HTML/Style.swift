/// How a page looks: light and dark as the reader's system is, on paper, and on a phone.
enum Style {
    static let sheet = """
        :root{color-scheme:light dark;--page:#fff;--card:#f6f8fa;--line:#d0d7de;--text:#1b1f24;--soft:#57606a;--link:#0550ae;
        --good:#1a7f37;--bad:#b42318;--unsure:#7d5200;--legacy:#6e5494;--ours:#0b6bcb;--goodpage:#e6f4ea;--badpage:#fdecea}
        @media(prefers-color-scheme:dark){:root{--page:#0f1419;--card:#181f27;--line:#38424d;--text:#e6e9ed;--soft:#a3adb8;
        --link:#79b8ff;--good:#56d364;--bad:#ff8f85;--unsure:#e3b341;--legacy:#c0a3ec;--ours:#6cb6ff;--goodpage:#12261a;
        --badpage:#2d1517}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
        main,header,footer{max-width:68rem;margin:0 auto;padding:0 1.25rem}
        header{padding-top:1.5rem}
        h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 .5rem;overflow-wrap:anywhere}
        h2{font-size:1.2rem;margin:2.25rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
        h3{font-size:1rem;margin:1.25rem 0 .25rem}
        p,ul,dl{margin:.5rem 0}
        a{color:var(--link)}
        a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:3px solid var(--ours);outline-offset:2px}
        .skip{position:absolute;left:-99rem}.skip:focus{position:static}
        .soft,figcaption{color:var(--soft)}
        .verdict{border-left:.4rem solid var(--good);background:var(--goodpage);padding:.75rem 1rem;font-weight:600;
        overflow-wrap:anywhere}
        .verdict.bad{border-color:var(--bad);background:var(--badpage)}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0}
        .claims{list-style:none;padding:0;margin:0}
        .claims li{display:grid;grid-template-columns:7.5rem 1fr;gap:.25rem 1rem;padding:.5rem 0;border-bottom:1px solid var(--line)}
        .claims b{font-weight:600}.claims .text{overflow-wrap:anywhere}
        .shown{color:var(--good)}.failed{color:var(--bad)}.not-shown{color:var(--unsure)}
        .claims .shown,.claims .failed,.claims .not-shown{font-weight:600}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.75rem;margin:.75rem 0}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;overflow-wrap:anywhere}
        .card dt{color:var(--soft);font-size:.9rem}.card dd{margin:0}.card dd.value{font-size:1.1rem;font-weight:600}
        .card dd.how{color:var(--soft);font-size:.85rem}
        .pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.25rem}
        figure{margin:.75rem 0}figcaption{font-size:.9rem}
        svg{display:block;width:100%;height:auto;max-width:34rem;overflow:visible}
        svg text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--text)}
        svg .soft{fill:var(--soft)}svg .mono{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:11px}
        svg .legacy,svg .ours{shape-rendering:crispEdges}svg .inside{fill:var(--page)}
        svg .box{fill:var(--card);stroke:var(--line)}svg .axis{stroke:var(--line);fill:none}
        svg .legacy{fill:var(--legacy);stroke:none}svg .ours{fill:var(--ours);stroke:none}
        svg .edge-legacy{fill:var(--card);stroke:var(--legacy);stroke-width:1.5}
        svg .edge-ours{fill:var(--card);stroke:var(--ours);stroke-width:1.5}
        svg .edge-bad{fill:var(--card);stroke:var(--bad);stroke-width:1.5}
        svg .good{fill:var(--good)}svg .bad{fill:var(--bad)}svg .unsure{fill:var(--unsure)}
        svg .mark{stroke:var(--text);stroke-width:1;stroke-dasharray:2 3}svg .arrow{stroke:var(--soft);stroke-width:1.5;fill:none}
        .scroll{overflow-x:auto;margin:.75rem 0}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        caption{text-align:left;font-weight:600;padding:.25rem 0}
        th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);
        overflow-wrap:break-word;max-width:30rem}table.pairs td{overflow-wrap:anywhere;max-width:none}
        thead th{color:var(--soft);font-weight:600;white-space:nowrap}
        tbody th{font-weight:600}table.pairs th{white-space:nowrap;padding-right:1.5rem}
        pre{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;overflow-x:auto;
        font:.85rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
        code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9em;overflow-wrap:anywhere}
        footer{padding:1rem 1.25rem 3rem;color:var(--soft);font-size:.9rem}
        @media(max-width:40rem){main,header,footer{padding-left:1rem;padding-right:1rem}
        .claims li{grid-template-columns:1fr;gap:0}h1{font-size:1.3rem}
        table.wide thead{position:absolute;left:-99rem}table.wide tr{display:block;padding:.4rem 0;border-bottom:1px solid var(--line)}
        table.wide td,table.wide th{display:block;border:0;padding:.1rem 0;overflow-wrap:anywhere}
        table.wide td::before{content:attr(data-label) ": ";color:var(--soft)}}
        @media print{:root{--page:#fff;--card:#fff;--line:#999;--text:#000;--soft:#333;--link:#000}body{font-size:10pt}
        nav,.skip{display:none}h2,h3,caption{break-after:avoid}tr,figure,.card,.claims li{break-inside:avoid}
        .scroll,pre{overflow:visible}pre{white-space:pre-wrap}details>*{display:block}}
        """
}
