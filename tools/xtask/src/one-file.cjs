// Makes the single file: node -e (this) DIST OUT. Everything of the built page lies in it: scripts and styles inline,
// allowed by their hashes, every other file in one compressed pack. It asks for nothing, so it works from a disk and
// in a sandbox. It prints what it could not do, and ends with 1.

"use strict";

const { readFileSync, writeFileSync, readdirSync, mkdirSync } = require("node:fs");
const { join, dirname, relative, sep } = require("node:path");
const { gzipSync } = require("node:zlib");
const { createHash } = require("node:crypto");

const [dist, out] = process.argv.slice(1);
const text = (name) => readFileSync(join(dist, name), "utf8");
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
const one = (found, what) => (found.length === 1 ? found[0] : fail(`index.html has ${found.length} of ${what}, not one`));

function below(folder) {
  return readdirSync(join(dist, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? below(name) : [name];
  });
}

/** The whole of a match's first group, for each match. */
const groups = (html, pattern) => [...html.matchAll(pattern)].map((match) => match[1]);

/** A module as the body of a function: what it exported stays as a declaration. */
function body(module, name) {
  const plain = module
    .replace(/^import .*$/gm, "")
    .replace(/^export (?=(async )?function |class |const )/gm, "")
    .replace(/^export \{.*\};?$/gm, "");
  const left = plain.match(/^(import|export)\b.*$/m);
  if (left) fail(`${name}: the single file cannot hold ${left[0]}`);
  return plain;
}

const html = text("index.html");
const files = below("").filter((name) => !/^(embed|element|docs)\//.test(name));
const script = one(groups(html, /<meta name="engine-script" content="\.\/([^"]+)"[^>]*>/g), "engine-script");
const module = one(groups(html, /<meta name="engine-module" content="\.\/([^"]+)"[^>]*>/g), "engine-module");
const boot = one(groups(html, /<script src="\.\/([^"]+)" defer><\/script>/g), "scripts");
const icon = one(groups(html, /<link rel="icon" href="\.\/([^"]+)"\/?>/g), "icons");
const loader = one(files.filter((name) => /^snippets\/lazy-[^/]+\/lazy\.js$/.test(name)), "loaders of lazy parts");

// ---- The engine's scripts.

const folder = dirname(loader);
const lazy = body(text(loader), loader).replace(/new URL\("\.\/([^"]+)", import\.meta\.url\)/g, (_, name) => `"${folder}/${name}"`);
const loads = groups(text(loader), /^export (?:const|function) (\w+)/gm);
const glue = body(text(script), script).replace(/new URL\([^)]*import\.meta\.url\)/g, `"${module}"`);
const names = groups(text(script), /^import \* as (\w+) from/gm);
if (/import\.meta/.test(lazy + glue)) fail("a script still asks where it lies");

// ---- Everything that is fetched.

const scripts = [script, boot, loader, "embed.js", "crash.js", "index.html"];
const packed = files.filter((name) => !scripts.includes(name) && !name.endsWith(".css") && name !== icon);
const index = {};
const parts = [];
let length = 0;
for (const name of packed) {
  const bytes = readFileSync(join(dist, name));
  index[name] = [length, bytes.length];
  parts.push(bytes);
  length += bytes.length;
}
const pack = gzipSync(Buffer.concat(parts), { level: 9 }).toString("base64");

const inline = `"use strict";
window.raftPlaygroundEngine = (() => {
  const index = ${JSON.stringify(index)};
  let unpacked;
  async function unpack() {
    const text = document.getElementById("raft-playground-pack").textContent;
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  const types = { wasm: "application/wasm", txt: "text/plain", scenario: "text/plain" };
  // Whatever the page fetches lies in this file; nothing else could be reached.
  window.fetch = async (name) => {
    const place = Object.hasOwn(index, name) ? index[name] : null;
    if (!place) return new Response("", { status: 404 });
    const [at, length] = place;
    const all = await (unpacked ??= unpack());
    return new Response(all.subarray(at, at + length), { headers: { "content-type": types[name.split(".").pop()] ?? "application/octet-stream" } });
  };
  document.documentElement.dataset.oneFile = "";
  const lazy = (() => {
${lazy}
    return { ${loads.join(", ")} };
  })();
  const start = (() => {
    const { share } = lazy;
    ${names.map((name) => `const ${name} = lazy;`).join("\n    ")}
${glue}
    return __wbg_init;
  })();
  return () => start({ module_or_path: window.fetch(${JSON.stringify(module)}) });
})();
`;

// ---- The file.

const sheet = (name, media) => ({ css: text(name), media });
const eager = [...html.matchAll(/<link rel="stylesheet" href="\.\/([^"]+)"( media="([^"]+)")?[^>]*>/g)].map((match) => sheet(match[1], match[3]));
const late = files.filter((name) => name.startsWith("late/") && name.endsWith(".css")).map((name) => sheet(name));
const sheets = [...eager, ...late];
// The look is set at once, where the first picture stands already; the engine starts when the pack is there.
const asked = "document.getElementById('raft-playground-query').textContent || /[?&](embed|scenario|text)\\b/.test(location.search)";
const look = `if (${asked}) {\n${text("embed.js")}\n}\n`;
const later = `document.addEventListener("DOMContentLoaded", () => {\n${text("crash.js")}\n${text(boot)}\n});\n`;
const code = [inline + look, later];
if (code.some((source) => /<\/script|<!--/i.test(source))) fail("a script holds what would end it");
if (sheets.some(({ css }) => /<\//.test(css))) fail("a style holds what would end it");
const hash = (source) => `'sha256-${createHash("sha256").update(source, "utf8").digest("base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${code.map(hash).join(" ")} 'wasm-unsafe-eval'`,
  `style-src ${[...new Set(sheets.map(({ css }) => hash(css)))].join(" ")}`,
  "img-src data:",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const iconUrl = `data:image/svg+xml;base64,${readFileSync(join(dist, icon)).toString("base64")}`;
const kept = html
  .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>\n?/, "")
  .replace(/<meta name="engine-[^>]*>\n?/g, "")
  .replace(/<link rel="stylesheet"[^>]*>\n?/g, "")
  .replace(/<script src=[^>]*><\/script>\n?/g, "")
  .replace(/<link rel="icon"[^>]*>/, `<link rel="icon" href="${iconUrl}">`);
const left = kept.match(/(src|href)="(?!data:)[^"]*"/);
if (left) fail(`the single file would ask for ${left[0]}`);
const styles = sheets.map(({ css, media }) => `<style${media ? ` media="${media}"` : ""}>${css}</style>`).join("\n");
const head = `<head>\n<meta http-equiv="Content-Security-Policy" content="${policy}">`;
const tail = `${styles}\n<script type="text/plain" id="raft-playground-query"></script>\n</head>`;
const end = `${code.map((source) => `<script>${source}</script>`).join("\n")}\n<script type="text/plain" id="raft-playground-pack">${pack}</script>\n</body>`;
// Functions, since a replacement's text may hold signs with a meaning.
const whole = kept
  .replace("<head>", () => head)
  .replace("</head>", () => tail)
  .replace("</body>", () => end);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, whole);
