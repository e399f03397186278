// Writes into the built page which digests its files must have: node -e (this) DIST. Run when the files are final.
//
// index.html holds those of the engine, whose script holds none of its own: lazy parts are many, so theirs lie in a
// file that the loader brings once the page is live, and checks by the digest that it holds itself.

"use strict";

const { readFileSync, writeFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");
const { createHash } = require("node:crypto");

const [dist] = process.argv.slice(1);
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
const digest = (bytes) => `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
const of = (path) => digest(readFileSync(path));

const folders = readdirSync(join(dist, "snippets")).filter((name) => name.startsWith("lazy-"));
if (folders.length !== 1) fail(`there are ${folders.length} folders of lazy parts, not one`);
const folder = join(dist, "snippets", folders[0]);

// ---- Lazy parts.

const parts = readdirSync(folder).filter((name) => name.endsWith(".wasm")).sort();
const digests = JSON.stringify(Object.fromEntries(parts.map((name) => [name, of(join(folder, name))])));
writeFileSync(join(folder, "digests.json"), digests);

const loader = join(folder, "lazy.js");
const plain = 'fetch(new URL("./';
const source = readFileSync(loader, "utf8");
const asked = source.split(plain).length - 1;
if (asked !== parts.length) fail(`lazy.js asks for ${asked} files, and there are ${parts.length} lazy parts`);
const verified = `let digests;
function known() {
digests ??= fetch(new URL("./digests.json", import.meta.url), { integrity: "${digest(digests)}" }).then((all) => all.json());
digests.catch(() => { digests = undefined; });
return digests;
}
window.raftPlaygroundDigests = known;
async function verified(url) {
return fetch(url, { integrity: (await known())[String(url).split("/").pop()] });
}
`;
writeFileSync(loader, verified + source.replaceAll(plain, 'verified(new URL("./'));

// ---- The engine.

const index = join(dist, "index.html");
let html = readFileSync(index, "utf8");
for (const name of ["engine-script", "engine-module"]) {
  const tag = new RegExp(`<meta name="${name}" content="\\./([^"]+)"`);
  const file = tag.exec(html)?.[1] ?? fail(`index.html has no ${name}`);
  html = html.replace(tag, (whole) => `${whole} data-integrity="${of(join(dist, file))}"`);
}
writeFileSync(index, html);
console.log(parts.length + 3);
