#include "report/html_style.hpp"

namespace hedgerow::report {

const char* const kHtmlStyle = R"css(
:root{color-scheme:light dark;--ground:#fdfdfb;--raised:#fff;--ink:#1d2327;--soft:#59636b;--line:#d9dcd8;
--faint:#f2f3ef;
--leaf:#1f6b47;--leaf-ground:#eaf3ed;--amber:#8a5a00;--amber-ground:#fdf3dd;--brick:#a3322b;--brick-ground:#fbeae8;
--sky:#1f5b8f;--sky-ground:#e9f1f8}
@media (prefers-color-scheme:dark){:root{--ground:#15191b;--raised:#1c2124;--ink:#e3e6e4;--soft:#9ea8ad;--line:#353c40;
--faint:#20262a;--leaf:#7fc9a1;--leaf-ground:#1a2c23;--amber:#e5b75c;--amber-ground:#302812;--brick:#ef9389;
--brick-ground:#351f1d;--sky:#86b9e6;--sky-ground:#182735}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.55 "Source Sans 3","Segoe UI",system-ui,-apple-system,
"Helvetica Neue",Arial,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
.page{display:grid;grid-template-columns:15rem minmax(0,62rem);gap:3rem;max-width:82rem;margin:0 auto;padding:0 1.5rem}
nav.toc{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:2.2rem 0;font-size:.875rem;
line-height:1.35}
nav.toc h2{font-size:.75rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);margin:0 0 .6rem;border:0;
padding:0}
nav.toc ol{list-style:none;margin:0;padding:0}
nav.toc ol ol{padding-left:.9rem;margin:.1rem 0 .35rem;border-left:1px solid var(--line)}
nav.toc a{display:block;padding:.16rem 0;color:var(--soft);text-decoration:none}
nav.toc a:hover{color:var(--leaf);text-decoration:underline}
nav.toc>ol>li>a{color:var(--ink)}
main{padding:2.2rem 0 4rem;min-width:0}
header h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem;font-weight:650;letter-spacing:-.012em;text-wrap:balance}
header .subtitle{font-size:1.1rem;color:var(--soft);margin:0 0 .4rem;max-width:50rem}
header .authors{color:var(--soft);margin:0 0 1.4rem}
h2{font-size:1.45rem;line-height:1.25;margin:3.2rem 0 .8rem;padding-top:1rem;border-top:2px solid var(--leaf);
font-weight:640}
h3{font-size:1.15rem;margin:2.2rem 0 .5rem;font-weight:640}
h4{font-size:1rem;margin:1.6rem 0 .4rem;font-weight:640}
p,li,dd{max-width:46rem}
p{margin:.6rem 0}
a{color:var(--sky)}
code{font:.875em ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--faint);
padding:.08em .3em;
border-radius:3px;overflow-wrap:anywhere}
sup.cite{font-size:.72em;line-height:0}
sup.cite a{text-decoration:none;padding:0 .1em}
.table{margin:1.4rem 0 1.6rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.875rem;line-height:1.35;font-variant-numeric:tabular-nums lining-nums;
min-width:40%}
caption{caption-side:top;text-align:left;padding:0 0 .5rem;font-size:.9375rem;color:var(--ink);max-width:46rem}
caption b.label,figcaption b.label{color:var(--leaf);font-weight:640;margin-right:.35em}
thead th{border-bottom:1.5px solid var(--ink);border-top:1.5px solid var(--ink);font-weight:600;vertical-align:bottom;
background:var(--ground)}
th,td{padding:.34rem .65rem;text-align:left;vertical-align:top}
tbody th{font-weight:400}
tbody tr{border-bottom:1px solid var(--line)}
tbody tr:last-child{border-bottom:1.5px solid var(--ink)}
tbody tr:hover{background:var(--faint)}
tbody th{min-width:10rem}
.r{text-align:right}
td.r{white-space:nowrap}
.c{text-align:center}
tr.total th,tr.total td{font-weight:640;background:var(--faint)}
tr.group th{font-weight:640;padding-top:.8rem;color:var(--leaf)}
tr.good td:first-of-type{color:var(--leaf);font-weight:640}
tr.bad th,tr.bad td{background:var(--brick-ground)}
tr.bad td:first-of-type{color:var(--brick);font-weight:640}
.notes{font-size:.8125rem;color:var(--soft);margin:.45rem 0 0;padding:0;list-style:none}
.notes li{max-width:52rem;margin:.15rem 0}
figure{margin:1.4rem 0 1.8rem}
figure .canvas{background:#fff;border:1px solid var(--line);border-radius:6px;padding:.7rem;overflow-x:auto}
figure svg{display:block;max-width:100%;height:auto;margin:0 auto}
figcaption{font-size:.9375rem;margin-top:.5rem;max-width:46rem}
.files{font-size:.8125rem;color:var(--soft);margin-top:.2rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.4rem 1.4rem;margin:1rem 0}
dt{font-weight:600;color:var(--soft)}
dd{margin:0}
.callout{border-left:4px solid var(--sky);background:var(--sky-ground);padding:.75rem 1.1rem;border-radius:0 6px 6px 0;
margin:1.2rem 0;max-width:50rem}
.callout>.title{font-weight:640;color:var(--sky);margin:0 0 .2rem}
.callout p{margin:.3rem 0}
.callout ul{margin:.3rem 0;padding-left:1.2rem}
.callout.warning{border-color:var(--amber);background:var(--amber-ground)}
.callout.warning>.title{color:var(--amber)}
.callout.key{border-color:var(--leaf);background:var(--leaf-ground);font-size:1.09rem}
.callout.key>.title{color:var(--leaf);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
details{margin:1rem 0;border:1px solid var(--line);border-radius:6px;padding:.1rem .9rem;background:var(--raised)}
summary{cursor:pointer;padding:.45rem 0;font-weight:600;color:var(--sky)}
ol.references{font-size:.9rem;padding-left:1.6rem}
ol.references li{margin:.35rem 0;max-width:52rem;overflow-wrap:anywhere}
footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line);font-size:.8125rem;color:var(--soft)}
:focus-visible{outline:2px solid var(--sky);outline-offset:2px}
@media (max-width:62rem){.page{display:block;padding:0 1rem}nav.toc{position:static;max-height:none;padding:1.2rem 0 0;
columns:2}
main{padding-top:1.2rem}dl{display:block}dt{margin-top:.6rem}}
@media (max-width:34rem){nav.toc{columns:1}header h1{font-size:1.5rem}}
@media print{:root{--ground:#fff;--raised:#fff;--ink:#000;--soft:#444;--line:#bbb;--faint:#f4f4f4;--leaf:#14492f;
--leaf-ground:#f3f7f4;--amber:#6b4600;--amber-ground:#fdf8ec;--brick:#7d2019;--brick-ground:#fdf2f1;--sky:#123f66;
--sky-ground:#f2f6fa}
body{font-size:10pt}.page{display:block;max-width:none;padding:0}nav.toc,.files{display:none}h2,h3,h4,caption{
break-after:avoid}
figure,.callout,tr{break-inside:avoid}.scroll,figure .canvas{overflow:visible}table{font-size:8pt}thead{
display:table-header-group}
details{border:0;padding:0}details>*{display:block}a{color:inherit;text-decoration:none}}
)css";

}  // namespace hedgerow::report
